"""Edits of a questionnaire: each takes one and returns another, nothing else.

Who applies an edit to what is not there gets NotFound `question`, `page`, `ending` or
`language`. Positions count from 0; one beyond the end is the end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
    Text,
    Theme,
)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Part = TypeVar("Part", bound=_Keyed)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One thing that is done to a draft."""

    #: lower_snake, as `question_moved`
    action: str
    #: key of the question, page or ending that it is about; empty for the whole
    subject: str = ""
    apply: Callable[[Questionnaire], Questionnaire]
    #: whether it changes what one question holds, and nothing outside of it
    is_of_question: bool = False


def free_key(base: str, taken: Sequence[str] | frozenset[str]) -> str:
    """Return `base`, numbered from 2 when it is taken."""
    number, key = 2, base
    while key in taken:
        key = f"{base}-{number}"
        number += 1
    return key


def numbered_key(base: str, taken: Sequence[str] | frozenset[str]) -> str:
    """Return `base-N` with N above every number that is taken so."""
    numbers = [
        int(number)
        for key in taken
        if (number := key.removeprefix(f"{base}-")) != key and number.isdecimal()
    ]
    return f"{base}-{max(numbers, default=0) + 1}"


def describe(title: Text, introduction: Text) -> Edit:
    """Give the survey another title and other words to begin with."""
    return Edit(
        action="survey_described",
        apply=lambda draft: replace(
            draft, title=filled(title), introduction=filled(introduction)
        ),
    )


def add_page(after: str | None = None) -> Edit:
    """Add an empty page after another, at the end without one."""

    def apply(draft: Questionnaire) -> Questionnaire:
        keys = [page.key for page in draft.pages]
        position = len(keys) if after is None else _place(keys, after, "page") + 1
        page = Page(key=numbered_key("page", keys))
        return replace(draft, pages=_inserted(draft.pages, page, position))

    return Edit(action="page_added", apply=apply)


def put_page(key: str, *, shuffle: bool) -> Edit:
    """Say whether the questions of a page come in random order."""

    def apply(draft: Questionnaire) -> Questionnaire:
        return _with_page(draft, replace(find_page(draft, key), shuffle=shuffle))

    return Edit(action="page_changed", subject=key, apply=apply)


def move_page(key: str, position: int) -> Edit:
    """Put a page elsewhere, with its questions."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page = find_page(draft, key)
        return replace(
            draft, pages=_inserted(_without(draft.pages, key), page, position)
        )

    return Edit(action="page_moved", subject=key, apply=apply)


def remove_page(key: str) -> Edit:
    """Remove a page with its questions.

    The edit raises Conflict `last_page`.
    """

    def apply(draft: Questionnaire) -> Questionnaire:
        find_page(draft, key)
        if len(draft.pages) == 1:
            raise Conflict("last_page")
        return replace(draft, pages=_without(draft.pages, key))

    return Edit(action="page_removed", subject=key, apply=apply)


def add_question(
    page_key: str, question: Question, position: int | None = None
) -> Edit:
    """Add a question to a page, at the end without a position."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page = find_page(draft, page_key)
        place = len(page.questions) if position is None else position
        return _with_page(
            draft, replace(page, questions=_inserted(page.questions, question, place))
        )

    return Edit(action="question_added", subject=question.key, apply=apply)


def put_question(question: Question) -> Edit:
    """Have a question hold what this one with the same key holds."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page, _ = find_question(draft, question.key)
        return _with_page(
            draft,
            replace(
                page,
                questions=tuple(
                    question if one.key == question.key else one
                    for one in page.questions
                ),
            ),
        )

    return Edit(
        action="question_changed",
        subject=question.key,
        apply=apply,
        is_of_question=True,
    )


def move_question(key: str, page_key: str, position: int) -> Edit:
    """Put a question on a page, at a position among its other questions."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page, question = find_question(draft, key)
        draft = _with_page(
            draft, replace(page, questions=_without(page.questions, key))
        )
        target = find_page(draft, page_key)
        return _with_page(
            draft,
            replace(target, questions=_inserted(target.questions, question, position)),
        )

    return Edit(action="question_moved", subject=key, apply=apply)


def step_question(key: str, step: int) -> Edit:
    """Move a question one place up (-1) or down (1), over the edge of its page too."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page, _ = find_question(draft, key)
        place = _place([one.key for one in page.questions], key, "question") + step
        number = _place([one.key for one in draft.pages], page.key, "page")
        if 0 <= place < len(page.questions):
            return move_question(key, page.key, place).apply(draft)
        if not 0 <= number + step < len(draft.pages):
            return draft
        target = draft.pages[number + step]
        place = len(target.questions) if step < 0 else 0
        return move_question(key, target.key, place).apply(draft)

    return Edit(action="question_moved", subject=key, apply=apply)


def duplicate_question(key: str, new_key: str) -> Edit:
    """Add the same question once more below, under another key."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page, question = find_question(draft, key)
        place = _place([one.key for one in page.questions], key, "question") + 1
        copy = replace(question, key=new_key)
        return _with_page(
            draft, replace(page, questions=_inserted(page.questions, copy, place))
        )

    return Edit(action="question_duplicated", subject=new_key, apply=apply)


