"""Teach a model of a deployment, and compare it with the shipped analysis.

Both are judged on the same texts: the shipped analysis has seen none of them, and the
model answers each by what it learned from the others, in five parts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import binomtest

from feedback.core.text import fold
from feedback.nlp.annotation import Feeling
from feedback.nlp.hearing import hear
from feedback.nlp.house import (
    BUCKETS,
    STEPS,
    House,
    buckets_of,
    pack,
    share_of_one,
    unpack,
)
from feedback.nlp.learning import fit_yes_no
from feedback.nlp.whole import Whole, judge_whole, read_words

PARTS = 5
#: fewer texts with a side, or on either side, teach nothing that can be compared
FEWEST, FEWEST_OF_A_SIDE = 200, 30
#: what the answers count against the penalty on the weights, one corrected text as 1
STRENGTH = 1.0
#: samples drawn for an interval, and the seed they are drawn from
DRAWS, SEED = 1000, 20261101
_SIDES = (Feeling.NEGATIVE, Feeling.POSITIVE)
_OTHER = len(_SIDES)


@dataclass(frozen=True, kw_only=True)
class OwnAnswer:
    """A text whose feeling somebody of the house, or the customer's score, tells.

    `weight` is how much it counts, 0 to 1. Texts of one `group`, as a customer, are
    never learned from to answer each other.
    """

    text: str
    language: str
    feeling: Feeling
    group: str
    question: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class HeardAnswer:
    """An own answer as the shipped analysis hears it; None when nothing is said."""

    answer: OwnAnswer
    whole: Whole | None
    buckets: tuple[int, ...]

    @property
    def shipped(self) -> Feeling:
        """What the shipped analysis says."""
        return self.whole.feeling if self.whole else Feeling.UNRATED

    def by(self, house: House | None) -> Feeling:
        """Return what the analysis says with a model; without one, the shipped."""
        if self.whole is None or house is None:
            return self.shipped
        return house.settle(self.whole, self.buckets)[0]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Verdict(StrEnum):
    """What a comparison comes to."""

    BETTER = "better"
    TOO_FEW = "too_few"
    NOT_BETTER = "not_better"
    WORSE_WITHOUT_SIDE = "worse_without_side"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The shipped analysis and a model of the house, on the same texts.

    Figures are macro-F1 of positive and negative, where any other answer is a miss;
    `difference` is own less shipped. `sideless` counts the texts that analysts called
    mixed or neutral, and how many of them each of the two calls so; a model that finds
    fewer, by more than chance, is `is_worse_without_side`. Figures are None when there
    are too few texts.
    """

    positive: int
    negative: int
    sideless: int
    sideless_shipped: int = 0
    sideless_own: int = 0
    is_worse_without_side: bool = False
    shipped: Figure | None = None
    own: Figure | None = None
    difference: Figure | None = None

    @property
    def sided(self) -> int:
        """How many texts the figures stand on."""
        return self.positive + self.negative

    @property
    def verdict(self) -> Verdict:
        """Whether the model may go live, and why not."""
        if self.difference is None:
            return Verdict.TOO_FEW
        if self.difference.low <= 0:
            return Verdict.NOT_BETTER
        if self.is_worse_without_side:
            return Verdict.WORSE_WITHOUT_SIDE
        return Verdict.BETTER


def hear_answers(answers: Iterable[OwnAnswer]) -> Iterator[HeardAnswer]:
    """Read answers by the shipped analysis, in an order of their own.

    The same answers come in the same order, however they were given.
    """
    for one in sorted(answers, key=_place):
        with hear(one.text, one.language, one.question) as heard:
            if heard is None:
                yield HeardAnswer(one, None, ())
                continue
            said = read_words(heard)
            buckets = buckets_of(part.words for part in said)
            yield HeardAnswer(one, judge_whole(heard, said), buckets)


def teach(heard: Sequence[HeardAnswer]) -> bytes | None:
    """Learn a model; None when all that is said takes one side.

    Texts that are mixed or neutral teach no side.
    """
    told = [one for one in heard if one.whole and one.answer.feeling in _SIDES]
    good = np.array([one.answer.feeling is Feeling.POSITIVE for one in told])
    if not told or good.all() or not good.any():
        return None
    weights = np.array([one.answer.weight for one in told])
    learned, bias = fit_yes_no(_rows(told), good, weights, strength=STRENGTH)
    step = max(float(np.abs(learned[1:]).max()), 1e-9) / STEPS
    table = np.rint(learned[1:] / step).astype(np.int8)
    return pack(table, step=step, lean=float(learned[0]), bias=bias)


