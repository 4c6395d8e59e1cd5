"""Excerpts: marked with consent, recorded in voice, decided by a researcher."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.interviews.consent import withdraw_consent
from feedback.interviews.excerpt_queries import (
    get_excerpt,
    list_excerpts,
    themes_by_interview,
)
from feedback.interviews.excerpts import change_excerpt, remove_excerpt
from feedback.interviews.models import Turn
from feedback.interviews.talking import name_speakers
from feedback.interviews.terms import ConsentScope, InterviewState, SpeakerRole
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.deciding import DecidedTheme
from feedback.voice.models import Correction, Feedback, Rating, Source, Verbatim
from feedback.voice.reading import get_verbatim
from feedback.worker.runner import Worker
from tests.interviews.talks import ZONE, Talks

QUEUE = DecidedTheme("queue_wait", Polarity.NEGATIVE)
STAFF = DecidedTheme("staff_attitude", Polarity.POSITIVE)


def test_a_transcript_is_masked_and_the_words_as_given_are_gone(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)

    said = " ".join(talks.texts(public_id))
    assert "Julie" not in said
    assert "Moreau" not in said
    assert "queue at the till" in said
    assert session.scalars(select(Turn.original)).all() == [None] * 4
    assert [one.label for one in talks.read(public_id).speakers] == ["", ""]


def test_an_excerpt_becomes_an_occasion_without_a_rating(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)

    excerpt = talks.mark(public_id, talks.draft(2, themes=(QUEUE,)))
    session.commit()
    worker.drain()

    feedback = session.scalars(select(Feedback)).one()
    assert feedback.source == Source.INTERVIEW
    assert feedback.touchpoint_id == talks.point.id
    assert session.scalar(select(func.count()).select_from(Rating)) == 0
    read = get_excerpt(session, excerpt)
    assert read.text.startswith("Far too long a queue")
    detail = get_verbatim(session, feedback.journey_id, read.verbatim or "")
    assert detail.shown.question == "How was your visit to the shop?"
    assert {one.theme for one in detail.shown.mentions} == {"queue_wait"}


def test_what_the_researcher_decides_lies_on_what_the_analysis_proposes(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    excerpt = talks.mark(
        public_id, talks.draft(2, themes=(STAFF,), feeling=Feeling.MIXED)
    )
    session.commit()
    worker.drain()

    read = get_excerpt(session, excerpt)
    assert {one.theme for one in read.proposal.themes} == {"queue_wait"}
    detail = get_verbatim(session, talks.point.journey_id, read.verbatim or "")
    assert detail.shown.feeling == Feeling.MIXED
    assert detail.machine.feeling == Feeling.NEGATIVE
    assert {one.theme for one in detail.shown.mentions} == {STAFF.theme}
    assert {one.theme for one in detail.mentions if one.rejected} == {"queue_wait"}


def test_a_change_of_mind_takes_effect_and_is_kept_beside(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    excerpt = talks.mark(public_id, talks.draft(2, themes=(STAFF,)))
    session.commit()
    worker.drain()

    change_excerpt(
        session,
        excerpt,
        talks.draft(2, themes=(QUEUE,)),
        revision=0,
        author_id=talks.author.id,
        now=talks.now,
        zone=ZONE,
    )

    read = get_excerpt(session, excerpt)
    detail = get_verbatim(session, talks.point.journey_id, read.verbatim or "")
    assert {one.theme for one in detail.shown.mentions} == {"queue_wait"}
    assert any(one.withdrawn_at for one in session.scalars(select(Correction)))


def test_other_words_make_another_occasion(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    excerpt = talks.mark(public_id, talks.draft(2))
    change_excerpt(
        session,
        excerpt,
        talks.draft(2, first=0, last=30),
        revision=0,
        author_id=talks.author.id,
        now=talks.now,
        zone=ZONE,
    )
    session.commit()
    worker.drain()

    texts = session.scalars(select(Verbatim.text)).all()
    assert texts == ["Far too long a queue at the ti"]


def test_of_two_who_change_one_excerpt_the_second_is_told(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    excerpt = talks.mark(public_id, talks.draft(2))

    def change(comment: str) -> None:
        change_excerpt(
            session,
            excerpt,
            talks.draft(2, comment=comment),
            revision=0,
            author_id=talks.author.id,
            now=talks.now,
            zone=ZONE,
        )

    change("first")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change("second")

    assert get_excerpt(session, excerpt).comment == "first"


def test_only_the_words_of_the_customer_are_an_excerpt(
    talks: Talks, worker: Worker
) -> None:
    public_id = talks.written_down(worker)

    with pytest.raises(Invalid, match="no_customer_words"):
        talks.mark(public_id, talks.draft(1))


def test_nothing_is_written_down_without_consent(talks: Talks, worker: Worker) -> None:
    with pytest.raises(Conflict, match="consent_missing"):
        talks.written_down(worker, (ConsentScope.NOTES,))


def test_a_withdrawal_erases_words_excerpts_and_verbatims(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    talks.mark(public_id, talks.draft(2))
    session.commit()
    worker.drain()

    assert withdraw_consent(session, public_id, actor_id=None, now=talks.now) == 1

    read = talks.read(public_id)
    assert read.state == InterviewState.WITHDRAWN
    assert (read.alias, read.notes, read.speakers) == ("", "", ())
    assert talks.texts(public_id) == []
    assert list_excerpts(session, read.id) == ()
    assert session.scalar(select(func.count()).select_from(Verbatim)) == 0
    with pytest.raises(Conflict, match="consent_withdrawn"):
        talks.mark(public_id, talks.draft(2))


def test_an_excerpt_that_is_taken_back_leaves_nothing_in_voice(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    excerpt = talks.mark(public_id, talks.draft(2))

    remove_excerpt(
        session, excerpt, revision=0, actor_id=talks.author.id, now=talks.now
    )

    assert session.scalar(select(func.count()).select_from(Feedback)) == 0


def test_the_themes_of_each_interview_are_known_in_order(
    talks: Talks, worker: Worker, session: Session
) -> None:
    for turn, theme in ((2, QUEUE), (4, STAFF)):
        talks.clock.advance(days=1)
        public_id = talks.written_down(worker)
        talks.mark(public_id, talks.draft(turn, themes=(theme,)))
    session.commit()
    worker.drain()

    (_, first), (_, second) = themes_by_interview(session, talks.point.journey_id)
    assert [set(first), set(second)] == [{QUEUE.theme}, {STAFF.theme}]


def test_who_is_the_customer_must_be_said(
    talks: Talks, worker: Worker, session: Session
) -> None:
    public_id = talks.written_down(worker)
    read = talks.read(public_id)

    with pytest.raises(Invalid, match="no_customer"):
        name_speakers(
            session,
            public_id,
            (SpeakerRole.INTERVIEWER, SpeakerRole.OTHER),
            revision=read.revision,
        )
