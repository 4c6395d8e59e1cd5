"""Blueprint board: the board on which a journey is drawn, and its history.

Every change is a form sent to an address of its own, with the number of the revision
that the page showed. The answer is the board again: with the change and a way to undo
it, or with what was typed and the reason why it was not accepted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.journey import service
from feedback.journey.channels import channel_icon, channel_name
from feedback.journey.history import RecordedChange, get_change, list_changes
from feedback.journey.queries import (
    JourneyMap,
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
    get_map,
)
from feedback.journey.revisions import Act
from feedback.journey.terms import BRAKES, KINDS, Brake, Kind
from feedback.web.context import current_session, locale, now, principal
from feedback.web.errors import words_for
from feedback.web.forms.journey import (
    JourneyForm,
    PersonaForm,
    PhaseForm,
    TouchpointForm,
)
from feedback.web.language import gettext, named
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("board", __name__, url_prefix="/journeys/<key>")

Answer = tuple[str, int] | Response
Part = PhaseOnMap | TouchpointOnMap | PersonaOnMap

#: what the changes of a map are called
CHANGES = {
    "journey_created": mark("Created the journey"),
    "journey_renamed": mark("Changed the name or the offer"),
    "journey_archived": mark("Archived the journey"),
    "journey_restored": mark("Brought the journey back"),
    "map_imported": mark("Brought the map in from a file"),
    "map_restored": mark("Went back to version %(number)s"),
    "phase_added": mark("Added the phase “%(name)s”"),
    "phase_renamed": mark("Renamed the phase “%(name)s”"),
    "phase_moved": mark("Moved the phase “%(name)s”"),
    "phase_removed": mark("Removed the phase “%(name)s”"),
    "phase_restored": mark("Brought the phase “%(name)s” back"),
    "touchpoint_added": mark("Added the touchpoint “%(name)s”"),
    "touchpoint_changed": mark("Changed the touchpoint “%(name)s”"),
    "touchpoint_moved": mark("Moved the touchpoint “%(name)s”"),
    "touchpoint_removed": mark("Removed the touchpoint “%(name)s”"),
    "touchpoint_restored": mark("Brought the touchpoint “%(name)s” back"),
    "persona_added": mark("Added the persona “%(name)s”"),
    "persona_changed": mark("Changed the persona “%(name)s”"),
    "persona_moved": mark("Moved the persona “%(name)s”"),
    "persona_removed": mark("Removed the persona “%(name)s”"),
    "persona_restored": mark("Brought the persona “%(name)s” back"),
}
#: kind of part, deed
REMOVALS: Mapping[tuple[str, str], Callable[..., None]] = {
    ("phase", "remove"): service.remove_phase,
    ("phase", "restore"): service.restore_phase,
    ("touchpoint", "remove"): service.remove_touchpoint,
    ("touchpoint", "restore"): service.restore_touchpoint,
    ("persona", "remove"): service.remove_persona,
    ("persona", "restore"): service.restore_persona,
}


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """A form that stands open on the board."""

    #: phase or touchpoint
    what: str
    form: PhaseForm | TouchpointForm
    #: where it is sent
    url: str
    #: of the part that is changed; empty for a new one
    key: str = ""
    #: of the phase that a new touchpoint goes to
    phase: str = ""


@dataclass(frozen=True, kw_only=True)
class Archived:
    """What was removed from a map."""

    phases: tuple[PhaseOnMap, ...]
    #: with the phase to which each comes back
    touchpoints: tuple[tuple[PhaseOnMap, TouchpointOnMap], ...]
    personas: tuple[PersonaOnMap, ...]


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "channel_icon": channel_icon,
        "channel_word": lambda channel: channel_name(channel, locale()),
        "kind_word": lambda kind: gettext(KINDS[Kind(kind)]),
        "brake_word": lambda brake: gettext(BRAKES[Brake(brake)]),
        "change_words": change_words,
        "reason_words": _reason_words,
    }


def change_words(change: RecordedChange) -> str:
    """Return what was done, in the language of the request."""
    words = CHANGES[change.action]
    if change.restored is not None:
        return gettext(words, number=change.restored)
    if change.names:
        return gettext(words, name=named(dict(change.names)))
    return gettext(words)


def _reason_words(reason: Mapping[str, str]) -> str:
    return named({name: text for name, text in reason.items() if name != "brake"})


@blueprint.get("/edit")
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> Answer:
    """Show the board; `form`, `part` and `phase` in the address open a form on it."""
    may_change = principal().may(Permission.CHANGE_JOURNEY)
    shown = get_map(current_session(), key)
    return _board(shown, _wanted_form(shown) if may_change else None)


@blueprint.route("/edit/about", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def about(key: str) -> Answer:
    """Change the name of a journey, and what is offered."""
    shown = get_map(current_session(), key)
    form = JourneyForm()
    if not form.is_submitted():
        form.fill(shown.names)
        form.fill(shown.offers, "offer")

    def change() -> None:
        service.rename_journey(
            current_session(),
            key,
            names=form.names(),
            offers=form.names("offer"),
            **_act(),
        )

    return _page_form("board/about.html", shown, form, change)


@blueprint.post("/edit/phases")
@requires(Permission.CHANGE_JOURNEY)
def add_phase(key: str) -> Answer:
    """Add a phase."""
    form = PhaseForm()
    opened = OpenForm(what="phase", form=form, url=request.path)
    return _change_in_place(
        key,
        opened,
        lambda: service.add_phase(current_session(), key, names=form.names(), **_act()),
    )


@blueprint.post("/edit/phases/<part>")
@requires(Permission.CHANGE_JOURNEY)
def rename_phase(key: str, part: str) -> Answer:
    """Give a phase another name."""
    form = PhaseForm()
    opened = OpenForm(what="phase", key=part, form=form, url=request.path)
    return _change_in_place(
        key,
        opened,
        lambda: service.rename_phase(
            current_session(), key, part, names=form.names(), **_act()
        ),
    )


@blueprint.post("/edit/phases/<part>/touchpoints")
@requires(Permission.CHANGE_JOURNEY)
def add_touchpoint(key: str, part: str) -> Answer:
    """Add a touchpoint to a phase."""
    form = TouchpointForm(unknown=request.form.get("channel", ""))
    opened = OpenForm(what="touchpoint", phase=part, form=form, url=request.path)
    return _change_in_place(
        key,
        opened,
        lambda: service.add_touchpoint(
            current_session(), key, part, **form.values(), **_act()
        ),
    )


@blueprint.post("/edit/touchpoints/<part>")
@requires(Permission.CHANGE_JOURNEY)
def change_touchpoint(key: str, part: str) -> Answer:
    """Change a touchpoint."""
    form = TouchpointForm(unknown=request.form.get("channel", ""))
    opened = OpenForm(what="touchpoint", key=part, form=form, url=request.path)
    return _change_in_place(
        key,
        opened,
        lambda: service.change_touchpoint(
            current_session(), key, part, **form.values(), **_act()
        ),
    )


@blueprint.post("/edit/touchpoints/<part>/moment")
@requires(Permission.CHANGE_JOURNEY)
def mark_moment(key: str, part: str) -> Answer:
    """Mark a touchpoint as a moment of truth, or take the mark away."""
    _, point = _place_of(get_map(current_session(), key), part)

    def change() -> None:
        service.change_touchpoint(
            current_session(),
            key,
            part,
            names=point.names,
            channel=point.channel,
            kind=point.kind,
            is_moment_of_truth=not point.is_moment_of_truth,
            **_act(),
        )

    return _change(key, change, at=f"touchpoint-{part}")


@blueprint.post("/edit/phases/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_phase(key: str, part: str) -> Answer:
    """Move a phase: `to` left or right, or to a `position`."""
    phases = get_map(current_session(), key).phases

    def change() -> None:
        position = _position(_index(phases, part))
        service.move_phase(current_session(), key, part, position=position, **_act())

    return _change(key, change, at=f"phase-{part}")


@blueprint.post("/edit/personas/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_persona(key: str, part: str) -> Answer:
    """Move a persona: `to` left or right, or to a `position`."""
    personas = get_map(current_session(), key).personas

    def change() -> None:
        position = _position(_index(personas, part, "persona"))
        service.move_persona(current_session(), key, part, position=position, **_act())

    return _change(key, change, at=f"persona-{part}")


@blueprint.post("/edit/touchpoints/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_touchpoint(key: str, part: str) -> Answer:
    """Move a touchpoint: `to` up, down, left or right, or to `phase` and `position`."""
    shown = get_map(current_session(), key)

    def change() -> None:
        phase, point = _place_of(shown, part)
        place = _index(phase.touchpoints, point.key)
        column = _index(shown.phases, phase.key) + _STEPS_ACROSS.get(_direction(), 0)
        column = min(max(column, 0), len(shown.phases) - 1)
        service.move_touchpoint(
            current_session(),
            key,
            part,
            phase_key=request.form.get("phase") or shown.phases[column].key,
            position=place if _direction() in _STEPS_ACROSS else _position(place),
            **_act(),
        )

    return _change(key, change, at=f"touchpoint-{part}")


@blueprint.post(
    "/edit/<any(phase, touchpoint, persona):what>/<part>/<any(remove, restore):deed>"
)
@requires(Permission.CHANGE_JOURNEY)
def remove(key: str, what: str, part: str, deed: str) -> Answer:
    """Archive a part of the map, or bring it back."""
    if (what, deed) not in REMOVALS:
        abort(404)
    run = REMOVALS[what, deed]
    at = f"{what}-{part}" if deed == "restore" else ""
    return _change(key, lambda: run(current_session(), key, part, **_act()), at=at)


@blueprint.route("/edit/new-persona", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def add_persona(key: str) -> Answer:
    """Add a persona."""
    shown = get_map(current_session(), key)
    form = PersonaForm()
    return _page_form(
        "board/persona.html",
        shown,
        form,
        lambda: service.add_persona(current_session(), key, **form.values(), **_act()),
    )


@blueprint.route("/edit/personas/<part>", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def change_persona(key: str, part: str) -> Answer:
    """Change a persona."""
    shown = get_map(current_session(), key)
    persona = shown.personas[_index(shown.personas, part, "persona")]
    form = PersonaForm()
    if not form.is_submitted():
        form.show(persona)
    return _page_form(
        "board/persona.html",
        shown,
        form,
        lambda: service.change_persona(
            current_session(), key, part, **form.values(), **_act()
        ),
        persona=persona,
    )


@blueprint.get("/edit/archived")
@requires(Permission.CHANGE_JOURNEY)
def archived(key: str) -> str:
    """List what was removed, to bring it back."""
    shown = get_map(current_session(), key, archived=True)
    removed = Archived(
        phases=tuple(phase for phase in shown.phases if phase.is_archived),
        touchpoints=tuple(
            (phase, point)
            for phase in shown.phases
            for point in phase.touchpoints
            if point.is_archived and not phase.is_archived
        ),
        personas=tuple(persona for persona in shown.personas if persona.is_archived),
    )
    return render_template("board/archived.html", map=shown, removed=removed)


@blueprint.get("/history")
@requires(Permission.READ_FEEDBACK)
def history(key: str) -> str:
    """List the changes, newest first."""
    shown = get_map(current_session(), key)
    changes = turned(list_changes(current_session(), shown.id, wanted_page()))
    return render_template("board/history.html", map=shown, changes=changes)


@blueprint.post("/edit/undo")
@requires(Permission.CHANGE_JOURNEY)
def undo(key: str) -> Answer:
    """Take the newest change back."""
    return _change(key, lambda: service.undo(current_session(), key, **_act()))


@blueprint.post("/edit/restore/<int:number>")
@requires(Permission.CHANGE_JOURNEY)
def restore(key: str, number: int) -> Answer:
    """Put the map back as it stood after a change."""
    return _change(
        key, lambda: service.restore(current_session(), key, number, **_act())
    )


_STEPS_ACROSS = {"left": -1, "right": 1}
_STEPS = {"up": -1, "down": 1, **_STEPS_ACROSS}


def _direction() -> str:
    return request.form.get("to", "")


def _position(place: int) -> int:
    """Return where a part goes that stands at `place` now."""
    wanted = request.form.get("position", type=int)
    return place + _STEPS.get(_direction(), 0) if wanted is None else wanted


def _index(parts: Sequence[Part], key: str, what: str = "phase") -> int:
    for place, part in enumerate(parts):
        if part.key == key:
            return place
    raise NotFound(what)


def _place_of(shown: JourneyMap, key: str) -> tuple[PhaseOnMap, TouchpointOnMap]:
    for phase in shown.phases:
        for point in phase.touchpoints:
            if point.key == key:
                return phase, point
    raise NotFound("touchpoint")


def _act() -> Act:
    """Return who changes the map, and which revision their page showed."""
    return Act(
        author_id=principal().id,
        now=now(),
        revision=request.form.get("revision", type=int),
    )


def _wanted_form(shown: JourneyMap) -> OpenForm | None:
    """Return the form that the address asks for, filled in."""
    what, key = request.args.get("form"), request.args.get("part", "")
    phase = request.args.get("phase", "")
    if what == "phase" and not key:
        url = url_for("board.add_phase", key=shown.key)
        return OpenForm(what=what, form=PhaseForm(), url=url)
    if what == "phase":
        naming = PhaseForm()
        naming.fill(shown.phases[_index(shown.phases, key)].names)
        url = url_for("board.rename_phase", key=shown.key, part=key)
        return OpenForm(what=what, key=key, form=naming, url=url)
    if what == "touchpoint" and not key:
        _index(shown.phases, phase)
        url = url_for("board.add_touchpoint", key=shown.key, part=phase)
        return OpenForm(what=what, phase=phase, form=TouchpointForm(), url=url)
    if what == "touchpoint":
        _, point = _place_of(shown, key)
        form = TouchpointForm(unknown=point.channel)
        form.show(point)
        url = url_for("board.change_touchpoint", key=shown.key, part=key)
        return OpenForm(what=what, key=key, form=form, url=url)
    return None


def _is_astray(opened: OpenForm, shown: JourneyMap) -> bool:
    """Return whether the part that a form is about is gone meanwhile."""
    if opened.what == "touchpoint" and opened.key:
        return all(point.key != opened.key for point in shown.touchpoints)
    about = opened.key or opened.phase
    return bool(about) and all(phase.key != about for phase in shown.phases)


def _change_in_place(
    key: str, opened: OpenForm, change: Callable[[], object]
) -> Answer:
    """Make the change of a form on the board, or show it again with what is wrong."""
    form = opened.form
    if not form.validate_on_submit():
        return _board(get_map(current_session(), key), opened, status=422)
    refusal = _refusal(change)
    if refusal is not None:
        status, words = refusal
        shown = get_map(current_session(), key)
        return _board(shown, opened, status=status, refusal=words)
    if opened.phase:  # the next touchpoint of the phase is typed at once
        return _to_board(key, at=f"name_{locale()}", add_to=opened.phase)
    return _to_board(key, at=f"{opened.what}-{opened.key}" if opened.key else "")


def _page_form(
    template: str,
    shown: JourneyMap,
    form: JourneyForm | PersonaForm,
    change: Callable[[], object],
    **values: Any,
) -> Answer:
    """Show a form on a page of its own, or make its change and go to the board."""
    status, words = (422 if form.is_submitted() else 200), ""
    if form.validate_on_submit():
        refusal = _refusal(change)
        if refusal is None:
            return _to_board(shown.key)
        status, words = refusal
        shown = get_map(current_session(), shown.key)
    page = render_template(template, map=shown, form=form, refusal=words, **values)
    return page, status


def _change(key: str, change: Callable[[], object], at: str = "") -> Answer:
    """Make a change that needs no form, and show the board."""
    refusal = _refusal(change)
    if refusal is None:
        return _to_board(key, at=at)
    status, words = refusal
    return _board(get_map(current_session(), key), status=status, refusal=words)


def _refusal(change: Callable[[], object]) -> tuple[int, str] | None:
    """Make a change; return status and words when it is not accepted."""
    try:
        change()
    except Conflict as error:
        return 409, words_for(error.code)
    except Invalid as error:
        return 422, words_for(next(iter(error.fields.values())))
    return None


def _to_board(key: str, at: str = "", *, add_to: str | None = None) -> Response:
    """Lead to the board, where the element `at` gets the focus."""
    address = url_for(
        "board.index",
        key=key,
        done=1,
        form="touchpoint" if add_to else None,
        phase=add_to,
        _anchor=at or None,
    )
    return redirect(address)


def _board(
    shown: JourneyMap,
    opened: OpenForm | None = None,
    *,
    status: int = 200,
    refusal: str = "",
) -> tuple[str, int]:
    done: RecordedChange | None = None
    if "done" in request.args and shown.revision:
        done = get_change(current_session(), shown.id, shown.revision)
    page = render_template(
        "board/index.html",
        map=shown,
        opened=opened,
        is_astray=opened is not None and _is_astray(opened, shown),
        done=done,
        refusal=refusal,
        may_change=principal().may(Permission.CHANGE_JOURNEY),
    )
    return page, status
