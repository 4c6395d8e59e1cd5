"""Review: what a questionnaire lacks before people may be asked it.

Errors forbid publishing: questions that nobody can reach or leave, names of things that
are not there, words that are missing, colours that cannot be read, an anonymous survey
that asks who answers. Warnings and hints leave the decision to the author.
"""

from dataclasses import dataclass

from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.review.findings import SEVERITIES, Finding, Severity
from feedback.surveys.review.length import estimate_minutes, review_length
from feedback.surveys.review.reasoning import review_reasoning
from feedback.surveys.review.references import review_references
from feedback.surveys.review.shape import review_shape
from feedback.surveys.review.wording import review_wording

__all__ = ["SEVERITIES", "Finding", "Review", "Severity", "review"]

_ORDER = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True, kw_only=True)
class Review:
    """What was found, the heaviest first and otherwise in the order of the survey."""

    findings: tuple[Finding, ...]
    #: how long answering takes; see `length`
    minutes: float

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What forbids publishing."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    def of_question(self, key: str) -> tuple[Finding, ...]:
        """What was found about one question."""
        return tuple(one for one in self.findings if one.question_key == key)


def review(questionnaire: Questionnaire, *, anonymous: bool) -> Review:
    """Return everything about a questionnaire that its author should know.

    Args:
        questionnaire: what is asked, finished or not; nothing in it makes this fail.
        anonymous: whether nobody may learn who answered.
    """
    minutes = estimate_minutes(questionnaire)
    named = tuple(review_references(questionnaire, anonymous=anonymous))
    faulty = frozenset(
        one.place.partition(".conditions.")[0]
        for one in named
        if ".conditions." in one.place and one.severity is Severity.ERROR
    )
    found = (
        *review_shape(questionnaire, anonymous=anonymous),
        *named,
        *review_reasoning(questionnaire, faulty),
        *review_wording(questionnaire),
        *review_length(questionnaire, minutes),
    )
    return Review(
        findings=tuple(
            sorted(found, key=lambda one: (_ORDER[one.severity], _rank(one)))
        ),
        minutes=minutes,
    )


def _rank(finding: Finding) -> tuple[int, ...]:
    """Return where a finding stands: the survey, its pages, its endings, its theme."""
    parts = finding.place.split(".")
    first = {"pages": 1, "endings": 2, "theme": 3}.get(parts[0], 0)
    return (first, *(int(part) for part in parts if part.isdigit()))
