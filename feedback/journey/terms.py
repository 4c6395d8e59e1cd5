"""The words of the field: kinds of touchpoint, families of brakes."""

from enum import StrEnum


class Kind(StrEnum):
    """Whether a touchpoint is met on a screen or in the world."""

    DIGITAL = "digital"
    PHYSICAL = "physical"


class Brake(StrEnum):
    """What holds a customer back: the four families of reluctance."""

    PSYCHOLOGY = "psychology"
    TIME = "time"
    MONEY = "money"
    CHOICE = "choice"
