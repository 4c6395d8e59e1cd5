"""Verbatims of which no theme speaks, in made-up sentences."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from feedback.journey.models import Touchpoint
from feedback.nlp.annotation import Feeling
from tests.insights.said import say

PARKING = (
    "Le parking est toujours plein",
    "Impossible de se garer sur le parking",
    "Parking trop petit pour nos voitures",
    "Aucune place de parking le samedi",
)
MUSIC = (
    "La musique est trop forte",
    "Musique assourdissante dans le magasin",
    "Baissez le volume de la musique",
)
BEFORE, NOW = date(2026, 5, 10), date(2026, 8, 10)


def speak_of(
    session: Session, point: Touchpoint, texts: Sequence[str], n: int, day: date = NOW
) -> None:
    """Have n customers say one of the texts each, in turn."""
    for number in range(n):
        say(
            session,
            point,
            day,
            feeling=Feeling.NEGATIVE,
            text=f"{texts[number % len(texts)]} ({number})",
        )
