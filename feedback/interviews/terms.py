"""The words of interviews that pages share with the tables, and their bounds."""

from enum import StrEnum

#: how an excerpt is named among the occasions of voice: this, its id, its number
ORIGIN = "excerpt:"
#: turns of one interview, characters of one turn and of all of them
MOST_TURNS = 5_000
LONGEST_TURN = 4_000
MOST_CHARACTERS = 600_000
#: characters of the notes of one interview
LONGEST_NOTES = 100_000
LONGEST_EXCERPT = 4_000
#: excerpts of one interview, and themes of one excerpt
MOST_EXCERPTS = 300
MOST_THEMES = 8


class Stage(StrEnum):
    """The part of a customer's way that a guide is made for."""

    DISCOVERY = "discovery"
    EVALUATION = "evaluation"
    DECISION = "decision"
    AFTER_SALES = "after_sales"
    LOYALTY = "loyalty"


class InterviewState(StrEnum):
    """Where an interview stands."""

    PLANNED = "planned"
    HELD = "held"
    #: it will not take place
    CANCELLED = "cancelled"
    #: the participant took their consent back; nothing of their words is kept
    WITHDRAWN = "withdrawn"


class Way(StrEnum):
    """How people talk to each other."""

    VIDEO = "video"
    PHONE = "phone"
    IN_PERSON = "in_person"


class ConsentScope(StrEnum):
    """One thing that a participant agrees to."""

    #: notes are taken and kept
    NOTES = "notes"
    #: the talk is recorded and written down
    RECORDING = "recording"
    #: words are quoted in reports, without a name
    QUOTATION = "quotation"
    #: the house may write again
    CONTACT = "contact"


class ConsentWay(StrEnum):
    """How the consent was given."""

    WRITTEN = "written"
    SPOKEN = "spoken"
    #: on the page where a slot was chosen
    ONLINE = "online"


class SpeakerRole(StrEnum):
    """What somebody is in the talk."""

    CUSTOMER = "customer"
    INTERVIEWER = "interviewer"
    OTHER = "other"


class TranscriptState(StrEnum):
    """Whether the words can be read yet."""

    NONE = "none"
    #: being masked and read by the worker
    WAITING = "waiting"
    READY = "ready"


class InviteeState(StrEnum):
    """Where one asking to talk stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    #: accepted, and taken back by the person
    CANCELLED = "cancelled"
