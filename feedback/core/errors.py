"""The errors of the domain, each with a stable code that the edges put into words.

FeedbackError
├── NotFound     what was asked for does not exist, or not for this person
├── Conflict     the state of things does not allow it
├── Invalid      what was typed or sent is wrong, field by field
└── Forbidden    the person has not the right
"""

from collections.abc import Mapping


class FeedbackError(Exception):
    """Something that the person can be told about.

    `code` is lower_snake and stable; `values` fill the words that an edge
    chooses for it (names, counts), never secrets.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values


class NotFound(FeedbackError):
    """What was asked for does not exist."""


class Conflict(FeedbackError):
    """The state of things does not allow what was asked."""


class Forbidden(FeedbackError):
    """The person has not the right to do it."""


class Invalid(FeedbackError):
    """What was given is wrong; `fields` holds one code per faulty field."""

    def __init__(self, fields: Mapping[str, str], **values: object) -> None:
        super().__init__("invalid", **values)
        self.fields = dict(fields)

    def __str__(self) -> str:
        return ", ".join(f"{name}: {code}" for name, code in self.fields.items())
