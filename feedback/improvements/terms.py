"""The words of an improvement: its states, where it came from, what is measured."""

from enum import StrEnum


class State(StrEnum):
    """Where an improvement stands, in the order of the board."""

    IDEA = "idea"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


#: states of what is still to be decided or under way
OPEN = (State.IDEA, State.PLANNED, State.IN_PROGRESS)


class SourceKind(StrEnum):
    """What an improvement came from."""

    HAND = "hand"
    THEME = "theme"
    ALERT = "alert"
    DRIVER = "driver"
    INTERVIEW = "interview"


class MeasureKind(StrEnum):
    """What a plan measures."""

    SCORE = "score"
    """The headline figure of a scale."""
    THEME = "theme"
    """The share of verbatims that complain of a theme."""


class EventKind(StrEnum):
    """What else happened, that may move a figure."""

    CAMPAIGN = "campaign"
    PRICE_CHANGE = "price_change"
    STRIKE = "strike"
    OUTAGE = "outage"
    SEASON = "season"
    OTHER = "other"


class NoticeState(StrEnum):
    """What came of telling one customer."""

    TOLD = "told"
    HELD_BACK = "held_back"


LEAST_EFFORT, MOST_EFFORT = 1, 5
LONGEST_TITLE = 200
LONGEST_TEXT = 5000
LONGEST_TEAM = 120
LONGEST_CHANGE = 300
LONGEST_REF = 120
LARGEST_REACH = 100_000_000
MOST_PLACES = 40
MOST_TASKS = 100
LONGEST_TASK = 300
