"""Note what is done to an improvement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.improvements.models import ImprovementChange


def note(
    session: Session,
    improvement_id: int,
    action: str,
    *,
    author_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the history, in the caller's transaction."""
    session.add(
        ImprovementChange(
            improvement_id=improvement_id,
            action=action,
            author_id=author_id,
            created_at=now,
            details=dict(details or {}),
        )
    )
    session.flush()
