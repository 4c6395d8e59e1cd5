"""What is asked in the measurements: a survey of one page, its links, people to ask."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope, issue_key
from feedback.collection.invitations import hash_token
from feedback.collection.models import Contact, Invitation, InvitationToken, OpenLink
from feedback.collection.policy import Policy, change_policy
from feedback.collection.terms import Channel, InvitationState, LinkKind
from feedback.collection.trigger_draft import TriggerDraft
from feedback.collection.triggers import create_trigger, switch_trigger
from feedback.core.clock import SystemClock
from feedback.core.ids import new_public_id
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.journey.models import Touchpoint
from feedback.surveys import service
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import Ending, Page, Question, Questionnaire

SLUG = "bench"
TILL = "caisse"

QUESTIONNAIRE = Questionnaire(
    title={"en": "Your visit", "fr": "Votre visite"},
    introduction={"en": "Two questions, one minute.", "fr": "Deux questions."},
    languages=("en", "fr"),
    default_language="en",
    pages=(
        Page(
            key="page1",
            questions=(
                Question(
                    key="score",
                    kind="nps",
                    text={
                        "en": "Would you recommend us to a friend?",
                        "fr": "Nous recommanderiez-vous à un proche ?",
                    },
                    required=True,
                ),
                Question(
                    key="comment",
                    kind="long_text",
                    text={"en": "Why this score?", "fr": "Pourquoi cette note ?"},
                    options={"asks": "reason"},
                ),
            ),
        ),
    ),
    endings=(Ending(key="thanks", title={"en": "Thank you!", "fr": "Merci !"}),),
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What was made."""

    survey_id: int
    touchpoint_id: int
    journey_id: int


def set_scene(database: Database) -> Scene:
    """Draw the journeys, publish the survey at the till, open its link."""
    now = SystemClock().now()
    with database.transaction() as session:
        draw_journeys(session, now=now)
        till = session.scalars(select(Touchpoint).where(Touchpoint.key == TILL)).one()
        public_id = service.create_survey(
            session,
            till.journey_id,
            till.id,
            QUESTIONNAIRE,
            anonymous=False,
            author_id=None,
            now=now,
        )
        service.publish(session, public_id, author_id=None, now=now)
        survey = session.scalars(
            select(Survey).where(Survey.public_id == public_id)
        ).one()
        session.add(
            OpenLink(
                survey_id=survey.id,
                touchpoint_id=till.id,
                name="Bench",
                kind=LinkKind.LINK,
                slug=SLUG,
                created_at=now,
            )
        )
        return Scene(
            survey_id=survey.id, touchpoint_id=till.id, journey_id=till.journey_id
        )


def invite(session: Session, scene: Scene, count: int) -> list[str]:
    """Invite so many new people as the mail would, and return their tokens."""
    now = SystemClock().now()
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    contacts = session.scalars(
        insert(Contact).returning(Contact.id),
        [
            {
                "public_id": new_public_id(),
                "name": f"Person {number}",
                "email": f"person{number}@example.org",
                "attributes": {},
                "created_at": now,
            }
            for number in range(count)
        ],
    ).all()
    invitations = session.scalars(
        insert(Invitation).returning(Invitation.id),
        [
            {
                "public_id": new_public_id(),
                "origin_key": secrets.token_hex(20),
                "journey_id": scene.journey_id,
                "survey_id": scene.survey_id,
                "touchpoint_id": scene.touchpoint_id,
                "contact_id": contact,
                "channel": Channel.EMAIL,
                "locale": "en",
                "state": InvitationState.SENT,
                "due_at": now,
                "expires_at": now + timedelta(days=14),
                "sent_at": now,
                "created_at": now,
                "facts": {},
            }
            for contact in contacts
        ],
    ).all()
    session.execute(
        insert(InvitationToken),
        [
            {"token_hash": hash_token(token), "invitation_id": invitation}
            for token, invitation in zip(tokens, invitations, strict=True)
        ],
    )
    return tokens


def switch_on(database: Database, scene: Scene, *, event_type: str) -> str:
    """Have each such event ask its customer by mail at once; return a key to send.

    Nobody is spared: no quiet hours, and each customer is asked for the first time.
    """
    now = SystemClock().now()
    with database.transaction() as session:
        survey = session.get_one(Survey, scene.survey_id)
        change_policy(session, Policy(quiet=None), revision=0, actor_id=None, now=now)
        draft = TriggerDraft(
            name="Bench", survey=survey.public_id, event_type=event_type
        )
        trigger = create_trigger(
            session, scene.journey_id, draft, actor_id=None, now=now
        )
        switch_trigger(session, trigger, on=True, actor_id=None, now=now)
        issued = issue_key(
            session, name="Bench", scopes={Scope.EVENTS_WRITE}, author_id=None, now=now
        )
        return issued.key
