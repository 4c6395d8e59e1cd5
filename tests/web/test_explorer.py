"""The explorer: found by address, put right in one click, exported as it is seen."""

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.insights.models import VerbatimCount
from feedback.nlp.annotation import Feeling, Polarity, Reason
from feedback.voice.models import Correction, Mention, Verbatim
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said

TEXT = "Attente trop longue, mais accueil charmant"


@pytest.fixture
def said(session: Session, factories: Factories, clock: StoppedClock) -> Said:
    return Said(session, factories, clock)


@pytest.fixture
def public_id(said: Said) -> str:
    """A text with a complaint and a praise, analysed."""
    return said.add(
        TEXT,
        themes=(mention(), mention("staff_attitude", Polarity.POSITIVE, 26, 42)),
        nps=3,
        language="fr",
        attributes={"magasin": "Lille"},
    )


@pytest.fixture
def analyst(said: Said, logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ANALYST)


def address(said: Said, rest: str = "") -> str:
    return f"/journeys/{said.key}/verbatims{rest}"


def listed(page: str) -> list[str]:
    """Return the texts of the list, without the labels for screen readers."""
    found = re.findall(r'class="entry-link".*?<q[^>]*>(.*?)</q>', page, re.DOTALL)
    plain = [re.sub(r'<span class="visually-hidden">.*?</span>', "", q) for q in found]
    return [re.sub(r"<[^>]+>", "", q) for q in plain]


def standing(session: Session) -> set[tuple[str, str]]:
    session.expire_all()
    rows = session.scalars(select(Mention).where(Mention.rejected.is_(False)))
    found = {(row.theme_key, row.polarity.value) for row in rows}
    session.commit()
    return found


