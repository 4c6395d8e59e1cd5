"""What the review may say of a questionnaire, and how much each of it weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs, the heaviest first."""

    #: the survey cannot be published
    ERROR = "error"
    #: people will stumble over it, or figures will be wrong
    WARNING = "warning"
    #: worth a look
    HINT = "hint"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about a questionnaire that its author should know."""

    #: one of `SEVERITIES`; its words are in `feedback.web.survey_words`
    code: str
    severity: Severity
    #: where, as in a questionnaire's JSON: `pages.0.questions.2.choices.1`
    place: str
    #: the question it belongs to, None for pages, endings, the theme and the whole
    question_key: str | None = None
    #: what fills its words: keys, languages (codes), words, numbers
    values: Mapping[str, object] = field(default_factory=dict)


_ERRORS = (
    # the whole
    "nothing_asked",
    "unknown_kind",
    "dead_end",
    "no_number_fits",
    # what the kinds of questions say of a definition
    "bad_option",
    "choices_missing",
    "consent_words_missing",
    "fields_missing",
    "limits_crossed",
    "pattern_broken",
    "pattern_too_free",
    "reserved_key",
    "rows_missing",
    # words
    "missing_text",
    "missing_default",
    # conditions
    "condition_unknown_question",
    "condition_later_question",
    "condition_unanswerable",
    "condition_unknown_choice",
    "condition_unknown_row",
    "condition_not_a_score",
    "condition_unknown_class",
    "condition_off_scale",
    "condition_unknown_language",
    "never_shown",
    "ending_never_shown",
    "wording_not_a_score",
    # what is filled in
    "piping_unknown_question",
    "piping_later_question",
    # anonymity
    "anonymous_contact",
    "anonymous_piping",
    "anonymous_condition",
    "anonymous_callback",
    # theme
    "not_a_colour",
    "low_contrast",
    "unknown_font",
    "not_a_logo",
)
_WARNINGS = (
    "empty_page",
    "missing_translation",
    "duplicate_choices",
    "always_shown",
    "condition_always",
    "condition_never",
    "ending_covered",
    "wording_same_page",
    "piping_same_page",
    "piping_without_fallback",
    "leading",
    "long_question",
    "many_questions",
    "long_survey",
)
_HINTS = (
    "ending_uncovered",
    "condition_same_page",
    "piping_broken",
    "double",
    "many_on_page",
    "many_choices",
    "many_rows",
    "long_ranking",
)
#: every code that a review can hold
SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(_ERRORS, Severity.ERROR),
    **dict.fromkeys(_WARNINGS, Severity.WARNING),
    **dict.fromkeys(_HINTS, Severity.HINT),
}


def finding(
    code: str, place: str, question_key: str | None = None, **values: object
) -> Finding:
    """Return a finding with the weight of its code."""
    return Finding(
        code=code,
        severity=SEVERITIES[code],
        place=place,
        question_key=question_key,
        values=values,
    )
