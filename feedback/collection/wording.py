"""What channels, states and flags of responses are called, and why one was flagged."""

from collections.abc import Mapping

from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.i18n.catalogs import gettext, mark

_CHANNELS: Mapping[Channel, str] = {
    Channel.EMAIL: mark("E-mail"),
    Channel.SMS: mark("Text message"),
    Channel.LINK: mark("Personal link"),
    Channel.OPEN: mark("Open link"),
    Channel.KIOSK: mark("Kiosk"),
    Channel.WIDGET: mark("Widget"),
}
_STATES: Mapping[ResponseState, str] = {
    ResponseState.PARTIAL: mark("partial"),
    ResponseState.COMPLETE: mark("complete"),
}
_FLAGS: Mapping[Flag, str] = {
    Flag.DUPLICATE: mark("duplicate"),
    Flag.SPEEDER: mark("too fast"),
    Flag.STRAIGHT_LINING: mark("the same everywhere"),
    Flag.GIBBERISH: mark("no words"),
    Flag.BOT: mark("perhaps a program"),
}
_REASONS: Mapping[Flag, str] = {
    Flag.DUPLICATE: mark(
        "The same long text came before, within a week, from the same person or by "
        "the same link."
    ),
    Flag.SPEEDER: mark("The questions were answered faster than they can be read."),
    Flag.STRAIGHT_LINING: mark(
        "Four rows or questions or more have the very same answer."
    ),
    Flag.GIBBERISH: mark("Most of a text is letters that make no words."),
    Flag.BOT: mark(
        "A field that nobody sees was filled in, or a text came within a second."
    ),
}


def channel_name(channel: Channel, locale: str) -> str:
    """Return how people are asked."""
    return gettext(locale, _CHANNELS[channel])


def state_name(state: ResponseState, locale: str) -> str:
    """Return whether a response is whole, in lower case."""
    return gettext(locale, _STATES[state])


def flag_name(flag: Flag, locale: str) -> str:
    """Return what is odd, in a few words in lower case."""
    return gettext(locale, _FLAGS[flag])


def flag_reason(flag: Flag, locale: str) -> str:
    """Return what was seen, in a sentence."""
    return gettext(locale, _REASONS[flag])
