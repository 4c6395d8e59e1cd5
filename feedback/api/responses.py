"""GET /responses: what customers answered, in words and as it was kept."""

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

from apiflask import fields

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.context import caller, current_session, locale
from feedback.api.fields import Day, Number, Query, Said, Text, Word
from feedback.api.periods import read_period
from feedback.api.security import requires
from feedback.collection.response_filter import ResponseFilter
from feedback.collection.response_list import Place, ResponseRead, list_after
from feedback.core.errors import Invalid, NotFound
from feedback.journey.queries import get_map
from feedback.surveys.piping import fill
from feedback.surveys.queries import get_survey
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue
from feedback.surveys.questions.contact import Contact

MOST_AT_ONCE = 200


class ResponseQuery(Query):
    """Which responses are wanted."""

    survey = Text(required=True, longest=12, metadata={"description": "its id"})
    since = Day(metadata={"description": "first day"})
    until = Day(metadata={"description": "day after the last"})
    with_partial = Word(
        ["yes", "no"],
        load_default="no",
        metadata={"description": "also those that were left in the midst"},
    )
    limit = Number(least=1, most=MOST_AT_ONCE, load_default=100)
    after = Text(
        longest=80, metadata={"description": "`next` of the page before this one"}
    )


class AnswerOut(Said):
    """One answer."""

    question = fields.String(metadata={"description": "key of the question"})
    text = fields.String(metadata={"description": "the question in words"})
    kind = fields.String()
    value = fields.Raw(
        allow_none=True, metadata={"description": "as it was kept, texts masked"}
    )
    words = fields.String(metadata={"description": "the answer in words"})
    unread = fields.Boolean(
        metadata={"description": "whether a text is left out, as nothing masked it yet"}
    )


class ResponseOut(Said):
    """What one person answered."""

    response = fields.String()
    version = fields.Integer(metadata={"description": "of the survey"})
    state = fields.String()
    channel = fields.String()
    language = fields.String()
    touchpoint = fields.String(allow_none=True)
    day = fields.Date()
    saved_at = fields.DateTime(
        allow_none=True, metadata={"description": "null when the survey is anonymous"}
    )
    customer = fields.String(
        allow_none=True,
        metadata={"description": "customer number, where the person is known"},
    )
    flags = fields.List(fields.String())
    answers = fields.List(fields.Nested(AnswerOut))


class ResponsesOut(Said):
    """A page of responses."""

    responses = fields.List(fields.Nested(ResponseOut))
    next = fields.String(
        allow_none=True, metadata={"description": "for `after`; null at the end"}
    )


@blueprint.get("/responses")
@requires(Scope.RESPONSES_READ)
@blueprint.input(ResponseQuery, location="query", arg_name="wanted")
@blueprint.output(ResponsesOut)
def responses(wanted: dict[str, Any]) -> dict[str, Any]:
    """Read what customers answered to a survey.

    From the first day on. Words are in the language of Accept-Language, as far as the
    survey has it. A response that is completed later on a day that was read already
    may lie before your place: read a day once more when it is over. Texts are masked;
    one that is not read yet is left out, and `unread` says so.
    """
    session = current_session()
    survey = get_survey(session, wanted["survey"])
    found, behind = list_after(
        session,
        ResponseFilter(
            survey_id=survey.id,
            period=read_period(wanted),
            with_partial=wanted["with_partial"] == "yes",
        ),
        after=_place(wanted["after"]) if "after" in wanted else None,
        most=wanted["limit"],
    )
    points = _touchpoints(survey.journey_key)
    return {
        "responses": [_said(one, points) for one in found],
        "next": _cursor(behind) if behind else None,
    }


def _touchpoints(journey: str) -> Mapping[int, str]:
    try:
        shown = get_map(current_session(), journey, archived=True)
    except NotFound:  # the journey was archived; what was answered stays
        return {}
    return {point.id: point.key for point in shown.touchpoints}


def _cursor(place: Place) -> str:
    text = f"{place.day.isoformat()}.{place.number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> Place:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        day, number = text.split(".")
        if not number.isdecimal() or len(number) > 9:
            raise ValueError(number)
        return Place(day=date.fromisoformat(day), number=int(number))
    except (ValueError, binascii.Error) as error:
        raise Invalid({"after": "not_a_cursor"}) from error


def _said(one: ResponseRead, points: Mapping[int, str]) -> dict[str, Any]:
    seen = {
        question.key: one.answers[question.key]
        for question in one.shown
        if question.key in one.answers and _may_see(question)
    }
    return {
        "response": one.public_id,
        "version": one.version,
        "state": one.state.value,
        "channel": one.channel.value,
        "language": one.language,
        "touchpoint": points.get(one.touchpoint_id),
        "day": one.day,
        "saved_at": one.saved_at,
        "customer": one.customer,
        "flags": [flag.value for flag in one.flags],
        "answers": [
            _answer(one, question, seen)
            for question in one.shown
            if question.key in seen
        ],
    }


def _answer(
    one: ResponseRead, question: Question, seen: Mapping[str, AnswerValue]
) -> dict[str, Any]:
    asked, language = one.questionnaire, locale()
    value, is_unread = seen[question.key], question.key in one.unread
    text = asked.say(question.text, language)
    return {
        "question": question.key,
        "text": fill(text, asked, seen, {}, language),
        "kind": question.kind,
        "value": None if is_unread and isinstance(value, str) else value,
        "words": one.say(question, language),
        "unread": is_unread,
    }


def _may_see(question: Question) -> bool:
    """Tell whether the key may see an answer; contact details need their own right."""
    is_contact = isinstance(kind_of(question), Contact)
    return not is_contact or Scope.CONTACTS_READ in caller().scopes
