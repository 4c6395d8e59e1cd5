"""Files into the database: every line once, whatever happens on the way."""

import random
from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.db.session import Database
from feedback.jobs.ledger import retry
from feedback.jobs.models import Job
from feedback.jobs.queries import list_jobs
from feedback.journey.queries import get_map
from feedback.voice.imports import loading
from feedback.voice.imports.loading import load
from feedback.voice.imports.queries import (
    BROKEN_OFF,
    ImportedFile,
    RefusedOnList,
    count_reasons,
    count_to_analyse,
    get_import,
    iterate_refused,
    list_imports,
    list_refused,
)
from feedback.voice.imports.service import (
    discard,
    path_of,
    prepare,
    remap_in_words,
    start,
)
from feedback.voice.models import Feedback, ImportState, Verbatim
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
LINES = [
    "date;note;commentaire;étape",
    "05/04/2018;9;Très bien;Caisse",
    "06/04/2018;11;Hors échelle;Caisse",
    "25/04/2018;0;;Caisse",
    "26/04/2018;4;Où est le rayon ?;Rayon",
    "05/04/2018;9;Très bien;Caisse",
]
CSV = "\n".join(LINES)


class Files:
    """Prepares and loads files in a journey that has a touchpoint `caisse`."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    def prepare(self, text: str = CSV, *words: str, **fixed: str) -> str:
        """Take a file in and say what its columns are."""
        with self.database.transaction() as session:
            public_id = prepare(
                session,
                "shop",
                file_name="C:\\Exports\\avis.csv",
                source=BytesIO(text.encode()),
                settings=self.settings,
                author_id=None,
                now=NOW,
            )
            remap_in_words(
                session, public_id, ["nps=note", *words], fixed, settings=self.settings
            )
            return public_id

    def run(self, public_id: str, *, until: int | None = None) -> ImportedFile:
        """Start an import if need be and load it, or its first lines until a crash."""

        def step(done: int, _total: int | None) -> None:
            session.commit()
            if until is not None and done >= until:
                raise RuntimeError("crash")

        with self.database.transaction() as session:
            found = get_import(session, public_id)
            if found.state is ImportState.PREPARED:
                start(
                    session, public_id, settings=self.settings, author_id=None, now=NOW
                )
        with self.database.session(writes=True) as session:
            try:
                load(session, found.id, settings=self.settings, now=NOW, step=step)
            except RuntimeError:
                session.rollback()
        with self.database.transaction(writes=False) as session:
            return get_import(session, public_id)


@pytest.fixture
def files(
    database: Database, settings: Settings, session: Session, factories: Factories
) -> Files:
    journey = factories.journey("shop")
    factories.touchpoint(factories.phase(journey, "achat"), "caisse")
    session.commit()
    return Files(database, settings)


def _counts(found: ImportedFile) -> tuple[int, int, int, int]:
    return found.read, found.imported, found.repeated, found.refused


def _texts(session: Session) -> list[str | None]:
    return list(session.scalars(select(Verbatim.original).order_by(Verbatim.id)))


def test_every_line_is_imported_or_refused_with_its_number(
    files: Files, session: Session
) -> None:
    done = files.run(files.prepare())

    assert (done.state, done.file_name) == (ImportState.DONE, "avis.csv")
    assert (done.total, done.finished_at) == (5, NOW)
    assert _counts(done) == (5, 3, 0, 2)
    assert list(iterate_refused(session, done.id)) == [
        RefusedOnList(line=3, column="note", reason="score_off_scale", excerpt="11"),
        RefusedOnList(
            line=5, column="étape", reason="unknown_touchpoint", excerpt="Rayon"
        ),
    ]
    assert count_reasons(session, done.id) == (
        ("score_off_scale", 1),
        ("unknown_touchpoint", 1),
    )
    assert _texts(session) == ["Très bien", "Très bien"]
    assert count_to_analyse(session, done.id) == 2


def test_the_same_file_again_changes_nothing_and_is_counted(
    files: Files, session: Session
) -> None:
    files.run(files.prepare())
    before = list(session.scalars(select(Feedback.origin_key).order_by(Feedback.id)))
    jobs = session.scalar(
        select(func.count(Job.id)).where(Job.name == "voice.annotate")
    )
    session.rollback()

    again = files.run(files.prepare())
    longer = files.run(files.prepare(CSV + "\n27/04/2018;8;Encore;Caisse\n"))

    assert _counts(again) == (5, 0, 3, 2)
    assert _counts(longer) == (6, 1, 3, 2)
    keys = list(session.scalars(select(Feedback.origin_key).order_by(Feedback.id)))
    assert keys[:3] == before
    assert len(keys) == 4
    annotating = select(func.count(Job.id)).where(Job.name == "voice.annotate")
    assert session.scalar(annotating) == (jobs or 0) + 1


def test_unknown_touchpoints_are_created_in_the_phase_that_was_said(
    files: Files, session: Session
) -> None:
    done = files.run(files.prepare(create_others_in="achat"))

    points = get_map(session, "shop").touchpoints
    assert [(point.names["fr"], point.channel) for point in points] == [
        ("Point caisse", "store"),
        ("Rayon", "other"),
    ]
    assert _counts(done) == (5, 4, 0, 1)


def test_a_touchpoint_that_cannot_be_created_has_its_lines_refused(
    files: Files, session: Session
) -> None:
    long = "x" * 200
    done = files.run(
        files.prepare(CSV + f"\n27/04/2018;8;Encore;{long}", create_others_in="achat")
    )

    assert _counts(done) == (6, 4, 0, 2)
    assert len(get_map(session, "shop").touchpoints) == 2


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 10)


def _many(count: int) -> str:
    rng = random.Random(5)
    rows = (
        f"{rng.randint(1, 28):02}/04/2018;{rng.randint(0, 11)};"
        f"Avis {rng.randint(1, 9)};{rng.choice(['Caisse', 'Caisse', 'Rayon'])}"
        for _ in range(count)
    )
    return "\n".join([LINES[0], *rows])


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("crashes", [(0,), (30,), (10, 20, 70, 100)])
def test_an_import_that_is_cut_off_goes_on_and_has_every_line_once(
    files: Files, session: Session, crashes: tuple[int, ...]
) -> None:
    text = _many(100)
    cut_off = files.prepare(text, create_others_in="achat")

    for line in crashes:
        halfway = files.run(cut_off, until=line)
        assert halfway.read == line
        assert halfway.imported + halfway.repeated + halfway.refused == line
    done = files.run(cut_off)
    again = files.run(files.prepare(text))

    assert (done.state, done.read, done.repeated) == (ImportState.DONE, 100, 0)
    assert _counts(again) == (100, 0, done.imported, done.refused)
    assert session.scalar(select(func.count(Feedback.id))) == done.imported
    assert len(list(iterate_refused(session, done.id))) == done.refused


@pytest.mark.usefixtures("small_batches")
def test_two_that_load_the_same_import_do_not_count_it_twice(
    files: Files, settings: Settings
) -> None:
    public_id = files.prepare(_many(40))
    found = files.run(public_id, until=10)

    with files.database.session(writes=True) as late:
        steps: list[int] = []

        def overtaken(done: int, _total: int | None) -> None:
            late.commit()
            steps.append(done)
            if done == 20:
                files.run(public_id)

        with pytest.raises(Conflict, match="lease_lost"):
            load(late, found.id, settings=settings, now=NOW, step=overtaken)

    with files.database.transaction(writes=False) as session:
        done = get_import(session, public_id)
    assert (done.state, done.read) == (ImportState.DONE, 40)
    assert steps == [20]


def test_the_file_is_gone_when_all_is_in_and_a_second_run_does_nothing(
    files: Files, settings: Settings
) -> None:
    public_id = files.prepare()
    done = files.run(public_id)

    assert not path_of(done, settings).exists()
    assert files.run(public_id) == done


def test_a_file_that_got_lost_ends_the_import_with_the_reason(
    files: Files, settings: Settings
) -> None:
    lost, unlucky = files.prepare(), files.prepare()
    found = files.run(unlucky, until=0)
    path_of(found, settings).unlink()

    failed = files.run(unlucky)

    assert (failed.state, failed.failure) == (ImportState.FAILED, "file_gone")
    with files.database.transaction() as session:
        path_of(get_import(session, lost), settings).unlink()
        with pytest.raises(Invalid, match="file_gone"):
            start(session, lost, settings=settings, author_id=None, now=NOW)


def test_a_mapping_that_does_not_say_enough_is_not_started(
    files: Files, session: Session
) -> None:
    public_id = files.prepare(CSV, "date=")

    with pytest.raises(Invalid, match="no_date_column"):
        files.run(public_id)

    found = get_import(session, public_id)
    assert (found.state, session.scalar(select(func.count(Job.id)))) == (
        ImportState.PREPARED,
        0,
    )


@pytest.mark.parametrize(
    ("fixed", "code"),
    [
        ({"fixed_touchpoint": "nowhere"}, "unknown_touchpoint_key"),
        ({"create_others_in": "nowhere"}, "unknown_phase"),
    ],
)
def test_places_that_the_journey_has_not_are_refused_before_the_start(
    files: Files, fixed: dict[str, str], code: str
) -> None:
    public_id = files.prepare(CSV, **fixed)

    with pytest.raises(Invalid, match=code):
        files.run(public_id)


def test_an_import_starts_once(files: Files, settings: Settings) -> None:
    public_id = files.prepare()
    files.run(public_id)

    with files.database.transaction() as session, pytest.raises(Conflict):
        start(session, public_id, settings=settings, author_id=None, now=NOW)
    with files.database.transaction() as session, pytest.raises(Conflict):
        discard(session, public_id, settings=settings)


def test_a_prepared_file_that_is_thrown_away_leaves_nothing(
    files: Files, session: Session, settings: Settings
) -> None:
    public_id = files.prepare()
    path = path_of(get_import(session, public_id), settings)
    session.rollback()

    with files.database.transaction() as other:
        discard(other, public_id, settings=settings)

    assert not path.exists()
    assert list_imports(session, PageRequest()).items == ()
    with pytest.raises(NotFound):
        get_import(session, public_id)


def test_a_file_that_cannot_be_read_is_not_kept(
    files: Files, settings: Settings
) -> None:
    with pytest.raises(Invalid, match="no_lines"):
        files.prepare("text,note\n")

    assert list(settings.folder("imports").iterdir()) == []


def test_refused_lines_are_read_by_page_in_the_order_of_the_file(
    files: Files, session: Session
) -> None:
    bad = "\n".join(f"05/04/2018;11;Avis {n};Caisse" for n in range(30))
    done = files.run(files.prepare(f"{LINES[0]}\n05/04/2018;1;a;Caisse\n{bad}"))

    page = list_refused(session, done.id, PageRequest(number=2, size=20))

    assert [one.line for one in page.items] == list(range(23, 33))
    assert (page.has_previous, page.has_next) == (True, False)


def test_an_import_whose_job_failed_for_good_says_so_and_goes_on_when_tried_again(
    files: Files, worker: Worker, session: Session, clock: StoppedClock
) -> None:
    public_id = files.prepare()
    with files.database.transaction() as starting:
        start(starting, public_id, settings=files.settings, author_id=None, now=NOW)
    path = path_of(get_import(session, public_id), files.settings)
    content = path.read_bytes()
    session.rollback()
    path.unlink()
    path.mkdir()  # no file of ours: nothing foresees it
    for _ in range(5):
        worker.drain()
        clock.advance(hours=1)

    failed = get_import(session, public_id)
    assert (failed.state, failed.failure) == (ImportState.FAILED, BROKEN_OFF)
    path.rmdir()
    path.write_bytes(content)
    retry(session, list_jobs(session, PageRequest()).items[0].public_id, now=NOW)
    session.commit()
    worker.drain()

    session.expire_all()
    done = get_import(session, public_id)
    assert (done.state, done.failure) == (ImportState.DONE, None)
    assert _counts(done) == (5, 3, 0, 2)


def test_files_that_nobody_starts_are_thrown_away_after_a_month(
    files: Files, worker: Worker, session: Session, clock: StoppedClock
) -> None:
    waiting, running = files.prepare(), files.prepare()
    start(session, running, settings=files.settings, author_id=None, now=NOW)
    session.commit()
    kept = path_of(get_import(session, running), files.settings)
    session.rollback()

    clock.advance(days=30)
    worker.sweep()
    assert get_import(session, waiting).state is ImportState.PREPARED
    session.rollback()

    clock.advance(seconds=1)
    worker.sweep()
    with pytest.raises(NotFound):
        get_import(session, waiting)
    assert list(kept.parent.iterdir()) == [kept]
