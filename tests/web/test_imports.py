"""Imports in the browser: look before, choose, start, see what was refused."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.jobs.models import Job, JobState
from feedback.journey.queries import get_map
from feedback.voice.imports.service import IMPORT
from feedback.voice.models import Feedback, FeedbackImport, ImportState
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn
from tests.factories import Factories

CSV = """date;note;commentaire;étape;nom
05/04/2018;9;Très bien;Caisse;Martin
06/04/2018;11;Hors échelle;Caisse;Durand
26/04/2018;4;Où est le rayon ?;Rayon;Petit
"""
#: what the person makes of the columns, in their order
CHOICES = {
    "column-0": "date",
    "column-1": "nps",
    "column-2": "text",
    "column-3": "touchpoint",
    "column-4": "",
    "question-2": "Pourquoi cette note ?",
}


@pytest.fixture
def analyst(logged_in: LoggedIn, factories: Factories) -> FlaskClient:
    """An analyst's browser, in front of a journey with a touchpoint `caisse`."""
    journey = factories.journey("shop")
    factories.touchpoint(factories.phase(journey, "achat"), "caisse")
    return logged_in(Role.ANALYST, locale="en")


def _upload(analyst: FlaskClient, text: str = CSV, name: str = "avis.csv") -> str:
    """Send a file; return the address of its import."""
    data = {"journey": "shop", "file": (BytesIO(text.encode()), name)}
    answer = analyst.post("/imports/new", data=data)
    assert answer.status_code == 302, answer.text
    return answer.location


def _import(
    analyst: FlaskClient, worker: Worker, session: Session, **choices: str
) -> str:
    """Bring the file in, without the analysis of its texts."""
    address = _upload(analyst)
    analyst.post(f"{address}/columns", data={**CHOICES, **choices, "start": "1"})
    job = session.scalar(
        select(Job.id).where(Job.name == IMPORT, Job.state == JobState.DUE)
    )
    session.rollback()
    assert worker.run_once(only=job)
    return address


def test_a_file_is_shown_before_anything_of_it_is_imported(
    analyst: FlaskClient, session: Session
) -> None:
    page = analyst.get(_upload(analyst)).text

    assert "CSV, UTF-8, separator: semicolon" in page
    assert "Très bien" in page
    assert "nothing says on which scale" in page
    assert "The journey has no such touchpoint." in page
    assert "Rayon" in page
    assert session.scalar(select(func.count(Feedback.id))) == 0


def test_a_choice_changes_the_preview(analyst: FlaskClient) -> None:
    address = _upload(analyst)

    analyst.post(f"{address}/columns", data={**CHOICES, "others": "achat"})

    page = analyst.get(address).text
    assert "The score is not on the scale." in page
    assert "<strong>2 can be imported</strong>" in page
    assert "<strong>1 will be refused</strong>" in page
    assert 'value="Pourquoi cette note ?"' in page
    assert "NPS 9" in page


def test_a_value_may_be_another_name_of_a_touchpoint(
    analyst: FlaskClient, session: Session, worker: Worker
) -> None:
    _import(analyst, worker, session, value="rayon", choice="point:caisse")

    assert len(get_map(session, "shop").touchpoints) == 1
    assert session.scalar(select(func.count(Feedback.id))) == 2


def test_a_value_may_become_a_touchpoint(
    analyst: FlaskClient, session: Session, worker: Worker
) -> None:
    _import(analyst, worker, session, value="rayon", choice="create:achat")

    assert [point.key for point in get_map(session, "shop").touchpoints] == [
        "caisse",
        "rayon",
    ]
    assert session.scalar(select(func.count(Feedback.id))) == 2


def test_one_value_may_be_refused_while_the_others_become_touchpoints(
    analyst: FlaskClient, session: Session, worker: Worker
) -> None:
    address = _import(
        analyst, worker, session, value="rayon", choice="refuse", others="achat"
    )

    assert len(get_map(session, "shop").touchpoints) == 1
    assert "The journey has no such touchpoint." in analyst.get(address).text


def test_what_is_still_missing_is_said_and_nothing_starts(
    analyst: FlaskClient, session: Session
) -> None:
    address = _upload(analyst)
    choices = {**CHOICES, "column-0": "", "start": "1"}

    page = analyst.post(f"{address}/columns", data=choices, follow_redirects=True).text

    assert "No column is the date" in page
    assert session.scalar(select(FeedbackImport.state)) is ImportState.PREPARED