def test_the_list_is_made_by_the_address_alone(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    said.add("Prix trop chers", themes=(mention("price_fees"),), language="en")
    last_month = datetime(2026, 9, 3, tzinfo=UTC)
    said.add("Le mois dernier", said_at=last_month, language="en")
    browser = logged_in(Role.MANAGER)

    everything = ["Prix trop chers", TEXT, "Le mois dernier"]
    for query, texts in {
        "": everything,
        "?period=2026-10": ["Prix trop chers", TEXT],
        "?theme=queue_wait": [TEXT],
        "?theme=queue_wait&stance=praise": [],
        "?theme=staff_attitude&stance=praise": [TEXT],
        "?q=ATTENTE": [TEXT],
        "?score=low": [TEXT],
        "?feeling=positive": [],
        "?language=fr": [TEXT],
        "?period=2026-09": ["Le mois dernier"],
        "?period=2026-09-01..2026-11-01": everything,
        "?touchpoint=site": [],
        "?touchpoint=till&q=prix": ["Prix trop chers"],
    }.items():
        assert listed(browser.get(address(said, query)).text) == texts, query


def test_words_behind_each_theme_are_marked_with_its_name(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = analyst.get(address(said)).text

    assert '<mark class="mention mention-negative"' in page
    assert ">Attente<" in page
    assert "Waiting" in page


def test_filters_in_use_can_be_taken_away_one_by_one(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = analyst.get(address(said, "?theme=queue_wait&stance=friction&q=attente"))

    removals = re.findall(r'chip-remove" href="([^"]+)"', page.text)
    assert len(removals) == 3
    without_theme = removals[0].replace("&amp;", "&")
    assert "theme=" not in without_theme
    assert "stance=" not in without_theme
    assert "q=attente" in without_theme


def test_what_the_address_says_in_vain_is_told_and_left_out(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = analyst.get(address(said, "?theme=nonsense&feeling=happy&score=9&page=x"))

    assert page.status_code == 200
    assert "Theme, Feeling, Score" in page.text
    assert listed(page.text) == [TEXT]


def test_another_phase_chosen_drops_the_touchpoint_of_the_last_one(
    said: Said, public_id: str, factories: Factories, logged_in: LoggedIn
) -> None:
    other = factories.phase(said.journey, "later")
    browser = logged_in(Role.ANALYST)

    answer = browser.get(address(said, f"?phase={other.key}&touchpoint=till"))

    assert answer.status_code == 302
    assert "phase=later" in answer.location
    assert "touchpoint" not in answer.location


def test_nothing_is_shown_before_it_is_analysed_and_what_waits_is_said(
    said: Said, factories: Factories, logged_in: LoggedIn
) -> None:
    factories.feedback(said.till, text="Appelez Zoé au 06 12 34 56 78")
    browser = logged_in(Role.ANALYST)

    page = browser.get(address(said)).text
    assert "1 verbatim is being analysed" in page
    assert "Zoé" not in page
    assert "1 verbatim" in browser.get(address(said, "/waiting")).text


def test_an_empty_journey_says_what_to_do(said: Said, logged_in: LoggedIn) -> None:
    said.session.commit()

    page = logged_in(Role.ANALYST).get(address(said)).text

    assert "No feedback yet" in page
    assert "Import feedback" in page


def test_an_empty_answer_offers_ways_out(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = analyst.get(address(said, "?q=zzz")).text

    assert "No verbatim here" in page
    assert "Remove the filters" in page


def test_an_open_verbatim_shows_where_it_comes_from_and_how_it_was_read(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = analyst.get(address(said, f"?verbatim={public_id}")).text

    for words in ("Lille", "rule:test", "3 of 10", "Point till", "French"):
        assert words in page
    assert 'aria-current="true"' in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Why?",
                "known word",
                "rule of the theme “Waiting”",
                "learned from labelled texts",
                "phrase of the house for the theme “Waiting” (sure)",
            ),
        ),
        (
            "fr",
            (
                "Pourquoi",
                "mot connu",
                "règle du thème",
                "appris de textes étiquetés",
                "expression de la maison pour le thème",
            ),
        ),
    ],
)
def test_what_made_a_feeling_and_a_theme_is_told_on_demand(
    said: Said, logged_in: LoggedIn, language: str, words: tuple[str, ...]
) -> None:
    reasons = (
        Reason(start=8, end=19, source="weights", weight=-0.3),
        Reason(start=0, end=19, source="rule:queue_wait.fr.3", weight=-1.0),
        Reason(start=34, end=42, source="lexicon", weight=1.2),
    )
    own = replace(mention(), source="own:queue_wait.fr.1")
    public_id = said.add(TEXT, Feeling.MIXED, themes=(own,), reasons=reasons)
    browser = logged_in(Role.MANAGER, locale=language)

    page = browser.get(address(said, f"?verbatim={public_id}")).text
    why = page[page.index('class="why"') :]
    whys = re.findall(r"<li><q.*?</li>", why)

    for said_so in words:
        assert said_so in why, said_so
    quoted = [re.search(r"<q[^>]*>(.*?)</q>", one) for one in whys]
    assert [found[1] for found in quoted[:3] if found] == [
        "charmant",
        "Attente trop longue",
        "trop longue",
    ], "the heaviest first"


@pytest.mark.parametrize(
    ("feeling", "analysed_as", "told"),
    [
        (Feeling.UNRATED, "it", "The analysis reads French and English"),
        (Feeling.UNRATED, "fr", "There is nothing to judge in this text."),
        (Feeling.NEUTRAL, "fr", "No word weighs more than the others."),
    ],
)
def test_a_feeling_without_reasons_says_why_there_are_none(
    said: Said, logged_in: LoggedIn, feeling: Feeling, analysed_as: str, told: str
) -> None:
    public_id = said.add("Attesa", feeling, analysed_as=analysed_as)

    page = logged_in(Role.MANAGER).get(address(said, f"?verbatim={public_id}")).text

    assert told in page


def test_the_share_without_a_feeling_stands_beside_the_feelings(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    said.add("???", Feeling.UNRATED)
    browser = logged_in(Role.MANAGER)

    for query in ("", "?feeling=negative", "?channel=store", "?q=attente"):
        share = "0%" if "q=" in query else "50%"
        assert f"Not rated: {share}." in browser.get(address(said, query)).text, query


def test_a_verbatim_of_elsewhere_is_not_shown(
    said: Said, public_id: str, factories: Factories, logged_in: LoggedIn
) -> None:
    other = factories.journey()
    browser = logged_in(Role.ANALYST)

    answer = browser.get(f"/journeys/{other.key}/verbatims?verbatim={public_id}")

    assert answer.status_code == 404


def send(
    browser: FlaskClient, said: Said, public_id: str, what: str, **fields: Any
) -> str:
    """Send a correction from a filtered page and return the page that follows."""
    answer = browser.post(
        address(said, f"/{public_id}/{what}?score=low&_scheme=x"),
        data=fields,
        follow_redirects=True,
    )
    assert answer.status_code == 200
    assert "score=low" in answer.request.full_path
    return answer.text


def test_a_feeling_is_put_right_in_one_click_and_the_figures_follow_at_once(
    session: Session, said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = send(analyst, said, public_id, "feeling", feeling="mixed", seen="negative")

    assert "The analysis says: negative." in page
    assert "Feeling: mixed instead of negative" in page
    assert re.search(r"Analyst \d+", page)
    session.expire_all()
    assert session.scalars(select(Verbatim)).one().feeling == Feeling.MIXED
    counted = select(VerbatimCount.feeling, func.sum(VerbatimCount.n)).group_by(
        VerbatimCount.feeling
    )
    assert {row[0] for row in session.execute(counted)} == {Feeling.MIXED}


def test_the_second_of_two_people_is_told_and_sees_what_stands_there(
    session: Session, said: Said, public_id: str, analyst: FlaskClient
) -> None:
    send(analyst, said, public_id, "feeling", feeling="mixed", seen="negative")

    page = send(analyst, said, public_id, "feeling", feeling="neutral", seen="negative")

    assert "Somebody else changed it in the meantime" in page
    session.expire_all()
    assert session.scalars(select(Verbatim)).one().feeling == Feeling.MIXED
    assert len(session.scalars(select(Correction)).all()) == 1


def test_a_theme_is_rejected_added_and_both_are_undone(
    session: Session, said: Said, public_id: str, analyst: FlaskClient
) -> None:
    before = standing(session)

    page = send(
        analyst,
        said,
        public_id,
        "themes/reject",
        theme="queue_wait",
        polarity="negative",
    )
    assert "Theme rejected: Waiting (problem)" in page
    page = send(
        analyst,
        said,
        public_id,
        "themes",
        theme="price_fees",
        polarity="wish",
        start=8,
        end=19,
    )
    assert "Theme added: Price and fees (wish)" in page
    assert standing(session) == {("staff_attitude", "positive"), ("price_fees", "wish")}
    assert "rejected</span>" in page  # what the machine said stays to be read

    numbers = session.scalars(select(Correction.id)).all()
    session.commit()
    for number in numbers:
        page = send(analyst, said, public_id, f"corrections/{number}/withdraw")
    assert page.count("undone on") == 2
    assert standing(session) == before


def test_a_theme_without_words_is_not_added(
    session: Session, said: Said, public_id: str, analyst: FlaskClient
) -> None:
    page = send(analyst, said, public_id, "themes", theme="price_fees", polarity="wish")

    assert "Choose the words" in page
    assert session.scalars(select(Correction)).all() == []


def test_who_may_only_read_sees_no_form_and_can_send_none(
    session: Session, said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.MANAGER)

    page = browser.get(address(said, f"?verbatim={public_id}")).text
    sent = browser.post(
        address(said, f"/{public_id}/feeling"),
        data={"feeling": "mixed", "seen": "negative"},
    )

    assert "/feeling" not in page
    assert sent.status_code == 403
    assert session.scalars(select(Correction)).all() == []


def test_a_form_that_is_not_ours_is_refused(
    session: Session, said: Said, public_id: str, analyst: FlaskClient
) -> None:
    sent = analyst.post(
        address(said, f"/{public_id}/feeling"), data={"feeling": "furious"}
    )

    assert sent.status_code == 400
    assert session.scalars(select(Correction)).all() == []


def test_both_exports_hold_what_the_list_shows(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    said.add("=1+1", Feeling.POSITIVE)
    browser = logged_in(Role.MANAGER, locale="fr")

    table = browser.get(address(said, "/export.csv?feeling=positive"))
    with browser.get(address(said, "/export.xlsx?feeling=positive")) as answer:
        book = BytesIO(answer.data)

    lines = list(
        csv.DictReader(StringIO(table.data.decode("utf-8-sig")), delimiter=";")
    )
    assert [line["Verbatim"] for line in lines] == ["'=1+1"]
    assert "attachment" in table.headers["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0)
    assert [row[14] for row in sheet.to_python()] == ["Verbatim", "=1+1"]


def test_the_way_in_leads_to_the_first_journey(
    said: Said, public_id: str, analyst: FlaskClient
) -> None:
    assert analyst.get("/verbatims").location == address(said)


def test_pages_are_turned_with_the_filters_kept(
    said: Said, logged_in: LoggedIn
) -> None:
    for number in range(26):
        said.add(f"attente {number}")
    browser = logged_in(Role.ANALYST)

    first = browser.get(address(said, "?q=attente&_scheme=x&endpoint=y")).text
    second = browser.get(address(said, "?q=attente&page=2")).text

    assert len(listed(first)) == 25
    assert listed(second) == ["attente 0"]
    assert re.search(r'rel="next" href="[^"]*q=attente[^"]*page=2', first)
