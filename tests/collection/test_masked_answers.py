"""Answers as they are shown: masked by the analysis, or not at all."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.collection.masked_answers import mask_answers, masked_texts
from feedback.nlp.redaction import MASK
from feedback.voice.models import Verbatim
from feedback.voice.occasion_texts import OccasionText
from tests.factories import Factories
from tests.surveys.asking import choices, question, survey

ASKED = survey(
    (
        question("short_text", "name"),
        question("long_text", "why"),
        question("single", "shop", choices=choices("lille", "lyon"), other=True),
        question(
            "matrix",
            "grid",
            choices=choices("good", "bad"),
            rows=choices("other", "price"),
        ),
        question("date", "visit"),
        question("contact", "reach", fields=["email"], consent={"en": "Yes"}),
    )
)
REACHED = {"email": "ada@example.org", "consent": True}


def text(words: str, public_id: str = "v", *, is_kept: bool = True) -> OccasionText:
    return OccasionText(public_id=public_id, text=words, is_kept=is_kept)


def test_each_text_is_shown_as_the_analysis_masked_it() -> None:
    given_answers = {
        "name": "Ada",
        "why": "Call Ada",
        "shop": {"other": "at Ada's"},
    }
    texts = [text("•••", "n"), text("Call •••", "w"), text("at •••'s", is_kept=False)]

    masked = mask_answers(ASKED, given_answers, texts)

    assert masked.answers == {
        "name": "•••",
        "why": "Call •••",
        "shop": {"other": "at •••'s"},
    }
    assert masked.unread == frozenset()
    assert masked.originals == {"name": "n", "why": "w"}


def test_a_text_without_a_masked_form_is_left_out_and_said_so() -> None:
    given_answers = {"why": "Call Ada", "shop": {"other": "Ada"}, "name": "Bob"}

    masked = mask_answers(ASKED, given_answers, [text("Bob"), text("Call Bob")])

    assert masked.answers == {"why": "", "shop": {"other": ""}, "name": "Bob"}
    assert masked.unread == {"why", "shop"}
    assert masked.originals == {}, "nothing is masked in what is shown whole"


def test_what_is_no_text_stays_as_it_is() -> None:
    answers = {
        "grid": {"other": "good", "price": "bad"},
        "visit": "2026-10-01",
        "reach": REACHED,
    }

    masked = mask_answers(ASKED, answers, [])

    assert masked.answers == answers
    assert masked.unread == frozenset()


@given(st.text(min_size=1, max_size=40), st.text(max_size=40), st.randoms())
def test_only_what_was_masked_differs_from_what_was_written(
    written: str, other: str, chance: Random
) -> None:
    masked = "".join(MASK if chance.random() < 0.5 else one for one in written)

    assert text(masked).masks(written)
    assert text(other).masks(written) == (
        len(other) == len(written)
        and all(b in (a, MASK) for a, b in zip(written, other, strict=False))
    )


def test_texts_are_those_of_the_same_response_and_no_raw_one_among_them(
    session: Session, factories: Factories
) -> None:
    one_survey = factories.survey(questionnaire=ASKED)
    mine = factories.response(one_survey, {"why": "06 12 34 56 78"})
    other = factories.response(one_survey, {"why": "Rien"})
    waiting = factories.response(one_survey, {"why": "Encore"})
    (public_id,) = factories.analysed(mine, "06 12 34 56 78")
    factories.analysed(other, "Rien")
    (late,) = factories.analysed(waiting, "Encore")
    session.query(Verbatim).filter_by(public_id=late).update(
        {"text": None, "feeling": None}
    )

    found = masked_texts(session, [mine.public_id, waiting.public_id, "none-such-id"])

    assert found == {mine.public_id: [text("•" * 14, public_id)]}
