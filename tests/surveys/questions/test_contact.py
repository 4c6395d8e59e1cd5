"""Who may be reached, with their consent alone."""

import pytest

from feedback.surveys.questions import KINDS
from tests.surveys.asking import answer, question, refusal, words

ALL = question(
    "contact", fields=["name", "email", "phone"], consent={"en": "Call me back."}
)
CONSENT = {"q.q.consent": ["yes"]}


def test_what_was_filled_in_is_kept_in_one_form() -> None:
    form = {
        "q.q.name": ["  Ada   Lovelace "],
        "q.q.email": [" Ada@EXEMPLE.fr "],
        "q.q.phone": ["06 12 34 56 78"],
        **CONSENT,
    }

    assert answer(ALL, form) == {
        "name": "Ada Lovelace",
        "email": "Ada@exemple.fr",
        "phone": "+33612345678",
        "consent": True,
    }
    assert answer(ALL, {"q.q.phone": ["+44 20 7946 0958"], **CONSENT}) == {
        "phone": "+442079460958",
        "consent": True,
    }


def test_nothing_is_kept_without_consent() -> None:
    assert refusal(ALL, {"q.q.email": ["ada@exemple.fr"]}) == "consent_missing"
    assert answer(ALL, CONSENT) is None
    assert answer(ALL, {}) is None


def test_fields_that_are_not_asked_are_not_read() -> None:
    asked = question("contact", fields=["email"], consent={"en": "Yes."})

    assert answer(asked, {"q.q.phone": ["06 12 34 56 78"], **CONSENT}) is None


@pytest.mark.parametrize(
    "text", ["ada", "ada@", "a@b", "a@b@exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert refusal(ALL, {"q.q.email": [text], **CONSENT}) == "not_an_address"


@pytest.mark.parametrize("text", ["12", "call me", "+33 6", "06 12 34 56 78 9"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refusal(ALL, {"q.q.phone": [text], **CONSENT}) == "not_a_phone"


def test_a_name_is_bounded() -> None:
    assert refusal(ALL, {"q.q.name": ["x" * 121], **CONSENT}) == "too_long"


def test_conditions_see_which_fields_were_filled_in() -> None:
    value = {"email": "ada@exemple.fr", "consent": True}

    assert KINDS["contact"].facts(ALL, value) == ["email"]
    assert words(ALL, {"name": "Ada", **value}) == "Ada, ada@exemple.fr"


def test_what_a_contact_lacks_is_named() -> None:
    kind = KINDS["contact"]

    assert kind.check_definition(question("contact")) == [
        "fields_missing",
        "consent_words_missing",
    ]
    assert kind.check_definition(question("contact", fields=["iban"])) == [
        "bad_option",
        "fields_missing",
        "consent_words_missing",
    ]