def remove_question(key: str) -> Edit:
    """Remove a question; conditions on it stay, and the review names them."""

    def apply(draft: Questionnaire) -> Questionnaire:
        page, _ = find_question(draft, key)
        return _with_page(draft, replace(page, questions=_without(page.questions, key)))

    return Edit(action="question_removed", subject=key, apply=apply)


def add_ending(titles: Text) -> Edit:
    """Add an ending; before the one without a rule, which takes everybody left."""

    def apply(draft: Questionnaire) -> Questionnaire:
        key = numbered_key("ending", [one.key for one in draft.endings])
        open_to_all = [
            place for place, one in enumerate(draft.endings) if one.show_if is None
        ]
        return replace(
            draft,
            endings=_inserted(
                draft.endings,
                Ending(key=key, title=filled(titles)),
                open_to_all[0] if open_to_all else len(draft.endings),
            ),
        )

    return Edit(action="ending_added", apply=apply)


def put_ending(ending: Ending) -> Edit:
    """Have an ending say what this one with the same key says."""

    def apply(draft: Questionnaire) -> Questionnaire:
        find_ending(draft, ending.key)
        return replace(
            draft,
            endings=tuple(
                ending if one.key == ending.key else one for one in draft.endings
            ),
        )

    return Edit(action="ending_changed", subject=ending.key, apply=apply)


def move_ending(key: str, position: int) -> Edit:
    """Put an ending elsewhere; the first whose rule holds is shown."""

    def apply(draft: Questionnaire) -> Questionnaire:
        ending = find_ending(draft, key)
        return replace(
            draft, endings=_inserted(_without(draft.endings, key), ending, position)
        )

    return Edit(action="ending_moved", subject=key, apply=apply)


def remove_ending(key: str) -> Edit:
    """Remove an ending."""

    def apply(draft: Questionnaire) -> Questionnaire:
        find_ending(draft, key)
        return replace(draft, endings=_without(draft.endings, key))

    return Edit(action="ending_removed", subject=key, apply=apply)


def set_theme(theme: Theme) -> Edit:
    """Give the pages another look."""
    return Edit(action="theme_changed", apply=lambda draft: replace(draft, theme=theme))


def add_choices(
    question: Question,
    words: Sequence[Text],
    *,
    rows: bool,
    used: frozenset[str] = frozenset(),
) -> Question:
    """Return a question with further choices, or rows of a matrix.

    Keys are numbered above those that stand there, and those that once did: `used`.
    """
    given = list(question.rows if rows else question.choices)
    for text in words:
        taken = used.union(one.key for one in given)
        key = numbered_key("row" if rows else "choice", taken)
        given.append(Choice(key=key, text=filled(text)))
    return (
        replace(question, rows=tuple(given))
        if rows
        else replace(question, choices=tuple(given))
    )


def find_page(draft: Questionnaire, key: str) -> Page:
    """Return a page by its key."""
    return _find(draft.pages, key, "page")


def find_question(draft: Questionnaire, key: str) -> tuple[Page, Question]:
    """Return a question by its key, and the page on which it stands."""
    for page in draft.pages:
        for question in page.questions:
            if question.key == key:
                return page, question
    raise NotFound("question")


def find_ending(draft: Questionnaire, key: str) -> Ending:
    """Return an ending by its key."""
    return _find(draft.endings, key, "ending")


def filled(text: Mapping[str, str]) -> dict[str, str]:
    """Return words without the languages in which there are none."""
    return {language: words for language, words in text.items() if words.strip()}


def check_language(code: str) -> str:
    """Return a language's code as it is kept: `pt-BR`, `fr`.

    Raises:
        Invalid: `language: not_a_language`.
    """
    parts = code.strip().replace("_", "-").split("-")
    plausible = (
        2 <= len(parts[0]) <= 3
        and len(parts) <= 2
        and all(part.isascii() and part.isalnum() for part in parts)
        and parts[0].isalpha()
        and 2 <= len(parts[-1]) <= 4
    )
    if not plausible:
        raise Invalid({"language": "not_a_language"})
    return "-".join([parts[0].lower(), *(part.upper() for part in parts[1:])])


def _find(parts: Sequence[Part], key: str, what: str) -> Part:
    for part in parts:
        if part.key == key:
            return part
    raise NotFound(what)


def _place(keys: Sequence[str], key: str, what: str) -> int:
    if key not in keys:
        raise NotFound(what)
    return keys.index(key)


def _inserted(parts: Sequence[Part], part: Part, position: int) -> tuple[Part, ...]:
    place = min(max(position, 0), len(parts))
    return (*parts[:place], part, *parts[place:])


def _without(parts: Sequence[Part], key: str) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.key != key)


def _with_page(draft: Questionnaire, page: Page) -> Questionnaire:
    return replace(
        draft,
        pages=tuple(page if one.key == page.key else one for one in draft.pages),
    )
