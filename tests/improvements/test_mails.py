"""The mails of improvements: whole in both languages, with what was typed escaped."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedback.config import Settings
from feedback.i18n.rendering import environment
from feedback.improvements.commenting import MENTIONED
from feedback.improvements.giving import GIVEN
from feedback.improvements.telling import OUTCOME
from feedback.mail.message import compose

CONTEXT = {
    "company": "Essai",
    "company_address": "1 rue du Pain",
    "base_url": "https://feedback.example",
    "name": "Nell",
    "author": "Basile",
    "giver": "Basile",
    "title": "Terminals <now>",
    "task": "Order <two>",
    "words": "Two more <b>terminals</b>.",
    "theme": "Payment",
    "path": "/improvements/abc",
    "links": {"why": "https://f.example/why/t", "stop": "https://f.example/stop/t"},
}


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("template", [GIVEN, MENTIONED, OUTCOME])
def test_every_mail_is_whole_in_both_languages(
    template: str, locale: str, tmp_path: Path
) -> None:
    templates = Settings(data_dir=tmp_path, secret_key="k" * 32).templates
    made = environment(templates, locale, zone=ZoneInfo("Europe/Paris"))

    context = {**CONTEXT, "language": locale}
    mail = compose(made, template, context, to="nell@example.org")

    assert "Essai" in mail.subject
    assert "Nell" in mail.text
    assert mail.html is not None
    assert "<b>terminals" not in mail.html
    assert "<now>" not in mail.html
    assert ("Bonjour" if locale == "fr" else "Hello") in mail.text
