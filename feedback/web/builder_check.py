"""What the review says of a draft, in words, each beside a link to its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.review import Finding, Severity, review
from feedback.web.builder_kinds import question_words
from feedback.web.context import locale
from feedback.web.survey_words import finding_words


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """One finding as it is shown."""

    severity: str
    words: str
    #: what to open in the builder to put it right
    at: str
    #: the question that it is about, `3. Why?`; empty for anything else
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A draft that was reviewed."""

    findings: tuple[ShownFinding, ...]
    #: to answer it, at least 1
    minutes: int

    @property
    def errors(self) -> int:
        """How many findings forbid publishing."""
        return len(self.of("error"))

    @property
    def warnings(self) -> int:
        """How many findings are worth a change."""
        return len(self.of("warning"))

    @property
    def hints(self) -> int:
        """How many findings are worth a look."""
        return len(self.of("hint"))

    def of(self, severity: str) -> tuple[ShownFinding, ...]:
        """Return the findings of one weight."""
        return tuple(one for one in self.findings if one.severity == severity)

    def at(self, place: str) -> tuple[ShownFinding, ...]:
        """Return the findings of one place of the builder."""
        return tuple(one for one in self.findings if one.at == place)

    def severity_at(self, place: str) -> str:
        """Return the heaviest weight at a place, empty without a finding."""
        found = {one.severity for one in self.at(place)}
        return next((one.value for one in Severity if one.value in found), "")


#: stands for a review that nobody needs
UNCHECKED = Checked(findings=(), minutes=1)


def check(draft: Questionnaire, *, anonymous: bool) -> Checked:
    """Return what the review says of a draft, the heaviest first."""
    reviewed = review(draft, anonymous=anonymous)
    labels = {
        one.key: f"{number}. {question_words(draft, one, locale())}"
        for number, one in enumerate(draft.questions(), 1)
    }
    return Checked(
        findings=tuple(
            ShownFinding(
                severity=found.severity.value,
                words=finding_words(found, draft),
                at=place_of(found, draft),
                label=labels.get(found.question_key or "", ""),
            )
            for found in reviewed.findings
        ),
        minutes=max(1, round(reviewed.minutes)),
    )


#: part of a questionnaire to the panel in which it is written
_PANELS = {
    "theme": "look",
    "languages": "languages",
    "default_language": "languages",
    "title": "start",
    "introduction": "start",
}


def place_of(found: Finding, draft: Questionnaire) -> str:
    """Return what to open in the builder for a finding."""
    if found.question_key is not None:
        return f"question-{found.question_key}"
    what, _, rest = found.place.partition(".")
    number = rest.partition(".")[0]
    if what == "pages":
        return _keyed("page", [one.key for one in draft.pages], number)
    if what == "endings":
        return _keyed("ending", [one.key for one in draft.endings], number)
    return _PANELS.get(what, "check")


def _keyed(what: str, keys: Sequence[str], number: str) -> str:
    if not number.isdecimal() or int(number) >= len(keys):
        return "check"
    return f"{what}-{keys[int(number)]}"
