"""Responses one by one, with the answers of each that count, texts masked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import Session

from feedback.collection.masked_answers import mask_answers, masked_texts
from feedback.collection.models import Contact, OpenLink, Response
from feedback.collection.response_filter import ResponseFilter, conditions
from feedback.collection.sieve import Sieve, facts_with
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.i18n.catalogs import gettext, mark
from feedback.surveys.branching import Answers
from feedback.surveys.models import SurveyVersion
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.choices import OTHER, WORDS
from feedback.voice.occasion_texts import OccasionText

_AT_ONCE = 200
_READING = mark("being read: shown once personal data are masked")
_TEST = mark("not shown: the texts of a test are not analysed")


@dataclass(frozen=True, kw_only=True)
class ResponseRead:
    """One response, in the words of the version that it answers."""

    public_id: str
    version: int
    questionnaire: Questionnaire
    #: the questions that were shown and could be answered
    shown: tuple[Question, ...]
    #: the answers that count, texts as the analysis masked them
    answers: Answers
    #: questions whose text has no masked form: it is empty in `answers`
    unread: frozenset[str]
    #: question to the verbatim whose text as it was given is still kept
    originals: Mapping[str, str]
    state: ResponseState
    channel: Channel
    language: str
    touchpoint_id: int
    day: date
    #: None when anonymous
    saved_at: datetime | None
    flags: tuple[Flag, ...]
    is_test: bool
    is_anonymous: bool
    #: on all pages together
    seconds: float
    #: public id, customer number and name of the person, None where nobody knows
    contact: str | None
    customer: str | None
    name: str | None
    #: name of the open link
    link: str | None

    def say(self, question: Question, language: str) -> str | None:
        """Return an answer in words, None where there is none.

        Of a text without a masked form it is said that it comes, or why it does not:
        what is written to try a survey is not analysed.
        """
        value = self.answers.get(question.key)
        if value is None:
            return None
        if question.key in self.unread:
            if not isinstance(value, dict):
                return gettext(language, _TEST if self.is_test else _READING)
            value = {**value, OTHER: gettext(language, WORDS[OTHER])}
        return kind_of(question).say(question, value, language, self.questionnaire)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in the list of responses, behind one of them."""

    day: date
    number: int


def list_responses(
    session: Session, wanted: ResponseFilter, request: PageRequest
) -> Page[ResponseRead]:
    """List the responses that are wanted, the newest first."""
    rows = session.execute(
        _read(wanted).offset(request.offset).limit(request.size + 1)
    ).all()
    return page_of(list(_responses(session, rows)), request)


def list_after(
    session: Session, wanted: ResponseFilter, *, after: Place | None, most: int
) -> tuple[tuple[ResponseRead, ...], Place | None]:
    """List responses from the first day on, behind a place, and the place to go on.

    None when nothing comes behind. A place stays right whatever is added; what is
    completed later on the same day may lie before it, so that who wants all of a day
    reads from its beginning once it is over.
    """
    statement = _read(wanted).order_by(None).order_by(Response.day, Response.id)
    if after is not None:
        behind = tuple_(Response.day, Response.id) > tuple_(after.day, after.number)
        statement = statement.where(behind)
    rows = session.execute(statement.limit(most + 1)).all()
    found = tuple(_responses(session, rows[:most]))
    if len(rows) <= most:
        return found, None
    return found, Place(day=rows[most - 1].day, number=rows[most - 1].id)


def iterate_responses(
    session: Session, wanted: ResponseFilter
) -> Iterator[ResponseRead]:
    """Yield the responses that are wanted, the newest first, in flat memory."""
    statement = _read(wanted).execution_options(yield_per=_AT_ONCE)
    with session.execute(statement) as rows:
        for part in rows.partitions():
            yield from _responses(session, part)


def get_response(session: Session, survey_id: int, public_id: str) -> ResponseRead:
    """Return one response to a survey.

    Raises:
        NotFound: `response`.
    """
    everything = ResponseFilter(survey_id=survey_id, with_partial=True, with_tests=True)
    row = session.execute(
        _read(everything).where(Response.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("response")
    return next(_responses(session, [row]))


def _read(wanted: ResponseFilter) -> Select[Any]:
    columns = Response.__table__.c
    names = (
        "id public_id version_id answers state channel language touchpoint_id day "
        "saved_at flags is_test is_anonymous seconds facts"
    )
    return (
        select(
            *(columns[name] for name in names.split()),
            SurveyVersion.number,
            SurveyVersion.checksum,
            Contact.public_id.label("contact"),
            Contact.customer,
            Contact.name,
            OpenLink.name.label("link"),
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Contact, Contact.id == Response.contact_id)
        .outerjoin(OpenLink, OpenLink.id == Response.open_link_id)
        .where(*conditions(wanted))
        .order_by(Response.day.desc(), Response.id.desc())
    )


def _responses(session: Session, rows: Sequence[Row[Any]]) -> Iterator[ResponseRead]:
    sieves: dict[int, Sieve] = {}
    texts = masked_texts(session, [row.public_id for row in rows])
    for row in rows:
        sieve = sieves.get(row.version_id)
        if sieve is None:
            asked = questionnaire_of(session, row.version_id, row.checksum)
            sieve = sieves[row.version_id] = Sieve(asked)
        yield _response(row, sieve, texts.get(row.public_id, ()))


def _response(
    row: Row[Any], sieve: Sieve, texts: Sequence[OccasionText]
) -> ResponseRead:
    is_part = row.state == ResponseState.PARTIAL
    seconds: Mapping[str, float] = row.seconds
    sifted = sieve.sift(
        row.answers,
        facts_with(row.facts, row.language),
        left=seconds if is_part else None,
    )
    shown = set(sifted.shown)
    masked = mask_answers(sieve.questionnaire, sifted.answers, texts)
    return ResponseRead(
        public_id=row.public_id,
        version=row.number,
        questionnaire=sieve.questionnaire,
        shown=tuple(one for one in sieve.questionnaire.questions() if one.key in shown),
        answers=masked.answers,
        unread=masked.unread,
        originals=masked.originals,
        state=row.state,
        channel=row.channel,
        language=row.language,
        touchpoint_id=row.touchpoint_id,
        day=row.day,
        saved_at=row.saved_at,
        flags=tuple(Flag(one) for one in row.flags),
        is_test=row.is_test,
        is_anonymous=row.is_anonymous,
        seconds=sum(seconds.values(), 0.0),
        contact=row.contact,
        customer=row.customer,
        name=row.name,
        link=row.link,
    )
