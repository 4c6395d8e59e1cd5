"""What is new: an empty questionnaire, a new question, a question of another kind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from feedback.i18n.catalogs import mark
from feedback.surveys.branching import THANKS
from feedback.surveys.editing import add_choices
from feedback.surveys.questionnaire import Page, Question, Questionnaire, Text
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import OptionForm, said

#: the words in which a scale is asked everywhere, to be compared with others
USUAL_WORDS = {
    "nps": mark("How likely are you to recommend us to a friend or colleague?"),
    "csat": mark("How satisfied are you?"),
    "ces": mark("The company made it easy for me to handle my request."),
}


def blank(title: Text, languages: Sequence[str]) -> Questionnaire:
    """Return a questionnaire of one empty page; the first language is the default."""
    return Questionnaire(
        title=title,
        languages=tuple(languages),
        default_language=languages[0],
        pages=(Page(key="page-1"),),
    )


def without_callbacks(questionnaire: Questionnaire) -> Questionnaire:
    """Return a questionnaire whose endings do not offer to call back."""
    endings = tuple(replace(one, callback=False) for one in questionnaire.endings)
    return replace(questionnaire, endings=endings)


def new_question(kind: str, key: str, languages: Sequence[str]) -> Question:
    """Return a question as its kind begins: usual words, two choices to fill in.

    Raises:
        KeyError: there is no such kind.
    """
    made = Question(
        key=key,
        kind=kind,
        text=_in(languages, said(USUAL_WORDS[kind])) if kind in USUAL_WORDS else {},
        options=_options(kind, languages),
    )
    return _with_room(made)


def usual_thanks(languages: Sequence[str]) -> dict[str, str]:
    """Return the title of a new ending."""
    return _in(languages, said(THANKS))


def with_kind(
    question: Question,
    kind: str,
    languages: Sequence[str],
    *,
    used: frozenset[str] = frozenset(),
) -> Question:
    """Return a question as one of another kind, with what both kinds know.

    New choices and rows have none of the keys in `used`.

    Raises:
        KeyError: there is no such kind.
    """
    wanted = KINDS[kind]
    kept = {
        name: value
        for name, value in question.options.items()
        if name in wanted.options and wanted.options[name].read(value) is not None
    }
    scaled = wanted.scale is not None
    own = {name: value for name, value in kept.items() if not _is_end(name, scaled)}
    made = replace(
        question,
        kind=kind,
        required=question.required and wanted.takes_answer,
        choices=question.choices if _chooses(kind) else (),
        rows=question.rows if kind == "matrix" else (),
        options={**_options(kind, languages), **own},
    )
    return _with_room(made, used)


def _is_end(name: str, scaled: bool) -> bool:
    """Return whether an option names an end of a scale: each scale has its own."""
    return scaled and name in {"low", "high"}


def _chooses(kind: str) -> bool:
    return KINDS[kind].has_choices or kind == "matrix"


def _with_room(question: Question, used: frozenset[str] = frozenset()) -> Question:
    """Return a question with two choices at least, and rows, to fill in."""
    if _chooses(question.kind) and not question.choices:
        question = add_choices(question, [{}, {}], rows=False, used=used)
    if question.kind == "matrix" and not question.rows:
        question = add_choices(question, [{}, {}], rows=True, used=used)
    return question


def _options(kind: str, languages: Sequence[str]) -> dict[str, Any]:
    known = KINDS[kind]
    return {
        name: _in(languages, value)
        if known.options[name].form is OptionForm.TEXT
        else value
        for name, value in known.default_options().items()
    }


def _in(languages: Sequence[str], words: Mapping[str, str]) -> dict[str, str]:
    """Return the words in those of the languages that the product speaks."""
    return {code: words[code] for code in languages if code in words}
