"""Desk of results: a survey, and which of its responses the address asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, request, url_for

from feedback.collection.response_filter import (
    ResponseFacets,
    ResponseFilter,
    find_span,
    list_facets,
)
from feedback.collection.terms import Channel, Flag
from feedback.collection.wording import channel_name, flag_name
from feedback.core.errors import Invalid
from feedback.core.periods import Period, parse_period
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_period
from feedback.insights.segments import period_choices
from feedback.journey.queries import JourneyMap, get_map
from feedback.surveys.queries import SurveyDraft, get_survey
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale
from feedback.web.desk import Option, period_options
from feedback.web.language import gettext, named

NAMES = {
    "period": mark("Period"),
    "version": mark("Version"),
    "touchpoint": mark("Touchpoint"),
    "channel": mark("Channel"),
    "language": mark("Language"),
    "partial": mark("Responses"),
    "flagged": mark("Flagged responses"),
    "flag": mark("Flag"),
    "tests": mark("Tests"),
}


@dataclass(frozen=True, kw_only=True)
class ResultsDesk:
    """What every page of results stands on.

    `canonical` is the address to go to instead, when two dates were typed.
    """

    survey: SurveyDraft
    journey: JourneyMap
    wanted: ResponseFilter
    #: the parameters of the address that were understood
    address: Mapping[str, str]
    #: in words, those that were not
    dropped_names: str
    #: days from the first to the last response
    span: Period | None
    facets: ResponseFacets
    canonical: str | None

    @property
    def is_filtered(self) -> bool:
        """Whether the address asks for less than everything."""
        return bool(self.address)

    @property
    def periods(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """The periods to choose from, in groups with a title."""
        if self.span is None:
            return ()
        choices = period_choices(self.span)
        recent = [("", gettext("Since the beginning"))]
        if choices.recent != choices.everything:
            recent.append((str(choices.recent), gettext("Latest three months")))
        if choices.last_year not in {None, choices.everything}:
            recent.append((str(choices.last_year), gettext("Last twelve months")))
        groups = [
            (gettext("Recent"), tuple(recent)),
            (gettext("Months"), period_options(choices.months)),
            (gettext("Quarters"), period_options(choices.quarters)),
            (gettext("Years"), period_options(choices.years)),
        ]
        chosen = self.address.get("period", "")
        if self.wanted.period is not None and not any(
            chosen == value for _, options in groups for value, _ in options
        ):
            words = format_period(self.wanted.period, locale())
            groups.append((gettext("Other dates"), ((chosen, words),)))
        return tuple(groups)

    @property
    def first_day(self) -> date | None:
        """The first day that is looked at, None without any."""
        period = self.wanted.period or self.span
        return period.since if period else None

    @property
    def last_day(self) -> date | None:
        """The last day that is looked at, None without any."""
        period = self.wanted.period or self.span
        return period.until - timedelta(days=1) if period else None

    @property
    def versions(self) -> tuple[Option, ...]:
        """The versions that were answered."""
        return tuple(
            (str(number), gettext("Version %(number)s", number=number))
            for number in self.facets.versions
        )

    @property
    def touchpoints(self) -> tuple[Option, ...]:
        """The touchpoints at which it was answered."""
        return tuple(
            (point.key, named(point.names))
            for point in self.journey.touchpoints
            if point.id in self.facets.touchpoint_ids
        )

    @property
    def channels(self) -> tuple[Option, ...]:
        """The ways in which people were asked."""
        return tuple(
            (str(one), channel_name(one, locale())) for one in self.facets.channels
        )

    @property
    def languages(self) -> tuple[Option, ...]:
        """The languages in which people answered."""
        return tuple(
            (code, language_name(code, locale())) for code in self.facets.languages
        )

    @property
    def flags(self) -> tuple[Option, ...]:
        """What can be odd about a response."""
        return tuple((str(flag), flag_name(flag, locale())) for flag in Flag)

    @property
    def places(self) -> Mapping[int, str]:
        """The names of the touchpoints, by their numbers."""
        return {point.id: named(point.names) for point in self.journey.touchpoints}

    def url(self, endpoint: str = "results.show", **changed: Any) -> str:
        """Return the address of a page with the same filters, something changed."""
        values = {**self.address, **changed}
        return url_for(endpoint, public_id=self.survey.public_id, **values)

    def verbatims(self) -> str:
        """Return the address of what was written in surveys at the same places."""
        touchpoint = self.address.get("touchpoint")
        if touchpoint is None and len(self.touchpoints) == 1:
            touchpoint = self.touchpoints[0][0]
        return url_for(
            "explorer.index",
            key=self.survey.journey_key,
            touchpoint=touchpoint,
            source="survey",
            language=self.address.get("language"),
            period=str(self.wanted.period or self.span or "") or None,
        )


def open_results(public_id: str) -> ResultsDesk:
    """Return the desk of a survey with the filters that the address asks for.

    Raises:
        NotFound: `survey`.
    """
    session = current_session()
    survey = get_survey(session, public_id)
    journey = get_map(session, survey.journey_key, archived=True)
    asked = {name: request.args.get(name, "").strip() for name in NAMES}
    read: dict[str, Any] = {
        "period": _period(asked["period"]),
        "version": int(asked["version"]) if _is_small(asked["version"]) else None,
        "touchpoint": next(
            (one.id for one in journey.touchpoints if one.key == asked["touchpoint"]),
            None,
        ),
        "channel": _one_of(Channel, asked["channel"]),
        "language": asked["language"][:8] or None,
        "partial": asked["partial"] == "1" or None,
        "flagged": asked["flagged"] == "without" or None,
        "flag": _one_of(Flag, asked["flag"]),
        "tests": asked["tests"] == "1" or None,
    }
    address = {name: asked[name] for name, value in read.items() if value is not None}
    dropped = [name for name in NAMES if asked[name] and name not in address]
    wanted = ResponseFilter(
        survey_id=survey.id,
        period=read["period"],
        version=read["version"],
        touchpoint_id=read["touchpoint"],
        channel=read["channel"],
        language=read["language"],
        with_partial=bool(read["partial"]),
        without_flagged=bool(read["flagged"]),
        flag=read["flag"],
        with_tests=bool(read["tests"]),
    )
    everything = ResponseFilter(survey_id=survey.id, with_partial=True)
    return ResultsDesk(
        survey=survey,
        journey=journey,
        wanted=wanted,
        address=address,
        dropped_names=", ".join(gettext(NAMES[name]) for name in dropped),
        span=find_span(session, everything),
        facets=list_facets(session, survey.id),
        canonical=_typed_dates(public_id, address),
    )


def _typed_dates(public_id: str, address: Mapping[str, str]) -> str | None:
    """Return the address with the period of two typed dates, both included."""
    first, last = request.args.get("first"), request.args.get("last")
    if first is None or last is None:
        return None
    period = address.get("period")
    try:
        until = date.fromisoformat(last) + timedelta(days=1)
        period = str(parse_period(f"{first}..{until.isoformat()}"))
    except (ValueError, OverflowError, Invalid):
        flash(gettext("The first of two dates must not be after the second."))
    assert request.endpoint is not None  # noqa: S101 - a view is running
    values: dict[str, Any] = {**address, "period": period}
    return url_for(request.endpoint, public_id=public_id, **values)


def _period(text: str) -> Period | None:
    try:
        return parse_period(text) if text else None
    except Invalid:
        return None


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _one_of(kind: type[Any], value: str) -> Any:
    return next((one for one in kind if one.value == value), None)
