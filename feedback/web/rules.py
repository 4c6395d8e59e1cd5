"""Rules in a form: what can be compared, how, with what; and what was chosen.

A subject is named as `answer:score`, `class:score`, `language`, `past:last_score`; one
that people name themselves, as an attribute, is `attribute` with a field for the name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from werkzeug.datastructures import MultiDict

from feedback.core.text import shorten
from feedback.i18n.catalogs import mark
from feedback.surveys.conditions import MOST_CONDITIONS, Condition, Rule
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import OptionForm, QuestionKind
from feedback.surveys.questions.choices import ChoiceKind
from feedback.web.language import gettext

#: form of what is compared to the operators that make sense
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "number": ("at_least", "at_most", "is", "is_not", "known", "unknown"),
    "choice": ("any_of", "none_of", "known", "unknown"),
    "text": ("contains", "is", "is_not", "known", "unknown"),
    "day": ("at_least", "at_most", "is", "known", "unknown"),
    "free": ("is", "is_not", "contains", "at_least", "at_most", "known", "unknown"),
}
OPERATOR_WORDS = {
    "is": mark("is"),
    "is_not": mark("is not"),
    "any_of": mark("is one of"),
    "none_of": mark("is none of"),
    "contains": mark("contains"),
    "at_least": mark("is at least"),
    "at_most": mark("is at most"),
    "known": mark("is known"),
    "unknown": mark("is not known"),
}
CLASS_WORDS = {
    "low": mark("low"),
    "middle": mark("middling"),
    "high": mark("high"),
}
#: characters of a question in a list of subjects
_LONGEST_LABEL = 55
_NAMED = frozenset({"attribute", "event"})
#: stands for a name that nobody has typed yet
_UNNAMED = "?"
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,9}[1-9])?")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something that can be compared."""

    #: as it stands in the form
    value: str
    label: str
    #: heading under which it is offered
    group: str
    #: a key of `OPERATORS`
    form: str
    #: value and words, of the form `choice`
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether people type the name of what they mean."""
        return self.value in _NAMED

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that make sense."""
        return OPERATORS[self.form]


@dataclass(frozen=True, kw_only=True)
class ShownCondition:
    """A condition as the form shows it."""

    place: int
    subject: Subject
    name: str
    operator: str
    #: as text, several for the form `choice`
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        """The one value, empty without one."""
        return self.values[0] if self.values else ""

    @property
    def needs_value(self) -> bool:
        """Whether there is something to compare with."""
        return self.operator not in {"known", "unknown"}


@dataclass(frozen=True, kw_only=True)
class ShownRule:
    """A rule as the form shows it."""

    #: `always`, `all` or `any`
    mode: str
    conditions: tuple[ShownCondition, ...]
    #: heading to subjects
    groups: Mapping[str, tuple[Subject, ...]]
    #: whether one more condition has room
    has_room: bool


def list_subjects(
    questionnaire: Questionnaire,
    before: str | None,
    language: str,
    personas: Sequence[tuple[str, str]] = (),
) -> tuple[Subject, ...]:
    """Return what a rule of a question can compare: what is known before it.

    Args:
        questionnaire: what is asked.
        before: key of the question that the rule belongs to; None: after all.
        language: in which the questions are named.
        personas: key and name.
    """
    earlier = takewhile(lambda one: one.key != before, questionnaire.questions())
    asked = [
        subject
        for number, question in enumerate(earlier, 1)
        for subject in _of_question(questionnaire, question, number, language)
    ]
    return (*asked, *list_known(questionnaire.languages, personas))


def list_known(
    languages: Sequence[str], personas: Sequence[tuple[str, str]] = ()
) -> tuple[Subject, ...]:
    """Return what can be compared before anybody has answered.

    Args:
        languages: codes of the languages that people may speak.
        personas: key and name; without any, personas cannot be compared.
    """
    person, past, event = (
        gettext("The customer"),
        gettext("Their past"),
        gettext("The event"),
    )
    known = [
        _choice("language", gettext("Language"), person, _codes(languages)),
        _choice("persona", gettext("Persona"), person, personas),
        _plain_subject("attribute", gettext("Attribute of the customer…"), person),
        _choice("past:last_class", gettext("Their last score"), past, _classes()),
        _number("past:count", gettext("Complete answers so far"), past),
        _number("past:answered_days", gettext("Days since their last answer"), past),
        _number("past:asked_days", gettext("Days since they were last asked"), past),
        _plain_subject("event", gettext("Detail of the event…"), event),
    ]
    return tuple(one for one in known if one.form != "choice" or one.choices)


