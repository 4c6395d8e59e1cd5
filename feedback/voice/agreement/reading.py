"""The judgements of a round, of analysts and of the machine.

Themes that were merged since count as the one they became, and hidden ones not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.voice.agreement.judging import Judgement, Taken, unpack_themes
from feedback.voice.agreement.models import Label, Part, SampledVerbatim
from feedback.voice.models import AnnotationRecord, Mention
from feedback.voice.settling import ANALYST
from feedback.voice.taxonomy import STANCES, Themes, read_themes


@dataclass(frozen=True, kw_only=True)
class MachineSaid:
    """What the machine says of one verbatim, no correction on it, and which version."""

    judgement: Judgement
    version: str


def read_analysts(session: Session, round_id: int) -> dict[int, dict[int, Judgement]]:
    """Return what each analyst who has finished says, by account and by number."""
    rows = session.execute(
        select(Label.account_id, SampledVerbatim.position, Label.feeling, Label.themes)
        .join(SampledVerbatim, SampledVerbatim.id == Label.sample_id)
        .join(
            Part,
            (Part.round_id == SampledVerbatim.round_id)
            & (Part.account_id == Label.account_id),
        )
        .where(SampledVerbatim.round_id == round_id, Part.finished_at.is_not(None))
        .order_by(Label.account_id, SampledVerbatim.position)
    )
    standing = read_themes(session)
    found: dict[int, dict[int, Judgement]] = defaultdict(dict)
    for account_id, position, feeling, themes in rows:
        found[account_id][position] = Judgement(
            feeling=feeling, themes=_current(standing, unpack_themes(themes))
        )
    return dict(found)


def read_machine(session: Session, round_id: int) -> dict[int, Judgement]:
    """Return what the machine says, by number: as kept at the closing, or says now."""
    rows = session.scalars(
        select(SampledVerbatim)
        .where(SampledVerbatim.round_id == round_id)
        .order_by(SampledVerbatim.position)
    ).all()
    open_ones = [row.verbatim_id for row in rows if row.machine_feeling is None]
    now = machine_answers(session, open_ones)
    standing = read_themes(session)
    found = {}
    for row in rows:
        if row.machine_feeling is not None:
            said = Judgement(
                feeling=row.machine_feeling,
                themes=unpack_themes(row.machine_themes or ()),
            )
        elif row.verbatim_id in now:
            said = now[row.verbatim_id].judgement
        else:
            continue
        found[row.position] = replace(said, themes=_current(standing, said.themes))
    return found


def machine_answers(
    session: Session, verbatim_ids: Iterable[int]
) -> Mapping[int, MachineSaid]:
    """Return what the machine alone says of analysed verbatims, themes as found."""
    wanted = list(verbatim_ids)
    themes: dict[int, set[Taken]] = defaultdict(set)
    mentions = session.execute(
        select(Mention.verbatim_id, Mention.theme_key, Mention.polarity).where(
            Mention.verbatim_id.in_(wanted), Mention.origin != ANALYST
        )
    )
    for number, key, polarity in mentions:
        themes[number].add((key, STANCES[polarity]))
    records = session.execute(
        select(
            AnnotationRecord.verbatim_id,
            AnnotationRecord.feeling,
            AnnotationRecord.version,
        ).where(AnnotationRecord.verbatim_id.in_(wanted))
    )
    return {
        number: MachineSaid(
            judgement=Judgement(feeling=feeling, themes=frozenset(themes[number])),
            version=version,
        )
        for number, feeling, version in records
    }


def _current(standing: Themes, themes: Iterable[Taken]) -> frozenset[Taken]:
    moved = ((standing.current(key), stance) for key, stance in themes)
    return frozenset((key, stance) for key, stance in moved if key is not None)
