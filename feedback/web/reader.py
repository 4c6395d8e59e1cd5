"""Reader: what somebody reads in the explorer, and the addresses that lead around."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from flask import request, url_for

from feedback.i18n.catalogs import mark
from feedback.insights.segments import verbatims_of
from feedback.measures.scales import ScoreClass
from feedback.nlp.annotation import Feeling
from feedback.voice.queries import (
    VerbatimFilter,
    VerbatimInList,
)
from feedback.voice.taxonomy import Stance, find_theme, theme_name
from feedback.voice.wording import feeling_name, source_name, stance_name
from feedback.web.context import current_session, locale
from feedback.web.desk import FILTERS, Desk, open_desk
from feedback.web.language import gettext, named

LONGEST_SEARCH = 200
OWN_FILTERS = {
    "theme": mark("Theme"),
    "stance": mark("Stance"),
    "feeling": mark("Feeling"),
    "score": mark("Score"),
    "q": mark("Words"),
}
SCORES = {
    ScoreClass.LOW: mark("Low (detractors)"),
    ScoreClass.MIDDLE: mark("Middle (passives)"),
    ScoreClass.HIGH: mark("High (promoters)"),
}
#: from the worst to the best, and then those that tell nothing
FEELINGS = (
    Feeling.NEGATIVE,
    Feeling.MIXED,
    Feeling.NEUTRAL,
    Feeling.POSITIVE,
    Feeling.UNRATED,
)
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in use, with the address without it."""

    label: str
    value: str
    url_remove: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A value to filter by; its address takes it away again when it is chosen."""

    label: str
    url: str
    is_chosen: bool
    sign: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The filter that the address asks for, on the desk of its journey.

    `dropped` names the parameters that said nothing known.
    """

    desk: Desk
    wanted: VerbatimFilter
    address: Mapping[str, str]
    dropped: tuple[str, ...]

    def url(self, endpoint: str = "explorer.index", **changed: str | int | None) -> str:
        """Return the address of a page with these filters, with something changed."""
        key = self.desk.journey.key
        values: dict[str, Any] = {"key": key, **self.address, **changed}
        return url_for(endpoint, **values)

    @property
    def page(self) -> str | None:
        """The number of the page that is turned to, None for the first."""
        return request.args.get("page")

    def verbatim(self, public_id: str | None) -> str:
        """Return the address of this page of the list with one verbatim open."""
        return self.url(verbatim=public_id, page=self.page)

    def deed(self, endpoint: str, public_id: str, **values: int) -> str:
        """Return the address that a correction is sent to; it leads back to here."""
        return self.url(endpoint, public_id=public_id, page=self.page, **values)

    @property
    def url_plain(self) -> str:
        """The address that the form of filters is sent to."""
        return url_for("explorer.index", key=self.desk.journey.key)

    @property
    def own_address(self) -> Mapping[str, str]:
        """The filters that the bar of filters does not hold."""
        return {
            name: value
            for name, value in self.address.items()
            if name in OWN_FILTERS and name != "q"
        }

    @property
    def unfiltered(self) -> str:
        """The address of the same period without any filter."""
        return url_for(
            "explorer.index",
            key=self.desk.journey.key,
            period=self.address["period"],
        )

    @property
    def everything(self) -> str | None:
        """The address of the whole time with these filters, None when it is that."""
        choices = self.desk.choices
        if choices is None or self.address["period"] == str(choices.everything):
            return None
        return self.url(period=str(choices.everything))

    @property
    def dropped_names(self) -> str:
        """The parameters that said nothing known, in words."""
        names = {**FILTERS, **OWN_FILTERS}
        return ", ".join(gettext(names[name]) for name in self.dropped)

    @property
    def points(self) -> tuple[tuple[str, str], ...]:
        """The touchpoints to choose from, once a phase or one of them is chosen."""
        chosen = {self.address.get("phase"), self.address.get("touchpoint")} - {None}
        return tuple(
            (point.key, named(point.names))
            for phase in self.desk.journey.phases
            if chosen & {phase.key, *(point.key for point in phase.touchpoints)}
            for point in phase.touchpoints
        )

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The filters in use, but for the period, which is always one."""
        names = {**FILTERS, **OWN_FILTERS}
        return tuple(
            Chip(
                label=gettext(names[name]),
                value=self._word(name, value),
                url_remove=self.url(**without(name)),
            )
            for name, value in self.address.items()
            if name != "period"
        )

    @property
    def feelings(self) -> tuple[Facet, ...]:
        """The feelings to filter by."""
        return tuple(
            Facet(
                label=feeling_name(one, locale()),
                url=self._toggled("feeling", one),
                is_chosen=self.wanted.feeling == one,
                sign=one.value,
            )
            for one in FEELINGS
        )

    @property
    def scores(self) -> tuple[Facet, ...]:
        """The classes of score to filter by."""
        return tuple(
            Facet(
                label=gettext(word),
                url=self._toggled("score", one),
                is_chosen=self.wanted.score_class == one,
            )
            for one, word in SCORES.items()
        )

    def _toggled(self, name: str, value: StrEnum) -> str:
        chosen = self.address.get(name) == value
        changed: dict[str, Any] = {name: None if chosen else value.value}
        return self.url(**changed)

    def _word(self, name: str, value: str) -> str:
        if name == "theme":
            return theme_name(current_session(), value, locale())
        if name == "stance":
            return stance_name(Stance(value), locale())
        if name == "feeling":
            return feeling_name(Feeling(value), locale())
        if name == "score":
            return gettext(SCORES[ScoreClass(value)])
        if name == "source":
            return source_name(value, locale())
        return self._place_or_kind(name, value)

    def _place_or_kind(self, name: str, value: str) -> str:
        journey = self.desk.journey
        options = {
            "phase": [(one.key, named(one.names)) for one in journey.phases],
            "touchpoint": [(one.key, named(one.names)) for one in journey.touchpoints],
            "persona": self.desk.personas,
            "channel": self.desk.channels,
            "language": self.desk.languages,
        }
        return dict(options.get(name, ())).get(value, value)


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The verbatims before and after the open one on the same page of the list."""

    previous: str | None = None
    next: str | None = None


