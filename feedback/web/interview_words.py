"""Words of the pages of interviews: filters of the templates, names for keys."""

from collections.abc import Callable, Mapping
from typing import Any

from feedback.interviews.consent import scope_name
from feedback.interviews.terms import ConsentScope, InterviewState, Stage, Way
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.taxonomy import theme_name
from feedback.voice.wording import feeling_name, polarity_name
from feedback.web.context import current_session, locale
from feedback.web.forms.interviews import WAYS
from feedback.web.improving import improve_url
from feedback.web.interviews_view import STAGES, STATES
from feedback.web.language import gettext


def state_name(state: InterviewState) -> str:
    """Return where an interview stands, in words."""
    return gettext(STATES[state])


def stage_name(stage: Stage) -> str:
    """Return the part of a customer's way that a guide is made for."""
    return gettext(STAGES[stage])


def way_name(way: Way) -> str:
    """Return how people talk to each other."""
    return gettext(WAYS[way])


def scope_words(scope: ConsentScope) -> str:
    """Return what a participant agreed to, as one sentence."""
    return scope_name(scope, locale())


def speech() -> dict[str, Any]:
    """Give the templates the words for keys, and addresses that may be missing."""
    return {
        "excerpt_theme": lambda key: theme_name(current_session(), key, locale()),
        "excerpt_feeling": lambda one: feeling_name(Feeling(one), locale()),
        "excerpt_polarity": lambda one: polarity_name(Polarity(one), locale()),
        "improvement_of": improvement_address,
    }


def improvement_address(journey: str, theme: str, reference: str) -> str | None:
    """Return where an improvement is begun from an excerpt, None where none can be."""
    return improve_url(source="interview", journey=journey, theme=theme, ref=reference)


FILTERS: Mapping[str, Callable[..., str]] = {
    "interview_state": state_name,
    "interview_stage": stage_name,
    "interview_way": way_name,
    "consent_scope": scope_words,
}
