"""What a person who is asked finds in the mail."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.letters import (
    Letter,
    first_question,
    interface_language,
    last_day,
    links_to,
    mail_of,
    survey_language,
)
from feedback.collection.terms import SendingKind
from feedback.config import Settings
from feedback.mail.message import Message
from feedback.surveys.conditions import Condition, Facts, Rule
from feedback.surveys.questionnaire import Page, Question, Questionnaire, Text, Theme

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SETTINGS = Settings(
    base_url="https://avis.example/",
    company_name="Maison & Fils",
    company_address="12 rue des Lilas, Lyon",
)
TOKEN = "t" * 43
LINKS = links_to(SETTINGS.base_url, TOKEN)
ASKED: Text = {"fr": "Êtes-vous satisfait ?", "en": "Are you satisfied?", "de": "Und?"}


def asking(*questions: Question, theme: Theme | None = None) -> Questionnaire:
    return Questionnaire(
        title={"fr": "Votre avis", "en": "Your opinion", "de": "Ihre Meinung"},
        introduction={"en": "Dear {attribute:name|customer}, two questions."},
        languages=("fr", "en", "de"),
        default_language="fr",
        pages=(Page(key="page", questions=questions),),
        theme=theme or Theme(),
    )


def question(kind: str, key: str = "score", **more: object) -> Question:
    return Question(key=key, kind=kind, text=ASKED, **more)  # type: ignore[arg-type]  # fields of a question


def letter(
    questionnaire: Questionnaire | None = None,
    locale: str = "en",
    kind: SendingKind = SendingKind.INVITATION,
    *,
    known: Facts | None = None,
    name: str | None = "Zoé",
    anonymous: bool = False,
    started: bool = False,
    expires_at: datetime = datetime(2026, 12, 6, 9, 0, tzinfo=UTC),
    zone: ZoneInfo = PARIS,
) -> Letter:
    return Letter(
        kind=kind,
        questionnaire=questionnaire or asking(question("nps")),
        known=known or {},
        locale=locale,
        name=name,
        anonymous=anonymous,
        started=started,
        expires_at=expires_at,
        zone=zone,
        links=LINKS,
    )


def written(one: Letter) -> Message:
    return mail_of(one, to="z@example.org", settings=SETTINGS, now=NOW)


class Links(HTMLParser):
    """The links of a mail, and whether every picture and script is its own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where it leads."""
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")


def links_of(message: Message) -> list[str]:
    assert message.html is not None
    return Links(message.html).links


@pytest.mark.parametrize(
    ("kind", "points"),
    [("nps", range(11)), ("csat", range(1, 6)), ("ces", range(1, 8))],
)
def test_the_first_score_stands_in_the_mail_itself(kind: str, points: range) -> None:
    message = written(letter(asking(question(kind))))
    scores = [link for link in links_of(message) if "?score=" in link]

    assert scores == [f"https://avis.example/a/{TOKEN}?score={n}" for n in points]
    for link in scores:
        assert f"  {link}\n" in message.text
    assert message.html is not None
    assert "Are you satisfied?" in message.html
    assert f"{points[0]} on a scale of {points[0]} to {points[-1]}" in message.html


@pytest.mark.parametrize(("look", "sign"), [("stars", "★"), ("faces", "😐")])
def test_satisfaction_has_the_look_of_the_survey(look: str, sign: str) -> None:
    found = first_question(letter(asking(question("csat", options={"look": look}))))

    assert found is not None
    assert found.points[2].picture == sign


def test_another_question_has_a_button_to_the_page() -> None:
    message = written(letter(asking(question("long_text"))))

    assert links_of(message)[0] == f"https://avis.example/a/{TOKEN}"
    assert "?score=" not in message.text + (message.html or "")


def test_the_first_question_is_the_first_that_this_person_is_asked() -> None:
    only_gold = Rule(
        conditions=(
            Condition(subject="attribute", name="tier", operator="is", value="gold"),
        )
    )
    survey = asking(
        question("statement", "hello"),
        question("ces", "effort", show_if=only_gold),
        question("nps"),
    )

    gold = first_question(letter(survey, known={("attribute", "tier"): "gold"}))
    other = first_question(letter(survey))

    assert gold is not None
    assert other is not None
    assert len(gold.points) == 7
    assert len(other.points) == 11


@pytest.mark.parametrize(
    ("locale", "survey", "interface"),
    [
        ("fr", "fr", "fr"),
        ("fr-CA", "fr", "fr"),
        ("en_GB", "en", "en"),
        ("de-AT", "de", "en"),
        ("it", "fr", "fr"),
    ],
)
def test_the_words_are_those_of_the_person(
    locale: str, survey: str, interface: str
) -> None:
    one = letter(locale=locale)

    assert survey_language(one) == survey
    assert interface_language(one) == interface
    found = first_question(one)
    assert found is not None
    assert found.text == ASKED[survey]


def test_who_asks_why_and_how_to_stop_stand_in_every_mail() -> None:
    for kind in SendingKind:
        message = written(letter(kind=kind))
        assert {LINKS.why, LINKS.stop} <= set(links_of(message))
        assert LINKS.why in message.text
        assert LINKS.stop in message.text
        assert "Maison & Fils, 12 rue des Lilas, Lyon" in message.text
        assert "Maison &amp; Fils, 12 rue des Lilas, Lyon" in (message.html or "")
        assert message.headers == {
            "List-Unsubscribe": f"<{LINKS.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }


def test_nothing_of_a_mail_is_fetched_from_anywhere() -> None:
    for kind in SendingKind:
        html = written(letter(kind=kind)).html or ""
        assert not Links(html).tags & {"img", "script", "link", "form", "iframe"}
        assert "url(" not in html
        assert set(re.findall(r"https?://[^/\"]+", html)) <= {
            "https://avis.example",
            "http://www.w3.org",
        }


def test_what_is_known_is_filled_in_and_escaped() -> None:
    known = {("attribute", "name"): "<b>Zoé</b>"}

    message = written(letter(known=known, name="<i>Zoé</i>"))

    assert "Dear <b>Zoé</b>, two questions." in message.text
    assert message.html is not None
    assert "&lt;b&gt;Zoé&lt;/b&gt;" in message.html
    assert "<b>" not in message.html
    assert "<i>" not in message.html


def test_an_anonymous_survey_says_so_and_names_nobody() -> None:
    message = written(letter(anonymous=True, name=None))

    assert message.text.startswith("Hello,\n")
    assert "Your answers are anonymous" in message.text


def test_a_reminder_to_somebody_who_began_leads_back_and_asks_nothing_twice() -> None:
    fresh = written(letter(kind=SendingKind.REMINDER))
    begun = written(letter(kind=SendingKind.REMINDER, started=True))

    assert "Reminder: Your opinion" in fresh.subject
    assert "?score=9" in fresh.text
    assert "?score=" not in begun.text + (begun.html or "")
    assert "go on where you left off" in begun.text


def test_thanks_ask_for_nothing() -> None:
    message = written(letter(kind=SendingKind.THANKS))

    assert LINKS.answer not in message.text + (message.html or "")


@pytest.mark.parametrize(
    ("expires_at", "zone", "day"),
    [
        # in the morning of the 6th: the 5th is the last whole day
        (datetime(2026, 12, 6, 9, 0, tzinfo=UTC), PARIS, date(2026, 12, 5)),
        (datetime(2026, 12, 5, 23, 0, tzinfo=UTC), PARIS, date(2026, 12, 5)),
        (datetime(2026, 12, 5, 22, 59, tzinfo=UTC), PARIS, date(2026, 12, 4)),
        (
            datetime(2026, 12, 5, 22, 59, tzinfo=UTC),
            ZoneInfo("Asia/Tokyo"),
            date(2026, 12, 5),
        ),
        (datetime(2026, 11, 22, 18, 0, tzinfo=UTC), PARIS, date(2026, 11, 22)),
    ],
)
def test_the_day_that_is_told_is_one_on_which_the_answer_is_taken(
    expires_at: datetime, zone: ZoneInfo, day: date
) -> None:
    assert last_day(letter(expires_at=expires_at, zone=zone), now=NOW) == day


def test_the_day_is_told_in_words() -> None:
    assert "until 5 December." in written(letter()).text
    assert "5 décembre" in written(letter(locale="fr")).text


def test_a_theme_that_cannot_be_read_on_paper_gives_its_numbers_another_colour() -> (
    None
):
    pale = written(letter(asking(question("nps"), theme=Theme(accent="#ffe680")))).html
    dark = written(letter(asking(question("nps"), theme=Theme(accent="#0b5f66")))).html

    assert pale is not None
    assert dark is not None
    assert "color:#ffe680" not in pale.replace("background-color:#ffe680", "")
    assert "color:#0b5f66" in dark


def test_a_colour_that_is_none_does_not_reach_the_mail() -> None:
    html = written(
        letter(asking(question("long_text"), theme=Theme(accent='red;"><script>')))
    ).html

    assert html is not None
    assert "script" not in html


def test_a_survey_without_words_still_makes_a_mail() -> None:
    empty = Questionnaire(
        title={}, languages=("fr",), default_language="fr", pages=(Page(key="page"),)
    )

    message = written(letter(empty, name=None))

    assert (
        message.subject == "Maison & Fils : votre avis" or "Maison" in message.subject
    )
    assert links_of(message)[0] == LINKS.answer


@given(title=st.text(max_size=60), fact=st.text(max_size=60))
def test_whatever_is_written_the_subject_is_one_line(title: str, fact: str) -> None:
    survey = Questionnaire(
        title={"fr": title + "{attribute:x}"},
        languages=("fr",),
        default_language="fr",
        pages=(Page(key="page", questions=(question("nps"),)),),
    )

    message = written(letter(survey, known={("attribute", "x"): fact}))

    assert len(message.subject.splitlines()) == 1
