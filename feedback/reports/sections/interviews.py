"""What customers said in interviews, in their words; only with consent to be quoted."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.core.periods import local_day
from feedback.i18n.catalogs import gettext, ngettext
from feedback.i18n.formats import format_date
from feedback.i18n.locales import named
from feedback.interviews.excerpt_queries import list_quotable
from feedback.reports.sections.base import Presented, Scope, Section
from feedback.reports.sections.quotations import printable
from feedback.voice.deciding import DecidedTheme

#: excerpts that a report prints
MOST = 6


@dataclass(frozen=True, kw_only=True)
class QuotedExcerpt:
    """Words of a participant, masked, with what a researcher says that they are of."""

    text: str
    language: str
    themes: tuple[str, ...]
    touchpoint_id: int
    day: date


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The excerpts that are printed, and of how many interviews they are."""

    excerpts: tuple[QuotedExcerpt, ...]
    interviews: int


@dataclass(frozen=True, kw_only=True)
class Said:
    """An excerpt as the template prints it."""

    text: str
    language: str
    source: str


def gather(session: Session, scope: Scope) -> Heard | None:
    """Read the excerpts of the month that may be quoted; None without any."""
    found = list_quotable(session, scope.journey.id, scope.period, most=MOST)
    if not found:
        return None
    return Heard(
        excerpts=tuple(
            QuotedExcerpt(
                text=printable(one.text),
                language=one.language,
                themes=_keys(one.themes),
                touchpoint_id=one.touchpoint_id,
                day=local_day(one.held_at, scope.zone),
            )
            for one in found
        ),
        interviews=len({one.interview_id for one in found}),
    )


def present(heard: Heard | None, scope: Scope, locale: str) -> Presented:
    """Put the excerpts under one heading, each with its place, theme and day."""
    assert heard is not None  # noqa: S101 - a part that gathered nothing is left out
    points = {point.id: point for point in scope.journey.touchpoints}
    said = []
    for one in heard.excerpts:
        point = points.get(one.touchpoint_id)
        parts = [
            *(scope.themes.name(key, locale) for key in one.themes),
            named(point.names, locale) if point else "",
            format_date(one.day, locale, length="medium"),
        ]
        said.append(
            Said(
                text=one.text,
                language=one.language,
                source=" · ".join(part for part in parts if part),
            )
        )
    n = heard.interviews
    lead = ngettext(
        locale,
        "From %(count)s interview, with consent to be quoted.",
        "From %(count)s interviews, with consent to be quoted.",
        n,
        count=n,
    )
    apart = gettext(
        locale, "Chosen by researchers: they count in no score and no share."
    )
    return Presented(context={"excerpts": said, "lead": f"{lead} {apart}"})


def _keys(themes: tuple[DecidedTheme, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.theme for one in themes))[:2]


SECTION = Section(name="interviews", gather=gather, present=present)
