"""Blueprint interview_appeals: look for people to talk with, and write to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Invalid
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.i18n.catalogs import mark
from feedback.interviews.appeal_queries import get_appeal, list_appeals
from feedback.interviews.appeals import (
    AppealDraft,
    ask_to_talk,
    close_appeal,
    create_appeal,
)
from feedback.interviews.candidates import Candidate, Readiness, list_candidates
from feedback.interviews.consent import consent_text
from feedback.interviews.guides import list_guides
from feedback.interviews.terms import InviteeState, Way
from feedback.journey.queries import get_map
from feedback.surveys.queries import list_surveys, open_version, questionnaire_of
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.event_words import reason_words
from feedback.web.interviews_view import journey_of
from feedback.web.language import gettext, ngettext
from feedback.web.security import requires

blueprint = Blueprint("interview_appeals", __name__)
Answer = str | tuple[str, int] | Response

REFUSALS = {
    "no_address": mark("no mail address"),
    "stopped": mark("wants no more messages"),
    "asked_already": mark("asked already"),
}
INVITEES = {
    InviteeState.SENT: mark("no answer yet"),
    InviteeState.ACCEPTED: mark("took a slot"),
    InviteeState.DECLINED: mark("declined"),
    InviteeState.CANCELLED: mark("gave their slot back"),
}


@dataclass(frozen=True, kw_only=True)
class AnswerChoice:
    """An answer that says that somebody is ready; `value` names it in an address."""

    value: str
    label: str


@blueprint.get("/journeys/<key>/participants/")
@requires(Permission.READ_CONTACTS)
def index(key: str) -> str:
    """List the appeals of a journey."""
    journey = get_map(current_session(), key)
    return render_template(
        "interviews/appeals.html",
        journey=journey,
        appeals=list_appeals(current_session(), journey.id),
    )


@blueprint.route("/journeys/<key>/participants/new", methods=["GET", "POST"])
@requires(Permission.READ_CONTACTS)
def new(key: str) -> Answer:
    """Make an appeal with its slots."""
    session = current_session()
    journey = get_map(session, key)
    faults: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            public_id = create_appeal(
                session,
                journey.id,
                _draft(request.form, settings().zone),
                author_id=principal().id,
                now=now(),
            )
        except Invalid as error:
            faults = {name: words_for(code) for name, code in error.fields.items()}
        else:
            flash(gettext("Now choose whom to ask."), "success")
            return redirect(url_for("interview_appeals.show", appeal=public_id))
    page = render_template(
        "interviews/appeal_form.html",
        journey=journey,
        guides=list_guides(session),
        ways=tuple(Way),
        typed=request.form or _empty(),
        faults=faults,
    )
    return (page, 422) if faults else page


@blueprint.get("/interviews/participants/<appeal>")
@requires(Permission.READ_CONTACTS)
def show(appeal: str) -> str:
    """Show an appeal: its slots, who is ready to talk, who may be asked."""
    session = current_session()
    found = get_appeal(session, appeal)
    chosen = request.args.get("answer", "")
    candidates = _candidates(chosen, found.id)
    return render_template(
        "interviews/appeal.html",
        appeal=found,
        journey=journey_of(found.journey_id),
        states={gettext(INVITEES[state]): n for state, n in found.states.items()},
        choices=_choices(found.journey_id),
        chosen=chosen,
        candidates=candidates,
        refusal_words=_refusal_words,
    )


@blueprint.post("/interviews/participants/<appeal>/ask")
@requires(Permission.READ_CONTACTS)
def ask(appeal: str) -> Response:
    """Write to those who were chosen."""
    asked = ask_to_talk(
        current_session(),
        appeal,
        request.form.getlist("contact"),
        base_url=settings().base_url,
        secret=settings().secret(),
        locale=settings().locale,
        now=now(),
    )
    flash(
        ngettext(
            "%(count)s customer is written to.",
            "%(count)s customers are written to.",
            asked.sent,
            count=asked.sent,
        ),
        "success",
    )
    return redirect(url_for("interview_appeals.show", appeal=appeal))


@blueprint.post("/interviews/participants/<appeal>/close")
@requires(Permission.READ_CONTACTS)
def close(appeal: str) -> Response:
    """Let nobody take a slot any more."""
    close_appeal(current_session(), appeal, now=now())
    flash(gettext("The appeal is closed. Appointments stay."), "success")
    return redirect(url_for("interview_appeals.show", appeal=appeal))


def _refusal_words(code: str) -> str:
    return gettext(REFUSALS[code]) if code in REFUSALS else reason_words(code)


def _candidates(chosen: str, appeal_id: int) -> tuple[Candidate, ...]:
    survey, _, rest = chosen.partition("/")
    question, _, choice = rest.partition("/")
    if not (survey.isdigit() and len(survey) < 10 and question and choice):
        return ()
    return list_candidates(
        current_session(),
        Readiness(survey_id=int(survey), question=question, choice=choice),
        appeal_id=appeal_id,
        now=now(),
        secret=settings().secret(),
    )


def _choices(journey_id: int) -> dict[str, list[AnswerChoice]]:
    """Return the answers to choose from, by survey; anonymous surveys have none."""
    session = current_session()
    found: dict[str, list[AnswerChoice]] = {}
    for survey in list_surveys(session, PageRequest(size=LARGEST_PAGE)).items:
        if survey.journey_id != journey_id or survey.anonymous or not survey.version:
            continue
        version = open_version(session, survey.id)
        asked = questionnaire_of(session, version.version_id, version.checksum)
        choices = [
            AnswerChoice(
                value=f"{survey.id}/{question.key}/{choice.key}",
                label=f"{asked.say(question.text, locale())} "
                f"{asked.say(choice.text, locale())}",
            )
            for page in asked.pages
            for question in page.questions
            for choice in question.choices
        ]
        if choices:
            found[survey.name] = choices
    return found


def _empty() -> dict[str, str]:
    company = settings().company_name
    return {
        "minutes": "45",
        "consent_fr": consent_text(company, "fr"),
        "consent_en": consent_text(company, "en"),
    }


def _draft(sent: Mapping[str, str], zone: ZoneInfo) -> AppealDraft:
    minutes, phase = sent.get("minutes", ""), sent.get("phase", "")
    way = next((one for one in Way if one.value == sent.get("way")), Way.VIDEO)
    return AppealDraft(
        name=" ".join(sent.get("name", "").split()),
        subject_fr=" ".join(sent.get("subject_fr", "").split()),
        subject_en=" ".join(sent.get("subject_en", "").split()),
        way=way,
        place=sent.get("place", "").strip(),
        minutes=int(minutes) if minutes.isdigit() and len(minutes) < 4 else 0,
        consent_fr=sent.get("consent_fr", "").replace("\r\n", "\n").strip(),
        consent_en=sent.get("consent_en", "").replace("\r\n", "\n").strip(),
        slots=_slots(sent.get("slots", ""), zone),
        phase_id=int(phase) if phase.isdigit() and len(phase) < 10 else None,
        guide=sent.get("guide") or None,
    )


def _slots(typed: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments of lines such as `2026-11-25 14:30`.

    Raises:
        Invalid: `slots: slots_unreadable`.
    """
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    try:
        return tuple(
            datetime.fromisoformat(line.replace(" ", "T"))
            .replace(tzinfo=zone)
            .astimezone(UTC)
            for line in lines
        )
    except ValueError as error:
        raise Invalid({"slots": "slots_unreadable"}) from error
