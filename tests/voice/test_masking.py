"""Masking as stored: by kind, with words of the house, and originals for a time."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.jobs.models import Job
from feedback.nlp.annotation import PersonalData
from feedback.nlp.taxonomy import shipped
from feedback.voice.annotating import analyse_texts, read_texts
from feedback.voice.erasure import forget_occasions
from feedback.voice.masking import add_word, cut_masked, masking_rules
from feedback.voice.models import AnnotationRecord, MaskedKind, Verbatim
from feedback.voice.originals import FORGET_ORIGINALS, empty_originals
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import annotation, only_verbatim, store

TEXT = "Merci à Karine et Sophie, 06 12 34 56 78"
FOUND = (
    PersonalData(kind="person", start=8, end=14),
    PersonalData(kind="person", start=18, end=24),
    PersonalData(kind="phone", start=26, end=40),
)


def kinds(session: Session) -> dict[str, int]:
    rows = session.scalars(select(MaskedKind))
    return {row.kind: row.places for row in rows}


def test_kinds_are_counted_anew_by_each_analysis(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text=TEXT)
    verbatim = only_verbatim(session)

    store(session, clock, verbatim, annotation(personal_data=FOUND))
    assert kinds(session) == {"person": 2, "phone": 1}

    store(session, clock, only_verbatim(session), annotation(personal_data=FOUND[:1]))
    assert kinds(session) == {"person": 1}

    key = only_verbatim(session).feedback_id
    assert key
    forget_occasions(session, customer="nobody", now=clock.now())
    assert kinds(session) == {"person": 1}


def test_the_pieces_joined_are_the_text() -> None:
    masked = [{"kind": one.kind, "start": one.start, "end": one.end} for one in FOUND]

    pieces = cut_masked(TEXT, masked)

    assert "".join(piece.text for piece in pieces) == TEXT
    assert [piece.text for piece in pieces if piece.kind] == [
        "Karine",
        "Sophie",
        "06 12 34 56 78",
    ]
    assert all(piece.text for piece in pieces)


def test_originals_are_emptied_when_their_time_is_over_and_stay_masked_for_good(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text=TEXT)
    store(session, clock, only_verbatim(session), annotation(personal_data=FOUND))
    masked = only_verbatim(session).text

    early = clock.now() - timedelta(days=1)
    assert list(empty_originals(session, received_before=early, after=0)) == []
    late = clock.now() + timedelta(days=1)
    (number,) = empty_originals(session, received_before=late, after=0)
    assert list(empty_originals(session, received_before=late, after=number)) == []
    session.expire_all()
    assert only_verbatim(session).original is None

    store(session, clock, only_verbatim(session), annotation())

    verbatim = only_verbatim(session)
    assert (verbatim.text, verbatim.original) == (masked, None)
    assert kinds(session) == {"person": 2, "phone": 1}
    record = session.scalars(select(AnnotationRecord)).one()
    assert [one["start"] for one in record.personal_data] == [8, 18, 26]


def test_a_text_that_waits_for_its_analysis_is_never_emptied(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text=TEXT)

    late = clock.now() + timedelta(days=365)

    assert list(empty_originals(session, received_before=late, after=0)) == []
    assert only_verbatim(session).original == TEXT


def test_the_worker_empties_originals_in_the_night_after_ninety_days(
    session: Session, factories: Factories, clock: StoppedClock, worker: Worker
) -> None:
    factories.feedback(text=TEXT)
    store(session, clock, only_verbatim(session), annotation(personal_data=FOUND))
    session.commit()

    clock.advance(days=89)
    worker.sweep()
    worker.sweep()
    owed = session.scalars(select(Job).where(Job.name == FORGET_ORIGINALS)).all()
    assert len(owed) == 1
    session.commit()
    worker.drain()
    assert only_verbatim(session).original == TEXT
    session.commit()

    clock.advance(days=3)
    worker.sweep()
    worker.drain()
    session.expire_all()
    assert only_verbatim(session).original is None
    waiting = session.scalar(select(Verbatim.text))
    assert waiting is not None
    assert "Karine" not in waiting


@pytest.mark.slow
def test_words_of_the_house_act_at_the_next_analysis(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Merci à Karine pour le projet Zéphyr, commande AB-123")
    author = factories.account().id
    add_word(session, "Karine", is_masked=False, author_id=author, now=clock.now())
    add_word(session, "Zephyr", is_masked=True, author_id=author, now=clock.now())
    rules = masking_rules(session, orders=("AB-###",))

    texts = read_texts(session, [only_verbatim(session).id])
    (one,) = analyse_texts(texts, shipped(), rules)

    found = [
        (item.kind, texts[0].text[item.start : item.end])
        for item in one.annotation.personal_data
    ]
    assert found == [("word", "Zéphyr"), ("order", "AB-123")]
