"""A question as its template shows it: words, options, what was typed, faults."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.i18n.catalogs import gettext, mark
from feedback.surveys.branching import Walk, choices_of, rows_of
from feedback.surveys.piping import fill, word_of
from feedback.surveys.questionnaire import Choice, Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import QuestionKind, field
from feedback.surveys.questions.choices import OTHER, Ranking
from feedback.surveys.questions.contact import CONSENT, LONGEST_NAME
from feedback.web.filled import Fields
from feedback.web.respond_words import fault_words, hint_words

#: what browsers fill in by themselves, and how a field is typed on a phone
CONTACT_FIELDS = {
    "name": (mark("Your name"), "text", "name"),
    "email": (mark("Your e-mail address"), "email", "email"),
    "phone": (mark("Your phone number"), "tel", "tel"),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with an answer; `target` is the id of what to put right."""

    target: str
    question: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something to choose."""

    value: str
    text: str
    id: str
    is_chosen: bool
    #: 1 to 5 for a face
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a matrix, or one choice of a ranking."""

    text: str
    name: str
    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class ContactField:
    """One field of a contact; `is_known` when it need not be asked."""

    text: str
    name: str
    id: str
    type: str
    autocomplete: str
    value: str
    longest: int
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as its template shows it."""

    key: str
    kind: str
    template: str
    id: str
    name: str
    text: str
    help: tuple[str, ...]
    required: bool
    #: language of the product's words here, "" when it is that of the survey
    speak: str
    #: whether other questions of the page depend on its answer
    is_live: bool
    fault: Fault | None
    #: ids of what describes the field, for `aria-describedby`
    described_by: str | None
    #: limits in words
    hint: str
    #: what was typed
    value: str
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    #: words at the ends of a scale
    low: str = ""
    high: str = ""
    look: str = ""
    unit: str = ""
    least: str = ""
    most: str = ""
    other: Option | None = None
    other_value: str = ""
    fields: tuple[ContactField, ...] = ()
    consent: str = ""
    has_consent: bool = False


def ask(
    question: Question,
    questionnaire: Questionnaire,
    walk: Walk,
    *,
    language: str,
    interface: str,
    fields: Fields,
    code: str | None,
    seed: str,
    reach: Sequence[str],
) -> Asked:
    """Return a question as its template shows it; see `respondent.view_page`."""
    kind = kind_of(question)
    place = _Place(question, questionnaire, kind, language, interface, fields)
    text = word_of(question, questionnaire, walk, language)
    words = code and fault_words(question, code, questionnaire, language, interface)
    hint = hint_words(question, interface)
    helps = fill(question.help, questionnaire, walk.answers, walk.facts, language)
    described = [
        f"{place.id}-{part}"
        for part, is_there in (("help", helps), ("hint", hint), ("fault", words))
        if is_there
    ]
    return Asked(
        key=question.key,
        kind=question.kind,
        template=kind.template,
        id=place.id,
        name=place.name,
        text=text,
        help=tuple(line for line in helps.splitlines() if line.strip()),
        required=question.required,
        speak=interface if interface != language else "",
        is_live=question.key in live_keys(questionnaire),
        fault=Fault(target=place.target(reach), question=text, words=words)
        if words
        else None,
        described_by=" ".join(described) or None,
        hint=hint,
        value=place.first(place.name),
        **place.parts(seed, reach),  # type: ignore[arg-type]  # by the kind of question
    )


class _Place:
    """Where a question stands: its names, and what of it was typed."""

    def __init__(
        self,
        question: Question,
        questionnaire: Questionnaire,
        kind: QuestionKind,
        language: str,
        interface: str,
        fields: Fields,
    ) -> None:
        self.question = question
        self.questionnaire = questionnaire
        self.kind = kind
        self.language = language
        self.interface = interface
        self.fields = fields
        self.name = field(question)
        self.id = f"q-{question.key}"

    def target(self, reach: Sequence[str]) -> str:
        """Return the id of the first thing that can be put right."""
        match self.question.kind:
            case "nps" | "csat" | "ces":
                part = str(self.kind.scale.lowest if self.kind.scale else 0)
            case "single" | "multiple" | "ranking":
                part = "0"
            case "matrix":
                part = "0-0"
            case "contact":
                asked = self.kind.option(self.question, "fields") or ()
                part = next((one for one in asked if one not in reach), CONSENT)
            case _:
                part = "field"
        return f"{self.id}-{part}"

    def first(self, name: str) -> str:
        """Return the first value of a field, "" without one."""
        values = self.fields.get(name)
        return values[0] if values else ""

    def say(self, option: str) -> str:
        """Return the words that an option holds."""
        words = self.kind.option(self.question, option)
        return self.questionnaire.say(words, self.language) if words else ""

    def parts(self, seed: str, reach: Sequence[str]) -> dict[str, object]:
        """Return what only a question of this kind has."""
        match self.question.kind:
            case "nps" | "csat" | "ces":
                return self._scale()
            case "single" | "multiple" | "dropdown":
                return self._choices(choices_of(self.question, seed))
            case "ranking":
                return {"rows": self._ranks(choices_of(self.question, seed))}
            case "matrix":
                return {"rows": self._rows(rows_of(self.question, seed))}
            case "contact":
                return self._contact(reach)
        limits = self.kind.limits(self.question)
        return {
            "unit": self.say("unit") if self.question.kind == "number" else "",
            "least": str(limits.get("earliest", "")),
            "most": str(limits.get("latest", limits.get("at_most", ""))),
        }

    def _scale(self) -> dict[str, object]:
        points = self.kind.scale.points if self.kind.scale else ()
        look = (
            self.kind.option(self.question, "look") if self.kind.name == "csat" else ""
        )
        chosen = self.first(self.name)
        low, high = self.say("low"), self.say("high")
        ends = {min(points): low, max(points): high}
        return {
            "low": low,
            "high": high,
            "look": look or ("faces" if self.kind.name == "csat" else ""),
            "options": tuple(
                Option(
                    value=str(point),
                    text=ends.get(point, ""),
                    id=f"{self.id}-{point}",
                    is_chosen=chosen == str(point),
                    number=point,
                )
                for point in points
            ),
        }

    def _choices(self, choices: Sequence[Choice]) -> dict[str, object]:
        chosen = set(self.fields.get(self.name, ()))
        other_name = field(self.question, OTHER)
        options = self._options(choices, self.id, chosen)
        offers = self.question.kind != "dropdown" and self.kind.option(
            self.question, "other"
        )
        return {
            "options": options[:-1] if offers else options,
            "other": options[-1] if offers else None,
            "other_value": self.first(other_name),
        }

    def _options(
        self, choices: Sequence[Choice], start: str, chosen: set[str]
    ) -> tuple[Option, ...]:
        return tuple(
            Option(
                value=choice.key,
                text=self.questionnaire.say(choice.text, self.language) or choice.key,
                id=f"{start}-{number}",
                is_chosen=choice.key in chosen,
            )
            for number, choice in enumerate(choices)
        )

    def _rows(self, rows: Sequence[Choice]) -> tuple[Row, ...]:
        return tuple(
            Row(
                text=self.questionnaire.say(row.text, self.language) or row.key,
                name=field(self.question, row.key),
                id=f"{self.id}-{number}",
                options=self._options(
                    self.question.choices,
                    f"{self.id}-{number}",
                    set(self.fields.get(field(self.question, row.key), ())),
                ),
            )
            for number, row in enumerate(rows)
        )

    def _ranks(self, choices: Sequence[Choice]) -> tuple[Row, ...]:
        assert isinstance(self.kind, Ranking)  # noqa: S101 - states an invariant
        places = [str(rank + 1) for rank in range(self.kind.places(self.question))]
        return tuple(
            Row(
                text=self.questionnaire.say(choice.text, self.language) or choice.key,
                name=(name := field(self.question, choice.key)),
                id=f"{self.id}-{number}",
                options=tuple(
                    Option(
                        value=place,
                        text=place,
                        id=f"{self.id}-{number}-{place}",
                        is_chosen=self.first(name) == place,
                    )
                    for place in places
                ),
            )
            for number, choice in enumerate(choices)
        )

    def _contact(self, reach: Sequence[str]) -> dict[str, object]:
        asked = self.kind.option(self.question, "fields") or ()
        return {
            "fields": tuple(
                ContactField(
                    text=gettext(self.interface, CONTACT_FIELDS[one][0]),
                    name=(name := field(self.question, one)),
                    id=f"{self.id}-{one}",
                    type=CONTACT_FIELDS[one][1],
                    autocomplete=CONTACT_FIELDS[one][2],
                    value=self.first(name),
                    longest=LONGEST_NAME if one == "name" else 320,
                    is_known=one in reach,
                )
                for one in asked
            ),
            "consent": self.say("consent"),
            "has_consent": bool(self.first(field(self.question, CONSENT))),
        }


def live_keys(questionnaire: Questionnaire) -> frozenset[str]:
    """Return the keys of questions on whose answer their own page depends."""
    keys: set[str] = set()
    for page in questionnaire.pages:
        here = {question.key for question in page.questions}
        for question in page.questions:
            if question.wording is not None:
                keys |= {question.wording.question} & here
            for one in question.show_if.conditions if question.show_if else ():
                if one.subject in {"answer", "class"}:
                    keys |= {one.name.partition(".")[0]} & here
    return frozenset(keys)
