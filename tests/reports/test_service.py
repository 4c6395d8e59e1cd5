"""build_report: the same figures as the pages, the same bytes, an honest document."""

import logging
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.core.errors import Conflict, NotFound
from feedback.core.periods import Period
from feedback.insights.dashboards import living_map
from feedback.insights.segments import Segment
from feedback.journey.models import Journey
from feedback.journey.queries import get_map
from feedback.measures.comparison import Change
from feedback.reports.models import ReportRun
from feedback.reports.queries import find_next_sending, list_subscribers
from feedback.reports.service import (
    BuiltReport,
    build_report,
    newest_settled_month,
    read_report,
    subscribe,
    unsubscribe,
)
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.reports.scene import MONTH

LATER = datetime(2018, 5, 4, 6, 0, tzinfo=UTC)
SOON = datetime(2018, 5, 3, 6, 0, tzinfo=UTC)


#: what a document holds does not depend on the database that it was read from
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def built(session: Session, spoken_of: Journey, settings: Settings) -> BuiltReport:
    return build_report(session, "bakery", MONTH, "en", settings=settings, now=LATER)


def _fonts(reader: PdfReader) -> list[Any]:
    """Return the fonts of every page, with those inside drawings."""
    found: list[Any] = []
    for page in reader.pages:
        waiting: list[Any] = [page["/Resources"]]
        while waiting:
            resources = waiting.pop().get_object()
            found += [font.get_object() for font in resources.get("/Font", {}).values()]
            waiting += [
                drawing.get_object()["/Resources"]
                for drawing in resources.get("/XObject", {}).values()
                if "/Resources" in drawing.get_object()
            ]
    return found


def _is_embedded(font: Any) -> bool:
    """Tell whether the file of a font lies in the document."""
    parts = [one.get_object() for one in font.get("/DescendantFonts", [font])]
    return all(
        any(name.startswith("/FontFile") for name in part["/FontDescriptor"])
        for part in parts
    )


def _figures(element: Any) -> list[Any]:
    """Return the elements of the structure that are figures."""
    element = element.get_object()
    if not hasattr(element, "get"):
        return []
    kids = element.get("/K", [])
    inside = kids if isinstance(kids, list) else [kids]
    found = [figure for kid in inside for figure in _figures(kid)]
    return [element, *found] if element.get("/S") == "/Figure" else found


def text_of(path: Path) -> str:
    reader = PdfReader(path)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_same_figures_give_the_same_bytes_and_one_report(
    session: Session, built: BuiltReport, settings: Settings
) -> None:
    before = built.path.read_bytes()
    built.path.unlink()

    again = build_report(session, "bakery", MONTH, "en", settings=settings, now=LATER)

    assert again == built
    assert again.path.read_bytes() == before
    assert len(session.scalars(select(ReportRun)).all()) == 1


@ONE_DATABASE
def test_another_process_gives_the_same_bytes(
    session: Session, built: BuiltReport, settings: Settings, tmp_path: Path
) -> None:
    session.commit()
    output = tmp_path / "again.pdf"

    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "feedback", "report", "build"),
            *("--journey", "bakery", "--month", "2018-04"),
            *("--lang", "en", "--output", str(output)),
        ],
        env={
            "FEEDBACK_DATA_DIR": str(settings.data_dir),
            "FEEDBACK_DATABASE_URL": settings.database_url,
            "FEEDBACK_COMPANY_NAME": settings.company_name,
            "PYTHONHASHSEED": "7",
        },
        check=True,
        capture_output=True,
    )

    assert output.read_bytes() == built.path.read_bytes()


