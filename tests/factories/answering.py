"""Builders for links, responses, and the browser of somebody who answers."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.collection.invitations import new_token
from feedback.collection.models import Contact, Invitation, OpenLink, Response
from feedback.collection.terms import (
    ORIGIN,
    Channel,
    Flag,
    LinkKind,
    ResponseState,
)
from feedback.nlp.annotation import Annotation, Feeling, Sentiment
from feedback.nlp.identifiers import find_identifiers
from feedback.surveys import service as surveys
from feedback.surveys.editing import Edit
from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.questionnaire import Questionnaire
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.intake import GivenText, Occasion, record
from feedback.voice.models import Feedback, Source, Verbatim

ZONE = ZoneInfo("Europe/Paris")
STEP = re.compile(r'name="step" value="([^"]+)"')


class _Clock(Protocol):
    def now(self) -> datetime: ...


def _identifiers_of(text: str) -> Annotation:
    return Annotation(
        language="fr",
        language_confidence=1.0,
        sentiment=Sentiment(label=Feeling.NEUTRAL, score=0.0),
        themes=(),
        types=(),
        personal_data=tuple(find_identifiers(text, "fr", ())),
        version="test-1",
    )


class AnsweringFactories:
    """Builds links and responses."""

    session: Session
    _clock: _Clock

    def _next(self) -> int:
        raise NotImplementedError

    def open_link(
        self,
        survey: Survey,
        *,
        kind: LinkKind = LinkKind.LINK,
        closes_at: datetime | None = None,
    ) -> OpenLink:
        """An open link to a survey."""
        link = OpenLink(
            survey_id=survey.id,
            touchpoint_id=survey.touchpoint_id,
            name="Receipt",
            kind=kind,
            slug=f"receipt-{self._next()}",
            origins=[],
            closes_at=closes_at,
            created_at=self._clock.now(),
        )
        self.session.add(link)
        self.session.flush()
        return link

    def next_version(self, survey: Survey, questionnaire: Questionnaire) -> int:
        """Publish another questionnaire as the next version of a survey."""
        edit = Edit(action="rewritten", apply=lambda _: questionnaire)
        id_, now = survey.public_id, self._clock.now()
        surveys.change(self.session, id_, edit, revision=None, author_id=None, now=now)
        return surveys.publish(self.session, id_, author_id=None, now=now)

    def response(
        self,
        survey: Survey,
        answers: Mapping[str, Any],
        *,
        version: int | None = None,
        day: date | None = None,
        state: ResponseState = ResponseState.COMPLETE,
        channel: Channel = Channel.EMAIL,
        language: str = "fr",
        touchpoint_id: int | None = None,
        contact: Contact | None = None,
        seconds: Mapping[str, float] | None = None,
        facts: Mapping[str, Any] | None = None,
        flags: Sequence[Flag] = (),
        is_test: bool = False,
    ) -> Response:
        """A response as the answering keeps it, to the newest version unless given."""
        number = version or survey.version
        version_id = self.session.scalars(
            select(SurveyVersion.id).where(
                SurveyVersion.survey_id == survey.id, SurveyVersion.number == number
            )
        ).one()
        day = day or self._clock.now().date()
        saved_at = datetime.combine(day, time(12), UTC)
        response = Response(
            key_hash=hashlib.sha256(f"response {self._next()}".encode()).hexdigest(),
            journey_id=survey.journey_id,
            survey_id=survey.id,
            version_id=version_id,
            touchpoint_id=touchpoint_id or survey.touchpoint_id,
            contact_id=contact.id if contact else None,
            is_anonymous=survey.anonymous,
            is_test=is_test,
            channel=channel,
            language=language,
            state=state,
            answers=dict(answers),
            answered_share=1.0,
            seconds=dict(seconds or {}),
            facts=dict(facts or {}),
            flags=[str(flag) for flag in flags],
            ending="thanks" if state == ResponseState.COMPLETE else None,
            day=day,
            saved_at=None if survey.anonymous else saved_at,
            recorded_at=saved_at,
        )
        self.session.add(response)
        self.session.flush()
        return response

    def analysed(self, response: Response, *texts: str) -> list[str]:
        """Have voice know what was written in a response: numbers and addresses masked.

        No language model is loaded: the feeling is neutral, and no theme is found.
        Returns the public ids of the verbatims.
        """
        key, now = f"{ORIGIN}{response.public_id}", self._clock.now()
        occasion = Occasion(
            origin_key=key,
            touchpoint_id=response.touchpoint_id,
            said_at=now,
            channel="store",
            source=Source.SURVEY,
            texts=[GivenText(text=text) for text in texts],
            language="fr",
        )
        record(self.session, response.journey_id, [occasion], now=now, zone=ZONE)
        verbatims = self.session.scalars(
            select(Verbatim).join(Feedback).where(Feedback.origin_key == key)
        ).all()
        given = read_texts(self.session, [one.id for one in verbatims])
        analysed = [
            AnalysedText(given=one, annotation=_identifiers_of(one.text))
            for one in given
        ]
        store_annotations(self.session, analysed, now=now)
        return [one.public_id for one in verbatims]

    def personal_link(self, invitation: Invitation) -> str:
        """The address of a fresh personal link to an invitation."""
        return f"/a/{new_token(self.session, invitation.id)}"


class Respondent:
    """Somebody who answers in a browser without script."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client = client
        self.address = address
        self.page: TestResponse = client.get(address)

    def open(self, query: str = "", **headers: str) -> TestResponse:
        """Load the page anew."""
        self.page = self.client.get(self.address + query, headers=headers)
        return self.page

    @property
    def text(self) -> str:
        """What the page in front says."""
        return unescape(self.page.text)

    @property
    def step(self) -> str:
        """The signed step of the page in front."""
        found = STEP.search(self.page.text)
        assert found, self.page.text
        return found[1]

    def send(self, go: str = "next", **answers: object) -> TestResponse:
        """Send the page in front: `score=9` fills the field `q.score`."""
        language = re.search(r'name="language" value="([^"]+)"', self.page.text)
        fields = {
            "step": self.step,
            "language": language[1] if language else "",
            "go": go,
            **{
                f"q.{name.replace('__', '.')}": value for name, value in answers.items()
            },
        }
        self.page = self.client.post(self.address, data=fields)
        return self.page
