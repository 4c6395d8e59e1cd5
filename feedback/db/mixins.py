"""Columns that many tables have alike."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.core.ids import PUBLIC_ID_LENGTH, new_public_id
from feedback.db.types import UtcDateTime


class PublicId:
    """An id that may stand in an address: unguessable, unlike the row's number."""

    public_id: Mapped[str] = mapped_column(
        String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id
    )


class CreatedAt:
    """When the row was made; given by the service, never by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
