"""The tables of interviews, one module a subject."""

from feedback.interviews.models.appointments import Appeal, Invitee, Slot
from feedback.interviews.models.guides import Guide, GuideVersion
from feedback.interviews.models.talks import Consent, Excerpt, Interview, Turn

__all__ = [
    "Appeal",
    "Consent",
    "Excerpt",
    "Guide",
    "GuideVersion",
    "Interview",
    "Invitee",
    "Slot",
    "Turn",
]
