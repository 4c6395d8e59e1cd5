"""Where messages and their endpoints stand."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up; somebody may have it sent again."""


class Stopped(StrEnum):
    """Why an endpoint is told nothing."""

    BY_HAND = "by_hand"
    GONE = "gone"
    """It answered 410: it wants no message any more."""
