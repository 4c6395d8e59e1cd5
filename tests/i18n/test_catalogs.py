"""The catalogue: messages in both languages, and the state of the French file."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from feedback.i18n.catalogs import MESSAGES, gettext, mark, ngettext, translations
from feedback.i18n.locales import SUPPORTED

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")


def catalog(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale="fr")


def forms(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]  # Babel says str or tuple of str


def messages() -> list[Message]:
    return [message for message in catalog(MESSAGES / "fr.po") if message.id]


def test_english_says_what_is_written_and_french_translates_it() -> None:
    assert gettext("en", "%(low)s to %(high)s", low=1, high=2) == "1 to 2"
    assert gettext("fr", "%(low)s to %(high)s", low=1, high=2) == "de 1 à 2"


@pytest.mark.parametrize("locale", SUPPORTED)
def test_a_message_without_translation_is_given_as_it_stands(locale: str) -> None:
    assert gettext(locale, "Unheard of: 100%") == "Unheard of: 100%"
    assert mark("Unheard of") == "Unheard of"


@pytest.mark.parametrize(
    ("n", "expected"), [(0, "0 cats"), (1, "1 cat"), (2, "2 cats")]
)
def test_plurals_follow_english_where_there_is_no_translation(
    n: int, expected: str
) -> None:
    assert ngettext("en", "%(n)s cat", "%(n)s cats", n) == expected


def test_none_is_singular_in_french() -> None:
    plural = translations("fr").plural

    assert [plural(n) for n in (0, 1, 2, 1000)] == [0, 0, 1, 1]


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        translations("de")


def test_a_catalogue_is_read_once() -> None:
    assert translations("fr") is translations("fr")


def test_the_french_catalogue_holds_the_messages_of_the_template() -> None:
    template = {m.id for m in catalog(MESSAGES / "template.pot") if m.id}

    assert {m.id for m in messages()} == template


def test_every_french_message_is_there_and_sure() -> None:
    assert [m.id for m in messages() if not all(forms(m.string))] == []
    assert [m.id for m in messages() if m.fuzzy] == []


def test_both_languages_fill_in_the_same_values() -> None:
    for message in messages():
        ids, strings = forms(message.id), forms(message.string)
        expected = set(PLACEHOLDER.findall(ids[-1]))
        assert set(PLACEHOLDER.findall(strings[-1])) == expected, message.id
        # One thing may be said without its number, and many may not.
        assert set(PLACEHOLDER.findall(strings[0])) <= expected, message.id
        assert len(strings) == len(ids), message.id


def test_french_is_set_as_french_is_printed() -> None:
    faults = [
        text
        for message in messages()
        for text in forms(message.string)
        if re.search(r"[ \u00a0](?:[;:!?»]|%(?!\())|«[ \u00a0]|'", text)
        # a narrow space has its sign beside it
        or re.search(r"[^\W\d][\u202f](?:%\(|\w)|[:;,]\u202f", text)
    ]

    assert faults == []
