"""Words for events: why one was refused, what came of it at each trigger, and why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.terms import OutcomeKind, SourceKind
from feedback.i18n import formats
from feedback.i18n.catalogs import mark
from feedback.web.context import locale, settings
from feedback.web.errors import words_for
from feedback.web.language import gettext
from feedback.web.rules import operator_word

#: what is wrong with a call or an event; also the API's words
FAULTS = {
    "source_closed": mark(
        "This connection is closed. Open it on the page Connections."
    ),
    "signature_missing": mark(
        "The signature is missing: the sender does not sign yet."
    ),
    "bad_signature": mark(
        "The signature is wrong: the sender does not use the secret of this connection."
    ),
    "signature_too_old": mark(
        "The signature is more than five minutes old: it was sent again, or a clock "
        "is wrong."
    ),
    "no_secret_yet": mark(
        "The secret is still missing. Paste it on the page of this connection."
    ),
    "not_json": mark("The content is not JSON."),
    "not_text": mark("This must be a text."),
    "too_deep": mark("The content is nested too deeply."),
    "not_an_object": mark("This must be an object, in curly braces."),
    "control_characters": mark("This holds control characters or line ends."),
    "unknown_version": mark("This must be 1.0, the version of CloudEvents."),
    "bad_type": mark(
        "A type is lower-case letters, digits, dots, underscores: order.delivered."
    ),
    "in_the_future": mark("This moment lies in the future."),
    "not_a_moment": mark(
        "This is not a date and time. With a time zone it reads 2026-10-15T09:30:00Z."
    ),
    "not_a_phone": mark("This is not a phone number."),
    "not_a_language": mark("This is not a language, as fr or en-GB."),
    "unknown_time_zone": mark("This is not a time zone, as Europe/Paris."),
    "too_large": mark(
        "This is larger than what is kept: 64 KB of data, 16 KB about the customer."
    ),
    "not_storable": mark("This holds something that no database keeps."),
}
#: why a delivery was believed and yet no event came of it
IGNORED = {
    "ping": mark("A call to try the address"),
    "topic_not_used": mark("A topic that Feedback does not use"),
    "status_not_used": mark("A status that stands for no event"),
    "not_solved": mark("A ticket that is not solved"),
    "a_test": mark("A test of the shop, with an invented order"),
    "no_mapping_yet": mark("The mapping of this connection is not made yet"),
}
KINDS = {
    OutcomeKind.INVITED: mark("Invited"),
    OutcomeKind.NOT_MATCHED: mark("Not for this trigger"),
    OutcomeKind.HELD_BACK: mark("Held back"),
    OutcomeKind.NO_TRIGGER: mark("No trigger"),
}
#: why something came of an event or an invitation, or nothing did
REASONS = {
    "matched": mark("The trigger fits, and an invitation was planned."),
    "no_trigger": mark("No trigger listens to events of this type."),
    "not_started": mark("The trigger had not begun when it happened."),
    "ended": mark("The trigger had ended when it happened."),
    "condition_not_met": mark("A condition of the trigger is not met."),
    "not_in_sample": mark("Not in the sample: the trigger takes a part of the events."),
    "nobody_to_ask": mark("The event names nobody who could be asked."),
    "survey_closed": mark("The survey is not open."),
    "quota_full": mark("The trigger has all the answers that it wanted."),
    "too_late": mark("Too late: the invitation would have expired already."),
    "no_address": mark("No address for any channel of the trigger."),
    "opted_out": mark("This person does not want to be asked."),
    "address_bounced": mark("The address does not exist: a message came back."),
    "complained": mark("This person has complained about a message."),
    "not_understood": mark(
        "The triggers failed on this event. The server’s log says why."
    ),
    "trigger_off": mark("The trigger was switched off meanwhile."),
    "contact_gone": mark("The customer was forgotten meanwhile."),
    "no_allowed_time": mark("It would have expired before an hour that is allowed."),
    "quiet_time": mark("It waits for the end of the quiet hours."),
    "same_survey": mark("This person was asked by the same survey not long ago."),
    "too_soon": mark("This person was asked not long ago."),
    "window_full": mark("This person was asked as often as is allowed."),
    "more_important": mark("A more important survey asks this person first."),
    "erased": mark("The customer was forgotten."),
    "unknown": mark("Nobody knows whether the message went. It is not sent again."),
    "refused": mark("The receiving server refused the message."),
    "not_taken": mark("The mail server did not take the message, however often tried."),
    "no_gateway": mark("No gateway for text messages is set up."),
    "not_made": mark("The message could not be written."),
    "not_queued": mark("It was no longer wanted."),
}
#: the same with what is known beside
DETAILED = {
    "not_started": mark("The trigger begins on %(starts_at)s."),
    "ended": mark("The trigger ended on %(ends_at)s."),
    "condition_not_met": mark("Not met: %(conditions)s."),
    "not_in_sample": mark(
        "Not in the sample: the trigger takes %(share)s of the events."
    ),
    "quota_full": mark("The trigger has the %(quota)s answers that it wanted."),
    "same_survey": mark("Asked by the same survey less than %(days)s days ago."),
    "too_soon": mark("Asked less than %(days)s days ago."),
    "window_full": mark(
        "Asked %(most)s times in %(days)s days, as often as is allowed."
    ),
}
#: what conditions compare, as it stands in the log
SUBJECTS = {
    "language": mark("language"),
    "persona": mark("persona"),
    "attribute": mark("customer’s “%(name)s”"),
    "event": mark("event’s “%(name)s”"),
    "past": mark("earlier answers (“%(name)s”)"),
}
SOURCE_KINDS = {
    SourceKind.SHOPIFY: "Shopify",
    SourceKind.WOOCOMMERCE: "WooCommerce",
    SourceKind.ZENDESK: "Zendesk",
    SourceKind.MAPPED: mark("Any JSON"),
}


def type_name(kind: str) -> str:
    """Return what a type of event is called; one without words by its own name."""
    return gettext(EVENT_TYPES[kind]) if kind in EVENT_TYPES else kind


def fault_words(code: str) -> str:
    """Return why a call was refused, or came to nothing."""
    words = FAULTS.get(code) or IGNORED.get(code)
    return gettext(words) if words else words_for(code) or code.replace("_", " ")


def source_kind_name(kind: SourceKind) -> str:
    """Return what a kind of system is called."""
    return gettext(SOURCE_KINDS[kind])


def reason_words(reason: str, detail: Mapping[str, Any] | None = None) -> str:
    """Return why something came of an event, or nothing did."""
    known = dict(detail or {})
    filling = _filling(reason, known)
    if filling:
        return gettext(DETAILED[reason], **filling)
    return gettext(REASONS[reason]) if reason in REASONS else reason.replace("_", " ")


def _filling(reason: str, detail: dict[str, Any]) -> dict[str, str]:
    """Return what fills the words of a reason, nothing when something is missing."""
    wanted = _WANTED.get(reason)
    if wanted is None or any(name not in detail for name in wanted):
        return {}
    return {name: show(detail) for name, show in wanted.items()}


def _moment(name: str) -> Callable[[dict[str, Any]], str]:
    def show(detail: dict[str, Any]) -> str:
        moment = datetime.fromisoformat(detail[name])
        return formats.format_moment(moment, locale(), zone=settings().zone)

    return show


def _number(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda detail: formats.format_number(detail[name], locale())


def _share(detail: dict[str, Any]) -> str:
    return formats.format_percent(detail["share"], locale())


def _condition(detail: dict[str, Any]) -> str:
    joint = f" {gettext('or')} "  # of several each would have been enough
    return joint.join(condition_words(one) for one in detail["conditions"])


def condition_words(condition: Mapping[str, Any]) -> str:
    """Return a condition in words, as `event’s “order.total” is at least 50`."""
    subject = SUBJECTS.get(condition["subject"], "%(name)s")
    value = condition.get("value")
    listed = value if isinstance(value, list) else [value]
    shown = ", ".join(str(one) for one in listed if one is not None)
    said = f"{gettext(subject, name=condition.get('name', ''))} "
    return (said + operator_word(condition["operator"]) + f" {shown}").strip()


#: what a detailed reason needs, and how it is shown
_WANTED: Mapping[str, Mapping[str, Callable[[dict[str, Any]], str]]] = {
    "not_started": {"starts_at": _moment("starts_at")},
    "ended": {"ends_at": _moment("ends_at")},
    "condition_not_met": {"conditions": _condition},
    "not_in_sample": {"share": _share},
    "quota_full": {"quota": _number("quota")},
    "same_survey": {"days": _number("days")},
    "too_soon": {"days": _number("days")},
    "window_full": {"most": _number("most"), "days": _number("days")},
}
