"""Responses on their way to voice: judged, recorded once, and then analysed there.

The row is the truth: `recorded_at` is empty until voice has it. The job is the news
of it, owed at most twice a second by a process, however many people answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Table, bindparam, event, or_, select, update
from sqlalchemy.orm import Session

from feedback.collection.answering import PARTIAL_AFTER
from feedback.collection.facts import read_facts
from feedback.collection.models import Contact, Invitation, Response
from feedback.collection.quality import (
    Answered,
    Written,
    is_repeated,
    judge,
    texts_of,
    written,
)
from feedback.collection.telling import tell_of_completed, what_is_told
from feedback.collection.terms import ORIGIN, Flag, ResponseState
from feedback.core.periods import local_day
from feedback.core.text import shorten
from feedback.jobs.ledger import enqueue
from feedback.journey.models import Journey, Persona, Touchpoint
from feedback.surveys.branching import Walk, walk
from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.piping import word_of
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.voice.intake import GivenRating, GivenText, Occasion, record
from feedback.voice.models import Source

RECORD = "collection.record"
AT_ONCE = 200
#: a completed response that no job took in so long was forgotten by the news
MISSED_AFTER = timedelta(minutes=1)
#: responses before these that a long text is looked for in
MOST_COMPARED = 2000
LONGEST_RATED = 255
LONGEST_ASKED = 500


class Bell:
    """Tells that there are responses to record, without a job for each of them.

    The first of a second owes one at once, the next one for the end of the second;
    the others are sure to be seen by that. One a process.
    """

    def __init__(self) -> None:
        self._rung: set[str] = set()

    def ring(self, session: Session, *, now: datetime) -> None:
        """Owe the recording of a response that is complete."""
        second = int(now.timestamp())
        if self._owe(session, f"{second}", due_at=now):
            return
        end = datetime.fromtimestamp(second + 1, UTC)
        self._owe(session, f"{second} end", due_at=end)

    def ring_later(self, session: Session, *, at: datetime) -> None:
        """Owe the recording of what may still be a part then: once for each day."""
        day = datetime.combine(at.date() + timedelta(days=1), time(), UTC)
        self._owe(session, f"{day:%Y-%m-%d}", due_at=day, parts=True)

    def _owe(
        self, session: Session, when: str, *, due_at: datetime, parts: bool = False
    ) -> bool:
        """Owe a job that was not owed yet; return whether it was so."""
        if when in self._rung:
            return False
        key = f"{RECORD} {when}"
        enqueue(session, RECORD, {"parts": parts}, due_at=due_at, dedupe_key=key)

        def remember(_session: Session) -> None:
            if len(self._rung) > 100:
                self._rung.clear()
            self._rung.add(when)

        event.listen(session, "after_commit", remember, once=True)
        return True


def owe_missed(session: Session, *, now: datetime) -> None:
    """Owe the recording again when responses wait that no job will see."""
    waiting = session.scalar(
        select(Response.id)
        .where(
            Response.state == ResponseState.COMPLETE,
            Response.recorded_at.is_(None),
            Response.is_test.is_(False),
            or_(
                Response.saved_at < now - MISSED_AFTER,
                Response.saved_at.is_(None),
            ),
        )
        .limit(1)
    )
    if waiting is not None:
        enqueue(session, RECORD, {"parts": False}, due_at=now, dedupe_key=RECORD)


@dataclass(frozen=True, kw_only=True)
class Due:
    """Responses to record, with all that is needed to read them."""

    rows: Sequence[Row[*tuple[Any, ...]]]
    questionnaires: Mapping[int, Questionnaire]
    #: journey and key to row
    personas: Mapping[tuple[int, str | None], int]
    #: long texts of the same links and people
    earlier: Sequence[Written]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a response says: what counts of it, in the words of its questions."""

    id: int
    journey_id: int
    recorded_at: datetime
    flags: tuple[str, ...]
    #: None when nothing was answered
    occasion: Occasion | None
    #: what may be told of it outside; None of a part, and of an anonymous response,
    #: whose moment nobody is to know
    completed: Mapping[str, Any] | None


