"""The pages of a survey for one person: drawn once where they are the same for many.

A first page says the same to everybody who has answered nothing yet, save for its
addresses and its signed step: it is kept with gaps in their places, and filled.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from flask import url_for

from feedback.collection.answering import Opened
from feedback.i18n.rendering import environment
from feedback.surveys.branching import ShownPage, Walk
from feedback.surveys.conditions import Rule
from feedback.surveys.piping import fill, references
from feedback.surveys.questionnaire import Questionnaire, Text, Theme
from feedback.web.context import settings
from feedback.web.filled import Fields
from feedback.web.respondent import (
    Manner,
    Surroundings,
    interface_of,
    paragraphs,
    render_page,
    view_page,
)
from feedback.web.shell import asset

Thing = TypeVar("Thing")

#: pages that a process keeps drawn
MOST_DRAWN = 500
#: gaps of a drawn page; no text of a survey holds a NUL
STEP, PATH, WHY = "\0step\0", "\0path\0", "\0why\0"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a person is: their link and the survey in their language."""

    opened: Opened
    questionnaire: Questionnaire
    language: str
    #: `/a/TOKEN` or `/s/SLUG`
    path: str
    #: `/why/TOKEN`, None of an open link
    why: str | None
    manner: Manner


@dataclass(frozen=True, kw_only=True)
class CallbackForm:
    """The form that asks "may we get back to you?", at the end of a survey."""

    name: str = ""
    reach: str = ""
    #: what is wrong, in words
    fault: str = ""
    #: whether the wish was taken
    is_noted: bool = False


class Shelf(Generic[Thing]):
    """Things of this process by what they depend on, the oldest let go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Hashable, Thing] = {}
        self._lock = Lock()

    def find(self, key: Hashable) -> Thing | None:
        """Return the thing of a key, None when it is not here."""
        return self._things.get(key)

    def keep(self, key: Hashable, thing: Thing) -> Thing:
        """Keep a thing, and return it."""
        with self._lock:
            while len(self._things) >= self._most:
                del self._things[next(iter(self._things))]
            self._things[key] = thing
        return thing


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the pages of a questionnaire depend on beside the answers."""

    facts: tuple[tuple[str, str], ...]
    is_shuffled: bool
    has_contact: bool


_drawn: Shelf[str] = Shelf(MOST_DRAWN)
_needs: Shelf[Needs] = Shelf(MOST_DRAWN)


def first_page(
    place: Place, walk: Walk, page: ShownPage, *, step: str, score: int | None
) -> str:
    """Return a page of somebody who has saved nothing yet."""
    opened, questionnaire = place.opened, place.questionnaire
    needs = _needs_of(opened.checksum, questionnaire)
    key = (
        _key_of(place),
        page.key,
        score,
        opened.seed if needs.is_shuffled else "",
        tuple(sorted(opened.reach)) if needs.has_contact else (),
        tuple(str(opened.known.get(fact)) for fact in needs.facts),
    )
    drawn = _drawn.find(key)
    if drawn is None:
        gaps = replace(place, path=PATH, why=place.why and WHY)
        drawn = _drawn.keep(key, draw(gaps, walk, page, step=STEP))
    return _filled(drawn, place, step)


def _key_of(place: Place) -> Hashable:
    opened = place.opened
    return (
        opened.checksum,
        place.language,
        opened.is_personal,
        opened.anonymous,
        opened.is_test,
        place.manner,
        settings().company_name,
        settings().templates,
    )


def _filled(drawn: str, place: Place, step: str) -> str:
    return (
        drawn.replace(STEP, step)
        .replace(PATH, place.path)
        .replace(WHY, place.why or "")
    )


def draw(
    place: Place,
    walk: Walk,
    page: ShownPage,
    *,
    step: str,
    form: Fields | None = None,
    faults: Mapping[str, str] | None = None,
    notice: str | None = None,
    has_grown: bool = False,
) -> str:
    """Return a page as it is for one person."""
    view = view_page(
        place.questionnaire,
        walk,
        page,
        language=place.language,
        around=_around(place),
        action=place.path,
        step=step,
        form=form,
        faults=faults,
        seed=place.opened.seed,
        reach=tuple(place.opened.reach),
        notice=notice,
        has_grown=has_grown,
    )
    return render_page(view, templates=Path(settings().templates))


