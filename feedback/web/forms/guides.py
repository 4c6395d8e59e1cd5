"""What the form of a guide sends: its texts and its questions, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.core.errors import Invalid
from feedback.i18n.locales import SUPPORTED
from feedback.interviews.guide_text import (
    MOST_QUESTIONS,
    GuideQuestion,
    GuideText,
)
from feedback.interviews.terms import Stage

#: empty questions at the end of the form
SPARE = 2


@dataclass(frozen=True, kw_only=True)
class GuideFields:
    """What the form shows of a guide: its text with room for further questions."""

    stage: Stage
    text: GuideText
    questions: tuple[GuideQuestion, ...]


def fields_of(stage: Stage, text: GuideText) -> GuideFields:
    """Return what the form shows of a guide."""
    empty = GuideQuestion(text={"fr": "", "en": ""}, probe={"fr": "", "en": ""})
    rows = (*text.questions, *(empty for _ in range(SPARE)))
    return GuideFields(stage=stage, text=text, questions=rows[:MOST_QUESTIONS])


def empty_text() -> GuideText:
    """Return a guide to begin with."""
    nothing = {"fr": "", "en": ""}
    return GuideText(title=nothing, aim=nothing, minutes=40, questions=())


def stage_of(sent: Mapping[str, str]) -> Stage:
    """Return the stage that was chosen.

    Raises:
        Invalid: `stage: unknown_choice`.
    """
    try:
        return Stage(sent.get("stage", ""))
    except ValueError as error:
        raise Invalid({"stage": "unknown_choice"}) from error


def text_of(sent: Mapping[str, str]) -> GuideText:
    """Return the guide that a form describes; empty questions are left out."""
    minutes = sent.get("minutes", "")
    rows = [_question(sent, place) for place in range(MOST_QUESTIONS + SPARE)]
    return GuideText(
        title=_both(sent, "title"),
        aim=_both(sent, "aim"),
        minutes=int(minutes) if minutes.isdigit() and len(minutes) < 4 else 0,
        questions=tuple(
            one for one in rows if any(one.text.values()) or any(one.probe.values())
        ),
    )


def _question(sent: Mapping[str, str], place: int) -> GuideQuestion:
    return GuideQuestion(
        text=_both(sent, f"question-{place}"), probe=_both(sent, f"probe-{place}")
    )


def _both(sent: Mapping[str, str], name: str) -> dict[str, str]:
    return {
        code: " ".join(sent.get(f"{name}-{code}", "").split()) for code in SUPPORTED
    }
