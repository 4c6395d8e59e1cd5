"""What was said on occasions that a source knows by their keys, masked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.nlp.redaction import MASK
from feedback.voice.models import Feedback, Verbatim


@dataclass(frozen=True, kw_only=True)
class OccasionText:
    """A text that was analysed, with its personal data masked.

    `is_kept` tells whether the text as it was given can still be read.
    """

    public_id: str
    text: str
    is_kept: bool

    def masks(self, given: str) -> bool:
        """Tell whether this is a text as it was given, but for what is masked."""
        return len(given) == len(self.text) and all(
            shown in (own, MASK) for own, shown in zip(given, self.text, strict=True)
        )


def texts_by_occasion(
    session: Session, origin_keys: Sequence[str]
) -> dict[str, list[OccasionText]]:
    """Return the texts of occasions by their keys; what waits is not among them."""
    rows = session.execute(
        select(
            Feedback.origin_key,
            Verbatim.public_id,
            Verbatim.text,
            Verbatim.original.is_not(None).label("is_kept"),
        )
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .where(Feedback.origin_key.in_(origin_keys), Verbatim.text.is_not(None))
        .order_by(Verbatim.id)
    )
    found: dict[str, list[OccasionText]] = defaultdict(list)
    for row in rows:
        found[row.origin_key].append(
            OccasionText(public_id=row.public_id, text=row.text, is_kept=row.is_kept)
        )
    return found
