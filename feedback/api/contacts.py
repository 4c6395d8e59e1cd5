"""PUT /contacts: who customers are. POST /contacts/stop: whom nobody writes to."""

from typing import Any

from apiflask import fields

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.bodies import json_body
from feedback.api.context import current_session, now, settings
from feedback.api.fields import Attributes, Read, Said, Text, Word
from feedback.api.security import requires
from feedback.collection.addresses import clean_email, clean_phone
from feedback.collection.cloudevents import read_event
from feedback.collection.contacts import is_stopped, recognise, stop_address
from feedback.collection.events import faults_of
from feedback.collection.incoming import CustomerData
from feedback.collection.terms import Channel, StopReason
from feedback.core.errors import Invalid


class CustomerIn(Read):
    """A customer as another system names them; one of id, email and phone is needed."""

    id = Text(metadata={"description": "the customer number of the shop or CRM"})
    email = Text(longest=254)
    phone = Text(longest=40)
    name = Text()
    locale = Text(longest=35, metadata={"description": "as fr or fr-CA"})
    time_zone = Text(longest=60, metadata={"description": "as Europe/Paris"})
    attributes = Attributes()
    preferred_channel = Word([Channel.EMAIL.value, Channel.SMS.value])
    persona = Text(longest=60, metadata={"description": "key of a persona"})


class StopIn(Read):
    """An address that is written to no more, or two of one person."""

    email = Text(longest=254)
    phone = Text(longest=40)
    reason = Word(
        [one.value for one in StopReason], load_default=StopReason.OPT_OUT.value
    )


class ContactOut(Said):
    """What is known now."""

    stopped = fields.Boolean(
        metadata={"description": "whether an address is written to no more"}
    )


class StoppedOut(Said):
    """What is written to no more."""

    stopped = fields.Integer(metadata={"description": "how many addresses"})


@blueprint.put("/contacts")
@requires(Scope.CONTACTS_WRITE)
@json_body
@blueprint.input(CustomerIn)
@blueprint.output(ContactOut)
def put_contact(json_data: dict[str, Any]) -> dict[str, Any]:
    """Add a customer, or change what is known of them.

    Recognised by the customer number, then by the mail address, then by the phone
    number; one of them is needed. What is left out stays as it was.
    """
    customer = read_customer(json_data)
    recognise(
        current_session(),
        customer,
        occurred_at=now(),
        now=now(),
        country=settings().phone_country,
    )
    given = (customer.email, customer.phone)
    addresses = [one for one in given if one]
    secret = settings().secret()
    return {"stopped": is_stopped(current_session(), addresses, secret=secret)}


@blueprint.post("/contacts/stop")
@requires(Scope.CONTACTS_WRITE)
@json_body
@blueprint.input(StopIn)
@blueprint.output(StoppedOut)
def stop_contact(json_data: dict[str, Any]) -> dict[str, Any]:
    """Write to an address no more, whoever's it is.

    It outlives the customer, and no call takes it back.
    """
    reason = StopReason(json_data["reason"])
    addresses = _addresses(json_data)
    for address in addresses:
        stop_address(
            current_session(), address, reason, now=now(), secret=settings().secret()
        )
    return {"stopped": len(addresses)}


def _addresses(given: dict[str, Any]) -> list[str]:
    email, phone = given.get("email"), given.get("phone")
    if not email and not phone:
        raise Invalid({"email": "missing"})
    faults: dict[str, str] = {}
    found = []
    if email:
        found.append(clean_email(email))
        faults |= {} if found[-1] else {"email": "not_an_address"}
    if phone:
        found.append(clean_phone(phone, country=settings().phone_country))
        faults |= {} if found[-1] else {"phone": "not_a_phone"}
    if faults:
        raise Invalid(faults)
    return [address for address in found if address]


def read_customer(given: dict[str, Any], *, place: str = "") -> CustomerData:
    """Read a customer by the rules of events; `place` goes before each fault.

    Raises:
        Invalid: one code per field, see `cloudevents.read_event`.
    """
    document = {
        "specversion": "1.0",
        "source": "api",
        "id": "contact",
        "type": "contact.told",
        "data": {"customer": given},
    }
    try:
        event = read_event(document, now=now())
        faults = faults_of(event, now=now())
    except Invalid as error:
        faults = error.fields
    if faults:
        raise Invalid(
            {
                place
                + (name.removeprefix("data.customer").lstrip(".") or "customer"): code
                for name, code in faults.items()
            }
        )
    return event.customer
