"""The channels that a touchpoint may have, their words and their icons.

A channel that is not in the list is kept and shown as somebody typed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.core.text import fold
from feedback.journey.terms import Kind


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One way in which customers and company meet."""

    key: str
    #: locale to word
    names: Mapping[str, str]
    #: name in the sprite of icons
    icon: str
    #: what its touchpoints mostly are
    kind: Kind


def _channel(key: str, fr: str, en: str, icon: str, kind: Kind) -> Channel:
    return Channel(key=key, names={"fr": fr, "en": en}, icon=icon, kind=kind)


_D, _P = Kind.DIGITAL, Kind.PHYSICAL
#: in the order of a list to choose from
CHANNELS = (
    _channel("store", "Magasin", "Store", "building-store", _P),
    _channel("website", "Site web", "Website", "world", _D),
    _channel("app", "Application", "App", "device-mobile", _D),
    _channel("phone", "Téléphone", "Phone", "phone", _P),
    _channel("email", "E-mail", "E-mail", "mail", _D),
    _channel("sms", "SMS", "Text message", "message", _D),
    _channel("post", "Courrier et colis", "Post and parcels", "truck", _P),
    _channel("chat", "Messagerie instantanée", "Chat", "message-circle", _D),
    _channel("social", "Réseaux sociaux", "Social networks", "users", _D),
    _channel("marketplace", "Place de marché", "Marketplace", "shopping-cart", _D),
    _channel("advertising", "Publicité", "Advertising", "speakerphone", _D),
    _channel("search", "Moteur de recherche", "Search engine", "search", _D),
    _channel("event", "Événement", "Event", "calendar-event", _P),
    _channel("other", "Autre", "Other", "point", _P),
)
_BY_KEY = {channel.key: channel for channel in CHANNELS}
_BY_WORD = {
    fold(word): channel.key
    for channel in CHANNELS
    for word in (channel.key, *channel.names.values())
}


def channel_key(typed: str) -> str:
    """Return the key of a known channel by its key or word, else what was typed.

    Case and accents do not matter: `boutique` stays itself, `Site Web` is `website`.
    """
    return _BY_WORD.get(fold(typed), typed.strip())


def channel_name(channel: str, locale: str) -> str:
    """Return the word for a channel in a language; an unknown one as typed."""
    known = _BY_KEY.get(channel)
    return known.names[locale] if known else channel


def channel_icon(channel: str) -> str:
    """Return the name of the icon of a channel."""
    known = _BY_KEY.get(channel)
    return known.icon if known else "point"


def usual_kind(channel: str) -> Kind:
    """Return what touchpoints of a channel mostly are; physical when it is unknown."""
    known = _BY_KEY.get(channel)
    return known.kind if known else Kind.PHYSICAL
