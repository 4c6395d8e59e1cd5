"""Templates: short surveys for moments of the customer's journey, ready to be asked.

A file each in `data/templates/`, in French and in English. They name a phase and a
touchpoint of the journey of five phases (`journey/data/five_phases.json`) and the event
that may set them off.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedback.core.errors import NotFound
from feedback.surveys.questionnaire import Questionnaire, read_questionnaire
from feedback.surveys.review.length import estimate_minutes

#: in the order of the journey
KEYS = (
    "discovery-source",
    "newsletter",
    "event",
    "website",
    "product-page",
    "quote",
    "cart-abandoned",
    "purchase",
    "store",
    "counter",
    "click-collect",
    "appointment",
    "delivery",
    "first-use",
    "after-sales",
    "chat",
    "hotline",
    "return",
    "complaint",
    "repair",
    "relationship",
    "loyalty-programme",
    "subscription-start",
    "subscription-end",
)

_FOLDER = Path(__file__).with_name("data") / "templates"


@dataclass(frozen=True, kw_only=True)
class Template:
    """A survey to start from."""

    key: str
    #: key of a phase in the journey of five phases
    phase: str
    #: key of a touchpoint of that phase, None where it depends on the company
    touchpoint: str | None
    #: type of the event after which it is best sent, None for links and screens
    event_type: str | None
    #: language to the name, and to what it is for and when to send it
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    questionnaire: Questionnaire
    #: to answer it, see `review.length`
    minutes: float


def list_templates() -> tuple[Template, ...]:
    """Return every template, in the order of the journey."""
    return tuple(_read(key) for key in KEYS)


def get_template(key: str) -> Template:
    """Return one template.

    Raises:
        NotFound: `survey_template`.
    """
    if key not in KEYS:
        raise NotFound("survey_template")
    return _read(key)


@cache
def _read(key: str) -> Template:
    document = json.loads((_FOLDER / f"{key}.json").read_text("utf-8"))
    questionnaire = read_questionnaire(document["questionnaire"])
    return Template(
        key=key,
        phase=document["phase"],
        touchpoint=document["touchpoint"],
        event_type=document["event_type"],
        names=document["names"],
        descriptions=document["descriptions"],
        questionnaire=questionnaire,
        minutes=estimate_minutes(questionnaire),
    )