def test_the_result_counts_every_line_and_the_refused_are_a_file(
    analyst: FlaskClient, worker: Worker, session: Session
) -> None:
    address = _import(analyst, worker, session)

    page = analyst.get(address).text
    counts = [int(text) for text in re.findall(r"<dd>(\d+)</dd>", page)]
    refused = analyst.get(f"{address}/refused.csv")

    assert counts == [3, 1, 0, 2]
    assert "The score is not on the scale." in page
    assert refused.mimetype == "text/csv"
    assert "avis-refused.csv" in refused.headers["Content-Disposition"]
    assert refused.data.decode("utf-8-sig").splitlines() == [
        "Line,Column,Reason,Value",
        "3,note,The score is not on the scale.,11",
        "4,étape,The journey has no such touchpoint.,Rayon",
    ]


def test_the_progress_of_a_running_import_leads_to_its_result_when_it_is_over(
    analyst: FlaskClient, worker: Worker
) -> None:
    address = _upload(analyst)
    analyst.post(f"{address}/columns", data={**CHOICES, "start": "1"})

    running = analyst.get(f"{address}/progress?running=1")
    worker.run_once()
    over = analyst.get(f"{address}/progress?running=1")
    analysis = analyst.get(f"{address}/progress")

    assert "The lines are being counted" in running.text
    assert (over.status_code, over.location) == (302, address)
    assert "1 text waits for its analysis" in analysis.text


def test_the_same_file_again_changes_nothing_and_says_so(
    analyst: FlaskClient, worker: Worker, session: Session
) -> None:
    _import(analyst, worker, session)

    page = analyst.get(_import(analyst, worker, session)).text

    assert [int(text) for text in re.findall(r"<dd>(\d+)</dd>", page)] == [3, 0, 1, 2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "The file is empty."),
        ("a;b\n", "names of columns and nothing else"),
        ("1;2\n3;4\n", "The first line has to name the columns."),
        ("PK\x03\x04", "no Excel workbook that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    content: str, words: str, analyst: FlaskClient, settings: Settings
) -> None:
    data = {"journey": "shop", "file": (BytesIO(content.encode()), "a.csv")}

    answer = analyst.post("/imports/new", data=data)

    assert answer.status_code == 422
    assert words in answer.text
    assert list(Path(settings.folder("imports")).iterdir()) == []


def test_no_file_at_all_is_refused_in_words(analyst: FlaskClient) -> None:
    answer = analyst.post("/imports/new", data={"journey": "shop"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_file_that_is_too_large_is_told_what_is_allowed(
    analyst: FlaskClient,
) -> None:
    analyst.application.config["MAX_CONTENT_LENGTH"] = 1000
    data = {"journey": "shop", "file": (BytesIO(b"x" * 2000), "a.csv")}

    answer = analyst.post("/imports/new", data=data)

    assert answer.status_code == 413
    assert "up to 200 MB" in answer.text


def test_a_prepared_file_can_be_thrown_away(
    analyst: FlaskClient, settings: Settings
) -> None:
    address = _upload(analyst)

    page = analyst.post(f"{address}/discard", follow_redirects=True).text

    assert "nothing of it was imported" in page
    assert analyst.get(address).status_code == 404
    assert list(settings.folder("imports").iterdir()) == []


def test_an_import_that_runs_is_neither_changed_nor_thrown_away(
    analyst: FlaskClient,
) -> None:
    address = _upload(analyst)
    analyst.post(f"{address}/columns", data={**CHOICES, "start": "1"})

    assert analyst.post(f"{address}/columns", data=CHOICES).status_code == 409
    assert analyst.post(f"{address}/discard").status_code == 409


def test_the_pages_speak_french(logged_in: LoggedIn, analyst: FlaskClient) -> None:
    address = _upload(analyst)

    page = logged_in(Role.ANALYST, locale="fr").get(address).text

    assert '<html lang="fr">' in page


def test_the_list_says_what_to_do_while_it_is_empty(analyst: FlaskClient) -> None:
    assert "No import yet" in analyst.get("/imports/").text

    _upload(analyst)

    assert "avis.csv" in analyst.get("/imports/").text
    assert "To be checked" in analyst.get("/imports/").text
