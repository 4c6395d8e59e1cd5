"""Two years of made-up feedback, from a fixed seed, with effects planted in it.

Every month holds about the same number of answers. What customers complain of at a
touchpoint follows a rate; four of the rates carry a planted effect (`PLANTED`), and
all the others never change: whoever finds a change there has found nothing.
"""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.core.periods import add_months
from feedback.demo.company import DATA, JOURNEYS, words
from feedback.demo.rates import PLACES, Place
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.scales import Scale
from feedback.voice.intake import GivenRating, GivenText, Occasion, record
from feedback.voice.models import Source

SEED = 20180401
MONTHS = 24
RECORDED_AT_ONCE = 500
SHARE_FRENCH = 0.7
SHARE_WITH_TEXT = 0.68
#: of the complaints, those that end on a word of praise
SHARE_MIXED = 0.12
#: one in so many texts is a whole invented verbatim instead of a composed one
WHOLE_TEXT_EVERY = 14


class Stance(StrEnum):
    """What a customer's answer is about."""

    FRICTION = "friction"
    PRAISE = "praise"
    GENERAL_BLAME = "general_blame"
    GENERAL_PRAISE = "general_praise"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one customer tells: a stance, a theme when there is one."""

    stance: Stance
    theme: str | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one customer says, on whatever scale they are asked."""

    scores: Mapping[Scale, int]
    text: str


#: how scores fall, lowest to highest fifth of a scale, by what is told
_SCORES: Mapping[Stance, Sequence[int]] = {
    Stance.FRICTION: (24, 30, 26, 14, 6),
    Stance.GENERAL_BLAME: (34, 34, 22, 8, 2),
    Stance.NOTHING: (2, 6, 22, 40, 30),
    Stance.GENERAL_PRAISE: (0, 1, 4, 35, 60),
    Stance.PRAISE: (0, 1, 6, 33, 60),
}


_STANCE_OF_POLARITY = {
    "positive": Stance.GENERAL_PRAISE,
    "neutral": Stance.NOTHING,
    "mixed": Stance.NOTHING,
    "negative": Stance.GENERAL_BLAME,
}


