"""Account: a person who may log in. ApiKey: another system that may call."""

from datetime import datetime
from typing import Any

from flask_security.core import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from feedback.accounts.roles import Role
from feedback.db.base import Base
from feedback.db.mixins import CreatedAt, PublicId
from feedback.db.types import JsonValue, UtcDateTime, enum_type


class Account(UserMixin, PublicId, CreatedAt, Base):
    """A person, with the columns that Flask-Security asks for.

    Flask-Security's mixin is the one piece of the web that a model knows: it
    carries the log-in's contract (uniquifier, second factor) in one place.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    locale: Mapped[str] = mapped_column(String(8))
    #: None until the person has chosen one by the link in the invitation
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: changes when every session of the person must end
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    #: a code is used up by taking it out of the list, which must be noticed; a copy
    #: of the type, as the original would make every column of that type a list
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(JsonValue.copy())
    )
    #: number of the last code of the second factor that was taken, so none counts twice
    totp_counter: Mapped[int | None]

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]  # read only: nothing to set
        """No role that Flask-Security knows: what a role may do is said in roles.py."""
        return []


class ApiKey(PublicId, CreatedAt, Base):
    """A key with which another system calls; only its SHA-256 is kept."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    #: SHA-256 of the whole key; the key itself holds 256 random bits
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: first characters, by which people tell keys apart
    prefix: Mapped[str] = mapped_column(String(16))
    #: values of Scope
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    #: to the hour, so that a call is no write
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
