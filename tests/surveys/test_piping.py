"""Words that speak of what was said before."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.branching import walk
from feedback.surveys.piping import Reference, fill, references, word_of
from feedback.surveys.questionnaire import WordingByScore
from tests.surveys.asking import choices, question, survey

SCORE = question("nps", key="score")
SHOP = question("single", key="shop", choices=choices("lyon", "paris"))
NAME = question("short_text", key="name")
WHY = question(
    "long_text",
    key="why",
    text={"en": "Why {answer:score|this score}?", "fr": "Pourquoi ?"},
    wording=WordingByScore(
        question="score",
        texts={
            "low": {"en": "Sorry, {attribute:name|friend}. What went wrong?"},
            "middle": {"fr": "Que manque-t-il ?"},
            "high": {},
        },
    ),
)
ASKED = survey((SCORE, SHOP, NAME), (WHY,))
KNOWN = {("attribute", "name"): "Ada", ("event", "order.items"): ["tea", "milk"]}


def said(
    text: str, answers: dict[str, object] | None = None, language: str = "en"
) -> str:
    return fill(text, ASKED, answers or {}, KNOWN, language)  # type: ignore[arg-type]


def test_answers_attributes_and_events_are_filled_in() -> None:
    answers: dict[str, object] = {"score": 0, "shop": {"choice": "lyon"}}

    assert said("{answer:score} at {answer:shop}, {attribute:name}!", answers) == (
        "0 at Lyon, Ada!"
    )
    assert said("{answer:shop}", answers, "fr") == "Lyon lyon"
    assert said("{event:order.items}") == "tea, milk"


def test_the_fallback_stands_where_nothing_is_known() -> None:
    assert said("Hello {attribute:title|you}") == "Hello you"
    assert said("Hello {attribute:title}") == "Hello "
    assert said("{answer:gone|?}{answer:score| none }") == "?none"


def test_other_braces_are_words_like_any() -> None:
    assert said("{}{answer}{answer:}{secret:name}{ answer:score}") == (
        "{}{answer}{answer:}{secret:name}{ answer:score}"
    )


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert said("{answer:name}", {"name": "{attribute:name}"}) == "{attribute:name}"


def test_what_is_filled_in_is_one_short_line() -> None:
    text = said("{answer:name}", {"name": "so\nmany words " * 100})

    assert len(text) <= 200
    assert "\n" not in text
    assert text.endswith("…")


def test_a_question_is_worded_after_the_class_of_an_earlier_score() -> None:
    low, middle, high = (walk(ASKED, {"score": n}, KNOWN) for n in (2, 7, 10))

    assert word_of(WHY, ASKED, low, "en") == "Sorry, Ada. What went wrong?"
    assert word_of(WHY, ASKED, middle, "fr") == "Que manque-t-il ?"
    assert word_of(WHY, ASKED, middle, "en") == "Why 7?"
    assert word_of(WHY, ASKED, middle, "de") == "Que manque-t-il ?"
    assert word_of(WHY, ASKED, high, "en") == "Why 10?"
    assert word_of(WHY, ASKED, walk(ASKED, {}, {}), "en") == "Why this score?"


def test_references_of_a_text_can_be_listed() -> None:
    assert list(references("a {answer:score|x} {event:order.total} {none:x}")) == [
        Reference(subject="answer", name="score", fallback="x"),
        Reference(subject="event", name="order.total", fallback=""),
    ]


@given(st.text("{}|:answerattribute ", max_size=80), st.text(max_size=300))
def test_no_text_makes_filling_in_raise(text: str, name: str) -> None:
    assert isinstance(said(text + "{answer:name}", {"name": name}), str)
