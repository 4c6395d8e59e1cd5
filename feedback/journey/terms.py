"""The words of the field: kinds of touchpoint, families of brakes."""

from enum import StrEnum

from feedback.i18n.catalogs import mark


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


#: words to be translated where they are shown
KINDS = {Kind.DIGITAL: mark("Digital"), Kind.PHYSICAL: mark("Physical")}
BRAKES = {
    Brake.PSYCHOLOGY: mark("Psychology"),
    Brake.TIME: mark("Time"),
    Brake.MONEY: mark("Money"),
    Brake.CHOICE: mark("Choice"),
}
