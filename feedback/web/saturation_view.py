"""The saturation of interviews in words, and as a drawing."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.i18n.formats import format_number, format_percent
from feedback.interviews.excerpt_queries import themes_by_interview
from feedback.measures.saturation import (
    FEWEST,
    MOST_PROPOSED,
    CurvePoint,
    Saturation,
    saturation,
)
from feedback.web.context import locale
from feedback.web.language import gettext, ngettext

WIDTH, HEIGHT, EDGE = 480.0, 140.0, 8.0
#: rows of the table behind the curve
ROWS = 30


@dataclass(frozen=True, kw_only=True)
class CurveRow:
    """One interview behind the curve; `number` from 1."""

    number: int
    day: date
    point: CurvePoint


@dataclass(frozen=True, kw_only=True)
class ShownSaturation:
    """What the page says of the saturation, with the curve as a path."""

    found: Saturation
    verdict: str
    basis: str
    path: str
    dots: tuple[tuple[str, str], ...]
    rows: tuple[CurveRow, ...]
    width: float = WIDTH
    height: float = HEIGHT


def show_saturation(session: Session, journey_id: int) -> ShownSaturation | None:
    """Return what the interviews of a journey brought, None without an excerpt."""
    counted = themes_by_interview(session, journey_id)
    if not counted:
        return None
    found = saturation([themes for _, themes in counted])
    places = _places(found)
    rows = [
        CurveRow(number=number, day=day, point=point)
        for number, ((day, _), point) in enumerate(
            zip(counted, found.curve, strict=True), start=1
        )
    ]
    return ShownSaturation(
        found=found,
        verdict=verdict_words(found),
        basis=_basis(found),
        path="M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in places),
        dots=tuple((f"{x:.1f}", f"{y:.1f}") for x, y in places),
        rows=tuple(rows[-ROWS:]),
    )


def verdict_words(found: Saturation) -> str:
    """Say whether further interviews are likely worth it."""
    n = len(found.curve)
    if found.more is None:
        return ngettext(
            "%(count)s interview so far: from %(fewest)s on it can be said whether "
            "more are worth it.",
            "%(count)s interviews so far: from %(fewest)s on it can be said whether "
            "more are worth it.",
            n,
            count=n,
            fewest=FEWEST,
        )
    if found.more == 0:
        return gettext(
            "Further interviews are unlikely to bring new themes. Change whom you "
            "talk to, or what about, to learn something else."
        )
    if found.more >= MOST_PROPOSED:
        return gettext(
            "Nearly every interview still brings new themes: go on for a good while."
        )
    return ngettext(
        "%(more)s further interview is likely worth it: it should bring a new theme "
        "at least every other time.",
        "%(more)s further interviews are likely worth it: each should bring a new "
        "theme at least every other time.",
        found.more,
        more=found.more,
    )


def _basis(found: Saturation) -> str:
    if found.estimated is None or found.coverage is None:
        return ""
    return gettext(
        "%(known)s themes are known, of about %(estimated)s or more that there are "
        "(Chao2). What the next interview speaks of is known to %(coverage)s. %(once)s "
        "came up in one interview only.",
        known=format_number(found.known, locale()),
        estimated=format_number(round(found.estimated), locale()),
        coverage=format_percent(found.coverage, locale()),
        once=format_number(found.once, locale()),
    )


def _places(found: Saturation) -> list[tuple[float, float]]:
    most = max((one.known for one in found.curve), default=0) or 1
    steps = max(len(found.curve) - 1, 1)
    return [
        (
            EDGE + number * (WIDTH - 2 * EDGE) / steps,
            HEIGHT - EDGE - one.known * (HEIGHT - 2 * EDGE) / most,
        )
        for number, one in enumerate(found.curve)
    ]
