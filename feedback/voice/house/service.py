"""Learn a model of the deployment, put it live, go back."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.db.audit import record
from feedback.jobs.ledger import enqueue
from feedback.nlp.house import unpack
from feedback.nlp.pipeline import VERSION
from feedback.nlp.schooling import (
    Comparison,
    OwnAnswer,
    Verdict,
    compare,
    hear_answers,
    teach,
)
from feedback.voice.house.models import ModelState, OwnModel
from feedback.voice.house.queries import find_last, is_held
from feedback.voice.own_answers import SCORED

LEARN = "voice.learn"
#: the weekly learning: on Sundays, at an hour at which nobody works
_WEEKDAY, _HOUR = 6, 4
#: texts that are read between two signs of life
_HEARD_AT_ONCE = 250
#: the schedule learns again when there is a tenth more to learn from, or after a season
_TENTH, _SEASON = 10, timedelta(weeks=13)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What was learned of a language; `weights` is None where nothing could be."""

    language: str
    corrected: int
    scored: int
    compared: Comparison
    weights: bytes | None


def order_learning(session: Session, *, author_id: int, now: datetime) -> int | None:
    """Owe a learning of both languages; return its job, None when one waits already."""
    return enqueue(
        session,
        LEARN,
        {"author_id": author_id},
        due_at=now,
        dedupe_key=f"{LEARN}:now",
    )


def owe_learning(session: Session, *, now: datetime, zone: ZoneInfo) -> None:
    """Owe the learning of the coming Sunday, unless it waits already."""
    here = now.astimezone(zone)
    ahead = (_WEEKDAY - here.weekday()) % 7
    due = datetime.combine(here.date() + timedelta(days=ahead), time(_HOUR), zone)
    due = due if due > here else due + timedelta(days=7)
    enqueue(session, LEARN, {}, due_at=due.astimezone(UTC), dedupe_key=LEARN)


def is_worth_it(
    session: Session, language: str, answers: Sequence[OwnAnswer], *, now: datetime
) -> bool:
    """Tell whether learning again may come to something else than the last time.

    It may when there is a tenth more to learn from, when a season has gone by, and
    after a new version of the shipped analysis.
    """
    last = session.execute(
        select(
            OwnModel.analysis,
            OwnModel.corrected + OwnModel.scored,
            OwnModel.created_at,
        )
        .where(OwnModel.language == language)
        .order_by(OwnModel.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return bool(answers)
    analysis, n, learned_at = last
    has_more = (len(answers) - n) * _TENTH >= max(n, 1)
    return analysis != VERSION or has_more or now - learned_at >= _SEASON


def learn(
    language: str, answers: Sequence[OwnAnswer], *, alive: Callable[[], None]
) -> Learned:
    """Learn from answers and compare; needs no database, and takes minutes.

    Args:
        language: of all the answers.
        answers: the texts whose feeling is known.
        alive: called every few seconds.
    """
    heard = []
    for n, one in enumerate(hear_answers(answers), 1):
        heard.append(one)
        if n % _HEARD_AT_ONCE == 0:
            alive()
    compared = compare(heard, after_part=alive)
    scored = sum(one.weight == SCORED for one in answers)
    return Learned(
        language=language,
        corrected=len(answers) - scored,
        scored=scored,
        compared=compared,
        weights=teach(heard) if compared.verdict is Verdict.BETTER else None,
    )


def keep(
    session: Session, learned: Learned, *, author_id: int | None, now: datetime
) -> None:
    """Keep what was learned; it is live from now on when it is better.

    Where a person went back to the shipped analysis it waits for a person instead.
    What is the same as the last time is not kept twice.
    """
    version = unpack(learned.weights).version if learned.weights else None
    last = find_last(session, learned.language)
    if version and last and last.is_usable and last.version == version:
        return
    row = OwnModel(
        language=learned.language,
        state=ModelState.REFUSED,
        verdict=learned.compared.verdict,
        author_id=author_id,
        analysis=VERSION,
        version=version,
        corrected=learned.corrected,
        scored=learned.scored,
        figures=asdict(learned.compared),
        weights=learned.weights,
        created_at=now,
    )
    session.add(row)
    session.flush()
    if version and is_held(session, learned.language):
        row.state = ModelState.CANDIDATE
    elif version:
        _go_live(session, row, now=now)
    session.flush()


def put_live(
    session: Session, public_id: str, *, author_id: int, now: datetime
) -> None:
    """Put a model live, in place of the one that is.

    Raises:
        NotFound: `own_model`.
        Conflict: `own_model_outdated`, when it belongs to an earlier analysis or was
            refused; `changed_meanwhile`, when it is live already.
    """
    row = _get(session, public_id)
    if row.state == ModelState.LIVE:
        raise Conflict("changed_meanwhile")
    if row.weights is None or row.analysis != VERSION:
        raise Conflict("own_model_outdated")
    _go_live(session, row, now=now)
    session.execute(
        update(OwnModel)
        .where(OwnModel.language == row.language)
        .values(withdrawn_at=None)
    )
    record(session, "own_model_live", public_id, actor_id=author_id, now=now)
    session.flush()


def go_back(session: Session, public_id: str, *, author_id: int, now: datetime) -> None:
    """Have the shipped analysis run again in place of a live model.

    Raises:
        NotFound: `own_model`.
        Conflict: `changed_meanwhile`, when it is not live any more.
    """
    row = _get(session, public_id)
    if row.state != ModelState.LIVE:
        raise Conflict("changed_meanwhile")
    row.state, row.slot, row.withdrawn_at = ModelState.RETIRED, None, now
    record(session, "own_model_back", public_id, actor_id=author_id, now=now)
    session.flush()


def _go_live(session: Session, row: OwnModel, *, now: datetime) -> None:
    session.execute(
        update(OwnModel)
        .where(OwnModel.slot == row.language)
        .values(slot=None, state=ModelState.RETIRED)
    )
    row.state, row.slot, row.live_since = ModelState.LIVE, row.language, now


def _get(session: Session, public_id: str) -> OwnModel:
    """Read a model that nobody else puts live or takes back at the same time."""
    row = session.scalar(
        select(OwnModel)
        .where(OwnModel.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("own_model")
    return row
