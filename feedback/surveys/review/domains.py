"""What can be known of a person: the values that matter to some conditions.

Of all answers to a question only those are kept that the conditions tell apart. A
domain may hold more than can happen, never less: what no value of it can do, nobody
can.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, combinations, islice, pairwise, product
from math import ceil, floor
from typing import Any

from feedback.measures.scales import score_class
from feedback.surveys.conditions import Condition, Facts, Rule, holds
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import QuestionKind
from feedback.surveys.questions.choices import NONE

#: conditions that are tried for one rule, and for all of a questionnaire
MOST_TRIES_A_RULE = 12_000
MOST_TRIES = 60_000
#: values named for one thing, beyond which nothing is said about it
MOST_NAMED = 8
_OTHER = "\N{REPLACEMENT CHARACTER}"


class UnsaidError(Exception):
    """There are too many cases, or faults in them, so nothing can be said."""


class Effort:
    """Counts what is tried, so that no questionnaire keeps its author waiting."""

    def __init__(self) -> None:
        self._left = MOST_TRIES
        self._left_of_rule = 0

    def begin(self) -> None:
        """Start with another rule."""
        self._left_of_rule = min(MOST_TRIES_A_RULE, self._left)

    def spend(self, tries: int) -> None:
        """Count so many tries.

        Raises:
            UnsaidError: there were too many.
        """
        self._left -= tries
        self._left_of_rule -= tries
        if self._left_of_rule < 0:
            raise UnsaidError


def answer_domain(
    question: Question, conditions: Sequence[Condition], effort: Effort
) -> tuple[Facts, ...]:
    """Return the facts of one answer of each sort that the conditions tell apart.

    No answer at all is not among them.

    Raises:
        UnsaidError: they cannot be listed.
    """
    kind = kind_of(question)
    names = list(
        dict.fromkeys(one.name for one in conditions if one.subject == "answer")
    )
    outcomes = kind.outcomes(question)
    if kind.scale is not None:
        key = question.key
        found: Iterable[Facts] = (
            {("answer", key): point, ("class", key): score_class(kind.scale, point)}
            for point in kind.scale.points
        )
    elif names and all(outcomes.get(name) is not None for name in names):
        found = _listed(kind, question, names, conditions)
    elif outcomes.get(question.key) is None:
        found = (
            {("answer", question.key): value}
            for value in _open_values(question, conditions)
        )
    else:
        found = [{("answer", question.key): _OTHER}]
    return _told_apart(found, conditions, effort)


def known_domain(
    subject: str, name: str, conditions: Sequence[Condition], effort: Effort
) -> tuple[Facts, ...]:
    """Return the facts about a person that the conditions on one name tell apart.

    That nothing is known is among them.

    Raises:
        UnsaidError: they cannot be listed.
    """
    place = (subject, name)
    values = list(_scalars(conditions))
    if subject in {"attribute", "event"}:
        values.extend(_lists(conditions))
    found = [{}, *({place: value} for value in values)]
    return _told_apart(found, conditions, effort)


def language_domain(
    languages: Sequence[str], conditions: Sequence[Condition], effort: Effort
) -> tuple[Facts, ...]:
    """Return the facts of each language; one of them is always known."""
    found = [{("language", ""): language} for language in languages]
    return _told_apart(found, conditions, effort)


def _told_apart(
    found: Iterable[Facts], conditions: Sequence[Condition], effort: Effort
) -> tuple[Facts, ...]:
    """Return one of each group of facts that every condition judges alike."""
    rules = [Rule(conditions=(one,)) for one in conditions]
    groups: dict[tuple[bool, ...], Facts] = {}
    for facts in found:
        effort.spend(len(rules))
        groups.setdefault(tuple(holds(rule, facts) for rule in rules), facts)
    return tuple(groups.values())


def _listed(
    kind: QuestionKind,
    question: Question,
    names: Sequence[str],
    conditions: Sequence[Condition],
) -> Iterator[Facts]:
    """Yield the facts of a question whose answers are some of its keys."""
    outcomes = kind.outcomes(question)
    options: list[list[Any]] = []
    for name in names:
        able = outcomes[name] or ()
        if name == question.key and kind.name in {"multiple", "matrix", "contact"}:
            sets = _subsets(_worth_trying(able, name, conditions))
            options.append([list(one) for one in sets if _may_be(kind, question, one)])
        else:
            # a row of a matrix may be left out
            options.append([*able, *([] if name == question.key else [None])])
    for values in product(*options):
        yield {
            ("answer", name): value
            for name, value in zip(names, values, strict=True)
            if value is not None
        }


def _worth_trying(
    able: Sequence[Any], name: str, conditions: Sequence[Condition]
) -> list[Any]:
    """Return the keys that are named, and one that is not."""
    named = {value for one in conditions if one.name == name for value in _named(one)}
    inside = [key for key in able if key in named]
    outside = [key for key in able if key not in named]
    if len(inside) > MOST_NAMED:
        raise UnsaidError
    return inside + outside[:1]


def _may_be(kind: QuestionKind, question: Question, chosen: Sequence[str]) -> bool:
    if not chosen:
        return False
    if kind.name != "multiple":
        return True
    most = kind.option(question, "at_most")
    return (most is None or len(chosen) <= max(most, 1)) and not (
        NONE in chosen and len(chosen) > 1
    )


def _subsets(items: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    sizes = range(len(items) + 1)
    return chain.from_iterable(combinations(items, size) for size in sizes)


def _open_values(question: Question, conditions: Sequence[Condition]) -> list[Any]:
    kind = kind_of(question)
    values = list(_scalars(conditions))
    if kind.name == "number":
        return _numbers_of(kind, question, values)
    if kind.name == "date":
        return _days_of(kind, question, values)
    return [str(value) for value in values]


def _numbers_of(
    kind: QuestionKind, question: Question, values: Sequence[Any]
) -> list[float]:
    least = kind.option(question, "at_least")
    most = kind.option(question, "at_most")
    decimals = min(kind.option(question, "decimals") or 0, 6)
    numbers = [float(one) for one in values if type(one) in {int, float}]
    numbers += [float(one) for one in (least, most) if one is not None]
    around = sorted({*numbers, 0.0})
    between = [(a + b) / 2 for a, b in pairwise(around)]
    unit = 10**-decimals
    found: set[float] = set()
    for number in (*around, *between):
        for scaled in (floor(number / unit), ceil(number / unit)):
            near = (scaled - 1, scaled, scaled + 1)
            found.update(round(one * unit, decimals) for one in near)
    return sorted(
        one
        for one in found
        if (least is None or one >= least) and (most is None or one <= most)
    )


def _days_of(
    kind: QuestionKind, question: Question, values: Sequence[Any]
) -> list[str]:
    earliest = kind.option(question, "earliest")
    latest = kind.option(question, "latest")
    days = {date(2000, 1, 1)}
    for value in (*values, earliest, latest):
        try:
            day = date.fromisoformat(str(value))
            days.update({day, day - timedelta(1), day + timedelta(1)})
        except (ValueError, OverflowError):
            continue
    return [
        text
        for day in sorted(days)
        if (text := day.isoformat())
        and (not earliest or text >= earliest)
        and (not latest or text <= latest)
    ]


def _named(condition: Condition) -> tuple[Any, ...]:
    if condition.operator in {"known", "unknown"}:
        return ()
    if condition.operator in {"any_of", "none_of"}:
        return tuple(condition.value)
    return (condition.value,)


def _scalars(conditions: Sequence[Condition]) -> Iterator[Any]:
    """Yield values around those that the conditions name, and one far from them."""
    named = [value for one in conditions for value in _named(one)]
    if len(named) > 4 * MOST_NAMED:
        raise UnsaidError
    numbers = sorted({number for one in named if (number := _number(one)) is not None})
    between = [(a + b) / 2 for a, b in pairwise(numbers)]
    yield _OTHER
    yield from (True, False)
    yield from named
    for number in (*numbers, *between):
        yield from (number - 1, number, number + 1)
    texts = [str(one) for one in named if isinstance(one, str) and one]
    for text in texts:
        # just after it and before it in the order of texts, and with more around it
        yield from (text + _OTHER, _OTHER + text)
        if len(text) > 1:
            yield text[:-1]
    if len(texts) > 1:
        yield _OTHER.join(texts)


def _lists(conditions: Sequence[Condition]) -> Iterator[list[Any]]:
    named: Mapping[str, Any] = {
        repr(value): value for one in conditions for value in _named(one)
    }
    if len(named) > MOST_NAMED:
        raise UnsaidError
    for chosen in islice(_subsets(list(named.values())), 1, None):
        yield list(chosen)
        yield [*chosen, _OTHER]


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None
