"""Blueprint board: the board on which a journey is drawn, and its history.

Every change is a form sent to an address of its own, with the number of the revision
that the page showed. The answer is the board again: with the change and a way to undo
it, or with what was typed and the reason why it was not accepted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request

from feedback.accounts.roles import Permission
from feedback.journey import personas, service
from feedback.journey.channels import channel_icon, channel_name
from feedback.journey.history import list_changes
from feedback.journey.queries import (
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
    get_map,
)
from feedback.journey.terms import BRAKES, KINDS, Brake, Kind
from feedback.web.board_answers import (
    Answer,
    OpenForm,
    change_board,
    change_in_place,
    change_on_page,
    change_words,
    find_touchpoint,
    place_in,
    show_board,
    signed,
    wanted_form,
)
from feedback.web.context import current_session, locale, principal
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

#: kind of part, deed
REMOVALS: Mapping[tuple[str, str], Callable[..., None]] = {
    ("phase", "remove"): service.remove_phase,
    ("phase", "restore"): service.restore_phase,
    ("touchpoint", "remove"): service.remove_touchpoint,
    ("touchpoint", "restore"): service.restore_touchpoint,
    ("persona", "remove"): personas.remove_persona,
    ("persona", "restore"): personas.restore_persona,
}


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


def _reason_words(reason: Mapping[str, str]) -> str:
    return named({name: text for name, text in reason.items() if name != "brake"})


@blueprint.get("/edit")
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> Answer:
    """Show the board; `form`, `part` and `phase` in the address open a form on it."""
    may_change = principal().may(Permission.CHANGE_JOURNEY)
    shown = get_map(current_session(), key)
    return show_board(shown, wanted_form(shown) if may_change else None)


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
            **signed(),
        )

    return change_on_page("board/about.html", shown, form, change)


@blueprint.post("/edit/phases")
@requires(Permission.CHANGE_JOURNEY)
def add_phase(key: str) -> Answer:
    """Add a phase."""
    form = PhaseForm()
    opened = OpenForm(what="phase", form=form, url=request.path)
    return change_in_place(
        key,
        opened,
        lambda: service.add_phase(
            current_session(), key, names=form.names(), **signed()
        ),
    )


@blueprint.post("/edit/phases/<part>")
@requires(Permission.CHANGE_JOURNEY)
def rename_phase(key: str, part: str) -> Answer:
    """Give a phase another name."""
    form = PhaseForm()
    opened = OpenForm(what="phase", key=part, form=form, url=request.path)
    return change_in_place(
        key,
        opened,
        lambda: service.rename_phase(
            current_session(), key, part, names=form.names(), **signed()
        ),
    )


@blueprint.post("/edit/phases/<part>/touchpoints")
@requires(Permission.CHANGE_JOURNEY)
def add_touchpoint(key: str, part: str) -> Answer:
    """Add a touchpoint to a phase."""
    form = TouchpointForm(unknown=request.form.get("channel", ""))
    opened = OpenForm(what="touchpoint", phase=part, form=form, url=request.path)
    return change_in_place(
        key,
        opened,
        lambda: service.add_touchpoint(
            current_session(), key, part, **form.values(), **signed()
        ),
    )


@blueprint.post("/edit/touchpoints/<part>")
@requires(Permission.CHANGE_JOURNEY)
def change_touchpoint(key: str, part: str) -> Answer:
    """Change a touchpoint."""
    form = TouchpointForm(unknown=request.form.get("channel", ""))
    opened = OpenForm(what="touchpoint", key=part, form=form, url=request.path)
    return change_in_place(
        key,
        opened,
        lambda: service.change_touchpoint(
            current_session(), key, part, **form.values(), **signed()
        ),
    )


@blueprint.post("/edit/touchpoints/<part>/moment")
@requires(Permission.CHANGE_JOURNEY)
def mark_moment(key: str, part: str) -> Answer:
    """Mark a touchpoint as a moment of truth, or take the mark away."""
    _, point = find_touchpoint(get_map(current_session(), key), part)

    def change() -> None:
        service.change_touchpoint(
            current_session(),
            key,
            part,
            names=point.names,
            channel=point.channel,
            kind=point.kind,
            is_moment_of_truth=not point.is_moment_of_truth,
            **signed(),
        )

    return change_board(key, change, at=f"touchpoint-{part}")


@blueprint.post("/edit/phases/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_phase(key: str, part: str) -> Answer:
    """Move a phase: `to` left or right, or to a `position`."""
    phases = get_map(current_session(), key).phases

    def change() -> None:
        position = _position(place_in(phases, part))
        service.move_phase(current_session(), key, part, position=position, **signed())

    return change_board(key, change, at=f"phase-{part}")


@blueprint.post("/edit/personas/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_persona(key: str, part: str) -> Answer:
    """Move a persona: `to` left or right, or to a `position`."""
    shown = get_map(current_session(), key)

    def change() -> None:
        position = _position(place_in(shown.personas, part, "persona"))
        personas.move_persona(
            current_session(), key, part, position=position, **signed()
        )

    return change_board(key, change, at=f"persona-{part}")


@blueprint.post("/edit/touchpoints/<part>/move")
@requires(Permission.CHANGE_JOURNEY)
def move_touchpoint(key: str, part: str) -> Answer:
    """Move a touchpoint: `to` up, down, left or right, or to `phase` and `position`."""
    shown = get_map(current_session(), key)

    def change() -> None:
        phase, point = find_touchpoint(shown, part)
        place = place_in(phase.touchpoints, point.key)
        column = place_in(shown.phases, phase.key) + _STEPS_ACROSS.get(_direction(), 0)
        column = min(max(column, 0), len(shown.phases) - 1)
        service.move_touchpoint(
            current_session(),
            key,
            part,
            phase_key=request.form.get("phase") or shown.phases[column].key,
            position=place if _direction() in _STEPS_ACROSS else _position(place),
            **signed(),
        )

    return change_board(key, change, at=f"touchpoint-{part}")


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
    return change_board(
        key, lambda: run(current_session(), key, part, **signed()), at=at
    )


@blueprint.route("/edit/new-persona", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def add_persona(key: str) -> Answer:
    """Add a persona."""
    shown = get_map(current_session(), key)
    form = PersonaForm()
    return change_on_page(
        "board/persona.html",
        shown,
        form,
        lambda: personas.add_persona(
            current_session(), key, **form.values(), **signed()
        ),
    )


@blueprint.route("/edit/personas/<part>", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def change_persona(key: str, part: str) -> Answer:
    """Change a persona."""
    shown = get_map(current_session(), key)
    persona = shown.personas[place_in(shown.personas, part, "persona")]
    form = PersonaForm()
    if not form.is_submitted():
        form.show(persona)
    return change_on_page(
        "board/persona.html",
        shown,
        form,
        lambda: personas.change_persona(
            current_session(), key, part, **form.values(), **signed()
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
    return change_board(key, lambda: service.undo(current_session(), key, **signed()))


@blueprint.post("/edit/restore/<int:number>")
@requires(Permission.CHANGE_JOURNEY)
def restore(key: str, number: int) -> Answer:
    """Put the map back as it stood after a change."""
    return change_board(
        key, lambda: service.restore(current_session(), key, number, **signed())
    )


_STEPS_ACROSS = {"left": -1, "right": 1}
_STEPS = {"up": -1, "down": 1, **_STEPS_ACROSS}


def _direction() -> str:
    return request.form.get("to", "")


def _position(place: int) -> int:
    """Return where a part goes that stands at `place` now."""
    wanted = request.form.get("position", type=int)
    return place + _STEPS.get(_direction(), 0) if wanted is None else wanted
