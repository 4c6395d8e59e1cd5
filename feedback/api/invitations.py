"""POST /invitations: ask one customer by hand."""

from typing import Any

from apiflask import fields

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.bodies import json_body
from feedback.api.contacts import CustomerIn, read_customer
from feedback.api.context import current_session, now, settings
from feedback.api.fields import JsonInteger, Read, Said, Text, Word, within
from feedback.api.security import requires
from feedback.collection.contacts import recognise
from feedback.collection.inviting import LONGEST_LIFE_DAYS, invite
from feedback.collection.letters import links_to
from feedback.collection.terms import Channel
from feedback.core.errors import NotFound
from feedback.journey.queries import get_map
from feedback.surveys.queries import SurveyOnList, get_survey

CHANNELS = (Channel.LINK, Channel.EMAIL, Channel.SMS)


class InvitationIn(Read):
    """Who is asked what, and how."""

    survey = Text(required=True, longest=12, metadata={"description": "its id"})
    customer = fields.Nested(
        CustomerIn,
        required=True,
        error_messages={"required": "missing", "null": "missing"},
    )
    touchpoint = Text(
        longest=60, metadata={"description": "key; the survey's own when left out"}
    )
    channel = Word(
        [one.value for one in CHANNELS],
        load_default=Channel.LINK.value,
        metadata={"description": "link: the answer holds it, for you to hand over"},
    )
    expires_after_days = JsonInteger(
        load_default=14,
        validate=within(1, LONGEST_LIFE_DAYS),
    )


class InvitationOut(Said):
    """An invitation."""

    invitation = fields.String()
    link = fields.String(
        allow_none=True,
        metadata={"description": "personal, of the channel link; told only now"},
    )


@blueprint.post("/invitations")
@requires(Scope.INVITATIONS_WRITE)
@json_body
@blueprint.input(InvitationIn)
@blueprint.output(InvitationOut, status_code=201)
def send_invitation(json_data: dict[str, Any]) -> dict[str, Any]:
    """Ask one customer.

    By mail or text message the rules on how often and when people may be asked
    decide when it goes, and whether. A link is yours to hand over.
    """
    session = current_session()
    customer = read_customer(json_data["customer"], place="customer.")
    survey = get_survey(session, json_data["survey"])
    contact_id = recognise(
        session,
        customer,
        occurred_at=now(),
        now=now(),
        country=settings().phone_country,
    )
    invited = invite(
        session,
        survey.id,
        contact_id=contact_id,
        channel=Channel(json_data["channel"]),
        locale=(customer.locale or survey.questionnaire.default_language)[:8],
        now=now(),
        touchpoint_id=_touchpoint(survey, json_data.get("touchpoint")),
        expires_after_days=json_data["expires_after_days"],
    )
    link = None
    if invited.token:
        link = links_to(settings().base_url, invited.token).answer
    return {"invitation": invited.public_id, "link": link}


def _touchpoint(survey: SurveyOnList, key: str | None) -> int | None:
    if key is None:
        return None
    shown = get_map(current_session(), survey.journey_key)
    found = next((point.id for point in shown.touchpoints if point.key == key), None)
    if found is None:
        raise NotFound("touchpoint")
    return found
