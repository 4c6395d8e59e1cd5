"""What the editor of a question or an ending sends, made into the thing itself.

The form shows the words of one language; those of the others stay. Names of fields:
`text`, `help`, `required`, `choices.key` and `choices.text` once a choice, `rows...`,
`option.NAME`, `wording.question`, `wording.low`, `rule...`. `do` says which button was
pressed: `choices-add`, `choices-up-KEY`, `choices-remove-KEY`, `choices-paste`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from feedback.surveys.editing import add_choices
from feedback.surveys.questionnaire import (
    MOST_CHOICES,
    Choice,
    Ending,
    Question,
    Text,
    WordingByScore,
)
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import Option, OptionForm
from feedback.web.rules import CLASS_WORDS, Subject, read_rule

#: digits of a number of an option
_LONGEST_NUMBER = 15


def read_question(
    form: MultiDict[str, str],
    old: Question,
    *,
    language: str,
    subjects: Sequence[Subject],
    used: frozenset[str],
) -> Question:
    """Return a question with what was typed, one button pressed.

    Args:
        form: what was sent.
        old: the question as it stands, with its words in other languages.
        language: of the words that were typed.
        subjects: what its rule can compare.
        used: keys that its choices and rows have or ever had.
    """
    do = form.get("do", "")
    kind = kind_of(old)
    choices = _read_choices(form, "choices", old.choices, language)
    rows = _read_choices(form, "rows", old.rows, language)
    read = replace(
        old,
        text=read_words(form, "text", old.text, language),
        help=read_words(form, "help", old.help, language),
        required=kind.takes_answer and "required" in form,
        show_if=read_rule(form, subjects, do),
        wording=_read_wording(form, old.wording, language),
        choices=_moved(choices, "choices", do),
        rows=_moved(rows, "rows", do),
        options={
            name: value
            for name, option in kind.options.items()
            if (value := _read_option(form, name, option, old, language)) is not None
        },
    )
    for what in ("choices", "rows"):
        words = _added(form, what, do, language)
        read = add_choices(read, words, rows=what == "rows", used=used)
    return read


def read_ending(
    form: MultiDict[str, str],
    old: Ending,
    *,
    language: str,
    subjects: Sequence[Subject],
) -> Ending:
    """Return an ending with what was typed; see `read_question`."""
    return replace(
        old,
        title=read_words(form, "title", old.title, language),
        text=read_words(form, "text", old.text, language),
        show_if=read_rule(form, subjects, form.get("do", "")),
        callback="callback" in form,
    )


def read_words(
    form: MultiDict[str, str], name: str, old: Text, language: str
) -> dict[str, str]:
    """Return words with those of one language as they were typed.

    Words that the form does not hold stay as they are; lines end with LF.
    """
    return _said(form[name], old, language) if name in form else dict(old)


def _said(typed: str, old: Text, language: str) -> dict[str, str]:
    words = typed.replace("\r\n", "\n").strip()
    kept = {code: said for code, said in old.items() if code != language}
    return {**kept, language: words} if words else kept


def _read_choices(
    form: MultiDict[str, str], what: str, old: Sequence[Choice], language: str
) -> list[Choice]:
    """Return choices in the order of the form; one that it does not name is gone."""
    known = {one.key: one for one in old}
    keys, texts = form.getlist(f"{what}.key"), form.getlist(f"{what}.text")
    if not keys:
        return list(old)
    read = []
    for key, typed in zip(keys, texts, strict=False):
        choice = known.pop(key, None)
        if choice is not None:
            text = _said(typed, choice.text, language)
            read.append(replace(choice, text=text))
    return read


def _moved(choices: Sequence[Choice], what: str, do: str) -> tuple[Choice, ...]:
    """Return choices after a button at one of them was pressed."""
    for place, choice in enumerate(choices):
        others = [one for one in choices if one.key != choice.key]
        if do == f"{what}-remove-{choice.key}":
            return tuple(others)
        if do == f"{what}-up-{choice.key}":
            return _at(others, choice, place - 1)
        if do == f"{what}-down-{choice.key}":
            return _at(others, choice, place + 1)
    return tuple(choices)


def _at(others: Sequence[Choice], choice: Choice, place: int) -> tuple[Choice, ...]:
    place = max(place, 0)
    return (*others[:place], choice, *others[place:])


def _added(
    form: MultiDict[str, str], what: str, do: str, language: str
) -> Sequence[Text]:
    """Return the words of the choices that were asked for."""
    if do == f"{what}-add":
        return [{}]
    if do != f"{what}-paste":
        return []
    lines = [line.strip() for line in form.get(f"{what}.paste", "").splitlines()]
    return [{language: line} for line in lines if line][:MOST_CHOICES]


def _read_wording(
    form: MultiDict[str, str], old: WordingByScore | None, language: str
) -> WordingByScore | None:
    if "wording.question" not in form:
        return old
    question = form["wording.question"]
    if not question:
        return None
    before: Mapping[str, Text] = old.texts if old else {}
    texts = {
        name: read_words(form, f"wording.{name}", before.get(name, {}), language)
        for name in CLASS_WORDS
    }
    return WordingByScore(
        question=question, texts={name: text for name, text in texts.items() if text}
    )


def _read_option(
    form: MultiDict[str, str],
    name: str,
    option: Option,
    old: Question,
    language: str,
) -> Any:
    """Return the value of an option, None for one that is not set."""
    field = f"option.{name}"
    if option.form is OptionForm.TEXT:
        before = old.options.get(name)
        held = before if isinstance(before, Mapping) else {}
        return read_words(form, field, held, language) or None
    if option.form is OptionForm.FLAG:
        return True if field in form else None
    if option.form is OptionForm.SOME_OF:
        return [one for one in option.values if one in form.getlist(field)]
    return option.read(_READS[option.form](form.get(field, "").strip()))


def _whole(typed: str) -> object:
    return int(typed) if typed.isascii() and typed.isdigit() else None


def _number(typed: str) -> object:
    try:
        number = float(typed.replace(",", ".")[:_LONGEST_NUMBER])
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


_READS: Mapping[OptionForm, Callable[[str], object]] = {
    OptionForm.WHOLE: lambda typed: _whole(typed[:_LONGEST_NUMBER]),
    OptionForm.NUMBER: _number,
    OptionForm.LINE: lambda typed: typed or None,
    OptionForm.ONE_OF: lambda typed: typed or None,
    OptionForm.DAY: lambda typed: typed or None,
}
