"""The judgements of a round side by side, for those who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Forbidden
from feedback.voice.agreement.judging import (
    Judgements,
    PairAgreement,
    compare_raters,
)
from feedback.voice.agreement.models import SampledVerbatim
from feedback.voice.agreement.queries import RoundInDetail
from feedback.voice.agreement.reading import read_analysts, read_machine
from feedback.voice.models import Feedback, Verbatim

#: the machine, among the raters of a round
MACHINE = 0


@dataclass(frozen=True, kw_only=True)
class SampledText:
    """One verbatim of a round, as results and export name it."""

    position: int
    public_id: str
    day: date
    text: str
    language: str | None
    question: str | None


@dataclass(frozen=True, kw_only=True)
class Rater:
    """Who judged: an analyst, or the machine (`MACHINE`, without a name)."""

    id: int
    name: str | None


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two raters with how far they agree."""

    one: Rater
    other: Rater
    agreement: PairAgreement


@dataclass(frozen=True, kw_only=True)
class Results:
    """All judgements of a round, by rater; the machine first."""

    raters: tuple[Rater, ...]
    judgements: Mapping[int, Judgements]

    def pairs(self, themes: Sequence[str]) -> tuple[Pair, ...]:
        """Return the analysts against each other, then the machine against each."""
        people = self.raters[1:]
        together = [
            (one, other)
            for place, one in enumerate(people)
            for other in people[place + 1 :]
        ]
        together += [(self.raters[0], one) for one in people]
        return tuple(
            Pair(
                one=one,
                other=other,
                agreement=compare_raters(
                    self.judgements[one.id], self.judgements[other.id], themes
                ),
            )
            for one, other in together
        )


def get_results(session: Session, one: RoundInDetail) -> Results:
    """Return the judgements of a round, of those who have finished and the machine.

    Raises:
        Forbidden: `labels_not_finished`, for an analyst who is still to label blind.
    """
    if not one.may_see:
        raise Forbidden("labels_not_finished")
    analysts = read_analysts(session, one.id)
    people = [part for part in one.finished if part.account_id in analysts]
    return Results(
        raters=(
            Rater(id=MACHINE, name=None),
            *(Rater(id=part.account_id, name=part.name) for part in people),
        ),
        judgements={MACHINE: read_machine(session, one.id), **analysts},
    )


def list_sampled(session: Session, round_id: int) -> tuple[SampledText, ...]:
    """List the verbatims of a round in their order; at most 300."""
    rows = session.execute(
        select(
            SampledVerbatim.position,
            Verbatim.public_id,
            Verbatim.text,
            Verbatim.question,
            Feedback.language,
            Feedback.day,
        )
        .join(Verbatim, Verbatim.id == SampledVerbatim.verbatim_id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(SampledVerbatim.round_id == round_id, Verbatim.text.is_not(None))
        .order_by(SampledVerbatim.position)
    )
    return tuple(
        SampledText(
            position=row.position,
            public_id=row.public_id,
            day=row.day,
            text=row.text,
            language=row.language,
            question=row.question,
        )
        for row in rows
    )
