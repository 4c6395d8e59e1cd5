"""The templates: complete, sound, short, and set as each language is printed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from feedback.collection.event_types import EVENT_TYPES
from feedback.core.errors import NotFound
from feedback.journey.template import five_phases
from feedback.surveys.branching import walk
from feedback.surveys.library import _FOLDER, KEYS, get_template, list_templates
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.review import Severity, review
from feedback.surveys.review.places import placed_texts

PHASES = {phase.key: phase for phase in five_phases()}
#: an opening or ordinary space where French wants one that does not break
WRONG_SPACE = re.compile("[^\u202f][?!;»]|[^\u00a0]:|«[^\u202f]|'")


def spoken(key: str) -> Iterator[tuple[str, str, str]]:
    """Yield the place, the language and the words of everything in a template."""
    template = get_template(key)
    for name, texts in (
        ("names", template.names),
        ("descriptions", template.descriptions),
    ):
        for language, words in texts.items():
            yield name, language, words
    for placed in placed_texts(template.questionnaire):
        for language, words in placed.text.items():
            yield placed.place, language, words


def scored(questionnaire: Questionnaire) -> list[str]:
    return [one.key for one in questionnaire.questions() if kind_of(one).scale]


def test_every_file_is_a_template_and_every_template_a_file() -> None:
    files = {path.stem: json.loads(path.read_text()) for path in _FOLDER.iterdir()}

    assert set(files) == set(KEYS)
    assert all(body["key"] == key for key, body in files.items())
    assert len(KEYS) == len(set(KEYS)) >= 18


def test_a_template_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="survey_template"):
        get_template("../../questionnaire")


def test_every_phase_has_templates_in_the_order_of_the_journey() -> None:
    phases = [template.phase for template in list_templates()]

    assert set(phases) == set(PHASES)
    assert phases == sorted(phases, key=list(PHASES).index)


@pytest.mark.parametrize("key", KEYS)
def test_a_template_passes_the_review(key: str) -> None:
    template = get_template(key)
    anonymous = not any(end.callback for end in template.questionnaire.endings)

    findings = review(template.questionnaire, anonymous=anonymous).findings

    assert [one for one in findings if one.severity is not Severity.HINT] == []
    assert [one.code for one in findings] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_template_belongs_to_a_moment_of_the_journey(key: str) -> None:
    template = get_template(key)
    touchpoints = {point.key for point in PHASES[template.phase].touchpoints}

    assert template.touchpoint is None or template.touchpoint in touchpoints
    assert template.event_type is None or template.event_type in EVENT_TYPES


@pytest.mark.parametrize("key", KEYS)
def test_a_template_is_short(key: str) -> None:
    template = get_template(key)
    asked = list(template.questionnaire.questions())

    assert 2 <= len(asked) <= 5
    assert template.minutes < 2.5
    assert sum(one.required for one in asked) <= 3


@pytest.mark.parametrize("key", KEYS)
def test_a_template_speaks_french_and_english_everywhere(key: str) -> None:
    template = get_template(key)

    assert template.questionnaire.languages == ("fr", "en")
    for placed in placed_texts(template.questionnaire):
        assert set(placed.text) in (set(), {"fr", "en"}), placed.place
    assert set(template.names) == set(template.descriptions) == {"fr", "en"}


@pytest.mark.parametrize("key", KEYS)
def test_french_is_set_as_french_is_printed(key: str) -> None:
    faults = [
        (place, words)
        for place, language, words in spoken(key)
        if language == "fr" and WRONG_SPACE.search(words)
    ]

    assert faults == []


@pytest.mark.parametrize("key", KEYS)
def test_english_is_set_as_english_is_printed(key: str) -> None:
    faults = [
        (place, words)
        for place, language, words in spoken(key)
        if language == "en" and re.search("\\s[?!;:]|['«»\u202f\u00a0]", words)
    ]

    assert faults == []


@pytest.mark.parametrize("key", KEYS)
def test_after_a_score_the_words_of_the_comment_follow_it(key: str) -> None:
    questionnaire = get_template(key).questionnaire
    scores = scored(questionnaire)
    following = [
        one.wording.question
        for one in questionnaire.questions()
        if one.wording is not None
        and set(one.wording.texts) == {"low", "middle", "high"}
    ]

    assert set(following) <= set(scores)
    if scores and key != "discovery-source":
        assert following


@pytest.mark.parametrize("key", KEYS)
def test_somebody_unhappy_meets_another_ending_than_somebody_happy(key: str) -> None:
    questionnaire = get_template(key).questionnaire

    def ending(point: str) -> Any:
        answers = {
            name: getattr(kind_of(question).scale, point)
            for name in scored(questionnaire)
            if (question := questionnaire.question(name)) is not None
        }
        return walk(questionnaire, answers, {}).ending

    if scored(questionnaire):
        assert ending("lowest").key == "sorry"
        assert ending("highest").key == "thanks"
        assert not ending("highest").callback


def test_most_unhappy_customers_are_offered_a_call() -> None:
    offering = [
        template.key
        for template in list_templates()
        if any(ending.callback for ending in template.questionnaire.endings)
    ]

    # not readers of a letter or a page, whom nobody knows
    assert set(KEYS) - set(offering) == {
        "discovery-source",
        "newsletter",
        "product-page",
    }
