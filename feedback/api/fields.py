"""Fields of what is read: their faults are codes, and their rules are those of JSON."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from apiflask import Schema, fields, validators
from marshmallow import ValidationError

LONGEST_TEXT = 255


class Read(Schema):
    """What is read; an unknown name is a fault, so that a typing error is told."""

    error_messages = {"unknown": "unknown_field", "type": "not_an_object"}  # noqa: RUF012 - as the library declares it


class Said(Schema):
    """What is answered."""


class Query(Schema):
    """What an address asks for; unknown names are left alone."""

    error_messages = {"type": "not_an_object"}  # noqa: RUF012 - as the library declares it

    class Meta:
        """Options of the library."""

        unknown = "exclude"


_ABSENT = {"required": "missing", "null": "missing", "validator_failed": "not_a_choice"}


class Text(fields.String):
    """A text of at most 255 characters unless told otherwise."""

    default_error_messages = {**_ABSENT, "invalid": "not_text"}  # noqa: RUF012 - as the library declares it

    def __init__(self, *, longest: int = LONGEST_TEXT, **options: Any) -> None:
        bound = validators.Length(min=1, max=longest, error="too_long")
        super().__init__(validate=[_not_empty, bound], **options)


class Word(fields.String):
    """One of a few words."""

    default_error_messages = {**_ABSENT, "invalid": "not_text"}  # noqa: RUF012 - as the library declares it

    def __init__(self, words: Iterable[str], **options: Any) -> None:
        known = validators.OneOf([*words], error="not_a_choice")
        super().__init__(validate=known, **options)


def _not_empty(text: str) -> None:
    if not text.strip():
        raise ValidationError("missing")


class JsonInteger(fields.Integer):
    """A whole number as JSON Schema means it: 5 and 5.0, but neither "5" nor true."""

    default_error_messages = {  # noqa: RUF012 - as the library declares it
        **_ABSENT,
        "invalid": "not_a_whole_number",
        "too_large": "out_of_range",
    }

    def _validated(self, value: Any) -> int:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value != int(value):
            raise self.make_error("invalid", input=value)
        return int(value)


def within(least: int, most: int) -> validators.Range:
    """Return the check that a number lies within bounds, both allowed."""
    return validators.Range(min=least, max=most, error="out_of_range")


class Number(fields.Integer):
    """A whole number in an address, within bounds."""

    default_error_messages = {  # noqa: RUF012 - as the library declares it
        **_ABSENT,
        "invalid": "not_a_whole_number",
        "too_large": "out_of_range",
    }

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(validate=within(least, most), **options)


class Flag(fields.Boolean):
    """True or false, not a word for it."""

    default_error_messages = {**_ABSENT, "invalid": "not_true_or_false"}  # noqa: RUF012 - as the library declares it

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Attributes(fields.Dict):
    """Whatever the other system knows: names to texts, numbers, truth values."""

    default_error_messages = {**_ABSENT, "invalid": "not_an_object"}  # noqa: RUF012 - as the library declares it


class Day(fields.Date):
    """A day, as 2026-10-15."""

    default_error_messages = {**_ABSENT, "invalid": "not_a_day", "format": "not_a_day"}  # noqa: RUF012 - as the library declares it

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise self.make_error("invalid", input=value) from error
