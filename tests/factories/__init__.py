"""One builder per thing; every default is valid; sequences, no chance.

Builders flush and never commit: a test that looks through another session commits.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.journey.models import Journey, Kind, Persona, Phase, Touchpoint
from feedback.measures.scales import Scale
from feedback.surveys import service as surveys
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import (
    Ending,
    Page,
    Question,
    Questionnaire,
)
from feedback.voice.intake import GivenRating, GivenText, Occasion, record
from feedback.voice.models import Feedback, Source
from tests.factories.answering import AnsweringFactories
from tests.factories.asking import AskingFactories

ZONE = ZoneInfo("Europe/Paris")


class _Clock(Protocol):
    def now(self) -> datetime: ...


class Factories(AskingFactories, AnsweringFactories):
    """Builds what a test is about, in the test's session."""

    def __init__(self, session: Session, clock: _Clock) -> None:
        self.session = session
        self._clock = clock
        self._count = 0

    def _next(self) -> int:
        self._count += 1
        return self._count

    def account(self, *, role: Role = Role.ANALYST, locale: str = "en") -> Account:
        """A person with a role and no password."""
        number = self._next()
        account = Account(
            email=f"{role}{number}@example.org",
            name=f"{role.title()} {number}",
            role=role,
            locale=locale,
            active=True,
            fs_uniquifier=f"uniquifier-{number}",
            created_at=self._clock.now(),
        )
        self.session.add(account)
        self.session.flush()
        return account

    def journey(self, key: str | None = None, *, is_demo: bool = False) -> Journey:
        """A journey without phases."""
        key = key or f"journey-{self._next()}"
        journey = Journey(
            key=key,
            names={"fr": f"Parcours {key}", "en": f"Journey {key}"},
            offers={"fr": "Une offre", "en": "An offer"},
            is_demo=is_demo,
            created_at=self._clock.now(),
        )
        self.session.add(journey)
        self.session.flush()
        return journey

    def phase(self, journey: Journey, key: str | None = None) -> Phase:
        """A phase at the end of a journey."""
        number = self._next()
        key = key or f"phase-{number}"
        phase = Phase(
            journey_id=journey.id,
            key=key,
            names={"fr": f"Phase {key}", "en": f"Stage {key}"},
            position=number,
        )
        self.session.add(phase)
        self.session.flush()
        return phase

    def touchpoint(
        self,
        phase: Phase | None = None,
        key: str | None = None,
        *,
        channel: str = "store",
        kind: Kind = Kind.PHYSICAL,
    ) -> Touchpoint:
        """A touchpoint, in a phase of a journey of its own unless given."""
        number = self._next()
        phase = phase or self.phase(self.journey())
        key = key or f"touchpoint-{number}"
        point = Touchpoint(
            journey_id=phase.journey_id,
            phase_id=phase.id,
            key=key,
            names={"fr": f"Point {key}", "en": f"Point {key}"},
            channel=channel,
            kind=kind,
            position=number,
        )
        self.session.add(point)
        self.session.flush()
        return point

    def persona(self, journey: Journey, key: str | None = None) -> Persona:
        """A persona of a journey."""
        number = self._next()
        key = key or f"persona-{number}"
        persona = Persona(
            journey_id=journey.id,
            key=key,
            names={"fr": f"Persona {key}", "en": f"Persona {key}"},
            position=number,
        )
        self.session.add(persona)
        self.session.flush()
        return persona

    def survey(
        self,
        touchpoint: Touchpoint | None = None,
        *,
        questionnaire: Questionnaire | None = None,
        anonymous: bool = False,
        published: bool = True,
    ) -> Survey:
        """A survey, by default open with a score and a comment on one page."""
        touchpoint = touchpoint or self.touchpoint()
        public_id = surveys.create_survey(
            self.session,
            touchpoint.journey_id,
            touchpoint.id,
            questionnaire or score_and_comment(),
            anonymous=anonymous,
            author_id=None,
            now=self._clock.now(),
        )
        if published:
            surveys.publish(
                self.session, public_id, author_id=None, now=self._clock.now()
            )
        return self.session.scalars(
            select(Survey).where(Survey.public_id == public_id)
        ).one()

    def feedback(
        self,
        touchpoint: Touchpoint | None = None,
        *,
        text: str | None = None,
        nps: int | None = None,
        ratings: Sequence[tuple[Scale, int]] = (),
        said_at: datetime | None = None,
        channel: str | None = None,
        language: str | None = None,
        persona: Persona | None = None,
        customer: str | None = None,
        question: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Feedback:
        """One occasion, recorded as every source records it; its analysis is owed."""
        touchpoint = touchpoint or self.touchpoint()
        key = hashlib.sha256(f"factory {self._next()}".encode()).hexdigest()
        given = [GivenRating(scale=scale, value=value) for scale, value in ratings]
        if nps is not None:
            given.insert(0, GivenRating(scale=Scale.NPS, value=nps))
        record(
            self.session,
            touchpoint.journey_id,
            [
                Occasion(
                    origin_key=key,
                    touchpoint_id=touchpoint.id,
                    said_at=said_at or self._clock.now(),
                    channel=channel or touchpoint.channel,
                    source=Source.IMPORT,
                    ratings=given,
                    texts=[GivenText(text=text, question=question)] if text else [],
                    persona_id=persona.id if persona else None,
                    customer=customer,
                    language=language,
                    attributes=attributes or {},
                )
            ],
            now=self._clock.now(),
            zone=ZONE,
        )
        return self.session.scalars(
            select(Feedback).where(Feedback.origin_key == key)
        ).one()


def score_and_comment() -> Questionnaire:
    """Return the smallest useful questionnaire: `score` (NPS) and `comment`."""
    return Questionnaire(
        title={"fr": "Votre avis", "en": "Your opinion"},
        languages=("fr", "en"),
        default_language="fr",
        pages=(
            Page(
                key="page-1",
                questions=(
                    Question(
                        key="score",
                        kind="nps",
                        text={
                            "fr": "Nous recommanderiez-vous à un proche ?",
                            "en": "Would you recommend us to a friend?",
                        },
                        required=True,
                    ),
                    Question(
                        key="comment",
                        kind="long_text",
                        text={"fr": "Pourquoi ?", "en": "Why?"},
                    ),
                ),
            ),
        ),
        endings=(Ending(key="thanks", title={"fr": "Merci !", "en": "Thank you!"}),),
    )
