"""The text of a guide, in both languages; those that come with the product. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from feedback.core.errors import Invalid
from feedback.interviews.terms import Stage

SHIPPED = Path(__file__).parent / "data" / "guides.toml"
MOST_QUESTIONS = 30
LONGEST_TITLE = 120
LONGEST_TEXT = 1000
MOST_MINUTES = 240


@dataclass(frozen=True, kw_only=True)
class GuideQuestion:
    """One open question, and what to dig into; each by language."""

    text: Mapping[str, str]
    probe: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class GuideText:
    """What stands in a version of a guide; each text by language, `fr` and `en`."""

    title: Mapping[str, str]
    aim: Mapping[str, str]
    minutes: int
    questions: tuple[GuideQuestion, ...]


@cache
def shipped_guides() -> Mapping[str, tuple[Stage, GuideText]]:
    """Return the guides that come with the product, by key."""
    body = tomllib.loads(SHIPPED.read_text("utf-8"))
    return {one["key"]: (Stage(one["stage"]), _shipped(one)) for one in body["guides"]}


def check_guide(text: GuideText) -> None:
    """Refuse a guide that cannot be read aloud in both languages.

    Raises:
        Invalid: `title`, `aim`: `missing`, `too_long`; `minutes: out_of_range`;
            `questions`: `missing`, `too_long`, `too_many_questions`,
            `question_untranslated`.
    """
    faults: dict[str, str] = {}
    for name, words in (("title", text.title), ("aim", text.aim)):
        if not all(words.get(code) for code in ("fr", "en")):
            faults[name] = "missing"
        elif max(map(len, words.values())) > LONGEST_TITLE * (1 + 4 * (name == "aim")):
            faults[name] = "too_long"
    if not 5 <= text.minutes <= MOST_MINUTES:
        faults["minutes"] = "out_of_range"
    code = _fault_of(text.questions)
    if code:
        faults["questions"] = code
    if faults:
        raise Invalid(faults)


def _fault_of(questions: tuple[GuideQuestion, ...]) -> str | None:
    if not questions:
        return "missing"
    if len(questions) > MOST_QUESTIONS:
        return "too_many_questions"
    texts = [part for one in questions for part in (one.text, one.probe)]
    if any(bool(one.get("fr")) != bool(one.get("en")) for one in texts):
        return "question_untranslated"
    if any(len(words) > LONGEST_TEXT for one in texts for words in one.values()):
        return "too_long"
    return None


def read_guide(body: Mapping[str, Any]) -> GuideText:
    """Return a guide that was written as JSON."""
    return GuideText(
        title=body["title"],
        aim=body["aim"],
        minutes=body["minutes"],
        questions=tuple(GuideQuestion(**one) for one in body["questions"]),
    )


def write_guide(text: GuideText) -> dict[str, Any]:
    """Return a guide as JSON."""
    return asdict(text)


def _shipped(body: Mapping[str, Any]) -> GuideText:
    return GuideText(
        title=body["title"],
        aim=body["aim"],
        minutes=body["minutes"],
        questions=tuple(
            GuideQuestion(
                text={"fr": one["fr"], "en": one["en"]},
                probe={
                    "fr": one.get("probe_fr", ""),
                    "en": one.get("probe_en", ""),
                },
            )
            for one in body["questions"]
        ),
    )
