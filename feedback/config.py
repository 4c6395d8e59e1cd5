"""Settings: read once from the environment, documented field by field."""

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from feedback.core.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "FEEDBACK_"
_COUNTRY = re.compile(r"[A-Z]{2}")
#: schemes of addresses
COUNTERS = frozenset({"redis", "rediss"})
BROKERS = COUNTERS | {"amqp", "amqps"}


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
    web_threads: int = _setting(4, "Threads of the web process.")
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
    mails_per_minute: int = _setting(
        0, "Mails to customers in a minute at most, all workers together; 0: no limit."
    )
    dkim_domain: str = _setting(
        "", "Domain under which mails are signed (DKIM); empty: they go unsigned."
    )
    dkim_selector: str = _setting(
        "",
        "Selector of the DKIM key: its public half is at SELECTOR._domainkey.DOMAIN.",
    )
    dkim_key_file: str = _setting("", "File of the private DKIM key, RSA in PEM.")
    sms_url: str = _setting(
        "", "HTTP gateway of text messages; empty: nobody is asked by SMS."
    )
    sms_token: str = _setting("", "Bearer token for the gateway of text messages.")
    texts_per_second: int = _setting(
        0, "Text messages in a second at most, all workers together; 0: no limit."
    )
    webhook_networks: str = _setting(
        "",
        "Private networks that webhooks may be sent to, between spaces, as "
        "10.1.0.0/16; empty: the open internet alone.",
    )
    phone_country: str = _setting(
        "FR", "Country of phone numbers that are written without +, in two letters."
    )
    company_address: str = _setting(
        "", "Postal address in the foot of mails to customers, on one line."
    )
    keep_customers_days: int = _setting(
        1095, "Days without an event after which the house forgets who a customer was."
    )
    original_days: int = _setting(
        90,
        "Days for which a text is kept as it was given, where something in it is "
        "masked.",
    )
    order_numbers: str = _setting(
        "",
        "Forms of order numbers to mask, between spaces: # is a digit, ? a letter, "
        "* either, as CMD-######.",
    )
    keep_events_days: int = _setting(
        400, "Days for which events are kept, with what came of them."
    )
    templates: Path = _setting(
        ROOT / "templates", "Folder of the templates of pages, mails and reports."
    )
    largest_upload_mb: int = _setting(
        200, "Largest file that may be imported in the browser, in megabytes."
    )
    api_calls_per_minute: int = _setting(
        600, "Calls of one key to the API in a minute; more are answered 429."
    )
    work_lease_seconds: int = _setting(
        120, "How long a worker may be silent before its job is given to another."
    )
    broker_url: str = _setting(
        "", "Redis or RabbitMQ that tells workers of due jobs; empty: they look alone."
    )
    broker_queue: str = _setting(
        "feedback", "Queue at the broker; each installation has its own."
    )
    worker_processes: int = _setting(
        1, "Jobs that one worker does at the same time, with a broker."
    )
    limits_url: str = _setting(
        "", "Redis that counts attempts for all web servers; empty: see broker."
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
        for name, schemes in (("broker_url", BROKERS), ("limits_url", COUNTERS)):
            address = getattr(self, name)
            if address and urlsplit(address).scheme not in schemes:
                faults[PREFIX + name.upper()] = "unknown_address"
        for name in (
            "worker_processes",
            "api_calls_per_minute",
            "keep_customers_days",
            "keep_events_days",
            "original_days",
        ):
            if getattr(self, name) < 1:
                faults[PREFIX + name.upper()] = "not_a_value"
        if not _COUNTRY.fullmatch(self.phone_country):
            faults[PREFIX + "PHONE_COUNTRY"] = "not_a_value"
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            faults[PREFIX + "TIME_ZONE"] = "unknown_time_zone"
        if any(form.count("#") + form.count("*") < 3 for form in self.order_forms):
            faults[PREFIX + "ORDER_NUMBERS"] = "not_a_value"
        faults |= self._faults_of_sending()
        if faults:
            raise Invalid(faults)

    def _faults_of_sending(self) -> dict[str, str]:
        faults = {}
        signing = ("dkim_domain", "dkim_selector", "dkim_key_file")
        missing = [name for name in signing if not getattr(self, name)]
        if len(missing) < len(signing):  # all of them or none
            faults = {PREFIX + name.upper(): "missing" for name in missing}
        for name in ("mails_per_minute", "texts_per_second"):
            if getattr(self, name) < 0:
                faults[PREFIX + name.upper()] = "not_a_value"
        if self.sms_url and urlsplit(self.sms_url).scheme not in {"http", "https"}:
            faults[PREFIX + "SMS_URL"] = "unknown_address"
        try:
            for one in self.webhook_networks.split():
                ip_network(one)
        except ValueError:
            faults[PREFIX + "WEBHOOK_NETWORKS"] = "not_a_value"
        return faults

    @property
    def order_forms(self) -> tuple[str, ...]:
        """The forms of order numbers, one by one."""
        return tuple(self.order_numbers.split())

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.time_zone)

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the data folder by default."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/feedback.db"

    @property
    def limits(self) -> str:
        """Where attempts are counted: for all web servers, or in each one's memory."""
        if self.limits_url or urlsplit(self.broker_url).scheme not in COUNTERS:
            return self.limits_url or "memory://"
        return self.broker_url

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
            _write_first(path, secrets.token_urlsafe(48))
        return path.read_text()


def _write_first(path: Path, text: str) -> None:
    """Write a file whole, unless another process was quicker."""
    mine = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    mine.touch(mode=0o600)
    mine.write_text(text)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(mine)
    mine.unlink()


def _read(text: str, default: object) -> object:
    if isinstance(default, bool):
        if text not in {"0", "1"}:
            raise ValueError(text)
        return text == "1"
    if isinstance(default, Path):
        return Path(text)
    return int(text) if isinstance(default, int) else text
