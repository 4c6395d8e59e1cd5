"""Answers as they are shown: what somebody wrote, as the analysis masked it.

The raw text stays in the row, for the analysis; nothing that is shown, exported or
told is made of it. A text that was not analysed has no masked form, and is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback.collection.quality import texts_of
from feedback.collection.terms import ORIGIN
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions.choices import OTHER
from feedback.voice.occasion_texts import OccasionText, texts_by_occasion


@dataclass(frozen=True, kw_only=True)
class MaskedAnswers:
    """The answers of one response, no text as it was given among them.

    A text that has no masked form is empty in `answers`, and its question stands in
    `unread`. `originals` leads from a question to the verbatim whose text as given
    can be read by those who may.
    """

    answers: dict[str, Any]
    unread: frozenset[str]
    originals: Mapping[str, str]


def masked_texts(
    session: Session, public_ids: Sequence[str]
) -> Mapping[str, Sequence[OccasionText]]:
    """Return the masked texts of responses by their public ids."""
    found = texts_by_occasion(session, [f"{ORIGIN}{one}" for one in public_ids])
    return {key.removeprefix(ORIGIN): texts for key, texts in found.items()}


def mask_answers(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    texts: Sequence[OccasionText],
) -> MaskedAnswers:
    """Put what the analysis masked in the place of what somebody wrote.

    Contact details are no text of the analysis: they were given to be reached by, and
    are for those who may see customers. Answers to questions that the questionnaire
    does not have are left out.
    """
    shown: dict[str, Any] = {}
    unread: set[str] = set()
    originals: dict[str, str] = {}
    for question in questionnaire.questions():
        key = question.key
        if key not in answers:
            continue
        value = shown[key] = answers[key]
        for given in texts_of([question], answers):
            masked = next((one for one in texts if one.masks(given)), None)
            text = masked.text if masked else ""
            shown[key] = text if isinstance(value, str) else {**value, OTHER: text}
            if masked is None:
                unread.add(key)
            elif masked.text != given and masked.is_kept:
                originals[key] = masked.public_id
    return MaskedAnswers(answers=shown, unread=frozenset(unread), originals=originals)
