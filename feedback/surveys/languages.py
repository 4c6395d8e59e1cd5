"""The languages of a questionnaire, and every text in which it has words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from feedback.core.errors import Conflict, NotFound
from feedback.surveys.comparing import is_text
from feedback.surveys.editing import Edit, check_language
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Question,
    Questionnaire,
    Text,
)


def add_language(code: str) -> Edit:
    """Add a language, without words yet.

    Raises:
        Invalid: `language: not_a_language`.
    """
    wanted = check_language(code)

    def apply(draft: Questionnaire) -> Questionnaire:
        if wanted in draft.languages:
            return draft
        return replace(draft, languages=(*draft.languages, wanted))

    return Edit(action="language_added", subject=wanted, apply=apply)


def set_default_language(code: str) -> Edit:
    """Have another language stand in where words are missing; nothing is lost."""

    def apply(draft: Questionnaire) -> Questionnaire:
        _check_spoken(draft, code)
        return replace(draft, default_language=code)

    return Edit(action="default_language_changed", subject=code, apply=apply)


def remove_language(code: str) -> Edit:
    """Remove a language with all its words.

    The edit raises Conflict `language_is_default`.
    """

    def apply(draft: Questionnaire) -> Questionnaire:
        _check_spoken(draft, code)
        if code == draft.default_language:
            raise Conflict("language_is_default")

        def without(text: Text) -> Text:
            return {name: words for name, words in text.items() if name != code}

        kept = tuple(name for name in draft.languages if name != code)
        return replace(_rewritten(draft, without), languages=kept)

    return Edit(action="language_removed", subject=code, apply=apply)


def count_texts(questionnaire: Questionnaire) -> Mapping[str, int]:
    """Return for each language how many of the texts it has words for."""
    texts = list(texts_of(questionnaire))
    return {
        language: sum(1 for text in texts if text.get(language))
        for language in questionnaire.languages
    }


def texts_of(questionnaire: Questionnaire) -> Iterator[Text]:
    """Yield every text in which some language has words."""
    texts: list[Text] = []

    def note(text: Text) -> Text:
        if any(text.values()):
            texts.append(text)
        return text

    _rewritten(questionnaire, note)
    yield from texts


def _check_spoken(draft: Questionnaire, code: str) -> None:
    if code not in draft.languages:
        raise NotFound("language")


def _rewritten(draft: Questionnaire, rewrite: Callable[[Text], Text]) -> Questionnaire:
    """Return a questionnaire whose every text went through `rewrite`."""

    def choices(given: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(one, text=rewrite(one.text)) for one in given)

    def options(given: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: rewrite(value) if is_text(value, draft.languages) else value
            for name, value in given.items()
        }

    def question(one: Question) -> Question:
        wording = one.wording and replace(
            one.wording,
            texts={name: rewrite(text) for name, text in one.wording.texts.items()},
        )
        return replace(
            one,
            text=rewrite(one.text),
            help=rewrite(one.help),
            wording=wording,
            choices=choices(one.choices),
            rows=choices(one.rows),
            options=options(one.options),
        )

    def ending(one: Ending) -> Ending:
        return replace(one, title=rewrite(one.title), text=rewrite(one.text))

    return replace(
        draft,
        title=rewrite(draft.title),
        introduction=rewrite(draft.introduction),
        pages=tuple(
            replace(page, questions=tuple(question(one) for one in page.questions))
            for page in draft.pages
        ),
        endings=tuple(ending(one) for one in draft.endings),
    )
