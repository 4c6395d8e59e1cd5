"""What the next version of a survey changes, in words."""

from dataclasses import dataclass

from feedback.i18n.catalogs import mark
from feedback.surveys.comparing import find_changes
from feedback.surveys.queries import get_version
from feedback.surveys.questionnaire import Questionnaire
from feedback.web.builder_kinds import question_words
from feedback.web.builder_view import Opened
from feedback.web.context import current_session
from feedback.web.language import gettext


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A question that the next version asks otherwise."""

    words: str
    #: empty for one that is gone
    at: str
    breaks: bool = False


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What the next version changes."""

    added: tuple[Difference, ...]
    removed: tuple[Difference, ...]
    changed: tuple[Difference, ...]
    elsewhere: tuple[str, ...]
    breaks: tuple[str, ...]


_ELSEWHERE = {
    "words": mark("The title or the introduction reads differently."),
    "languages": mark("The languages change."),
    "order": mark("Questions stand in another order or on other pages."),
    "endings": mark("The endings change."),
    "theme": mark("The look changes."),
}


def find_differences(opened: Opened) -> Differences | None:
    """Return what the next version changes, None before the first."""
    survey = opened.survey
    if survey.version is None:
        return None
    before = get_version(current_session(), survey.id, survey.version).questionnaire
    after = opened.draft
    found = find_changes(before, after)

    def words(draft: Questionnaire, key: str) -> str:
        question = draft.question(key)
        return question_words(draft, question, opened.language) if question else key

    return Differences(
        added=tuple(
            Difference(words=words(after, one.key), at=f"question-{one.key}")
            for one in found.added
        ),
        removed=tuple(
            Difference(words=words(before, one.key), at="") for one in found.removed
        ),
        changed=tuple(
            Difference(
                words=words(after, one.key),
                at=f"question-{one.key}",
                breaks=one.key in found.breaks,
            )
            for one in found.changed
        ),
        elsewhere=tuple(gettext(_ELSEWHERE[one]) for one in found.elsewhere),
        breaks=tuple(words(after, key) for key in found.breaks),
    )