def _choice(
    value: str, label: str, group: str, choices: Sequence[tuple[str, str]]
) -> Subject:
    return Subject(
        value=value, label=label, group=group, form="choice", choices=tuple(choices)
    )


def _number(value: str, label: str, group: str) -> Subject:
    return Subject(value=value, label=label, group=group, form="number")


def _plain_subject(value: str, label: str, group: str) -> Subject:
    return Subject(value=value, label=label, group=group, form="free")


def _codes(languages: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, code.upper()) for code in languages]


def _classes() -> list[tuple[str, str]]:
    return [(key, gettext(word)) for key, word in CLASS_WORDS.items()]


def show_rule(rule: Rule | None, subjects: Sequence[Subject]) -> ShownRule:
    """Return a rule as the form shows it."""
    conditions = rule.conditions if rule else ()
    shown = tuple(
        _show(place, condition, subjects) for place, condition in enumerate(conditions)
    )
    offered = [*subjects, *(one.subject for one in shown if not one.subject.group)]
    groups: dict[str, list[Subject]] = {}
    for subject in offered:
        groups.setdefault(subject.group, []).append(subject)
    return ShownRule(
        mode="always" if not rule or not shown else "any" if rule.any else "all",
        conditions=shown,
        groups={group: tuple(held) for group, held in groups.items()},
        has_room=len(shown) < MOST_CONDITIONS,
    )


def read_rule(
    form: MultiDict[str, str], subjects: Sequence[Subject], do: str = ""
) -> Rule | None:
    """Return the rule that a form holds.

    A rule that has just been asked for begins with a condition on the nearest
    question. An operator or a value that does not go with its subject becomes one
    that does.

    Args:
        form: what was sent.
        subjects: what can be compared.
        do: `rule-add` for one more condition, `rule-remove-N` for one fewer.
    """
    mode = form.get("rule.mode", "always")
    if mode not in {"all", "any"}:
        return None
    places = [
        place for place in range(MOST_CONDITIONS) if f"rule.{place}.subject" in form
    ]
    conditions = [
        _read(form, f"rule.{place}", subjects)
        for place in places
        if do != f"rule-remove-{place}"
    ]
    if not places or do == "rule-add":
        conditions.append(_first(subjects))
    if not conditions:
        return None
    return Rule(conditions=tuple(conditions[:MOST_CONDITIONS]), any=mode == "any")


def rule_words(rule: Rule | None, subjects: Sequence[Subject]) -> str:
    """Return a rule in words, empty for one that always holds."""
    shown = show_rule(rule, subjects)
    said = [_condition_words(one) for one in shown.conditions]
    joint = gettext("or") if shown.mode == "any" else gettext("and")
    return f" {joint} ".join(said)


def _condition_words(condition: ShownCondition) -> str:
    subject = condition.subject
    label = condition.name if subject.is_named else subject.label
    known = dict(subject.choices)
    values = ", ".join(known.get(one, one) for one in condition.values)
    parts = [gettext("“%(words)s”", words=label), operator_word(condition.operator)]
    return " ".join([*parts, values] if condition.needs_value and values else parts)


def operator_word(operator: str) -> str:
    """Return an operator in words."""
    return gettext(OPERATOR_WORDS[operator])


