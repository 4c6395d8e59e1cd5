"""A response of a named customer, and a case about it."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from feedback.cases.opening import look
from feedback.collection.models import Contact, CustomerRequest, Response
from feedback.collection.terms import ORIGIN, RequestKind
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.intake import GivenRating, GivenText, Occasion, record
from feedback.voice.models import AnnotationRecord, Feedback, Source, Verbatim
from tests.conftest import StoppedClock
from tests.factories import Factories

PARIS = ZoneInfo("Europe/Paris")


class Customers:
    """Customers who answer a survey."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session, self.factories, self._clock = session, factories, clock
        self.survey = factories.survey()

    def answers(
        self,
        *,
        score: int,
        text: str = "",
        temper: float | None = None,
        contact: Contact | None = None,
        wants_call: str = "",
    ) -> Response:
        """Somebody answers; with a `temper`, the text is analysed as so angry."""
        contact = contact or self.factories.contact()
        response = self.factories.response(
            self.survey, {"score": score}, contact=contact
        )
        key = f"{ORIGIN}{response.public_id}"
        record(
            self.session,
            response.journey_id,
            [
                Occasion(
                    origin_key=key,
                    touchpoint_id=response.touchpoint_id,
                    said_at=self._clock.now(),
                    channel="store",
                    source=Source.SURVEY,
                    ratings=[GivenRating(scale=Scale.NPS, value=score)],
                    texts=[GivenText(text=text)] if text else [],
                    customer=contact.customer,
                    language="fr",
                )
            ],
            now=self._clock.now(),
            zone=PARIS,
        )
        if temper is not None:
            self._analyse(key, temper)
        if wants_call:
            self.session.add(
                CustomerRequest(
                    kind=RequestKind.CALLBACK,
                    contact_id=contact.id,
                    survey_id=self.survey.id,
                    response_id=response.id,
                    name="Ada",
                    reach=wants_call,
                    created_at=self._clock.now(),
                )
            )
        self.session.flush()
        return response

    def _analyse(self, key: str, temper: float) -> None:
        (verbatim,) = (
            self.session.query(Verbatim)
            .join(Feedback)
            .filter(Feedback.origin_key == key)
        )
        verbatim.text, verbatim.feeling = verbatim.original, Feeling.NEGATIVE
        self.session.add(
            AnnotationRecord(
                verbatim_id=verbatim.id,
                version="test-1",
                language="fr",
                language_confidence=1.0,
                feeling=Feeling.NEGATIVE,
                score=temper,
                types=[],
                personal_data=[],
                annotated_at=self._clock.now(),
            )
        )
        self.session.flush()

    def opened(self, response: Response) -> list[str]:
        """Look at a response; return the cases that it opens."""
        now = self._clock.now()
        return look(self.session, [response.public_id], now=now, zone=PARIS)


@pytest.fixture
def customers(session: Session, factories: Factories, clock: StoppedClock) -> Customers:
    return Customers(session, factories, clock)


@pytest.fixture
def case(customers: Customers) -> str:
    """A case of a customer who gave nought and wants to be called."""
    response = customers.answers(score=0, wants_call="ada@example.org")
    (public_id,) = customers.opened(response)
    return public_id
