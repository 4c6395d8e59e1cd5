"""Templates outside a request speak one language and leave no gaps."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from feedback.i18n.rendering import environment


def render(folder: Path, source: str, locale: str = "fr", **values: object) -> str:
    (folder / "page.html").write_text(source)
    made = environment(folder, locale, zone=ZoneInfo("Europe/Paris"))
    return made.get_template("page.html").render(values)


def test_numbers_and_dates_are_written_in_the_language(tmp_path: Path) -> None:
    source = "{{ day | date }} {{ share | percent }} {{ at | moment }}"
    values = {
        "day": date(2018, 4, 1),
        "share": 0.24,
        "at": datetime(2018, 4, 1, 12, 0, tzinfo=UTC),
    }

    french = render(tmp_path, source, "fr", **values)
    english = render(tmp_path, source, "en", **values)

    assert french == "1er avril 2018 24\u202f% 1er avril 2018 à 14:00"
    assert english == "1 April 2018 24% 1 April 2018 at 14:00"


def test_messages_are_translated_and_their_values_escaped(tmp_path: Path) -> None:
    source = '{{ _("from %(first)s to %(last)s", first=name, last="b") }}'

    assert render(tmp_path, source, name="<a>") == "du &lt;a&gt; au b"


def test_plural_forms_follow_the_language(tmp_path: Path) -> None:
    source = "{% trans n=n %}{{ n }} word{% pluralize %}{{ n }} words{% endtrans %}"

    assert render(tmp_path, source, "en", n=0) == "0 words"
    assert render(tmp_path, source, "en", n=1) == "1 word"


def test_names_in_two_languages_are_shown_in_one(tmp_path: Path) -> None:
    names = {"fr": "Caisse", "en": "Checkout"}

    assert render(tmp_path, "{{ names | named }}", "fr", names=names) == "Caisse"
    assert render(tmp_path, "{{ names | named }}", "en", names=names) == "Checkout"
    assert render(tmp_path, "{{ names | named }}", "en", names={"fr": "x"}) == "x"


def test_what_is_not_given_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        render(tmp_path, "{{ forgotten }}")
