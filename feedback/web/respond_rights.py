"""Blueprint respond_rights: why somebody was asked, and how they stop it.

Reached by the personal link alone, without log-in. A GET shows; only a POST stops or
asks for deletion. The secret stands in the address, so that the one click of a mail
program (RFC 8058) needs nothing else.
"""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request

from feedback.collection.erasure import kept_until
from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.invitations import InvitationRead, find_invitation
from feedback.collection.opting_out import refuse
from feedback.collection.terms import InvitationState
from feedback.collection.wishes import ask_to_be_forgotten
from feedback.core.periods import local_day
from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_span
from feedback.i18n.locales import choose
from feedback.web.context import current_session, now, settings
from feedback.web.reception import reception
from feedback.web.respond_errors import Told, render
from feedback.web.respond_flow import refuse_guesses
from feedback.web.respond_words import UNKNOWN
from feedback.web.security import public

blueprint = Blueprint("respond_rights", __name__)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why somebody was asked."""

    #: what happened, in words; None when somebody of the house invited them
    event: str | None
    day: date | None
    rule: str | None
    touchpoint: str
    survey: str
    expires: date
    #: when it is forgotten who they were, if nothing more is heard of them
    forgotten: date
    #: whether there is a customer file that could be deleted
    is_known: bool
    anonymous: bool


@blueprint.get("/why/<token>")
@public
def why(token: str) -> str:
    """Tell why somebody was asked, what is kept, and what they can do."""
    invitation = _invitation(token)
    return _why(token, invitation)


@blueprint.post("/why/<token>")
@public
def forget(token: str) -> str:
    """Take the wish to be forgotten; somebody of the house looks at it."""
    invitation = _invitation(token)
    if invitation.contact_id is not None:
        ask_to_be_forgotten(
            current_session(),
            invitation.contact_id,
            survey_id=invitation.survey_id,
            now=now(),
        )
    return _why(token, invitation, is_asked=True)


@blueprint.get("/stop/<token>")
@public
def stop(token: str) -> str:
    """Ask whether somebody really wants no more surveys."""
    invitation = _invitation(token)
    is_done = invitation.state == InvitationState.REFUSED
    return _stop(token, invitation, is_done=is_done)


@blueprint.post("/stop/<token>")
@public
def stopped(token: str) -> str:
    """Write to somebody no more; a second time changes nothing."""
    invitation = _invitation(token)
    refuse(current_session(), invitation.id, now=now(), secret=settings().secret())
    return _stop(token, invitation, is_done=True)


def _invitation(token: str) -> InvitationRead:
    refuse_guesses()
    invitation = find_invitation(current_session(), token)
    if invitation is None:
        reception().guesses.note(request.remote_addr)
        raise Told(UNKNOWN)
    return invitation


def _language(invitation: InvitationRead) -> str:
    accepted = [tag for tag, _ in request.accept_languages]
    return choose(
        request.args.get("lang") or invitation.locale, [*accepted, settings().locale]
    )


def _why(token: str, invitation: InvitationRead, *, is_asked: bool = False) -> str:
    language = _language(invitation)
    kind, moment = invitation.event_type, invitation.event_occurred_at
    names = invitation.touchpoint_names
    reason = Reason(
        event=gettext(language, EVENT_TYPES.get(kind, kind)) if kind else None,
        day=local_day(moment, settings().zone) if moment else None,
        rule=invitation.trigger_name,
        touchpoint=names.get(language) or next(iter(names.values()), ""),
        survey=invitation.survey_name,
        expires=local_day(invitation.expires_at, settings().zone),
        forgotten=local_day(
            kept_until(
                moment or invitation.sent_at or now(), settings().keep_customers_days
            ),
            settings().zone,
        ),
        is_known=invitation.contact_id is not None,
        anonymous=invitation.anonymous,
    )
    return render(
        "respond/why.html",
        language,
        reason=reason,
        token=token,
        is_asked=is_asked,
        is_stopped=invitation.state == InvitationState.REFUSED,
        kept=format_span(settings().keep_customers_days, language),
    )


def _stop(token: str, invitation: InvitationRead, *, is_done: bool) -> str:
    return render(
        "respond/stop.html", _language(invitation), token=token, is_done=is_done
    )