def thanks(
    place: Place, walk: Walk, *, step: str, callback: CallbackForm | None = None
) -> str:
    """Return the page after the last one, with the form for a callback if it asks."""
    ending, reach = walk.ending, place.opened.reach
    if callback is None and ending.callback and not place.opened.anonymous:
        known = reach.get("phone") or reach.get("email", "")
        callback = CallbackForm(name=reach.get("name", ""), reach=known)
    said = (*ending.title.values(), *ending.text.values())
    is_same = callback in {None, CallbackForm()} and not any("{" in one for one in said)
    key = ("thanks", ending.key, _key_of(place), callback)
    drawn = _drawn.find(key) if is_same else None
    if drawn is None:
        gaps = replace(place, path=PATH, why=place.why and WHY)
        drawn = _draw_thanks(gaps, walk, callback)
        if is_same:
            _drawn.keep(key, drawn)
    return _filled(drawn, place, step)


def _draw_thanks(place: Place, walk: Walk, callback: CallbackForm | None) -> str:
    ending, questionnaire = walk.ending, place.questionnaire
    interface = interface_of(place.language)
    template = environment(Path(settings().templates), interface).get_template(
        "respond/thanks.html"
    )

    def said(text: Text) -> str:
        return fill(text, questionnaire, walk.answers, walk.facts, place.language)

    return template.render(
        around=_around(place),
        title=said(ending.title),
        paragraphs=paragraphs(said(ending.text)),
        language=place.language,
        interface=interface,
        callback=callback,
        action=f"{place.path}/callback",
        step=STEP,
    )


def _around(place: Place) -> Surroundings:
    theme = place.questionnaire.theme
    personal = place.opened.is_personal and not place.opened.anonymous
    return Surroundings(
        company=settings().company_name,
        style=asset("css/respond.css"),
        script=asset("js/respond.js"),
        theme=_theme_address(place.opened.checksum, theme),
        logo=url_for("respond.logo", name=theme.logo) if theme.logo else None,
        why=place.why,
        seen=f"{place.path}/opened" if personal else None,
        is_test=place.opened.is_test,
        manner=place.manner,
        place_script=(
            None if place.manner == Manner.PAGE else asset("js/respond_place.js")
        ),
        start=place.path if place.manner == Manner.KIOSK else None,
    )


def _theme_address(checksum: str, theme: Theme) -> str | None:
    """Return where the look of a survey is, None of the one that all have."""
    if replace(theme, logo=None) == Theme():
        return None
    return url_for("respond.theme", checksum=checksum)


def _needs_of(checksum: str, questionnaire: Questionnaire) -> Needs:
    """Return what the pages of a version depend on; looked for once a process."""
    return _needs.find(checksum) or _needs.keep(checksum, _find_needs(questionnaire))


def _find_needs(questionnaire: Questionnaire) -> Needs:
    questions = tuple(questionnaire.questions())
    rules: list[Rule | None] = [one.show_if for one in questions]
    rules += [ending.show_if for ending in questionnaire.endings]
    facts = {
        (one.subject, one.name)
        for rule in rules
        for one in (rule.conditions if rule else ())
    }
    texts = [questionnaire.title, questionnaire.introduction]
    for question in questions:
        texts += [question.text, question.help]
        texts += question.wording.texts.values() if question.wording else ()
    for text in texts:
        for words in text.values():
            facts |= {(one.subject, one.name) for one in references(words)}
    return Needs(
        facts=tuple(sorted(facts)),
        is_shuffled=any(page.shuffle for page in questionnaire.pages)
        or any(one.options.get("shuffle") is True for one in questions),
        has_contact=any(one.kind == "contact" for one in questions),
    )
