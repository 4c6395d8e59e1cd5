"""Which place of an example is what: proposed by names and values, in two languages.

Pure. What is proposed is looked at by a person before it is saved.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from feedback.collection.addresses import clean_email, clean_locale, clean_phone
from feedback.collection.json_paths import Leaf, find, leaves
from feedback.collection.mapping import EventMapping, FieldRule, ValueKind, read_number
from feedback.collection.moments import DateFormat, read_moment
from feedback.core.text import fold

#: things that stand around a name and say whose it is
_PEOPLE = {
    "customer", "client", "buyer", "acheteur", "contact", "user", "billing",
    "requester", "member", "membre", "personne", "person",
}  # fmt: skip
_OCCASIONS = {"order", "commande", "event", "evenement", "ticket", "invoice", "facture"}
_EMAIL = {"email", "e mail", "mail", "courriel", "email address", "adresse email"}
_PHONE = {
    "phone", "mobile", "phone mobile", "phone number", "tel", "telephone", "portable",
    "gsm", "mobile phone",
}  # fmt: skip
_FIRST = {"firstname", "first name", "prenom", "given name"}
_LAST = {"lastname", "last name", "nom", "nom de famille", "family name", "surname"}
_WHOLE_NAME = {"fullname", "full name", "nom complet", "display name", "customer name"}
_NUMBER = {
    "customer id", "id customer", "client id", "id client", "user id", "id user",
    "customer number", "numero client", "code client", "customer ref", "contact id",
}  # fmt: skip
_LOCALE = {"locale", "lang", "language", "langue", "language code", "iso code"}
_OCCASION_ID = {
    "event id", "id event", "order id", "id order", "order number", "numero commande",
    "id commande", "reference", "ref", "ticket id", "uuid", "delivery id",
}  # fmt: skip
_MOMENT = {
    "occurred at", "timestamp", "event date", "date", "time", "updated at", "date upd",
    "created at", "date add", "paid at", "delivered at", "shipped at", "date commande",
    "date livraison", "date modified", "datetime",
}  # fmt: skip
_TYPE = {
    "event type", "event", "topic", "type", "action", "status", "statut", "etat",
    "state", "current state", "order state", "order status", "event name", "hook",
}  # fmt: skip
_WORTH_KEEPING = {
    "total", "total paid", "amount", "montant", "total price", "currency", "devise",
    "store", "shop", "magasin", "boutique", "carrier", "transporteur", "category",
    "categorie", "payment method", "paiement", "channel", "canal", "country", "pays",
}  # fmt: skip
_MOST_DATA = 12


def guess_mapping(document: object, *, zone: ZoneInfo) -> EventMapping:
    """Return what the places of an example seem to be.

    What is not recognised is left empty; a type is empty when none is found, so that
    such a mapping cannot be saved before somebody has said it.
    """
    found = leaves(document)
    customer = {
        "id": _first(found, _is_customer_number),
        "email": _first(found, _is_email),
        "phone": _first(found, _is_phone),
        "locale": _first(found, _is_locale),
    }
    name = _name(found)
    kind = _named(found, _TYPE, lambda leaf: isinstance(leaf.value, str | int))
    rules = {
        key: FieldRule(paths=(path,), kind=ValueKind.TEXT)
        for key, path in customer.items()
        if path
    }
    return EventMapping(
        type=FieldRule(paths=(kind,) if kind else ()),
        id=_rule(_occasion_id(found)),
        time=_rule(_named(found, _MOMENT, lambda leaf: _is_moment(leaf, zone))),
        date_format=DateFormat.AUTO,
        customer=rules | ({"name": FieldRule(paths=name)} if name else {}),
        data=_data(found),
    )


def suggest_values(mapping: EventMapping, document: object) -> dict[str, str]:
    """Return the value that the example has for its type, to be given a meaning."""
    if not mapping.type.paths:
        return {}
    value = find(document, mapping.type.paths[0])
    return {str(value): ""} if isinstance(value, str | int) else {}


def _rule(path: str | None) -> FieldRule:
    return FieldRule(paths=(path,) if path else ())


def _words(name: str) -> str:
    """Return a name as single words: `dateUpd`, `date_upd` and `DATE-UPD` alike."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"\[\d+\]|\\", "", name))
    return fold(re.sub(r"[^\w]+|_+", " ", parted))


