"""Errors carry a stable code that the edges put into words."""

from feedback.core.errors import Conflict, FeedbackError, Invalid


def test_an_error_carries_its_code_and_what_fills_its_words() -> None:
    error = Conflict("too_few", needed=30)

    assert isinstance(error, FeedbackError)
    assert error.code == str(error) == "too_few"
    assert error.values == {"needed": 30}


def test_what_was_given_wrong_is_told_field_by_field() -> None:
    error = Invalid({"email": "not_an_address", "name": "missing"})

    assert error.code == "invalid"
    assert str(error) == "email: not_an_address, name: missing"