def find_due(
    session: Session, *, parts: bool, now: datetime, zone: ZoneInfo
) -> Due | None:
    """Return up to 200 responses to record, None without any.

    Those that are complete; or, as `parts`, those that were left in the midst and can
    no longer be gone on with: the invitation has expired, or a week has passed.
    """
    which: ColumnElement[bool] = Response.state == ResponseState.COMPLETE
    if parts:
        is_over = or_(
            Invitation.expires_at <= now,
            Response.invitation_id.is_(None)
            & (Response.day < local_day(now - PARTIAL_AFTER, zone)),
        )
        which = (Response.state == ResponseState.PARTIAL) & is_over
    rows = session.execute(
        select(
            *Response.__table__.c,
            SurveyVersion.checksum,
            Touchpoint.channel.label("place"),
            Touchpoint.key.label("touchpoint"),
            Journey.key.label("journey"),
            Survey.public_id.label("survey"),
            Contact.customer,
            Contact.public_id.label("contact"),
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .join(Touchpoint, Touchpoint.id == Response.touchpoint_id)
        .join(Journey, Journey.id == Response.journey_id)
        .join(Survey, Survey.id == Response.survey_id)
        .outerjoin(Invitation, Invitation.id == Response.invitation_id)
        .outerjoin(Contact, Contact.id == Response.contact_id)
        .where(Response.recorded_at.is_(None), Response.is_test.is_(False), which)
        .order_by(Response.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return None
    versions = {row.version_id: row.checksum for row in rows}
    return Due(
        rows=rows,
        questionnaires={
            number: questionnaire_of(session, number, checksum)
            for number, checksum in versions.items()
        },
        personas=_personas(session, {row.journey_id for row in rows}),
        earlier=_earlier(session, rows),
    )


def tell(due: Due, *, now: datetime, zone: ZoneInfo) -> tuple[Told, ...]:
    """Read and judge responses, without a database."""
    seen: dict[str, list[Written]] = defaultdict(list)
    for text in due.earlier:
        seen[text.by].append(text)
    told = []
    for row in due.rows:
        asked = due.questionnaires[row.version_id]
        facts = read_facts(row.facts)
        gone = walk(asked, row.answers, {**facts, ("language", ""): row.language})
        flags = set(row.flags) | judge(
            asked,
            Answered(
                questions=tuple(gone.questions()),
                answers=gone.answers,
                seconds=row.seconds,
                language=row.language,
            ),
        )
        one = _written(row)
        if one is not None:
            if is_repeated(one, seen[one.by]):
                flags.add(Flag.DUPLICATE)
            seen[one.by].append(one)
        persona = due.personas.get((row.journey_id, facts.get(("persona", ""))))
        occasion = (
            _occasion(row, asked, gone, persona, now=now, zone=zone)
            if gone.answers
            else None
        )
        told.append(
            Told(
                id=row.id,
                journey_id=row.journey_id,
                recorded_at=_moment(row, now, zone, of=now),
                flags=tuple(sorted(flags)),
                occasion=occasion,
                completed=what_is_told(row, occasion),
            )
        )
    return tuple(told)


def keep(
    session: Session, told: Sequence[Told], *, now: datetime, zone: ZoneInfo
) -> None:
    """Have voice take what was told, and note that it has it; twice changes nothing."""
    responses = cast("Table", Response.__table__)
    numbers = [one.id for one in told]
    waiting = select(Response.id).where(Response.id.in_(numbers))
    waiting = waiting.where(Response.recorded_at.is_(None)).order_by(Response.id)
    fresh = set(session.scalars(waiting.with_for_update()))
    session.execute(
        update(responses)
        .where(responses.c.id == bindparam("number"), responses.c.recorded_at.is_(None))
        .values(recorded_at=bindparam("moment"), flags=bindparam("odd")),
        [
            {"number": one.id, "moment": one.recorded_at, "odd": list(one.flags)}
            for one in told
        ],
    )
    by_journey: dict[int, list[Occasion]] = defaultdict(list)
    for one in told:
        if one.occasion is not None:
            by_journey[one.journey_id].append(one.occasion)
    for journey_id, occasions in by_journey.items():
        record(session, journey_id, occasions, now=now, zone=zone)
    completed = [one.completed for one in told if one.id in fresh and one.completed]
    tell_of_completed(session, completed, now=now)


def _ratings(asked: Questionnaire, gone: Walk, language: str) -> Iterator[GivenRating]:
    for question in gone.questions():
        scale, value = kind_of(question).scale, gone.answers.get(question.key)
        if scale is not None and isinstance(value, int):
            words = _words(question, asked, gone, language)
            yield GivenRating(
                scale=scale, value=value, question=shorten(words, LONGEST_RATED)
            )


def _texts(asked: Questionnaire, gone: Walk, language: str) -> Iterator[GivenText]:
    for question in gone.questions():
        words = shorten(_words(question, asked, gone, language), LONGEST_ASKED)
        for text in texts_of([question], gone.answers):
            yield GivenText(text=text, question=words)


def _words(question: Question, asked: Questionnaire, gone: Walk, language: str) -> str:
    """Return a question as everybody is asked it, without what is known of one."""
    classes = {key: value for key, value in gone.facts.items() if key[0] == "class"}
    plain = replace(gone, answers={}, facts=classes)
    return word_of(question, asked, plain, language)


def _occasion(
    row: Row[*tuple[Any, ...]],
    asked: Questionnaire,
    gone: Walk,
    persona_id: int | None,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Occasion:
    attributes: dict[str, Any] = {"asked_by": str(row.channel)}
    if row.state == ResponseState.PARTIAL:
        attributes["partial"] = True
    return Occasion(
        origin_key=f"{ORIGIN}{row.public_id}",
        touchpoint_id=row.touchpoint_id,
        said_at=_moment(row, now, zone, of=row.saved_at),
        channel=row.place,
        source=Source.SURVEY,
        ratings=tuple(_ratings(asked, gone, row.language)),
        texts=tuple(_texts(asked, gone, row.language)),
        persona_id=persona_id,
        customer=row.customer or row.contact,
        language=row.language,
        attributes=attributes,
    )


def _moment(
    row: Row[*tuple[Any, ...]], now: datetime, zone: ZoneInfo, *, of: datetime | None
) -> datetime:
    """Return a moment of a response; of an anonymous one its day alone, at noon."""
    if not row.is_anonymous:
        return of or now
    day = row.day if of is None else local_day(of, zone)
    return datetime.combine(day, time(12), zone).astimezone(UTC)


def _personas(
    session: Session, journey_ids: Iterable[int]
) -> Mapping[tuple[int, str | None], int]:
    rows = session.execute(
        select(Persona.journey_id, Persona.key, Persona.id).where(
            Persona.journey_id.in_(sorted(journey_ids))
        )
    )
    return {(journey_id, key): number for journey_id, key, number in rows}


def _earlier(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]]
) -> tuple[Written, ...]:
    """Return the long texts among the responses before these that voice has already."""
    wanted = {_by(row) for row in rows} - {None}
    if not wanted:
        return ()
    first = rows[0].id
    kept = session.execute(
        select(
            Response.open_link_id, Response.contact_id, Response.day, Response.answers
        ).where(
            Response.id >= first - MOST_COMPARED,
            Response.id < first + MOST_COMPARED,
            Response.recorded_at.is_not(None),
        )
    )
    return tuple(
        one for row in kept if _by(row) in wanted and (one := _written(row)) is not None
    )


def _by(row: Row[*tuple[Any, ...]]) -> str | None:
    """Return by whom or by what a response came, None where nobody can tell."""
    if row.contact_id is not None:
        return f"contact {row.contact_id}"
    return f"link {row.open_link_id}" if row.open_link_id is not None else None


def _written(row: Row[*tuple[Any, ...]]) -> Written | None:
    by = _by(row)
    if by is None:
        return None
    # whatever the question: comparing needs no questionnaire
    texts = [text for _, text in sorted(row.answers.items()) if isinstance(text, str)]
    return written(texts, by=by, day=row.day)
