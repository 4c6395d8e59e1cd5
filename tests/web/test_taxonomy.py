"""The page of the themes: read by analysts, changed by administrators."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.insights.refresh import refresh_stale, stale_months
from feedback.jobs.models import Job
from feedback.nlp.annotation import (
    Annotation,
    Feeling,
    Polarity,
    Sentiment,
    ThemeMention,
)
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.rules.models import Reanalysis, ReanalysisState
from feedback.voice.taxonomy import find_theme, list_phrases, read_themes, theme_name
from feedback.voice.theme_history import newest_revision
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories

LOCKER = {
    "brake": "service",
    "names_fr": "Consignes",
    "names_en": "Lockers",
    "phrases_fr_negative": "Consigne & bloquée\nconsignes? .. pleines?",
    "phrases_en_topic": "lockers?",
    "revision": "0",
}


@pytest.fixture
def admin(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ADMINISTRATOR)


def said(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    *keys: str,
    text: str = "Attente trop longue",
) -> str:
    """One verbatim with a complaint of each theme; return the key of its journey."""
    journey = factories.journey()
    point = factories.touchpoint(factories.phase(journey))
    occasion = factories.feedback(point, text=text)
    mentions = tuple(
        ThemeMention(
            key=key,
            polarity=Polarity.NEGATIVE,
            start=0,
            end=7,
            source=f"rule:{key}.fr.1",
            confidence=0.9,
        )
        for key in keys
    )
    answer = Annotation(
        language="fr",
        language_confidence=1.0,
        sentiment=Sentiment(label=Feeling.NEGATIVE, score=-0.5),
        themes=mentions,
        types=(),
        personal_data=(),
        version="test",
    )
    given = read_texts(session, [occasion.verbatims[0].id])
    analysed = [AnalysedText(given=one, annotation=answer) for one in given]
    store_annotations(session, analysed, now=clock.now())
    count(session, journey.id)
    return journey.key


def count(session: Session, journey_id: int) -> None:
    for month in stale_months(session, journey_id):
        refresh_stale(session, journey_id, month)
    session.commit()


def text_of(admin: FlaskClient, path: str) -> str:
    answer = admin.get(path)
    assert answer.status_code == 200, path
    plain = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(plain.replace("&#34;", '"').split())


@pytest.mark.parametrize(
    ("locale", "title", "brake"),
    [("fr", "Taxonomie", "Argent"), ("en", "Taxonomy", "Money")],
)
def test_the_page_speaks_both_languages(
    logged_in: LoggedIn, locale: str, title: str, brake: str
) -> None:
    admin = logged_in(Role.ANALYST, locale=locale)
    page = text_of(admin, "/taxonomy/")

    assert title in page
    assert brake in page
    for path in ("/taxonomy/history", "/taxonomy/progress"):
        assert admin.get(path).status_code == 200


def test_analysts_read_and_change_nothing(
    logged_in: LoggedIn, session: Session
) -> None:
    admin = logged_in(Role.ANALYST)

    assert "/taxonomy/themes/" not in admin.get("/taxonomy/").text
    for path in ("new", "themes/queue_wait/hide", "undo", "again", "try"):
        assert admin.post(f"/taxonomy/{path}").status_code == 403
    assert newest_revision(session) == 0


def test_a_theme_is_added_with_its_phrases(
    admin: FlaskClient, session: Session
) -> None:
    answer = admin.post("/taxonomy/new", data=LOCKER)

    assert answer.location == "/taxonomy/#lockers"
    assert theme_name(session, "lockers", "fr") == "Consignes"
    assert [phrase for _, phrase in list_phrases(session)] == [
        OwnPhrase("fr", "Consigne & bloquée", Polarity.NEGATIVE),
        OwnPhrase("fr", "consignes? .. pleines?", Polarity.NEGATIVE),
        OwnPhrase("en", "lockers?"),
    ]
    page = text_of(admin, "/taxonomy/")
    assert "Added “Lockers”" in page
    assert "Administrator" in page
    assert "Consigne &amp; bloquée" in admin.get("/taxonomy/themes/lockers").text


def test_what_was_typed_stays_when_something_is_wrong(
    admin: FlaskClient, session: Session
) -> None:
    typed = LOCKER | {"phrases_fr_negative": "(consigne", "names_en": "<b>"}
    answer = admin.post("/taxonomy/new", data=typed)

    assert answer.status_code == 422
    assert "“(consigne” cannot be read" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "lockers?" in answer.text
    assert newest_revision(session) == 0


def test_a_name_is_needed_in_both_languages(admin: FlaskClient) -> None:
    answer = admin.post("/taxonomy/new", data=LOCKER | {"names_en": " "})

    assert answer.status_code == 422
    assert "This must be filled in." in answer.text


def test_the_later_of_two_people_is_told_and_loses_nothing(
    admin: FlaskClient, session: Session
) -> None:
    admin.post("/taxonomy/new", data=LOCKER)
    answer = admin.post("/taxonomy/new", data=LOCKER | {"names_en": "Parcel lockers"})

    assert answer.status_code == 422
    assert "Somebody" in answer.text
    assert "Parcel lockers" in answer.text
    assert newest_revision(session) == 1
    session.commit()
    again = admin.post("/taxonomy/themes/queue_wait/hide", data={"revision": "0"})
    assert again.status_code == 409


def test_phrases_are_tried_before_they_are_saved(
    admin: FlaskClient,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    said(session, factories, clock, text="La consigne est bloquée <b>")
    said(session, factories, clock, text="Trop cher")

    answer = admin.post("/taxonomy/try", data=LOCKER | {"language": "fr"})
    assert answer.status_code == 200
    assert "<strong>1</strong>" in answer.text
    assert "newest 2 verbatims" in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "La <mark" in answer.text
    assert ">consigne est bloquée<" in answer.text

    without_script = admin.post("/taxonomy/new", data=LOCKER | {"try": "fr"})
    assert without_script.status_code == 200
    assert "<strong>1</strong>" in without_script.text
    faulty = LOCKER | {"language": "fr", "phrases_fr_wish": "@nobody"}
    assert "“@nobody” names a group" in admin.post("/taxonomy/try", data=faulty).text
    assert admin.post("/taxonomy/try", data=LOCKER).status_code == 404
    assert newest_revision(session) == 0


def test_a_hidden_theme_vanishes_everywhere_and_comes_back(
    admin: FlaskClient,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    key = said(session, factories, clock, "queue_wait", "price_fees")
    pages = (f"/journeys/{key}/verbatims", f"/journeys/{key}/themes/")
    seen = [text_of(admin, page).count("Waiting") for page in pages]
    assert all(seen)

    admin.post("/taxonomy/themes/queue_wait/hide", data={"revision": "0"})
    assert [text_of(admin, page).count("Waiting") for page in pages] == [0, 0]
    owed = session.scalars(select(Job.name).where(Job.name == "insights.refresh")).all()
    session.commit()
    assert owed, "coverage is counted without it"

    admin.post("/taxonomy/themes/queue_wait/show", data={"revision": "1"})
    assert [text_of(admin, page).count("Waiting") for page in pages] == seen


def test_a_merge_says_what_it_does_and_counts_at_once(
    admin: FlaskClient,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    key = said(session, factories, clock, "queue_wait")
    page = text_of(admin, "/taxonomy/themes/queue_wait/merge?into=process_effort")
    assert "The mentions of “Waiting” count for" in page
    assert "at once: frictions 1, praises 0." in page

    admin.post(
        "/taxonomy/themes/queue_wait/merge",
        data={"into": "process_effort", "revision": "0"},
    )

    found = text_of(admin, f"/journeys/{key}/verbatims?theme=process_effort")
    assert "Attente" in found
    assert find_theme(session, "queue_wait") is None
    session.commit()
    admin.post("/taxonomy/themes/queue_wait/separate", data={"revision": "1"})
    assert read_themes(session).current("queue_wait") == "queue_wait"


def test_a_split_is_tried_among_the_verbatims_of_the_whole(
    admin: FlaskClient,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    said(session, factories, clock, "queue_wait", text="Attente à la consigne")
    said(session, factories, clock, text="La consigne")
    split = {
        "from": "queue_wait",
        "brake": "time",
        "names_fr": "Attente consigne",
        "names_en": "Locker queue",
        "phrases_fr_topic": "consigne",
        "revision": "0",
    }

    tried = admin.post("/taxonomy/try", data=split | {"language": "fr"}).text
    assert "<strong>1</strong>" in tried
    nothing = admin.post("/taxonomy/new", data=split | {"phrases_fr_topic": ""})
    assert nothing.status_code == 422
    admin.post("/taxonomy/new", data=split)

    assert read_themes(session).kept["locker_queue"].split_from == "queue_wait"
    assert "split from Waiting" in text_of(admin, "/taxonomy/")


def test_the_last_change_is_undone_by_a_button(
    admin: FlaskClient, session: Session
) -> None:
    admin.post("/taxonomy/new", data=LOCKER)
    admin.post("/taxonomy/undo", data={"revision": "1"})

    assert find_theme(session, "lockers") is None
    assert "Undid: Added “Lockers”" in text_of(admin, "/taxonomy/history")


def test_the_history_tells_what_was_there_before(admin: FlaskClient) -> None:
    admin.post("/taxonomy/new", data=LOCKER)
    changed = {
        "names_en": "Parcel lockers",
        "phrases_en_topic": "locker <b>",
        "brake": "time",
        "revision": "1",
    }
    admin.post("/taxonomy/themes/lockers", data=LOCKER | changed)

    page = admin.get("/taxonomy/history").text
    assert "Changed “Parcel lockers”: name, brake, phrases" in page
    for line in ("Lockers → Parcel lockers", "Product and service → Time"):
        assert line in page
    assert "− lockers? (en)" in page
    assert "+ locker &lt;b&gt; (en)" in page


def test_themes_are_moved_by_buttons(admin: FlaskClient, session: Session) -> None:
    first, second = list(read_themes(session).kept)[:2]
    session.commit()
    admin.post(f"/taxonomy/themes/{second}/up", data={"revision": "0"})

    assert list(read_themes(session).kept)[:2] == [second, first]


def test_an_analysis_made_again_is_begun_watched_and_stopped(
    admin: FlaskClient,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    said(session, factories, clock, "queue_wait")
    assert "0 of 1 verbatims" in text_of(admin, "/taxonomy/")
    admin.post("/taxonomy/again")
    assert admin.post("/taxonomy/again").status_code == 409
    assert "0 of 1" in text_of(admin, "/taxonomy/progress")
    assert "Analysing again" in text_of(admin, "/work/")
    session.commit()
    run = session.scalars(select(Reanalysis)).one()
    session.commit()

    admin.post(f"/taxonomy/again/{run.public_id}/stop")

    session.expire_all()
    assert session.scalars(select(Reanalysis.state)).all() == [ReanalysisState.STOPPED]
    session.commit()
    assert "data-done" in admin.get("/taxonomy/progress").text
