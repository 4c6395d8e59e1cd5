"""Whether rules can hold and can fail, by trying every case that they tell apart.

Cases are taken in the order in which people answer, so that a question which is not
shown has no answer. Where there are too many, nothing is said.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.surveys.conditions import Condition, Facts, Rule, holds
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.review.domains import (
    Effort,
    UnsaidError,
    answer_domain,
    known_domain,
    language_domain,
)
from feedback.surveys.review.findings import Finding, finding
from feedback.surveys.review.places import PlacedRule, placed_rules
from feedback.surveys.review.references import base_of

_TRUTHS = frozenset({True, False})


def review_reasoning(
    questionnaire: Questionnaire, faulty: frozenset[str]
) -> Iterator[Finding]:
    """Yield the rules that can never hold, or always do.

    Args:
        questionnaire: what is asked.
        faulty: places of rules that name what there is not; they are left out, and so
            is what depends on them.
    """
    rules = list(placed_rules(questionnaire))
    cases = Cases(
        questionnaire,
        frozenset(one.question_key for one in rules if one.place in faulty),
    )
    for rule in rules:
        if rule.place not in faulty:
            yield from _rule_findings(rule, cases)
    if not any(place.startswith("endings.") for place in faulty):
        yield from _ending_findings(questionnaire, cases)


@dataclass(frozen=True, kw_only=True)
class _Outcomes:
    """Which truths a rule and each of its conditions were seen to have."""

    rule: frozenset[bool]
    conditions: tuple[frozenset[bool], ...]


def _rule_findings(placed: PlacedRule, cases: "Cases") -> Iterator[Finding]:
    rule = placed.rule
    seen = _try_rule(rule, placed.rank, cases)
    if seen is None:
        return
    key, is_ending = placed.question_key, placed.question_key is None
    if True not in seen.rule:
        code = "ending_never_shown" if is_ending else "never_shown"
        yield finding(code, placed.place, key)
        return
    if False not in seen.rule:
        if not is_ending:
            yield finding("always_shown", placed.place, key)
        return
    for number, truths in enumerate(seen.conditions):
        place = f"{placed.place}.conditions.{number}"
        if rule.any and True not in truths:
            yield finding("condition_never", place, key, number=number + 1)
        elif not rule.any and False not in truths:
            yield finding("condition_always", place, key, number=number + 1)


def _try_rule(rule: Rule, rank: int, cases: "Cases") -> _Outcomes | None:
    """Return what was seen of a rule, None when not every case could be tried."""
    alone = [Rule(conditions=(one,)) for one in rule.conditions]
    truths: set[bool] = set()
    each: list[set[bool]] = [set() for _ in alone]
    try:
        for facts in cases.of([rule], rank):
            cases.effort.spend(2 * len(alone))
            truths.add(holds(rule, facts))
            for one, seen in zip(alone, each, strict=True):
                seen.add(holds(one, facts))
            if truths == _TRUTHS and all(seen == _TRUTHS for seen in each):
                break
    except UnsaidError:
        return None
    return _Outcomes(
        rule=frozenset(truths), conditions=tuple(frozenset(seen) for seen in each)
    )


def _ending_findings(questionnaire: Questionnaire, cases: "Cases") -> Iterator[Finding]:
    """Yield the endings that others leave nobody for, as `branching.walk` chooses."""
    endings = list(enumerate(questionnaire.endings))
    ruled = [
        (number, one.show_if)
        for number, one in endings
        if one.show_if is not None and one.show_if.conditions
    ]
    plain = [
        number
        for number, one in endings
        if one.show_if is None or not one.show_if.conditions
    ]
    for number in plain[:-1]:
        yield finding("ending_covered", f"endings.{number}")
    if not ruled:
        return
    rules = [rule for _, rule in ruled]
    rank = sum(1 for _ in questionnaire.questions())
    reached: set[int | None] = set()
    able: set[int] = set()
    try:
        for facts in cases.of(rules, rank):
            cases.effort.spend(len(rules))
            holding = [number for number, rule in ruled if holds(rule, facts)]
            reached.add(holding[0] if holding else None)
            able.update(holding)
    except UnsaidError:
        return
    for number, _ in ruled:
        # one that can never hold was named already
        if number in able and number not in reached:
            yield finding("ending_covered", f"endings.{number}")
    if plain and None not in reached:
        yield finding("ending_covered", f"endings.{plain[-1]}")
    if not plain and None in reached:
        yield finding("ending_uncovered", "endings")


@dataclass
class Cases:
    """The cases that some rules tell apart."""

    questionnaire: Questionnaire
    #: keys of questions whose rule is faulty
    faulty: frozenset[str | None]
    effort: Effort = field(default_factory=Effort)
    _ranks: Mapping[str, int] = field(init=False)
    _questions: Sequence[Question] = field(init=False)

    def __post_init__(self) -> None:
        self._questions = tuple(self.questionnaire.questions())
        self._ranks = {one.key: rank for rank, one in enumerate(self._questions)}

    def of(self, rules: Sequence[Rule], rank: int) -> Iterator[Facts]:
        """Yield what may be known where questions below a rank were answered.

        Raises:
            UnsaidError: there are too many, or a rule among them is faulty.
        """
        self.effort.begin()
        asked, conditions = self._needed(rules, rank)
        steps = [
            *self._known_steps(conditions),
            *self._question_steps(asked, conditions),
        ]
        yield from _combine(steps, {}, self.effort)

    def _needed(
        self, rules: Sequence[Rule], rank: int
    ) -> tuple[list[Question], list[Condition]]:
        """Return the questions that rules depend on, and all conditions about them."""
        asked: dict[str, Question] = {}
        conditions: list[Condition] = []
        waiting = [(rule, rank) for rule in rules]
        while waiting:
            rule, before = waiting.pop()
            conditions.extend(rule.conditions)
            for one in rule.conditions:
                question = self._question_of(one, before)
                if question is None or question.key in asked:
                    continue
                if question.key in self.faulty:
                    raise UnsaidError
                asked[question.key] = question
                if question.show_if is not None:
                    waiting.append((question.show_if, self._ranks[question.key]))
        in_order = sorted(asked.values(), key=lambda one: self._ranks[one.key])
        return in_order, conditions

    def _question_of(self, condition: Condition, before: int) -> Question | None:
        if condition.subject not in {"answer", "class"}:
            return None
        rank = self._ranks.get(base_of(condition.name, self._ranks))
        if rank is None or rank >= before:
            return None
        kind = KINDS.get(self._questions[rank].kind)
        return self._questions[rank] if kind and kind.takes_answer else None

    def _known_steps(self, conditions: Sequence[Condition]) -> Iterator["_Step"]:
        names = dict.fromkeys(
            (one.subject, one.name)
            for one in conditions
            if one.subject not in {"answer", "class"}
        )
        for subject, name in names:
            about = [
                one for one in conditions if (one.subject, one.name) == (subject, name)
            ]
            yield _always(
                language_domain(self.questionnaire.languages, about, self.effort)
                if subject == "language"
                else known_domain(subject, name, about, self.effort)
            )

    def _question_steps(
        self, asked: Iterable[Question], conditions: Sequence[Condition]
    ) -> Iterator["_Step"]:
        for question in asked:
            about = [
                one
                for one in conditions
                if one.subject in {"answer", "class"}
                and base_of(one.name, self._ranks) == question.key
            ]
            answered = answer_domain(question, about, self.effort)
            unanswered: tuple[Facts, ...] = () if question.required else ({},)
            yield _where_shown(question.show_if, (*unanswered, *answered))


#: gives the facts that may come next, after those so far
_Step = Callable[[Facts], Sequence[Facts]]


def _always(found: Sequence[Facts]) -> _Step:
    return lambda _: found


def _where_shown(rule: Rule | None, found: Sequence[Facts]) -> _Step:
    return lambda facts: found if holds(rule, facts) else ({},)


def _combine(
    steps: Sequence[_Step], facts: dict[tuple[str, str], Any], effort: Effort
) -> Iterator[Facts]:
    effort.spend(1)
    if not steps:
        yield facts
        return
    for added in steps[0](facts):
        yield from _combine(steps[1:], {**facts, **added}, effort)
