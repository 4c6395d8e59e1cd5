"""Blueprint case_settings: working hours, what opens a case, templates of reply."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.cases.hours import DAYS, Calendar, check_calendar, write_spans
from feedback.cases.queries import list_handlers
from feedback.cases.replying import (
    TemplateRead,
    list_templates,
    remove_template,
    save_template,
)
from feedback.cases.settings import (
    ANGER,
    OpeningRules,
    change_calendar,
    change_rules,
    read_settings,
)
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.insights.words import scale_name
from feedback.journey.queries import get_journey_id, list_journeys
from feedback.measures.scales import Scale
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.forms.cases import Typed, read_rules, revision_of
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("case_settings", __name__, url_prefix="/cases/settings")

WEEK = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
ANGERS = {
    "": mark("No text opens a case"),
    "strong": mark("Very angry texts only"),
    "clear": mark("Angry texts"),
    "any": mark("Every negative text"),
}


@blueprint.get("/")
@requires(Permission.HANDLE_CASES)
def index() -> str:
    """Show when the house works, what opens a case, and the templates."""
    return _page()


def _page(
    *,
    calendar: Typed | None = None,
    rules: tuple[str, Typed] | None = None,
    changed: bool = False,
) -> str:
    session = current_session()
    kept = read_settings(session, zone=settings().zone)
    handlers = list_handlers(session)
    named = next((one for one in handlers if one.id == kept.escalate_to), None)
    journeys = list_journeys(session)
    typed = {one.key: _shown(kept.rules_of(one.key)) for one in journeys}
    if rules is not None:
        typed[rules[0]] = rules[1]
    return render_template(
        "cases/settings.html",
        revision=kept.revision,
        calendar=calendar or _calendar(kept.calendar, named.public_id if named else ""),
        week=[gettext(one) for one in WEEK],
        handlers=handlers,
        journeys=journeys,
        rules=typed,
        opened=rules[0] if rules else "",
        scales=[(one.value, scale_name(one, locale())) for one in Scale],
        angers={key: gettext(words) for key, words in ANGERS.items()},
        templates=list_templates(session),
        zone=settings().time_zone,
        changed=changed,
    )


def _calendar(kept: Calendar, escalate_to: str) -> Typed:
    values = {f"day_{number}": write_spans(day) for number, day in enumerate(kept.days)}
    values["holidays"] = "\n".join(sorted(one.isoformat() for one in kept.holidays))
    values["escalate_to"] = escalate_to
    return Typed(values=values)


def _shown(rules: OpeningRules) -> Typed:
    values = {
        "callback": "1" if rules.callback else "",
        "anger": rules.anger if rules.anger in ANGER else "",
        "callback_hours": str(rules.callback_hours),
        "other_hours": str(rules.other_hours),
        "team": rules.team,
    }
    for scale in Scale:
        values[f"low_{scale.value}"] = str(rules.low.get(scale, ""))
    return Typed(values=values)


@blueprint.post("/calendar")
@requires(Permission.HANDLE_CASES)
def calendar() -> str | tuple[str, int] | Response:
    """Keep when the house works and who hears of what is late."""
    form = request.form.to_dict()
    try:
        checked = check_calendar(
            [form.get(f"day_{number}", "") for number in range(DAYS)],
            form.get("holidays", ""),
            zone=settings().zone,
        )
        change_calendar(
            current_session(),
            checked,
            escalate_to=form.get("escalate_to", ""),
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _page(calendar=Typed(values=form, faults=error.fields)), 422
    except Conflict:
        return _page(calendar=Typed(values=form), changed=True), 409
    return _kept()


@blueprint.post("/rules/<key>")
@requires(Permission.HANDLE_CASES)
def rules(key: str) -> str | tuple[str, int] | Response:
    """Keep what opens a case in a journey."""
    session, form = current_session(), request.form.to_dict()
    get_journey_id(session, key)
    try:
        change_rules(
            session,
            key,
            read_rules(form),
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _page(rules=(key, Typed(values=form, faults=error.fields))), 422
    except Conflict:
        return _page(rules=(key, Typed(values=form)), changed=True), 409
    return _kept()


def _kept() -> Response:
    flash(gettext("The settings are kept. They hold for cases from now on."), "success")
    return redirect(url_for("case_settings.index"))


@blueprint.get("/templates/<public_id>")
@requires(Permission.HANDLE_CASES)
def template(public_id: str) -> str:
    """Show a template of reply; `new` is a blank one."""
    found = _find(public_id)
    if found is None and public_id != "new":
        raise NotFound("case_template")
    values = (
        {"language": settings().locale, "revision": "0"}
        if found is None
        else {
            "language": found.language,
            "name": found.name,
            "subject": found.subject,
            "body": found.body,
            "revision": str(found.revision),
        }
    )
    return _template_page(public_id, Typed(values=values))


def _template_page(public_id: str, typed: Typed, *, changed: bool = False) -> str:
    return render_template(
        "cases/template.html",
        public_id=public_id,
        typed=typed,
        languages=SUPPORTED,
        changed=changed,
        newest=_find(public_id) if changed else None,
    )


@blueprint.post("/templates/<public_id>")
@requires(Permission.HANDLE_CASES)
def save(public_id: str) -> str | tuple[str, int] | Response:
    """Keep a template of reply."""
    form = request.form.to_dict()
    try:
        save_template(
            current_session(),
            _given(public_id, form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        faulty = Typed(values=form, faults=error.fields)
        return _template_page(public_id, faulty), 422
    except Conflict as error:
        if error.code != "changed_meanwhile":
            raise
        newest = _find(public_id)
        values = {**form, "revision": str(newest.revision if newest else 0)}
        return _template_page(public_id, Typed(values=values), changed=True), 409
    flash(gettext("The template is kept."), "success")
    return redirect(url_for("case_settings.index"))


def _given(public_id: str, form: Mapping[str, str]) -> TemplateRead:
    return TemplateRead(
        public_id="" if public_id == "new" else public_id,
        language=form.get("language", ""),
        name=form.get("name", ""),
        subject=form.get("subject", ""),
        body=form.get("body", "").replace("\r\n", "\n"),
        revision=revision_of(form),
    )


@blueprint.post("/templates/<public_id>/remove")
@requires(Permission.HANDLE_CASES)
def remove(public_id: str) -> Response:
    """Take a template away."""
    remove_template(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The template is removed."))
    return redirect(url_for("case_settings.index"))


def _find(public_id: str) -> TemplateRead | None:
    for one in list_templates(current_session()):
        if one.public_id == public_id:
            return one
    return None
