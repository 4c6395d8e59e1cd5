"""GET /verbatims: what customers said, masked, and what the analysis made of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from apiflask import fields, validators
from flask import request

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.context import current_session, locale
from feedback.api.fields import Day, Number, Query, Said, Text, Word
from feedback.api.periods import read_period
from feedback.api.security import requires
from feedback.core.errors import Invalid
from feedback.core.pagination import LARGEST_PAGE, LAST_PAGE, PageRequest
from feedback.journey.queries import get_map
from feedback.nlp.annotation import Feeling, Polarity, Reason
from feedback.voice.explaining import source_words
from feedback.voice.queries import (
    ExplainedVerbatim,
    MentionInText,
    VerbatimFilter,
    list_explained,
)
from feedback.voice.taxonomy import Stance, find_theme, theme_name

_FEELINGS = [one.value for one in Feeling]


class VerbatimQuery(Query):
    """Which verbatims are wanted."""

    journey = Text(required=True, longest=60, metadata={"description": "its key"})
    theme = Text(longest=60, metadata={"description": "key of a theme"})
    stance = Word(
        [one.value for one in Stance],
        metadata={"description": "on the theme; counts only with one"},
    )
    feeling = Word(_FEELINGS)
    since = Day(metadata={"description": "first day"})
    until = Day(metadata={"description": "day after the last"})
    limit = Number(least=1, most=LARGEST_PAGE, load_default=100)
    page = Number(least=1, most=LAST_PAGE, load_default=1)


class ReasonOut(Said):
    """Words that made a feeling."""

    words = fields.String()
    start = fields.Integer(metadata={"description": "first character"})
    end = fields.Integer(metadata={"description": "character after the last"})
    source = fields.String(metadata={"description": "what knows the words"})
    known_as = fields.String(metadata={"description": "the source in words"})
    weight = fields.Float(
        metadata={"description": "above 0 for a good feeling, below for a bad one"}
    )


class MentionOut(Said):
    """A theme, and what found it."""

    theme = fields.String()
    name = fields.String()
    polarity = fields.String(validate=validators.OneOf([*map(str, Polarity)]))
    words = fields.String()
    start = fields.Integer()
    end = fields.Integer()
    source = fields.String(metadata={"description": "the rule, or the weights"})
    known_as = fields.String(metadata={"description": "the source in words"})
    confidence = fields.Float(metadata={"description": "0 to 1"})


class RatingOut(Said):
    """A score of the same occasion."""

    scale = fields.String()
    value = fields.Integer()


class VerbatimOut(Said):
    """One text in a customer's own words, with personal data masked."""

    verbatim = fields.String()
    text = fields.String(metadata={"description": "masked"})
    question = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    day = fields.Date()
    touchpoint = fields.String(allow_none=True)
    channel = fields.String()
    ratings = fields.List(fields.Nested(RatingOut))
    feeling = fields.String(validate=validators.OneOf(_FEELINGS))
    corrected = fields.Boolean(metadata={"description": "by an analyst"})
    reasons = fields.List(
        fields.Nested(ReasonOut),
        allow_none=True,
        metadata={
            "description": "of the feeling that the analysis told, the heaviest "
            "first; null for an analysis made before they were kept"
        },
    )
    themes = fields.List(fields.Nested(MentionOut))
    version = fields.String(metadata={"description": "of the analysis"})


class VerbatimsOut(Said):
    """A page of verbatims."""

    verbatims = fields.List(fields.Nested(VerbatimOut))
    next = fields.String(
        allow_none=True, metadata={"description": "address of the next page"}
    )


@blueprint.get("/verbatims")
@requires(Scope.VERBATIMS_READ)
@blueprint.input(VerbatimQuery, location="query", arg_name="wanted")
@blueprint.output(VerbatimsOut)
def verbatims(wanted: dict[str, Any]) -> dict[str, Any]:
    """Read what customers said, the newest first, and why it was read so.

    Texts are masked, and none is told before it is analysed. What comes in meanwhile
    moves the pages: who wants all of it reads days that are over.
    """
    session = current_session()
    journey = get_map(session, wanted["journey"], archived=True)
    theme = wanted.get("theme")
    if theme is not None and find_theme(session, theme) is None:
        raise Invalid({"theme": "not_a_choice"})
    found = list_explained(
        session,
        VerbatimFilter(
            journey_id=journey.id,
            period=read_period(wanted),
            theme=theme,
            stance=Stance(wanted["stance"]) if "stance" in wanted else None,
            feeling=Feeling(wanted["feeling"]) if "feeling" in wanted else None,
        ),
        PageRequest(number=wanted["page"], size=wanted["limit"]),
    )
    points = {point.id: point.key for point in journey.touchpoints}
    return {
        "verbatims": [_said(one, points) for one in found.items],
        "next": _address(found.number + 1) if found.has_next else None,
    }


def _address(page: int) -> str:
    return f"/api/v1/verbatims?{urlencode({**request.args, 'page': page})}"


def _said(one: ExplainedVerbatim, points: Mapping[int, str]) -> dict[str, Any]:
    shown, machine = one.shown, one.machine
    reasons = machine.reasons
    return {
        "verbatim": shown.public_id,
        "text": shown.text,
        "question": shown.question,
        "language": shown.language,
        "day": shown.day,
        "touchpoint": points.get(shown.touchpoint_id),
        "channel": shown.channel,
        "ratings": [
            {"scale": rating.scale.value, "value": rating.value}
            for rating in shown.ratings
        ],
        "feeling": shown.feeling.value,
        "corrected": shown.is_corrected,
        "reasons": None
        if reasons is None
        else [_reason(shown.text, reason) for reason in reasons],
        "themes": [_mention(shown.text, mention) for mention in shown.mentions],
        "version": machine.version,
    }


def _reason(text: str, one: Reason) -> dict[str, Any]:
    return {
        "words": text[one.start : one.end],
        "start": one.start,
        "end": one.end,
        "source": one.source,
        "known_as": source_words(current_session(), one.source, locale()),
        "weight": one.weight,
    }


def _mention(text: str, one: MentionInText) -> dict[str, Any]:
    session, language = current_session(), locale()
    return {
        "theme": one.theme,
        "name": theme_name(session, one.theme, language),
        "polarity": one.polarity.value,
        "words": text[one.start : one.end],
        "start": one.start,
        "end": one.end,
        "source": one.origin,
        "known_as": source_words(session, one.origin, language),
        "confidence": one.confidence,
    }
