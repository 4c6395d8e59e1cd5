"""Ten thousand made-up surveys: what is shown is what the conditions ask for.

Beside the way of the product stands a naive one, which shares nothing with it: for each
question it begins again from the first, and it knows the facts of an answer from a
table of its own.
"""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest

from feedback.core.errors import Invalid
from feedback.core.text import fold
from feedback.surveys.answers import check_page
from feedback.surveys.branching import (
    Answers,
    Walk,
    built_in_ending,
    choices_of,
    next_page,
    previous_page,
    rows_of,
    walk,
)
from feedback.surveys.conditions import Condition, Facts, Rule
from feedback.surveys.piping import word_of
from feedback.surveys.questionnaire import (
    Ending,
    Question,
    Questionnaire,
    read_questionnaire,
    write_questionnaire,
)
from feedback.surveys.questions import kind_of
from feedback.web.respond_words import FAULTS
from tests.surveys.made_up import (
    make_up,
    make_up_forms,
    make_up_known,
    make_up_odd_form,
)

SURVEYS = 10_000
PARTS = 4
CLASSES = {"nps": (7, 9), "csat": (3, 4), "ces": (4, 5)}


def surveys(part: int) -> Iterator[tuple[int, Random, Questionnaire, Facts]]:
    for number in range(part, SURVEYS, PARTS):
        rng = Random(number)
        yield number, rng, make_up(rng), make_up_known(rng)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_questions_shown_are_those_that_the_conditions_ask_for(part: int) -> None:
    for number, rng, survey, known in surveys(part):
        forms = make_up_forms(rng, survey)
        answers: Answers = {}
        for page in survey.pages:
            answers = check_page(
                survey, page.key, forms[page.key], answers, known, language="fr"
            )
            way = walk(survey, answers, known, seed=f"person-{number}")
            written = [one.key for one in survey.questions()]
            shown = sorted((one.key for one in way.questions()), key=written.index)
            assert shown == naively_shown(survey, answers, known), number
            assert way.ending == naive_ending(survey, answers, known), number
            assert set(way.answers) == set(shown) & set(answers), number
        assert_way_can_be_gone(way)
        assert_saying_never_fails(survey, way)

        again: Answers = {}
        for page in rng.sample(survey.pages, len(survey.pages)):
            again = check_page(
                survey, page.key, forms[page.key], again, known, language="fr"
            )
        assert again == answers, number
        assert walk(survey, again, known, seed=f"person-{number}") == way, number


@pytest.mark.parametrize("part", range(PARTS))
def test_odd_forms_are_refused_by_a_code_or_answer_soundly(part: int) -> None:
    for number, rng, survey, known in surveys(part):
        answers: Answers = {}
        for page in rng.sample(survey.pages, len(survey.pages)):
            form = {
                name: values
                for question in page.questions
                for name, values in make_up_odd_form(rng, question).items()
            }
            if rng.random() < 0.3:
                form["shown"] = [
                    one.key for one in page.questions if rng.random() < 0.5
                ]
            answers, faults = saved(survey, page.key, form, answers, known)
            assert faults <= set(FAULTS), number
        way = walk(survey, answers, known)
        assert_saying_never_fails(survey, way)
        for question in survey.questions():
            if question.key in answers:
                kind, value = kind_of(question), answers[question.key]
                assert kind.check(question, value) == value, (number, question.key)
                assert kind.summarise(question, [value, value]).count == 2


def saved(
    survey: Questionnaire,
    page_key: str,
    form: Mapping[str, list[str]],
    answers: Answers,
    known: Facts,
) -> tuple[Answers, set[str]]:
    try:
        return check_page(survey, page_key, form, answers, known, language="en"), set()
    except Invalid as error:
        return answers, set(error.fields.values())


def test_a_made_up_survey_is_the_same_for_the_same_seed_and_survives_its_json() -> None:
    for seed in range(300):
        survey = make_up(Random(seed))

        assert make_up(Random(seed)) == survey
        assert read_questionnaire(write_questionnaire(survey)) == survey


def assert_way_can_be_gone(way: Walk) -> None:
    """Forwards every page comes once, and backwards the same."""
    forwards, page = [], next_page(way, None)
    while page is not None:
        forwards.append(page)
        page = next_page(way, page.key)
    backwards, page = [], previous_page(way, None)
    while page is not None:
        backwards.append(page)
        page = previous_page(way, page.key)
    assert tuple(forwards) == tuple(reversed(backwards)) == way.pages
    assert all(page.questions for page in forwards)


