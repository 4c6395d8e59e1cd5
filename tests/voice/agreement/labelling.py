"""Rounds labelled by made-up analysts."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.journey.models import Touchpoint
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.agreement.judging import Judgement
from feedback.voice.agreement.models import Round, SampledVerbatim
from feedback.voice.agreement.service import (
    RoundDraft,
    close_round,
    create_round,
    finish_part,
    save_label,
)
from feedback.voice.models import Mention, Verbatim
from feedback.voice.taxonomy import Stance
from tests.insights.said import NOW, say

DAY = date(2026, 9, 10)
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
QUEUE = ("queue_wait", Stance.FRICTION)
PRICE = ("price_fees", Stance.FRICTION)
NEGATIVE = Judgement(feeling=Feeling.NEGATIVE, themes=frozenset([QUEUE]))
POSITIVE = Judgement(feeling=Feeling.POSITIVE, themes=frozenset())

Opinion = Callable[[int, Judgement], Judgement]


def speak(session: Session, point: Touchpoint, n: int, *, day: date = DAY) -> None:
    """Have half of n customers complain of the queue, and half be content."""
    for number in range(n):
        unhappy = number % 2 == 0
        say(
            session,
            point,
            day,
            feeling=Feeling.NEGATIVE if unhappy else Feeling.POSITIVE,
            themes=[("queue_wait", Polarity.NEGATIVE)] if unhappy else [],
            text=f"Voix numéro {number} sur le passage en caisse.",
        )


def start(session: Session, journey_id: int, author_id: int, *, size: int = 40) -> str:
    """Make a round of what was said in September."""
    return create_round(
        session,
        journey_id,
        RoundDraft(period=SEPTEMBER, size=size),
        seed=7,
        author_id=author_id,
        now=NOW,
    )


def machine_says(session: Session, public_id: str) -> dict[int, Judgement]:
    """Return what the machine found on the verbatims of a round, by number."""
    rows = session.execute(
        select(SampledVerbatim.position, Verbatim.feeling, Mention.theme_key)
        .join(Round, Round.id == SampledVerbatim.round_id)
        .join(Verbatim, Verbatim.id == SampledVerbatim.verbatim_id)
        .outerjoin(Mention, Mention.verbatim_id == Verbatim.id)
        .where(Round.public_id == public_id)
    )
    return {
        position: NEGATIVE if theme else POSITIVE for position, _feeling, theme in rows
    }


def as_it_is(_position: int, machine: Judgement) -> Judgement:
    """Say what the machine says."""
    return machine


def wrong_on_every(step: int) -> Opinion:
    """Say the contrary of the machine on every so-many-th verbatim."""

    def say_so(position: int, machine: Judgement) -> Judgement:
        if position % step:
            return machine
        return POSITIVE if machine == NEGATIVE else NEGATIVE

    return say_so


def label_all(
    session: Session, public_id: str, account_id: int, opinion: Opinion = as_it_is
) -> None:
    """Have an analyst label the whole round and finish."""
    for position, machine in sorted(machine_says(session, public_id).items()):
        save_label(
            session,
            public_id,
            position,
            opinion(position, machine),
            account_id=account_id,
            now=NOW,
        )
    finish_part(session, public_id, account_id=account_id, now=NOW)


def close(session: Session, public_id: str, actor_id: int) -> None:
    """Close a round."""
    close_round(session, public_id, actor_id=actor_id, now=NOW)
