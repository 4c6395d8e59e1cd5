"""Settings: read once from the environment, documented field by field."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from feedback.core.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "FEEDBACK_"


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs from one installation to another.

    Each field is read from `FEEDBACK_` and its name in capitals.
    """

    data_dir: Path = _setting(
        Path("var"), "Folder of everything that is written: database, mail, reports."
    )
    database_url: str = _setting(
        "", "SQLAlchemy address of the database; empty: SQLite in the data folder."
    )
    secret_key: str = _setting(
        "", "Signs cookies and links; empty: made once and kept in the data folder."
    )
    base_url: str = _setting(
        "http://127.0.0.1:5000", "Address at which people reach the application."
    )
    bind: str = _setting(
        "127.0.0.1:5000", "Interface and port that the web server listens on."
    )
    proxies: int = _setting(
        0, "Reverse proxies in front whose X-Forwarded-* headers may be believed."
    )
    web_threads: int = _setting(8, "Threads of the web process.")
    company_name: str = _setting(
        "Feedback", "Name shown in the head of pages, mails and reports."
    )
    locale: str = _setting(
        "fr", "Language when nothing tells a person's own: fr or en."
    )
    time_zone: str = _setting(
        "Europe/Paris", "Time zone that days, months and schedules follow."
    )
    smtp_host: str = _setting(
        "", "Mail server; empty: mails are written to outbox/ in the data folder."
    )
    smtp_port: int = _setting(587, "Port of the mail server.")
    smtp_user: str = _setting("", "Name to log in with at the mail server.")
    smtp_password: str = _setting("", "Password for the mail server.")
    smtp_starttls: bool = _setting(True, "Whether to encrypt with STARTTLS: 1 or 0.")
    mail_from: str = _setting("feedback@localhost", "Sender of every mail.")
    templates: Path = _setting(
        ROOT / "templates", "Folder of the templates of pages, mails and reports."
    )
    largest_upload_mb: int = _setting(
        200, "Largest file that may be imported in the browser, in megabytes."
    )
    work_lease_seconds: int = _setting(
        120, "How long a worker may be silent before its job is given to another."
    )

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None
    ) -> "Settings":
        """Read the settings; what is not set keeps its default.

        Raises:
            Invalid: one code per setting that cannot be read.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for one in fields(cls):
            name = PREFIX + one.name.upper()
            if name not in environment:
                continue
            try:
                values[one.name] = _read(environment[name], one.default)
            except ValueError:
                faults[name] = "not_a_value"
        if faults:
            raise Invalid(faults)
        settings = cls(**values)
        settings.check()
        return settings

    def check(self) -> None:
        """Check what the types do not.

        Raises:
            Invalid: one code per setting that cannot be used.
        """
        faults = {}
        if self.locale not in {"fr", "en"}:
            faults[PREFIX + "LOCALE"] = "unknown_language"
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            faults[PREFIX + "TIME_ZONE"] = "unknown_time_zone"
        if faults:
            raise Invalid(faults)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.time_zone)

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/feedback.db"

    def folder(self, name: str) -> Path:
        """Return the folder `name` inside the data folder, made when missing."""
        folder = self.data_dir / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def secret(self) -> str:
        """Return the secret key, made at the first call and kept out of the repo."""
        if self.secret_key:
            return self.secret_key
        path = self.folder("secrets") / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()


def _read(text: str, default: object) -> object:
    if isinstance(default, bool):
        if text not in {"0", "1"}:
            raise ValueError(text)
        return text == "1"
    if isinstance(default, Path):
        return Path(text)
    return int(text) if isinstance(default, int) else text