def _of_question(
    questionnaire: Questionnaire, question: Question, number: int, language: str
) -> Iterator[Subject]:
    """Yield what a question gives to compare: its score's class, its answers."""
    kind = KINDS.get(question.kind)
    if kind is None or not kind.takes_answer:
        return
    words = questionnaire.say(question.text, language) or gettext(kind.label)
    label = f"{number}. {shorten(words, _LONGEST_LABEL)}"
    if kind.scale is not None:
        yield Subject(
            value=f"class:{question.key}",
            label=gettext("%(question)s · class of the score", question=label),
            group=gettext("Class of a score"),
            form="choice",
            choices=tuple(_classes()),
        )
    rows = {
        f"{question.key}.{row.key}": questionnaire.say(row.text, language)
        for row in question.rows
    }
    for name in kind.outcomes(question):
        choices = _choices(questionnaire, question, kind, language)
        yield Subject(
            value=f"answer:{name}",
            label=f"{label} · {rows[name] or name}" if name in rows else label,
            group=gettext("Answer to a question"),
            form=_form(question, kind),
            choices=choices,
        )


def _form(question: Question, kind: QuestionKind) -> str:
    if kind.has_choices or question.rows:
        return "choice"
    if kind.scale is not None or "decimals" in kind.options:
        return "number"
    if any(one.form is OptionForm.DAY for one in kind.options.values()):
        return "day"
    return "text"


def _choices(
    questionnaire: Questionnaire,
    question: Question,
    kind: QuestionKind,
    language: str,
) -> tuple[tuple[str, str], ...]:
    offered = (
        kind.offered(question) if isinstance(kind, ChoiceKind) else question.choices
    )
    return tuple(
        (one.key, questionnaire.say(one.text, language) or one.key) for one in offered
    )


def _show(
    place: int, condition: Condition, subjects: Sequence[Subject]
) -> ShownCondition:
    subject = _find(_named(condition), subjects)
    values = condition.value
    listed = values if isinstance(values, list | tuple) else [values]
    operator = _OF_CHOICES.get(condition.operator, condition.operator)
    return ShownCondition(
        place=place,
        subject=subject,
        name="" if condition.name == _UNNAMED else condition.name,
        operator=operator if subject.form == "choice" else condition.operator,
        values=tuple(_plain(one) for one in listed if one is not None),
    )


#: what imported rules say of a choice, as the form says it
_OF_CHOICES = {"is": "any_of", "contains": "any_of", "is_not": "none_of"}


def _named(condition: Condition) -> str:
    if condition.subject in _NAMED or not condition.name:
        return condition.subject
    return f"{condition.subject}:{condition.name}"


def _find(value: str, subjects: Sequence[Subject]) -> Subject:
    """Return a subject; one that is gone or comes later is named by its key."""
    for subject in subjects:
        if subject.value == value:
            return subject
    label = gettext("%(key)s (not asked before)", key=value.partition(":")[2] or value)
    return Subject(value=value, label=label, group="", form="free")


def _read(
    form: MultiDict[str, str], prefix: str, subjects: Sequence[Subject]
) -> Condition:
    subject = _find(form[f"{prefix}.subject"], subjects)
    kind, _, name = subject.value.partition(":")
    if subject.is_named:
        name = form.get(f"{prefix}.name", "").strip()[:200] or _UNNAMED
    operator = form.get(f"{prefix}.operator", "")
    if operator not in subject.operators:
        operator = subject.operators[0]
    given = form.getlist(f"{prefix}.value")
    if subject.form == "choice":
        keys = {key for key, _ in subject.choices}
        value: object = tuple(one for one in given if one in keys)
    else:
        value = _typed(given[0].strip()[:500]) if given else ""
    if operator in {"known", "unknown"}:
        value = None
    return Condition(subject=kind, name=name, operator=operator, value=value)


def _first(subjects: Sequence[Subject]) -> Condition:
    """Return what a new condition says: of the nearest score, or choice, or anything.

    A score is compared by its class.
    """
    asked = [one for one in subjects if one.value.startswith(("class:", "answer:"))]
    chosen = [one for one in asked if one.form == "choice"]
    subject = next(reversed(chosen or asked or subjects[:1]))
    kind, _, name = subject.value.partition(":")
    first = tuple(key for key, _ in subject.choices[:1])
    return Condition(
        subject=kind,
        name=name,
        operator=subject.operators[0],
        value=first if subject.form == "choice" else "",
    )


def _typed(text: str) -> object:
    """Return a number for digits that would be written back as they stand."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