@ONE_DATABASE
def test_the_document_is_tagged_named_and_carries_its_fonts_and_tables(
    session: Session,
    spoken_of: Journey,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        built = build_report(
            session, "bakery", MONTH, "fr", settings=settings, now=LATER
        )

    reader = PdfReader(built.path)
    catalog: Any = reader.trailer["/Root"]
    assert caplog.records == []
    assert catalog["/Lang"] == "fr"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert "La boulangerie" in str(reader.metadata.title)
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert sorted(reader.attachments) == [
        "1-scores.csv",
        "2-touchpoints.csv",
        "3-months.csv",
        "4-changes.csv",
        "5-bases.csv",
    ]
    assert all(_is_embedded(font) for font in _fonts(reader))
    names = {str(font["/BaseFont"]).partition("+")[2] for font in _fonts(reader)}
    assert all(name.startswith(("Inter", "Source-Serif")) for name in names)
    assert 4 <= built.pages <= 12


@ONE_DATABASE
def test_every_figure_of_the_drawing_has_words_for_who_cannot_see_it(
    built: BuiltReport,
) -> None:
    catalog: Any = PdfReader(built.path).trailer["/Root"]

    figures = _figures(catalog["/StructTreeRoot"])

    assert len(figures) >= 4
    assert all(str(one["/Alt"]).strip() for one in figures)


def test_its_figures_are_those_of_the_map_for_the_same_period(
    session: Session, spoken_of: Journey, settings: Settings
) -> None:
    figures = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    period = Period(MONTH, date(2018, 5, 1))
    living = living_map(
        session,
        get_map(session, "bakery"),
        Segment(journey_id=spoken_of.id, period=period),
        now=LATER,
    )

    assert figures.scope.living == living
    summary, story, changes, *_ = figures.parts
    assert summary.total == changes.total == living.total
    assert [phase.figures for phase in story.phases] == list(living.phases)
    for phase in story.phases:
        scores = {one.scale: one.estimate for one in phase.figures.figures.scores}
        if phase.scale is not None:
            assert phase.months[-1].estimate == scores[phase.scale]


def test_page_one_names_what_changed_and_asks_for_one_decision(
    session: Session, spoken_of: Journey, settings: Settings
) -> None:
    figures = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    summary = figures.parts[0]

    assert [one.key for one in summary.frictions] == ["queue_wait", "price_fees"]
    assert [one.key for one in summary.changed] == ["queue_wait"]
    assert summary.changed[0].share.comparison.change is Change.UP
    assert summary.decision.friction.key == "queue_wait"
    assert summary.decision.worst.key == "till"


@ONE_DATABASE
def test_words_of_customers_are_quoted_as_words_and_never_as_markup(
    built: BuiltReport,
) -> None:
    text = text_of(built.path)

    assert "The cakes <b>are too dear</b> & small." in text
    assert "Vingt minutes d’attente pour une baguette." in text


@ONE_DATABASE
def test_a_phase_of_which_nobody_spoke_is_said_to_be_silent(built: BuiltReport) -> None:
    assert "Nobody told of this phase this month." in text_of(built.path)


@ONE_DATABASE
def test_a_report_is_provisional_until_72_hours_after_the_month(
    session: Session, spoken_of: Journey, settings: Settings
) -> None:
    early = build_report(session, "bakery", MONTH, "en", settings=settings, now=SOON)
    final = build_report(session, "bakery", MONTH, "en", settings=settings, now=LATER)

    assert early.is_provisional
    assert not final.is_provisional
    assert early.snapshot == final.snapshot
    assert "provisional" in text_of(early.path)
    assert "provisional" not in text_of(final.path)
    assert len(session.scalars(select(ReportRun)).all()) == 2


@ONE_DATABASE
def test_both_languages_carry_the_same_snapshot(
    session: Session, built: BuiltReport, settings: Settings
) -> None:
    french = build_report(session, "bakery", MONTH, "fr", settings=settings, now=LATER)

    assert french.snapshot == built.snapshot
    assert french.sha256 != built.sha256
    assert french.snapshot in text_of(french.path)


def test_a_month_in_which_nobody_answered_has_no_report(
    session: Session, spoken_of: Journey, settings: Settings
) -> None:
    with pytest.raises(Conflict, match="no_answers"):
        build_report(
            session,
            "bakery",
            date(2018, 6, 1),
            "en",
            settings=settings,
            now=LATER.replace(year=2019),
        )
    with pytest.raises(Conflict, match="month_not_begun"):
        build_report(
            session, "bakery", date(2018, 6, 1), "en", settings=settings, now=LATER
        )
    with pytest.raises(NotFound, match="journey"):
        build_report(session, "none", MONTH, "en", settings=settings, now=LATER)

    assert session.scalars(select(ReportRun)).all() == []
    assert list(settings.folder("reports").iterdir()) == []


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2018, 5, 4, 4, 0, tzinfo=UTC), date(2018, 4, 1)),
        (datetime(2018, 5, 3, 21, 59, tzinfo=UTC), date(2018, 3, 1)),
        (datetime(2018, 5, 3, 22, 0, tzinfo=UTC), date(2018, 4, 1)),
        (datetime(2018, 1, 2, 12, 0, tzinfo=UTC), date(2017, 11, 1)),
    ],
)
def test_a_month_is_settled_72_hours_after_its_end_in_the_house_s_time(
    settings: Settings, now: datetime, month: date
) -> None:
    paris = replace(settings, time_zone="Europe/Paris")

    assert newest_settled_month(settings=paris, now=now) == month


def test_who_subscribes_twice_gets_one_report_and_the_4th_is_planned(
    session: Session, factories: Factories, settings: Settings, clock: StoppedClock
) -> None:
    journey = factories.journey()
    reader = factories.account(role=Role.MANAGER)

    for _ in range(2):
        subscribe(session, journey.id, reader.id, settings=settings, now=clock.now())

    assert [one.name for one in list_subscribers(session, journey.id)] == [reader.name]
    assert find_next_sending(session, journey.id) == datetime(
        2026, 11, 4, 5, 0, tzinfo=UTC
    )


def test_without_readers_nothing_is_planned(
    session: Session, factories: Factories, settings: Settings, clock: StoppedClock
) -> None:
    journey = factories.journey()
    readers = [factories.account(), factories.account()]
    for reader in readers:
        subscribe(session, journey.id, reader.id, settings=settings, now=clock.now())

    unsubscribe(session, journey.id, readers[0].id)
    assert find_next_sending(session, journey.id) is not None
    unsubscribe(session, journey.id, readers[1].id)

    assert find_next_sending(session, journey.id) is None
    with pytest.raises(NotFound, match="subscription"):
        unsubscribe(session, journey.id, readers[1].id)


def test_a_closed_account_is_sent_nothing(
    session: Session, factories: Factories, settings: Settings, clock: StoppedClock
) -> None:
    journey = factories.journey()
    reader = factories.account()
    subscribe(session, journey.id, reader.id, settings=settings, now=clock.now())
    reader.active = False
    session.flush()

    assert list_subscribers(session, journey.id) == ()