def _steps(leaf: Leaf) -> tuple[str, str]:
    """Return the name of a place and that of what it stands in, in words."""
    steps = [_words(step) for step in re.split(r"(?<!\\)\.", leaf.path)]
    return steps[-1], steps[-2] if len(steps) > 1 else ""


def _first(found: Sequence[Leaf], fits: Callable[[Leaf], bool]) -> str | None:
    return next((leaf.path for leaf in found if fits(leaf)), None)


def _named(
    found: Sequence[Leaf], names: set[str], fits: Callable[[Leaf], bool]
) -> str | None:
    """Return the place nearest to the top whose name is one of these."""
    fitting = [leaf for leaf in found if _steps(leaf)[0] in names and fits(leaf)]
    nearest = sorted(fitting, key=lambda leaf: leaf.path.count("."))
    return nearest[0].path if nearest else None


def _is_email(leaf: Leaf) -> bool:
    name, _ = _steps(leaf)
    named = name in _EMAIL or name.endswith((" email", " mail"))
    return named and isinstance(leaf.value, str) and clean_email(leaf.value) is not None


def _is_phone(leaf: Leaf) -> bool:
    name, _ = _steps(leaf)
    return name in _PHONE and any(
        clean_phone(str(leaf.value), country=country) for country in ("FR", "GB", "US")
    )


def _is_customer_number(leaf: Leaf) -> bool:
    name, around = _steps(leaf)
    named = name in _NUMBER or (around in _PEOPLE and name in {"id", "number", "ref"})
    is_number = isinstance(leaf.value, str | int) and not isinstance(leaf.value, bool)
    return named and is_number and leaf.value not in (0, "0", "")


def _is_locale(leaf: Leaf) -> bool:
    name, _ = _steps(leaf)
    value = leaf.value
    named = name in _LOCALE or name.endswith((" locale", " lang", " language"))
    return named and isinstance(value, str) and clean_locale(value) is not None


def _is_moment(leaf: Leaf, zone: ZoneInfo) -> bool:
    found = read_moment(leaf.value, DateFormat.AUTO, zone=zone)
    return found is not None and found.astimezone(UTC).year >= 2000


def _occasion_id(found: Sequence[Leaf]) -> str | None:
    def fits(leaf: Leaf) -> bool:
        return isinstance(leaf.value, str | int) and leaf.value != ""

    by_name = _named(found, _OCCASION_ID, fits)
    if by_name:
        return by_name
    return _first(
        found,
        lambda leaf: (
            fits(leaf)
            and _steps(leaf)[0] in {"id", "number", "numero"}
            and (_steps(leaf)[1] in _OCCASIONS or "." not in leaf.path)
        ),
    )


def _name(found: Sequence[Leaf]) -> tuple[str, ...]:
    def is_text(leaf: Leaf) -> bool:
        return isinstance(leaf.value, str) and leaf.value != ""

    first = _named(found, _FIRST, is_text)
    last = _named(found, _LAST, is_text)
    if first and last:
        return (first, last)
    whole = _named(found, _WHOLE_NAME, is_text) or _first(
        found, lambda leaf: _steps(leaf)[0] == "name" and _steps(leaf)[1] in _PEOPLE
    )
    return tuple(filter(None, [whole or first or last]))


def _data(found: Sequence[Leaf]) -> dict[str, FieldRule]:
    rules: dict[str, FieldRule] = {}
    for leaf in found:
        name, around = _steps(leaf)
        if name not in _WORTH_KEEPING or leaf.value in (None, "") or "[" in leaf.path:
            continue
        owner = around if around and around not in _PEOPLE else "order"
        key = f"{owner}.{name}".replace(" ", "_")
        is_amount = isinstance(leaf.value, str) and read_number(leaf.value) is not None
        kind = ValueKind.NUMBER if is_amount else ValueKind.AS_IT_IS
        rules.setdefault(key, FieldRule(paths=(leaf.path,), kind=kind))
        if len(rules) == _MOST_DATA:
            break
    return rules
