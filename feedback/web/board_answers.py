"""What the board answers: itself, with a form open, a change made, or a refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.journey.history import RecordedChange, get_change
from feedback.journey.queries import (
    JourneyMap,
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
    get_map,
)
from feedback.journey.revisions import Act
from feedback.web.context import current_session, locale, now, principal
from feedback.web.errors import words_for
from feedback.web.forms.journey import (
    JourneyForm,
    PersonaForm,
    PhaseForm,
    TouchpointForm,
)
from feedback.web.language import gettext, named

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


def change_words(change: RecordedChange) -> str:
    """Return what was done, in the language of the request."""
    words = CHANGES[change.action]
    if change.restored is not None:
        return gettext(words, number=change.restored)
    if change.names:
        return gettext(words, name=named(change.names))
    return gettext(words)


def place_in(parts: Sequence[Part], key: str, what: str = "phase") -> int:
    """Return where a part stands among its like.

    Raises:
        NotFound: `what`.
    """
    for place, part in enumerate(parts):
        if part.key == key:
            return place
    raise NotFound(what)


def find_touchpoint(shown: JourneyMap, key: str) -> tuple[PhaseOnMap, TouchpointOnMap]:
    """Return a touchpoint with its phase.

    Raises:
        NotFound: `touchpoint`.
    """
    for phase in shown.phases:
        for point in phase.touchpoints:
            if point.key == key:
                return phase, point
    raise NotFound("touchpoint")


def signed() -> Act:
    """Return who changes the map, and which revision their page showed."""
    return Act(
        author_id=principal().id,
        now=now(),
        revision=request.form.get("revision", type=int),
    )


def wanted_form(shown: JourneyMap) -> OpenForm | None:
    """Return the form that the address asks for, filled in."""
    what, key = request.args.get("form"), request.args.get("part", "")
    phase = request.args.get("phase", "")
    if what == "phase" and not key:
        url = url_for("board.add_phase", key=shown.key)
        return OpenForm(what=what, form=PhaseForm(), url=url)
    if what == "phase":
        naming = PhaseForm()
        naming.fill(shown.phases[place_in(shown.phases, key)].names)
        url = url_for("board.rename_phase", key=shown.key, part=key)
        return OpenForm(what=what, key=key, form=naming, url=url)
    if what == "touchpoint" and not key:
        place_in(shown.phases, phase)
        url = url_for("board.add_touchpoint", key=shown.key, part=phase)
        return OpenForm(what=what, phase=phase, form=TouchpointForm(), url=url)
    if what == "touchpoint":
        _, point = find_touchpoint(shown, key)
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


def change_in_place(key: str, opened: OpenForm, change: Callable[[], object]) -> Answer:
    """Make the change of a form on the board, or show it again with what is wrong."""
    form = opened.form
    if not form.validate_on_submit():
        return show_board(get_map(current_session(), key), opened, status=422)
    refusal = _refusal(change)
    if refusal is not None:
        status, words = refusal
        shown = get_map(current_session(), key)
        return show_board(shown, opened, status=status, refusal=words)
    if opened.phase:  # the next touchpoint of the phase is typed at once
        return _to_board(key, at=f"name_{locale()}", add_to=opened.phase)
    return _to_board(key, at=f"{opened.what}-{opened.key}" if opened.key else "")


def change_on_page(
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


def change_board(key: str, change: Callable[[], object], at: str = "") -> Answer:
    """Make a change that needs no form, and show the board."""
    refusal = _refusal(change)
    if refusal is None:
        return _to_board(key, at=at)
    status, words = refusal
    return show_board(get_map(current_session(), key), status=status, refusal=words)


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


def show_board(
    shown: JourneyMap,
    opened: OpenForm | None = None,
    *,
    status: int = 200,
    refusal: str = "",
) -> tuple[str, int]:
    """Show the board, with a form open on it, and the newest change or a refusal."""
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