def assert_saying_never_fails(survey: Questionnaire, way: Walk) -> None:
    for question in way.questions():
        assert isinstance(word_of(question, survey, way, "fr"), str)
        assert len(choices_of(question, "person")) >= len(question.choices)
        assert len(rows_of(question, "person")) == len(question.rows)
        if question.key in way.answers:
            value = way.answers[question.key]
            for language in ("fr", "en", "de"):
                assert kind_of(question).say(question, value, language, survey)


# The naive way.


def naively_shown(survey: Questionnaire, answers: Answers, known: Facts) -> list[str]:
    questions = list(survey.questions())
    return [
        question.key
        for place, question in enumerate(questions)
        if is_shown(questions, place, answers, known)
    ]


def is_shown(
    questions: list[Question], place: int, answers: Answers, known: Facts
) -> bool:
    rule = questions[place].show_if
    return rule is None or is_true(rule, facts_before(questions, place, answers, known))


def facts_before(
    questions: list[Question], place: int, answers: Answers, known: Facts
) -> dict[tuple[str, str], Any]:
    facts = dict(known)
    for earlier in range(place):
        question = questions[earlier]
        # facts of what came before are all that a condition can ask about
        rule = question.show_if
        if (rule is None or is_true(rule, facts)) and question.key in answers:
            facts |= naive_facts(question, answers[question.key])
    return facts


def naive_facts(question: Question, value: Any) -> dict[tuple[str, str], Any]:
    key, fact = question.key, value
    further: dict[tuple[str, str], Any] = {}
    match question.kind:
        case "nps" | "csat" | "ces":
            middle, high = CLASSES[question.kind]
            name = "low" if value < middle else "middle" if value < high else "high"
            further = {("class", key): name}
        case "single" | "dropdown":
            fact = value.get("choice", "other")
        case "multiple":
            fact = value["choices"] + (["other"] if "other" in value else [])
        case "ranking":
            fact = value[0]
        case "matrix":
            fact = list(value.values())
            further = {("answer", f"{key}.{row}"): one for row, one in value.items()}
        case "contact":
            fact = [one for one in value if one != "consent"]
    return {("answer", key): fact, **further}


def naive_ending(survey: Questionnaire, answers: Answers, known: Facts) -> Ending:
    questions = list(survey.questions())
    facts = facts_before(questions, len(questions), answers, known)
    ruled = [one for one in survey.endings if one.show_if and one.show_if.conditions]
    plain = [one for one in survey.endings if one not in ruled]
    met = [one for one in ruled if one.show_if and is_true(one.show_if, facts)]
    return [*met[:1], *plain[-1:], built_in_ending()][0]


def is_true(rule: Rule, facts: Mapping[tuple[str, str], Any]) -> bool:
    if not rule.conditions:
        return True
    met = [is_met(one, facts.get((one.subject, one.name))) for one in rule.conditions]
    return (sum(met) > 0) if rule.any else (sum(met) == len(met))


OPPOSITES = {"is_not": "is", "none_of": "any_of", "unknown": "known"}


def is_met(condition: Condition, fact: Any) -> bool:
    operator, wanted = condition.operator, condition.value
    if operator in OPPOSITES:
        turned = Condition(subject="", operator=OPPOSITES[operator], value=wanted)
        return not is_met(turned, fact)
    items = fact if isinstance(fact, list) else [fact]
    items = [one for one in items if one not in (None, "")]
    if operator == "known" or not items:
        return bool(items)
    if operator in {"at_least", "at_most"}:
        return not isinstance(fact, list) and in_order(operator, fact, wanted)
    if operator == "contains" and not isinstance(fact, list):
        return fold(str(wanted)) in fold(str(fact))
    each = wanted if isinstance(wanted, tuple) else [wanted]
    return any(same(one, other) for one in items for other in each)


def in_order(operator: str, fact: Any, wanted: Any) -> bool:
    left, right = as_number(fact), as_number(wanted)
    if left is None or right is None:
        if not (isinstance(fact, str) and isinstance(wanted, str)):
            return False
        left, right = fact, wanted
    return bool(left >= right if operator == "at_least" else left <= right)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return str(left).lower() == str(right).lower()
    if as_number(left) is not None and as_number(right) is not None:
        return bool(as_number(left) == as_number(right))
    return fold(str(left)) == fold(str(right))


def as_number(value: Any) -> Any:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