def compare(
    heard: Sequence[HeardAnswer], *, after_part: Callable[[], None] = lambda: None
) -> Comparison:
    """Compare what runs with what can be learned, each text answered unseen.

    Args:
        heard: the answers, as `hear_answers` gives them.
        after_part: called after each of the five parts, as they take a while.
    """
    feelings = Counter(one.answer.feeling for one in heard)
    positive, negative = feelings[Feeling.POSITIVE], feelings[Feeling.NEGATIVE]
    sideless = len(heard) - positive - negative
    counts = Comparison(positive=positive, negative=negative, sideless=sideless)
    enough = positive + negative >= FEWEST
    if not enough or min(positive, negative) < FEWEST_OF_A_SIDE:
        return counts
    groups = _groups([one.answer for one in heard])
    own: list[Feeling] = [one.shipped for one in heard]
    for part in range(PARTS):
        kept = teach(
            [
                one
                for one, group in zip(heard, groups, strict=True)
                if _part(group) != part
            ]
        )
        house = unpack(kept) if kept else None
        for place, group in enumerate(groups):
            if _part(group) == part:
                own[place] = heard[place].by(house)
        after_part()
    return _compared(heard, own, groups, counts)


def macro_f1(wanted: Sequence[Feeling], given: Sequence[Feeling]) -> float:
    """Return the macro-F1 of positive and negative; any other answer is a miss."""
    return float(_f1(_cells(wanted, given), np.ones(len(wanted))))


def _compared(
    heard: Sequence[HeardAnswer],
    own: Sequence[Feeling],
    groups: Sequence[str],
    counts: Comparison,
) -> Comparison:
    sided = [n for n, one in enumerate(heard) if one.answer.feeling in _SIDES]
    wanted = [heard[n].answer.feeling for n in sided]
    cells = [
        _cells(wanted, [heard[n].shipped for n in sided]),
        _cells(wanted, [own[n] for n in sided]),
    ]
    drawn = [
        [_f1(cell, weights) for cell in cells]
        for weights in _draws([groups[n] for n in sided])
    ]
    shipped, ours = np.array(drawn).T
    values = [float(_f1(cell, np.ones(len(sided)))) for cell in cells]
    rest = [n for n, one in enumerate(heard) if one.answer.feeling not in _SIDES]
    before = [heard[n].shipped not in _SIDES for n in rest]
    after = [own[n] not in _SIDES for n in rest]
    return replace(
        counts,
        sideless_shipped=sum(before),
        sideless_own=sum(after),
        is_worse_without_side=_is_fewer(before, after),
        shipped=_figure(values[0], shipped),
        own=_figure(values[1], ours),
        difference=_figure(values[1] - values[0], ours - shipped),
    )


def _is_fewer(before: Sequence[bool], after: Sequence[bool]) -> bool:
    """Tell whether fewer are right than before, by McNemar's exact test at 5 %."""
    lost = sum(b and not a for b, a in zip(before, after, strict=True))
    won = sum(a and not b for b, a in zip(before, after, strict=True))
    return lost > won and binomtest(lost, lost + won).pvalue < 0.05


def _place(one: OwnAnswer) -> tuple[str, ...]:
    return (one.text, one.language, one.question or "", one.group, one.feeling.value)


def _rows(heard: Sequence[HeardAnswer]) -> csr_array:
    """Return answers x features: the shipped lean first, then the buckets."""
    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in heard:
        share = share_of_one(one.buckets)
        columns += [0, *(1 + bucket for bucket in one.buckets)]
        data += [
            one.whole.lean if one.whole else 0.0,
            *([share] * len(one.buckets)),
        ]
        ends.append(len(columns))
    return csr_array((data, columns, ends), shape=(len(heard), 1 + BUCKETS))


def _groups(answers: Sequence[OwnAnswer]) -> list[str]:
    """Return a name of the group of each answer; equal texts join their groups."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for one in answers:
        first, second = sorted((top(f"g {one.group}"), top(f"t {fold(one.text)}")))
        above[second] = first
    return [top(f"g {one.group}") for one in answers]


def _part(group: str) -> int:
    return crc32(group.encode()) % PARTS


def _cells(wanted: Sequence[Feeling], given: Sequence[Feeling]) -> NDArray[np.int64]:
    """Return a number for each pair of what is wanted and what is given."""
    columns = {side: n for n, side in enumerate(_SIDES)}
    return np.array(
        [
            columns[one] * (_OTHER + 1) + columns.get(other, _OTHER)
            for one, other in zip(wanted, given, strict=True)
        ]
    )


def _f1(cells: NDArray[np.int64], weights: NDArray[np.float64]) -> np.float64:
    table = np.bincount(cells, weights, minlength=len(_SIDES) * (_OTHER + 1))
    table = table.reshape(len(_SIDES), _OTHER + 1)
    right = np.diagonal(table)
    named = table.sum(axis=1) + table[:, : len(_SIDES)].sum(axis=0)
    score: np.float64 = np.mean(2 * right / np.maximum(named, 1e-9))
    return score


def _draws(groups: Sequence[str]) -> Iterator[NDArray[np.float64]]:
    """Yield how often each answer stands in a sample drawn of whole groups."""
    names, places = np.unique(np.array(groups), return_inverse=True)
    rng = np.random.default_rng(SEED)
    for _ in range(DRAWS):
        drawn = rng.integers(len(names), size=len(names))
        yield np.bincount(drawn, minlength=len(names))[places].astype(float)


def _figure(value: float, drawn: NDArray[np.float64]) -> Figure:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Figure(value=value, low=min(float(low), value), high=max(float(high), value))
