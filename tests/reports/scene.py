"""A bakery of three phases and five months of feedback, analysed by hand.

No language model is loaded: what the analysis says of each text is written here.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.periods import add_months
from feedback.insights.refresh import refresh_days
from feedback.jobs.models import Job
from feedback.journey.models import Journey, Touchpoint
from feedback.measures.scales import Scale
from feedback.nlp.annotation import (
    Annotation,
    Feeling,
    Polarity,
    Sentiment,
    ThemeMention,
)
from feedback.voice.annotating import AnalysedText, read_texts, store_annotations
from feedback.voice.intake import GivenRating, GivenText, Occasion, record
from feedback.voice.models import Feedback, Source, Verbatim
from tests.factories import ZONE, Factories

#: the month that the reports of the tests are about
MONTH = date(2018, 4, 1)
MONTHS = 5
A_MONTH = 60


PLACES = {
    "till": {"fr": "Caisse", "en": "Till"},
    "counter": {"fr": "Comptoir", "en": "Counter"},
    "card": {"fr": "Carte de fidélité", "en": "Loyalty card"},
    "window": {"fr": "Vitrine", "en": "Shop window"},
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a customer says, and what the analysis makes of it."""

    text: str
    language: str
    feeling: Feeling
    theme: str | None = None
    polarity: Polarity = Polarity.NEGATIVE


WAIT = Said(
    text="Vingt minutes d’attente pour une baguette.",
    language="fr",
    feeling=Feeling.NEGATIVE,
    theme="queue_wait",
)
PRICE = Said(
    text="The cakes <b>are too dear</b> & small. "
    "\N{ANGRY FACE}\N{VARIATION SELECTOR-16}",
    language="en",
    feeling=Feeling.NEGATIVE,
    theme="price_fees",
)
KIND = Said(
    text="Un accueil toujours souriant, merci.",
    language="fr",
    feeling=Feeling.POSITIVE,
    theme="staff_attitude",
    polarity=Polarity.POSITIVE,
)
PLAIN = Said(text="Rien à dire.", language="fr", feeling=Feeling.NEUTRAL)


def bakery(factories: Factories) -> Journey:
    """Draw the journey: two phases that are spoken of and one that is not."""
    journey = factories.journey("bakery")
    journey.names = {"fr": "La boulangerie", "en": "The bakery"}
    for key, names, points in (
        ("buy", {"fr": "Achat", "en": "Purchase"}, ("till", "counter")),
        ("stay", {"fr": "Fidélité", "en": "Loyalty"}, ("card",)),
        ("find", {"fr": "Découverte", "en": "Discovery"}, ("window",)),
    ):
        phase = factories.phase(journey, key)
        phase.names = names
        for point in points:
            factories.touchpoint(phase, point).names = PLACES[point]
    return journey


def months_of_feedback(
    session: Session, journey: Journey, *, now: datetime, until: date = MONTH
) -> None:
    """Record five months up to one of them; waiting doubles in the last."""
    points = {
        point.key: point
        for point in session.scalars(
            select(Touchpoint).where(Touchpoint.journey_id == journey.id)
        )
    }
    for back in range(MONTHS):
        month = add_months(until, -back)
        waits = 30 if back == 0 else 12
        said = [WAIT] * waits + [PRICE] * 6 + [KIND] * 10
        said += [PLAIN] * (A_MONTH - len(said))
        _record(session, journey, points, month, said, now=now)
    session.execute(delete(Job))
    session.flush()


def _record(
    session: Session,
    journey: Journey,
    points: dict[str, Touchpoint],
    month: date,
    said: list[Said],
    *,
    now: datetime,
) -> None:
    start = datetime(month.year, month.month, 1, 9, tzinfo=UTC)
    occasions = []
    for number, one in enumerate(said):
        point = points[("till", "till", "counter", "card")[number % 4]]
        loyal = point.key == "card"
        scale = Scale.NPS if loyal else Scale.CSAT
        unhappy = one.feeling is Feeling.NEGATIVE
        value = (2 if unhappy else 9) if loyal else (2 if unhappy else 5)
        key = f"{month} {number}"
        occasions.append(
            Occasion(
                origin_key=hashlib.sha256(key.encode()).hexdigest(),
                touchpoint_id=point.id,
                said_at=start + timedelta(days=number % 27),
                channel=point.channel,
                source=Source.SURVEY,
                ratings=[GivenRating(scale=scale, value=value)],
                texts=[GivenText(text=one.text)],
                language=one.language,
            )
        )
    record(session, journey.id, occasions, now=now, zone=ZONE)
    _analyse(session, month, said, now=now)
    days = {(start + timedelta(days=day)).date() for day in range(27)}
    session.flush()
    refresh_days(session, journey.id, days)


def _analyse(session: Session, month: date, said: list[Said], *, now: datetime) -> None:
    numbers = session.scalars(
        select(Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(Verbatim.text.is_(None), Feedback.day >= month)
        .order_by(Verbatim.id)
    ).all()
    by_text = {one.text: one for one in said}
    analysed = [
        AnalysedText(given=given, annotation=_annotation(by_text[given.text]))
        for given in read_texts(session, numbers)
    ]
    store_annotations(session, analysed, now=now)


def _annotation(said: Said) -> Annotation:
    themes: tuple[ThemeMention, ...] = ()
    if said.theme is not None:
        mention = ThemeMention(
            key=said.theme,
            polarity=said.polarity,
            start=0,
            end=len(said.text),
            source="rule:by_hand",
            confidence=1.0,
        )
        themes = (mention,)
    return Annotation(
        language=said.language,
        language_confidence=1.0,
        sentiment=Sentiment(
            label=said.feeling,
            score={Feeling.NEGATIVE: -0.8, Feeling.POSITIVE: 0.8}.get(
                said.feeling, 0.0
            ),
        ),
        themes=themes,
        types=(),
        personal_data=(),
        version="by-hand",
    )
