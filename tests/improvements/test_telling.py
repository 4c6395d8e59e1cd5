"""Customers who raised a theme and agreed are told the outcome, once each."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.collection.models import Asking, Contact, Response
from feedback.collection.stop_list import stop_address
from feedback.collection.terms import ORIGIN, StopReason
from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.rendering import environment
from feedback.improvements.draft import ImprovementDraft
from feedback.improvements.evaluating import evaluate
from feedback.improvements.plan import Plan
from feedback.improvements.planning import save_plan, start_work
from feedback.improvements.service import create_improvement
from feedback.improvements.telling import find_audience, find_sent, tell_customers
from feedback.improvements.terms import MeasureKind
from feedback.insights.refresh import refresh_stale, stale_months
from feedback.jobs.models import Job
from feedback.journey.models import Touchpoint
from feedback.mail.message import compose
from feedback.nlp.annotation import Polarity
from feedback.surveys.models import Survey
from feedback.voice.models import Feedback, Mention, Verbatim
from tests.conftest import StoppedClock
from tests.factories import Factories

WORDS = {"fr": "Deux terminaux de plus.", "en": "Two more terminals."}


class Till:
    """A till whose payments were complained of, and put right."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session, self.factories, self.clock = session, factories, clock
        self.survey: Survey = factories.survey()
        self.author: Account = factories.account()

    def complaint(
        self, *, consent: bool, email: str | None = "", days_ago: int = 100
    ) -> Contact:
        """Somebody who complained of paying, with or without agreeing to hear of it."""
        contact = (
            self.factories.contact(email=email) if email else (self.factories.contact())
        )
        answers = {"who": {"name": "Nell", "consent": True}} if consent else {}
        day = self.clock.now().date() - timedelta(days=days_ago)
        response = self.factories.response(
            self.survey, answers, contact=contact, day=day
        )
        invitation = self.factories.invitation(self.survey, contact)
        response.invitation_id = invitation.id
        self.factories.analysed(response, "Paying by card never works.")
        self.mention(response)
        return contact

    def mention(self, response: Response) -> None:
        """Let the analysis find the theme in what was written."""
        verbatim = self.session.scalars(
            select(Verbatim)
            .join(Feedback)
            .where(Feedback.origin_key == f"{ORIGIN}{response.public_id}")
        ).one()
        self.session.add(
            Mention(
                verbatim_id=verbatim.id,
                journey_id=self.survey.journey_id,
                day=response.day,
                origin="test",
                confidence=1.0,
                theme_key="payment_billing",
                polarity=Polarity.NEGATIVE,
                start=0,
                end=6,
            )
        )
        self.session.flush()

    def judged(self) -> str:
        """An improvement with a verdict; all that was said is counted."""
        act = {"author_id": self.author.id, "now": self.clock.now()}
        survey, today = self.survey, self.clock.now().date()
        made = create_improvement(
            self.session,
            survey.journey_id,
            ImprovementDraft(
                title="Terminals",
                theme_key="payment_billing",
                touchpoint_ids=(survey.touchpoint_id,),
            ),
            today=today,
            **act,  # type: ignore[arg-type]  # one value a name
        )
        plan = Plan(
            kind=MeasureKind.THEME,
            theme_key="payment_billing",
            touchpoints=(self.place(),),
            starts_on=today - timedelta(days=60),
            smallest_that_matters=0.1,
        )
        saved = save_plan(
            self.session,
            made.public_id,
            plan,
            revision=made.revision,
            **act,  # type: ignore[arg-type]  # the same
        )
        start_work(self.session, made.public_id, revision=saved.revision, **act)  # type: ignore[arg-type]  # the same
        for month in stale_months(self.session, survey.journey_id):
            refresh_stale(self.session, survey.journey_id, month)
        evaluate(
            self.session,
            made.public_id,
            through=date(2026, 10, 11),
            now=act["now"],  # type: ignore[arg-type]  # the same
        )
        return made.public_id

    def place(self) -> str:
        """Return the key of the touchpoint."""
        return self.session.get_one(Touchpoint, self.survey.touchpoint_id).key


@pytest.fixture
def till(session: Session, factories: Factories, clock: StoppedClock) -> Till:
    return Till(session, factories, clock)


def mails(session: Session) -> list[Job]:
    jobs = session.scalars(select(Job).where(Job.name == "mail.send")).all()
    return [one for one in jobs if one.payload["template"] == "improvement_outcome"]


def test_only_who_complained_and_agreed_is_told_by_one_mail(
    session: Session, till: Till, settings: Settings, clock: StoppedClock
) -> None:
    agreed = till.complaint(consent=True)
    till.complaint(consent=False)
    late = till.complaint(consent=True, days_ago=10)
    public_id = till.judged()
    found = find_audience(session, public_id, settings=settings, now=clock.now())
    assert (found.raised, found.agreed, found.tellable) == (2, 1, 1)

    sent = tell_customers(
        session,
        public_id,
        WORDS,
        author_id=till.author.id,
        settings=settings,
        now=clock.now(),
    )

    assert (sent.told, sent.held_back) == (1, 0)
    (mail,) = mails(session)
    assert mail.payload["to"] == agreed.email != late.email
    assert mail.payload["locale"] == "fr"
    assert mail.payload["context"]["words"] == WORDS["fr"]
    assert "/stop/" in mail.payload["context"]["links"]["stop"]
    written = compose(
        environment(settings.templates, "fr", zone=settings.zone),
        "improvement_outcome",
        {"company": "Essai", "base_url": "", **mail.payload["context"]},
        to=mail.payload["to"],
    )
    assert WORDS["fr"] in written.text
    ledger = session.scalars(select(Asking.contact_id)).all()
    assert list(ledger) == [agreed.id]
    with pytest.raises(Conflict, match="already_told"):
        tell_customers(
            session,
            public_id,
            WORDS,
            author_id=till.author.id,
            settings=settings,
            now=clock.now(),
        )


def test_who_is_stopped_or_was_asked_too_often_is_left_alone(
    session: Session, till: Till, settings: Settings, clock: StoppedClock
) -> None:
    stopped, tired = till.complaint(consent=True), till.complaint(consent=True)
    assert stopped.email is not None
    stop_address(
        session,
        stopped.email,
        StopReason.OPT_OUT,
        now=clock.now(),
        secret=settings.secret(),
    )
    session.add(
        Asking(
            contact_id=tired.id,
            survey_id=till.survey.id,
            channel="email",
            asked_at=clock.now() - timedelta(days=2),
        )
    )
    session.flush()
    public_id = till.judged()

    found = find_audience(session, public_id, settings=settings, now=clock.now())

    assert found.tellable == 0
    assert found.held_back == {"stopped": 1, "same_survey": 1}
    with pytest.raises(Conflict, match="nobody_to_tell"):
        tell_customers(
            session,
            public_id,
            WORDS,
            author_id=till.author.id,
            settings=settings,
            now=clock.now(),
        )
    assert mails(session) == []
    assert find_sent(session, 1) is None


def test_both_languages_must_be_written(
    session: Session, till: Till, settings: Settings, clock: StoppedClock
) -> None:
    till.complaint(consent=True)
    public_id = till.judged()

    with pytest.raises(Invalid, match="words_en: missing"):
        tell_customers(
            session,
            public_id,
            {"fr": "Voilà", "en": " "},
            author_id=till.author.id,
            settings=settings,
            now=clock.now(),
        )