class Storyteller:
    """Invents what the customers of one journey say, always the same from its seed."""

    def __init__(
        self, journey: JourneyMap, *, zone: ZoneInfo, seed: int = SEED
    ) -> None:
        self._journey = journey
        self._zone = zone
        # chance that anybody can repeat is the point here
        self._rng = random.Random(f"{seed} {journey.key}")  # noqa: S311 - no secret
        self._points = {point.key: point for point in journey.touchpoints}
        self._personas = [persona.id for persona in journey.personas]
        self._words = {locale: words(locale) for locale in ("fr", "en")}
        self._whole = _whole_texts(journey.key)

    def occasions(self, *, until: datetime, months: int = MONTHS) -> Iterator[Occasion]:
        """Yield the occasions of so many months before that of `until`, and of it."""
        for one, _ in self.stories(until=until, months=months):
            yield one

    def stories(
        self, *, until: datetime, months: int = MONTHS
    ) -> Iterator[tuple[Occasion, Told]]:
        """Yield the same occasions with what each customer tells."""
        first = add_months(until.date(), -MONTHS)
        number = 0
        for month in range(MONTHS - months, MONTHS + 1):
            for place in PLACES[self._journey.key]:
                for _ in range(self._how_many(place)):
                    number += 1
                    said_at = self._moment(add_months(first, month))
                    story = self._occasion(place, month, said_at, number)
                    if said_at < until:
                        yield story

    def hear(self, touchpoint: str, locale: str) -> Heard:
        """Return what a further customer says now, by the rates of the month."""
        place = next(
            one for one in PLACES[self._journey.key] if one.touchpoint == touchpoint
        )
        told = self._told(place, MONTHS)
        return Heard(
            scores={scale: self._score(scale, told) for scale in Scale},
            text=self._composed(told, locale),
        )

    def _how_many(self, place: Place) -> int:
        return place.a_month + self._rng.randint(-3, 3)

    def _moment(self, month: date) -> datetime:
        days = (add_months(month, 1) - month).days
        day = month + timedelta(days=self._rng.randrange(days))
        hour = min(21, max(7, round(self._rng.gauss(13, 3.5))))
        at = time(hour, self._rng.randrange(60), self._rng.randrange(60))
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def _occasion(
        self, place: Place, month: int, said_at: datetime, number: int
    ) -> tuple[Occasion, Told]:
        rng = self._rng
        told = self._told(place, month)
        locale = "fr" if rng.random() < SHARE_FRENCH else "en"
        point = self._points[place.touchpoint]
        identity = f"demo {self._journey.key} {number}"
        text = self._text(told, locale) if rng.random() < SHARE_WITH_TEXT else None
        occasion = Occasion(
            origin_key=hashlib.sha256(identity.encode()).hexdigest(),
            touchpoint_id=point.id,
            said_at=said_at,
            channel=point.channel,
            source=Source.SURVEY,
            persona_id=rng.choice(self._personas),
            language=locale,
            ratings=[
                GivenRating(scale=scale, value=self._score(scale, told))
                for scale in place.scales
            ],
            texts=[GivenText(text=text)] if text else [],
        )
        return occasion, told

    def _told(self, place: Place, month: int) -> Told:
        chance = self._rng.random()
        for theme, rate in place.frictions.items():
            chance -= rate(month)
            if chance < 0:
                return Told(stance=Stance.FRICTION, theme=theme)
        for theme, share in place.praises.items():
            chance -= share
            if chance < 0:
                return Told(stance=Stance.PRAISE, theme=theme)
        rest = (Stance.GENERAL_PRAISE, Stance.NOTHING, Stance.GENERAL_BLAME)
        return Told(stance=self._rng.choices(rest, (55, 35, 10))[0])

    def _score(self, scale: Scale, told: Told) -> int:
        fifth = self._rng.choices(range(5), _SCORES[told.stance])[0]
        points = list(scale.points)
        low, high = fifth * len(points) // 5, (fifth + 1) * len(points) // 5
        return self._rng.choice(points[low : max(high, low + 1)])

    def _text(self, told: Told, locale: str) -> str:
        whole = self._whole.get(told.stance)
        if whole and self._rng.random() < 1 / WHOLE_TEXT_EVERY:
            return whole.pop()
        return self._composed(told, locale)

    def _composed(self, told: Told, locale: str) -> str:
        rng = self._rng
        spoken = self._words[locale]
        if told.theme is None:
            return str(rng.choice(spoken[told.stance]))
        core = rng.choice(spoken[self._journey.key][told.stance][told.theme])
        opening = rng.choice(spoken["openings"])
        is_low = told.stance == Stance.FRICTION
        closing = rng.choice(spoken["low_closings" if is_low else "high_closings"])
        sentence = f"{opening}{core}"
        if is_low and rng.random() < SHARE_MIXED:
            praises = spoken[self._journey.key][Stance.PRAISE]
            praise = rng.choice(praises[rng.choice(list(praises))])
            sentence = f"{sentence}{rng.choice(spoken['turns'])}{praise}"
            closing = ""
        return f"{sentence[0].upper()}{sentence[1:]}.{closing}"


def _whole_texts(journey_key: str) -> Mapping[Stance, list[str]]:
    whole: dict[Stance, list[str]] = defaultdict(list)
    for line in (DATA / "verbatims.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["journey"] == journey_key:
            whole[_STANCE_OF_POLARITY[row["polarity"]]].append(row["text"])
    return whole


def write_history(
    session: Session, *, now: datetime, zone: ZoneInfo, months: int = MONTHS
) -> int:
    """Record so many months in both journeys, two years; return how many occasions.

    What was recorded before is left as it is: a second call adds nothing.
    """
    added = 0
    for key in JOURNEYS:
        journey = get_map(session, key)
        batch: list[Occasion] = []
        for one in Storyteller(journey, zone=zone).occasions(until=now, months=months):
            batch.append(one)
            if len(batch) == RECORDED_AT_ONCE:
                added += record(session, journey.id, batch, now=now, zone=zone)
                batch = []
        added += record(session, journey.id, batch, now=now, zone=zone)
    return added