def open_reader(key: str) -> Reader:
    """Return the reader of a journey with the filters that the address asks for.

    Raises:
        NotFound: `journey`.
    """
    desk = open_desk(key)
    theme = find_theme(current_session(), request.args.get("theme", ""))
    stance = _choice(Stance, "stance") if theme else None
    feeling = _choice(Feeling, "feeling")
    score = _choice(ScoreClass, "score")
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    own = {
        "theme": theme and theme.key,
        "stance": stance,
        "feeling": feeling,
        "score": score,
        "q": words or None,
    }
    wrong = tuple(
        name
        for name, value in own.items()
        if request.args.get(name, "").strip() and value is None
    )
    return Reader(
        desk=desk,
        wanted=replace(
            verbatims_of(
                desk.segment,
                theme=theme.key if theme else None,
                stance=stance,
                with_interviews=True,
            ),
            feeling=feeling,
            score_class=score,
            text=words or None,
        ),
        address={
            **desk.address,
            **{name: str(value) for name, value in own.items() if value},
        },
        dropped=(*desk.dropped, *wrong),
    )


def neighbours(reader: Reader, items: tuple[VerbatimInList, ...]) -> Neighbours:
    """Return the addresses of the verbatims beside the open one, where there are."""
    opened = request.args.get("verbatim")
    before = after = None
    for one, other in pairwise(items):
        if other.public_id == opened:
            before = reader.verbatim(one.public_id)
        if one.public_id == opened:
            after = reader.verbatim(other.public_id)
    return Neighbours(previous=before, next=after)


def _choice(kind: type[Choice], name: str) -> Choice | None:
    asked = request.args.get(name)
    return next((one for one in kind if one.value == asked), None)


def without(name: str) -> dict[str, Any]:
    """Return what goes from the address with a filter: its stance with a theme."""
    return dict.fromkeys(("theme", "stance") if name == "theme" else (name,))
