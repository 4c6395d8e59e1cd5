"""Two improvements of the made-up company, planned before they began: one that works.

Their plans are locked at the dates at which they would have been. What came of them is
not written here: the verdicts are computed from the feedback, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.core.periods import add_months, local_day
from feedback.demo.history import MONTHS
from feedback.demo.rates import PLANTED
from feedback.improvements.draft import ImprovementDraft, Origin
from feedback.improvements.evaluating import EVALUATE, last_day_counted
from feedback.improvements.external_events import note_event
from feedback.improvements.plan import Plan
from feedback.improvements.planning import save_plan, start_work
from feedback.improvements.service import create_improvement, move_improvement
from feedback.improvements.tasks import add_task, tick_task
from feedback.improvements.terms import EventKind, MeasureKind, SourceKind, State
from feedback.jobs.ledger import enqueue
from feedback.journey.queries import get_map

#: days from the idea to the plan, and from the lock of the plan to the start
_THOUGHT, _AHEAD = 14, 7
#: ends of months up to which verdicts are computed, beside the newest
_MONTHS_JUDGED = 3


@dataclass(frozen=True, kw_only=True)
class _Story:
    """What people wrote of one improvement, by language."""

    titles: Mapping[str, str]
    whats: Mapping[str, str]
    changes: Mapping[str, str]
    tasks: Mapping[str, tuple[str, ...]]
    effort: int
    reach: int


_STORIES = {
    "improvement_that_works": _Story(
        titles={
            "fr": "Un terminal de carte à chaque caisse",
            "en": "A card terminal at every till",
        },
        whats={
            "fr": "La carte est prise dès un euro, avec ou sans contact, et le "
            "panneau « espèces seulement » disparaît.",
            "en": "Cards are taken from one euro on, with or without contact, and the "
            "sign “cash only” goes.",
        },
        changes={
            "fr": "Deux fois moins de plaintes sur le paiement",
            "en": "Half as many complaints about paying",
        },
        tasks={
            "fr": ("Commander les terminaux", "Former l’équipe", "Ôter le panneau"),
            "en": ("Order the terminals", "Train the staff", "Take the sign down"),
        },
        effort=2,
        reach=2400,
    ),
    "improvement_that_does_not": _Story(
        titles={
            "fr": "Des fiches de concert plus claires",
            "en": "Clearer concert pages",
        },
        whats={
            "fr": "La date, la salle et le prix tout compris montent en tête de la "
            "fiche ; le reste se déplie.",
            "en": "Date, hall and the price with all fees go to the top of the page; "
            "the rest unfolds.",
        },
        changes={
            "fr": "Un tiers de plaintes en moins sur l’information",
            "en": "A third fewer complaints about information",
        },
        tasks={
            "fr": ("Dessiner la nouvelle fiche", "La mettre en ligne"),
            "en": ("Draw the new page", "Put it online"),
        },
        effort=3,
        reach=9000,
    ),
}


def note_improvements(
    session: Session,
    *,
    locale: str,
    author_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[str, ...]:
    """Note both improvements as of their days, and owe their verdicts; return them."""
    today = local_day(now, zone)
    first = add_months(today, -MONTHS)
    made = []
    for planted in PLANTED:
        story = _STORIES.get(planted.story)
        if story is None:
            continue
        starts_on = add_months(first, planted.month)
        journey = get_map(session, planted.journey)
        point = next(
            one for one in journey.touchpoints if one.key == planted.touchpoint
        )
        locked_at = _noon(starts_on - timedelta(days=_AHEAD), zone)
        thought_at = locked_at - timedelta(days=_THOUGHT)
        created = create_improvement(
            session,
            journey.id,
            ImprovementDraft(
                title=story.titles[locale],
                what=story.whats[locale],
                theme_key=planted.theme,
                touchpoint_ids=(point.id,),
                # to herself: in a demonstration nobody is to get a mail
                owner_id=author_id,
                due_on=starts_on,
                effort=story.effort,
                reach=story.reach,
                expected_change=story.changes[locale],
            ),
            origin=Origin(kind=SourceKind.THEME, ref=planted.theme),
            author_id=author_id,
            now=thought_at,
            today=today,
        )
        saved = save_plan(
            session,
            created.public_id,
            Plan(
                kind=MeasureKind.THEME,
                theme_key=planted.theme,
                touchpoints=(planted.touchpoint,),
                starts_on=starts_on,
                washout_days=14,
                smallest_that_matters=0.1,
            ),
            revision=created.revision,
            author_id=author_id,
            now=thought_at + timedelta(days=3),
        )
        started = start_work(
            session,
            created.public_id,
            revision=saved.revision,
            author_id=author_id,
            now=locked_at,
        )
        for words in story.tasks[locale]:
            task = add_task(
                session, created.public_id, words, author_id=author_id, now=locked_at
            )
            tick_task(
                session,
                created.public_id,
                task,
                is_done=True,
                author_id=author_id,
                now=_noon(starts_on, zone),
            )
        move_improvement(
            session,
            created.public_id,
            State.DONE,
            revision=started.revision,
            author_id=author_id,
            now=_noon(starts_on, zone),
        )
        made.append(created.public_id)
    _note_strike(session, locale, first, author_id=author_id, now=now)
    for public_id in made:
        owe_verdicts(session, public_id, now=now, zone=zone)
    return tuple(made)


def owe_verdicts(
    session: Session, public_id: str, *, now: datetime, zone: ZoneInfo
) -> None:
    """Owe the verdicts of the last months, and the one up to yesterday."""
    today = local_day(now, zone)
    ends = [
        add_months(today, -back) - timedelta(days=1)
        for back in reversed(range(_MONTHS_JUDGED))
    ]
    for last in dict.fromkeys((*ends, last_day_counted(now, zone))):
        enqueue(
            session,
            EVALUATE,
            {"improvement": public_id, "through": last.isoformat()},
            due_at=now,
        )


def _note_strike(
    session: Session, locale: str, first: date, *, author_id: int, now: datetime
) -> None:
    journey = get_map(session, "baguette")
    begins = add_months(first, 19) + timedelta(days=9)
    note_event(
        session,
        journey.id,
        kind=EventKind.STRIKE,
        words={"fr": "Grève des transports", "en": "Public transport on strike"}[
            locale
        ],
        starts_on=begins,
        ends_on=begins + timedelta(days=4),
        author_id=author_id,
        now=now,
    )


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)
