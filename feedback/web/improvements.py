"""Blueprint improvements: the board, the list, one improvement and its words."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.queries import Person, Standing, list_people
from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.core.periods import local_day
from feedback.improvements.board import (
    BoardFilter,
    list_improvements,
    read_board,
)
from feedback.improvements.commenting import list_mentions
from feedback.improvements.draft import ImprovementDraft, Origin, written
from feedback.improvements.queries import (
    ImprovementRead,
    get_improvement,
    list_history,
)
from feedback.improvements.service import (
    change_improvement,
    create_improvement,
    move_improvement,
)
from feedback.improvements.terms import SourceKind, State
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.voice.taxonomy import find_theme, list_themes, read_themes, theme_name
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.forms.improvements import CommentForm, ImprovementForm, TaskForm
from feedback.web.improvement_view import opened
from feedback.web.improvement_words import (
    EFFORTS,
    FIELDS,
    SOURCES,
    action_words,
    changed_fields,
    impact_words,
    shown_value,
    state_word,
    verdict_word,
)
from feedback.web.language import gettext, named
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("improvements", __name__, url_prefix="/improvements")
Answer = str | tuple[str, int] | Response


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    return {
        "theme_word": lambda key: theme_name(current_session(), key, locale()),
        "state_word": state_word,
        "verdict_word": verdict_word,
        "effort_word": lambda effort: gettext(EFFORTS[effort]),
        "source_word": lambda kind: gettext(SOURCES[kind]),
        "impact_words": impact_words,
        "states": tuple(State),
    }


@blueprint.get("/")
@requires(Permission.READ_FEEDBACK)
def index() -> str:
    """Show the board, or the list when the address asks for it."""
    session, wanted = current_session(), _wanted()
    is_list = request.args.get("view") == "list"
    journeys = list_journeys(session)
    journey = next((one for one in journeys if one.key == wanted.journey), None)
    pages = {state: request.args.get(state.value, 1, type=int) for state in State}
    return render_template(
        "improvements/index.html",
        wanted=wanted,
        is_list=is_list,
        is_filtered=wanted != BoardFilter(),
        address=_address(),
        journey=journey,
        map=get_map(session, journey.key) if journey else None,
        people=people_by_id(),
        themes=list_themes(session),
        theme_names={
            key: one.theme.names[locale()]
            for key, one in read_themes(session).kept.items()
        },
        page=turned(list_improvements(session, wanted, wanted_page()))
        if is_list
        else None,
        columns=() if is_list else read_board(session, wanted, pages),
        mentions=list_mentions(session, principal().id),
        today=_today(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPROVE)
def new() -> Answer:
    """Create an improvement; the address may say what it comes from."""
    session = current_session()
    journeys = list_journeys(session)
    key = request.values.get("journey", "")
    if key not in {one.key for one in journeys}:
        if len(journeys) != 1:
            return render_template("improvements/choose.html", values=_given())
        key = journeys[0].key
    journey = get_map(session, key)
    form = _form(journey)
    if not form.is_submitted():
        form.fill(_proposed(journey))
    if not form.validate_on_submit():
        return _form_page(form, journey, None)
    try:
        made = create_improvement(
            session,
            journey.id,
            form.draft(),
            origin=_origin(),
            author_id=principal().id,
            now=now(),
            today=_today(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _form_page(form, journey, None)
    flash(
        gettext("The improvement is noted. Write next how you will know it worked."),
        "success",
    )
    return redirect(url_for("improvements.show", public_id=made.public_id))


@blueprint.get("/<public_id>")
@requires(Permission.READ_FEEDBACK)
def show(public_id: str) -> str:
    """Show one improvement: verdict, plan, tasks, comments."""
    return page_of_one(get_improvement(current_session(), public_id))


def page_of_one(
    one: ImprovementRead,
    *,
    task_form: TaskForm | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    """Render the page of an improvement, with forms as they were typed."""
    people = people_by_id()
    if task_form is None:
        task_form = TaskForm(formdata=None)
        task_form.offer(people.values())
    return render_template(
        "improvements/show.html",
        one=one,
        opened=opened(one),
        journey=get_map(current_session(), one.journey_key, archived=True),
        task_form=task_form,
        comment_form=comment_form or CommentForm(formdata=None),
        people=people,
        today=_today(),
    )


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
@requires(Permission.IMPROVE)
def edit(public_id: str) -> Answer:
    """Change what is said of an improvement."""
    session = current_session()
    one = get_improvement(session, public_id)
    journey = get_map(session, one.journey_key)
    form = _form(journey)
    if not form.is_submitted():
        form.fill(_draft_of(one))
    if not form.validate_on_submit():
        return _form_page(form, journey, one)
    draft = form.draft()
    try:
        change_improvement(
            session,
            public_id,
            draft,
            revision=request.form.get("revision", -1, type=int),
            author_id=principal().id,
            now=now(),
            today=_today(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _form_page(form, journey, one)
    except Conflict:
        return _form_page(form, journey, one, typed=draft)
    flash(gettext("The improvement is changed."), "success")
    return redirect(url_for("improvements.show", public_id=public_id))


@blueprint.post("/<public_id>/move")
@requires(Permission.IMPROVE)
def move(public_id: str) -> Response:
    """Put an improvement into another column; `state` says which."""
    asked = request.form.get("state", "")
    back = redirect(_back(public_id))
    if asked not in set(State):
        flash(gettext("Choose one of the list."), "error")
        return back
    try:
        moved = move_improvement(
            current_session(),
            public_id,
            State(asked),
            revision=request.form.get("revision", -1, type=int),
            author_id=principal().id,
            now=now(),
        )
    except Conflict as error:
        flash(words_for(error.code), "error")
        if error.code == "plan_not_locked":
            return redirect(url_for("improvements.plan", public_id=public_id))
        return back
    flash(
        gettext(
            "“%(title)s” is now: %(state)s.",
            title=moved.title,
            state=state_word(moved.state),
        ),
        "success",
    )
    return back


@blueprint.get("/<public_id>/history")
@requires(Permission.READ_FEEDBACK)
def history(public_id: str) -> str:
    """Show who changed what, and when."""
    session = current_session()
    one = get_improvement(session, public_id)
    return render_template(
        "improvements/history.html",
        one=one,
        journey=get_map(session, one.journey_key, archived=True),
        lines=turned(list_history(session, one.id, wanted_page())),
        people=people_by_id(closed=True),
        action_words=action_words,
        changed_fields=changed_fields,
    )


def _wanted() -> BoardFilter:
    asked = request.args
    owner = asked.get("owner", type=int)
    state = asked.get("state", "")
    journey = asked.get("journey") or None
    return BoardFilter(
        journey=journey,
        theme=asked.get("theme") or None,
        owner_id=owner,
        touchpoint=(asked.get("touchpoint") or None) if journey else None,
        state=State(state) if state in set(State) else None,
    )


def _address() -> dict[str, str]:
    kept = ("journey", "theme", "owner", "touchpoint")
    return {name: request.args[name] for name in kept if request.args.get(name)}


def _given() -> dict[str, str]:
    """Return what the address says that a new improvement comes from."""
    names = ("source", "ref", "theme", "touchpoint", "title")
    return {name: request.values[name] for name in names if request.values.get(name)}


def _origin() -> Origin:
    kind = request.values.get("source", "")
    return Origin(
        kind=SourceKind(kind) if kind in set(SourceKind) else SourceKind.HAND,
        ref=request.values.get("ref", "").strip(),
    )


def _proposed(journey: JourneyMap) -> ImprovementDraft:
    """Return what the address proposes; keys that nobody knows are left out."""
    asked = set(request.args.getlist("touchpoint"))
    theme = request.args.get("theme", "")
    found = find_theme(current_session(), theme)
    points = [point for point in journey.touchpoints if point.key in asked]
    title = request.args.get("title", "").strip()
    if not title and found is not None:
        title = (
            gettext(
                "%(theme)s: %(place)s",
                theme=found.names[locale()],
                place=named(points[0].names),
            )
            if len(points) == 1
            else found.names[locale()]
        )
    return ImprovementDraft(
        title=title,
        theme_key=found.key if found else None,
        touchpoint_ids=tuple(point.id for point in points),
        owner_id=None,
    )


def _form(journey: JourneyMap) -> ImprovementForm:
    form = ImprovementForm()
    session = current_session()
    form.offer(journey, list_themes(session), people_by_id().values(), locale())
    return form


def _form_page(
    form: ImprovementForm,
    journey: JourneyMap,
    one: ImprovementRead | None,
    *,
    typed: ImprovementDraft | None = None,
) -> Answer:
    page = render_template(
        "improvements/form.html",
        form=form,
        journey=journey,
        one=one,
        given=_given(),
        meanwhile=_meanwhile(one, typed, journey) if one and typed else (),
    )
    if typed is not None:
        return page, 409
    return (page, 422) if form.is_submitted() else page


def _meanwhile(
    one: ImprovementRead, typed: ImprovementDraft, journey: JourneyMap
) -> list[tuple[str, str, str]]:
    """Return each field in which what stands and what was typed differ."""
    people = people_by_id(closed=True)
    standing, mine = written(_draft_of(one)), written(typed)
    return [
        (
            gettext(FIELDS[name]),
            shown_value(name, standing[name], journey, people),
            shown_value(name, mine[name], journey, people),
        )
        for name in standing
        if standing[name] != mine[name]
    ]


def _draft_of(one: ImprovementRead) -> ImprovementDraft:
    return ImprovementDraft(
        title=one.title,
        what=one.what,
        theme_key=one.theme_key,
        touchpoint_ids=one.touchpoint_ids,
        owner_id=one.owner_id,
        team=one.team,
        due_on=one.due_on,
        effort=one.effort,
        reach=one.reach,
        expected_change=one.expected_change,
    )


def people_by_id(*, closed: bool = False) -> Mapping[int, Person]:
    """Return everybody with an account, closed ones only when asked for."""
    found = list_people(current_session(), PageRequest(size=LARGEST_PAGE)).items
    return {
        one.id: one for one in found if closed or one.standing is not Standing.CLOSED
    }


def _today() -> Any:
    return local_day(now(), settings().zone)


def _back(public_id: str) -> str:
    if request.form.get("back") == "board":
        kept = {
            name: request.form[name]
            for name in ("journey", "theme", "owner", "touchpoint", "view")
            if request.form.get(name)
        }
        return url_for("improvements.index", **kept)  # type: ignore[arg-type]  # names of ours
    return url_for("improvements.show", public_id=public_id)
