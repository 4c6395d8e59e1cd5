"""Agreement in words and bars: what the pages of labelling and of the ledger show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.core.pagination import Page, PageRequest, page_of
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_interval, format_number
from feedback.measures.agreement import Agreement, Strength, strength
from feedback.nlp.annotation import Feeling
from feedback.nlp.taxonomy import Theme
from feedback.voice.agreement.exports import rater_name, themes_in_words
from feedback.voice.agreement.judging import Judgement, Subject, ThemeAgreement
from feedback.voice.agreement.results import Pair, Results, SampledText
from feedback.voice.taxonomy import Stance, Themes
from feedback.web.context import locale
from feedback.web.forms.taxonomy import BRAKE_WORDS
from feedback.web.language import gettext

STRENGTHS: Mapping[Strength, str] = {
    Strength.POOR: mark("no better than chance"),
    Strength.SLIGHT: mark("slight"),
    Strength.FAIR: mark("fair"),
    Strength.MODERATE: mark("moderate"),
    Strength.SUBSTANTIAL: mark("substantial"),
    Strength.ALMOST_PERFECT: mark("almost perfect"),
}
SUBJECTS: Mapping[Subject, str] = {
    Subject.FEELING: mark("Feeling"),
    Subject.THEMES: mark("Themes"),
}
#: which key presses which feeling
FEELING_KEYS = {
    Feeling.NEGATIVE: "1",
    Feeling.MIXED: "2",
    Feeling.NEUTRAL: "3",
    Feeling.POSITIVE: "4",
    Feeling.UNRATED: "5",
}


@dataclass(frozen=True, kw_only=True)
class ToldAgreement:
    """A kappa in words; `fill`, `low` and `high` are its bar, cut at 0 and 1."""

    value: str
    interval: str
    strength: str
    n: int
    fill: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A verbatim on which two raters differ, and what each of them says."""

    text: SampledText
    one: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PairShown:
    """Two raters in words, with the address part that opens their details."""

    name: str
    one: str
    other: str
    one_name: str
    other_name: str
    pair: Pair
    feeling: ToldAgreement | None
    themes: ToldAgreement | None


def tell(found: Agreement | None) -> ToldAgreement | None:
    """Return a kappa in words, None when there are too few to say."""
    if found is None:
        return None
    kappa = found.kappa
    return ToldAgreement(
        value=format_number(kappa.value, locale(), decimals=2),
        interval=format_interval(kappa.low, kappa.high, locale(), decimals=2),
        strength=gettext(STRENGTHS[strength(kappa.value)]),
        n=kappa.n,
        fill=max(0.0, kappa.value),
        low=max(0.0, kappa.low),
        high=max(0.0, kappa.high),
    )


def show_pairs(results: Results, themes: list[str]) -> tuple[PairShown, ...]:
    """Return every pair of raters of a round in words."""
    shown = []
    for pair in results.pairs(themes):
        names = [rater_name(rater, locale()) for rater in (pair.one, pair.other)]
        shown.append(
            PairShown(
                name=gettext("%(one)s and %(other)s", one=names[0], other=names[1]),
                one=str(pair.one.id),
                other=str(pair.other.id),
                one_name=names[0],
                other_name=names[1],
                pair=pair,
                feeling=tell(pair.agreement.feeling),
                themes=tell(pair.agreement.all_themes),
            )
        )
    return tuple(shown)


def spoken_of(
    themes: Iterable[ThemeAgreement], *, told: bool
) -> tuple[ThemeAgreement, ...]:
    """Return the themes that a rater named, the most named first.

    Those of which enough was said to tell a kappa, or the others.
    """
    named = [one for one in themes if one.positives and bool(one.agreement) is told]
    return tuple(sorted(named, key=lambda one: (-one.positives, one.key, one.stance)))


def list_apart(
    chosen: PairShown,
    results: Results,
    texts: Iterable[SampledText],
    themes: Themes,
    wanted: PageRequest,
) -> Page[Apart]:
    """Return a page of the verbatims on which two raters differ."""
    by_number = {text.position: text for text in texts}
    numbers = [n for n in chosen.pair.agreement.apart if n in by_number]
    one, other = (
        results.judgements[rater.id] for rater in (chosen.pair.one, chosen.pair.other)
    )
    part = numbers[wanted.offset : wanted.offset + wanted.size + 1]
    return page_of(
        [
            Apart(
                text=by_number[number],
                one=judgement_words(one[number], themes),
                other=judgement_words(other[number], themes),
            )
            for number in part
        ],
        wanted,
    )


def judgement_words(judgement: Judgement, themes: Themes) -> tuple[str, ...]:
    """Return what somebody says of a verbatim: the feeling's key, then its themes."""
    frictions = themes_in_words(judgement, Stance.FRICTION, themes, locale())
    praise = themes_in_words(judgement, Stance.PRAISE, themes, locale())
    said = [judgement.feeling.value]
    if frictions:
        said.append(gettext("frictions: %(themes)s", themes=frictions))
    if praise:
        said.append(gettext("praise: %(themes)s", themes=praise))
    return tuple(said)


def by_brake(themes: Iterable[Theme]) -> dict[str, list[Theme]]:
    """Return the themes by the name of their brake, in their order."""
    groups: dict[str, list[Theme]] = {}
    for theme in themes:
        name = BRAKE_WORDS.get(theme.brake)
        groups.setdefault(gettext(name) if name else theme.brake, []).append(theme)
    return groups
