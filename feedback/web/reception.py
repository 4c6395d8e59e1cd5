"""What the process that respondents meet remembers from one to the next."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from feedback.collection.recording import Bell
from feedback.web.guesses import Guesses

EXTENSION = "feedback.reception"


@dataclass(frozen=True, kw_only=True)
class Reception:
    """Wrong links so far, and the news that was told of new responses."""

    guesses: Guesses
    bell: Bell = field(default_factory=Bell)


def reception() -> Reception:
    """Return what this process remembers."""
    return cast("Reception", current_app.extensions[EXTENSION])


def secret() -> str:
    """Return the secret of the installation."""
    return str(current_app.secret_key)
