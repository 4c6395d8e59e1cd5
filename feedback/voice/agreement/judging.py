"""What raters say of verbatims, and how far two of them, or all, say the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback.measures.agreement import (
    Agreement,
    Pairs,
    can_be_told,
    cohens_kappa,
    pooled_kappa,
)
from feedback.measures.evidence import ENOUGH_FROM
from feedback.nlp.annotation import Feeling
from feedback.voice.taxonomy import Stance

#: a theme and the stance taken on it
Taken = tuple[str, Stance]


class Subject(StrEnum):
    """What is agreed on: the feeling, or all themes together."""

    FEELING = "feeling"
    THEMES = "themes"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one rater says of one verbatim."""

    feeling: Feeling
    themes: frozenset[Taken]

    def as_json(self) -> list[list[str]]:
        """Return the themes as they are kept, in a fixed order."""
        return sorted([key, stance.value] for key, stance in self.themes)


def unpack_themes(kept: Iterable[Sequence[str]]) -> frozenset[Taken]:
    """Return themes out of what `Judgement.as_json` made."""
    return frozenset((key, Stance(stance)) for key, stance in kept)


#: what one rater says, by the number of the verbatim in the round
Judgements = Mapping[int, Judgement]


@dataclass(frozen=True, kw_only=True)
class ThemeAgreement:
    """How far two raters agree that a theme is there.

    `positives` are the verbatims in which at least one of them sees it. `agreement`
    is None when there are too few to say.
    """

    key: str
    stance: Stance
    n: int
    positives: int
    agreement: Agreement | None


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """How far two raters agree on `n` verbatims.

    `apart` are the numbers of the verbatims on which they differ in anything.
    """

    n: int
    feeling: Agreement | None
    all_themes: Agreement | None
    themes: tuple[ThemeAgreement, ...]
    apart: tuple[int, ...]


def compare_raters(
    one: Judgements, other: Judgements, themes: Iterable[str]
) -> PairAgreement:
    """Return how far two raters agree on what both have judged.

    Args:
        one: what the one says.
        other: what the other says.
        themes: the keys that could have been chosen; every other one named by either
            rater is added.
    """
    both = sorted(one.keys() & other.keys())
    taken = _choices(themes, [*one.values(), *other.values()])
    return PairAgreement(
        n=len(both),
        feeling=_told(cohens_kappa(_pairs_of_feelings(one, other, both)), len(both)),
        all_themes=agreement_on_themes(one, [other], taken),
        themes=tuple(_on_theme(one, other, both, choice) for choice in taken),
        apart=tuple(number for number in both if one[number] != other[number]),
    )


def agreement_with_all(
    machine: Judgements, analysts: Sequence[Judgements], themes: Iterable[str]
) -> dict[Subject, Agreement]:
    """Return how far the machine agrees with the analysts, all their labels pooled.

    A subject on which too little was said is left out.
    """
    said = [judgement for one in analysts for judgement in one.values()]
    taken = _choices(themes, [*machine.values(), *said])
    feelings = [
        Counter(
            (judgement.feeling, one[number].feeling)
            for one in analysts
            if number in one
        )
        for number, judgement in sorted(machine.items())
    ]
    judged = [part for part in feelings if part]
    found = {
        Subject.FEELING: _told(pooled_kappa(judged), len(judged)),
        Subject.THEMES: agreement_on_themes(machine, analysts, taken),
    }
    return {subject: one for subject, one in found.items() if one is not None}


def agreement_on_themes(
    one: Judgements, others: Sequence[Judgements], taken: Sequence[Taken]
) -> Agreement | None:
    """Return how far a rater agrees with others on all themes, present or absent.

    None with fewer than 30 verbatims, or 5 of them with any theme.
    """
    parts: list[Pairs] = []
    positives = 0
    for number in sorted(one):
        seen = [other[number].themes for other in others if number in other]
        if not seen:
            continue
        mine = one[number].themes
        positives += bool(mine or any(seen))
        parts.append(
            Counter(
                (choice in mine, choice in theirs)
                for theirs in seen
                for choice in taken
            )
        )
    if not can_be_told(n=len(parts), positives=positives):
        return None
    return pooled_kappa(parts)


def _choices(themes: Iterable[str], said: Iterable[Judgement]) -> list[Taken]:
    """Return what could be ticked: the themes as listed, others named after them."""
    named = sorted({key for one in said for key, _ in one.themes})
    return [
        (key, stance) for key in dict.fromkeys([*themes, *named]) for stance in Stance
    ]


def _on_theme(
    one: Judgements, other: Judgements, both: Sequence[int], choice: Taken
) -> ThemeAgreement:
    pairs = Counter(
        (choice in one[number].themes, choice in other[number].themes)
        for number in both
    )
    n, positives = len(both), len(both) - pairs[False, False]
    told = can_be_told(n=n, positives=positives)
    key, stance = choice
    return ThemeAgreement(
        key=key,
        stance=stance,
        n=n,
        positives=positives,
        agreement=cohens_kappa(pairs) if told else None,
    )


def _pairs_of_feelings(
    one: Judgements, other: Judgements, both: Sequence[int]
) -> Counter[tuple[Feeling, Feeling]]:
    return Counter((one[number].feeling, other[number].feeling) for number in both)


def _told(found: Agreement | None, n: int) -> Agreement | None:
    return found if n >= ENOUGH_FROM else None
