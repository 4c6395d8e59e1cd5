"""The words of collection that pages and API share with the tables."""

from enum import StrEnum

#: how a response is named among the occasions of voice: this and its public id
ORIGIN = "response:"


class Channel(StrEnum):
    """How a person is asked."""

    EMAIL = "email"
    SMS = "sms"
    #: a personal link that somebody else hands over
    LINK = "link"
    #: an open link, from a poster, a receipt, a page
    OPEN = "open"
    KIOSK = "kiosk"
    WIDGET = "widget"


class IdentityKind(StrEnum):
    """What a customer is recognised by, the surest first."""

    CUSTOMER = "customer"
    EMAIL = "email"
    PHONE = "phone"


class StopReason(StrEnum):
    """Why an address is written to no more."""

    OPT_OUT = "opt_out"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class SourceKind(StrEnum):
    """Who sends a webhook."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    ZENDESK = "zendesk"
    #: any JSON, turned into events by a mapping
    MAPPED = "mapped"


class EventState(StrEnum):
    """Whether the rules have looked at an event."""

    RECEIVED = "received"
    PROCESSED = "processed"


class OutcomeKind(StrEnum):
    """What came of an event at one trigger."""

    #: an invitation was planned
    INVITED = "invited"
    #: the trigger did not want it; the reason says which condition
    NOT_MATCHED = "not_matched"
    #: wanted, and held back
    HELD_BACK = "held_back"
    #: no trigger listens to this type
    NO_TRIGGER = "no_trigger"


class InvitationState(StrEnum):
    """Where one asking stands: what AAPOR calls its disposition."""

    #: to be decided at its moment: fatigue, quiet hours
    PLANNED = "planned"
    #: owed to a way out
    QUEUED = "queued"
    SENT = "sent"
    #: a kill left unknown whether it went; not repeated by itself
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    FAILED = "failed"
    #: never sent; `reason` says why
    HELD_BACK = "held_back"
    #: the answering has begun
    STARTED = "started"
    COMPLETE = "complete"
    #: the person opted out or pressed "no, thank you"
    REFUSED = "refused"
    EXPIRED = "expired"
    #: taken back by somebody of the house
    WITHDRAWN = "withdrawn"


class SendingKind(StrEnum):
    """What a message is for."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    THANKS = "thanks"


class SendingState(StrEnum):
    """Where one message stands."""

    DUE = "due"
    #: being handed over; found so after a kill, nobody knows whether it went
    IN_HAND = "in_hand"
    SENT = "sent"
    UNKNOWN = "unknown"
    #: refused for good by the receiving side
    BOUNCED = "bounced"
    #: given up after the last attempt
    FAILED = "failed"
    #: no longer wanted: answered, opted out, expired
    CANCELLED = "cancelled"


class ResponseState(StrEnum):
    """Whether the last page was left."""

    PARTIAL = "partial"
    COMPLETE = "complete"


class LinkKind(StrEnum):
    """How an open link is met."""

    LINK = "link"
    KIOSK = "kiosk"
    WIDGET = "widget"


class RequestKind(StrEnum):
    """What a customer asked of the house."""

    CALLBACK = "callback"
    ERASURE = "erasure"


class Flag(StrEnum):
    """What is odd about a response; counted and shown, never dropped."""

    DUPLICATE = "duplicate"
    SPEEDER = "speeder"
    STRAIGHT_LINING = "straight_lining"
    GIBBERISH = "gibberish"
    #: filled the field that nobody sees, or came without a page being opened
    BOT = "bot"
