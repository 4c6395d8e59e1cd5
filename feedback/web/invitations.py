"""Blueprint invitations: who was asked, where each stands, and the rates of it all."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.collection.dispositions import By, Scope, count_dispositions
from feedback.collection.invitation_log import (
    InvitationFilter,
    get_invitation,
    list_invitations,
)
from feedback.collection.invitations import withdraw
from feedback.collection.rates import count_groups
from feedback.collection.settling import send_again
from feedback.collection.terms import (
    Channel,
    InvitationState,
    SendingKind,
    SendingState,
)
from feedback.db.audit import record
from feedback.i18n.catalogs import mark
from feedback.measures.evidence import base
from feedback.web.context import current_session, now, principal, settings
from feedback.web.customers import STATES
from feedback.web.event_words import reason_words, type_name
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("invitations", __name__, url_prefix="/invitations")
Word = TypeVar("Word", bound=StrEnum)

MESSAGES = {
    SendingKind.INVITATION: mark("Invitation"),
    SendingKind.REMINDER: mark("Reminder"),
    SendingKind.THANKS: mark("Thanks"),
}
MESSAGE_STATES = {
    SendingState.DUE: mark("waiting"),
    SendingState.IN_HAND: mark("being handed over"),
    SendingState.SENT: mark("sent"),
    SendingState.UNKNOWN: mark("unknown whether it went"),
    SendingState.BOUNCED: mark("refused by the other side"),
    SendingState.FAILED: mark("given up"),
    SendingState.CANCELLED: mark("no longer wanted"),
}
BY = {
    By.TRIGGER: mark("By trigger"),
    By.SURVEY: mark("By survey"),
    By.TOUCHPOINT: mark("By touchpoint"),
    By.CHANNEL: mark("By channel"),
}
#: days back that can be looked at; 0 for all
PERIODS = {
    30: mark("30 days"),
    90: mark("90 days"),
    365: mark("a year"),
    0: mark("all"),
}
SENT_AGAIN = frozenset(
    {SendingState.UNKNOWN, SendingState.BOUNCED, SendingState.FAILED}
)


@blueprint.app_template_filter("message_kind")
def message_name(kind: SendingKind) -> str:
    """Return what a message is for, in words."""
    return gettext(MESSAGES[kind])


@blueprint.app_template_filter("message_state")
def message_state(state: SendingState) -> str:
    """Return where a message stands, in words."""
    return gettext(MESSAGE_STATES[state])


@blueprint.get("/")
@requires(Permission.ASK_CUSTOMERS)
def index() -> str:
    """List the invitations, the newest first, or those that are looked for."""
    looked_for = InvitationFilter(
        state=_chosen(InvitationState, "state"),
        channel=_chosen(Channel, "channel"),
        survey=request.args.get("survey") or None,
        trigger=request.args.get("trigger") or None,
        reason=request.args.get("reason") or None,
    )
    found = list_invitations(current_session(), wanted_page(), looked_for)
    return render_template(
        "invitations/index.html",
        invitations=turned(found),
        looked_for=looked_for,
        states=STATES,
        channels=(Channel.EMAIL, Channel.SMS, Channel.LINK),
        reason_words=reason_words,
        type_name=type_name,
    )


@blueprint.get("/rates")
@requires(Permission.READ_FEEDBACK)
def rates() -> str:
    """Show what came of the invitations, with the rates of AAPOR."""
    by = _chosen(By, "by") or By.TRIGGER
    days = request.args.get("days", 90, type=int)
    scope = Scope(since=_since(days if days in PERIODS else 90))
    return render_template(
        "invitations/rates.html",
        groups=count_groups(current_session(), scope, by),
        total=count_dispositions(current_session(), scope).get(None),
        by=by,
        kinds=BY,
        days=days,
        periods=PERIODS,
        reason_words=reason_words,
        base=base,
    )


@blueprint.get("/<public_id>")
@requires(Permission.ASK_CUSTOMERS)
def show(public_id: str) -> str:
    """Show one invitation with its messages."""
    return render_template(
        "invitations/show.html",
        invitation=get_invitation(current_session(), public_id),
        reason_words=reason_words,
        type_name=type_name,
        sent_again=SENT_AGAIN,
    )


@blueprint.post("/<public_id>/withdraw")
@requires(Permission.ASK_CUSTOMERS)
def take_back(public_id: str) -> Response:
    """Take an invitation back: its link answers no more, nothing more is sent."""
    withdraw(current_session(), public_id)
    record(
        current_session(),
        "invitation_withdrawn",
        public_id,
        actor_id=principal().id,
        now=now(),
    )
    flash(gettext("The invitation is withdrawn: its link says so kindly."), "success")
    return redirect(url_for("invitations.show", public_id=public_id))


@blueprint.post("/<public_id>/messages/<message>/again")
@requires(Permission.ASK_CUSTOMERS)
def again(public_id: str, message: str) -> Response:
    """Send a message once more that failed, or that nobody knows of."""
    send_again(current_session(), message, actor_id=principal().id, now=now())
    flash(gettext("The message is sent again."), "success")
    return redirect(url_for("invitations.show", public_id=public_id))


def _chosen(words: type[Word], name: str) -> Word | None:
    given = request.args.get(name, "")
    return words(given) if given in set(words) else None


def _since(days: int) -> datetime | None:
    if days == 0:
        return None
    zone = settings().zone
    first = now().astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time.min, zone)
