"""The whole way with real parts: something happens, a mail goes, somebody answers.

Web server, worker, broker, mail server and browser are real, and so is the clock.
"""

import json
import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask_security import hash_password
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.accounts.api_keys import Scope, issue_key
from feedback.accounts.roles import Role
from feedback.accounts.service import add_person
from feedback.app import create_app
from feedback.collection import policy as asking_policy
from feedback.collection.models import EventOutcome, Invitation, Response
from feedback.collection.terms import (
    Channel,
    Flag,
    InvitationState,
    OutcomeKind,
    ResponseState,
)
from feedback.collection.trigger_draft import TriggerDraft
from feedback.collection.triggers import create_trigger, switch_trigger
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from feedback.jobs.broker import Broker
from feedback.jobs.models import Job, JobState
from feedback.surveys.conditions import Condition, Rule
from tests.browser.conftest import CHROMIUM, PASSWORD
from tests.factories import Factories
from tests.mail.post_office import PostOffice
from tests.processes import Program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    # processes are found in /proc
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux"),
]

#: of whoever holds the phone
PHONE: ViewportSize = {"width": 390, "height": 844}
COMMENT = "Trop d'attente à la caisse, mais le personnel est souriant."
ANALYST = "analyst@example.org"
CUSTOMER = "lea@example.org"
#: who was asked before: nine who would recommend the house
EARLIER = 9
#: settings that the processes are told
TOLD = (
    "database_url",
    "secret_key",
    "bind",
    "base_url",
    "broker_url",
    "broker_queue",
    "smtp_host",
    "smtp_port",
    "company_name",
)
#: milliseconds, for a page of a machine that does other things
PAGE_WITHIN = 60_000


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    return {**browser_type_launch_args, **CHROMIUM}


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("rabbitmq_url", marks=pytest.mark.postgres),
        pytest.param("redis_url", marks=pytest.mark.postgres),
    ]
)
def broker_url(request: pytest.FixtureRequest) -> str:
    """The address of the broker, empty where a worker looks at the rows itself."""
    if request.param == "embedded":
        return ""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def database_url(
    broker_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> str:
    """SQLite for one machine, PostgreSQL for those that share a broker."""
    if broker_url:
        return str(request.getfixturevalue("postgres_url"))
    path = tmp_path / "feedback.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def installed(
    settings: Settings, broker_url: str, office: PostOffice, worker_id: str
) -> Iterator[Settings]:
    """Settings of an installation with a mail server, and a queue of its own."""
    with socket.socket() as free, office.open() as smtp_port:
        free.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{free.getsockname()[1]}"
        free.close()
        name = f"feedback.test.{worker_id}.{os.getpid()}.{os.urandom(4).hex()}"
        yield replace(
            settings,
            bind=bind,
            base_url=f"http://{bind}",
            broker_url=broker_url,
            broker_queue=name,
            smtp_host="127.0.0.1",
            smtp_port=smtp_port,
            smtp_starttls=False,
        )
    if broker_url:
        broker = Broker(broker_url, queue_name=name)
        broker.forget()
        broker.close()


class House:
    """An installation that runs: its processes, its database, its pages."""

    def __init__(
        self, settings: Settings, database: Database, folder: Path, *parts: str
    ) -> None:
        self.settings = settings
        self._database = database
        environment = {
            f"FEEDBACK_{name.upper()}": str(getattr(settings, name)) for name in TOLD
        }
        self.parts: list[Program] = []
        for part in parts:
            program = Program(
                settings,
                folder / f"{part}.txt",
                FEEDBACK_SMTP_STARTTLS="0",
                **environment,
            )
            program.launch(part)
            self.parts.append(program)
        self.wait_for(self._listens)

    def _listens(self) -> bool:
        host, _, port = self.settings.bind.partition(":")
        with (
            suppress(OSError),
            socket.create_connection((host, int(port)), 1),
        ):
            return True
        return False

    def wait_for(self, condition: Any) -> None:
        """Wait until something is so; fail when a process ends or it takes too long."""
        first, *others = self.parts
        first.wait_for(condition)
        for other in others:
            assert other.process is not None
            assert other.process.poll() is None, other.said

    def is_idle(self) -> bool:
        """Tell whether nothing is owed that could be done now."""
        with self._database.transaction(writes=False) as session:
            found = session.scalars(
                select(Job.id)
                .where(
                    Job.state.in_([JobState.DUE, JobState.RUNNING]),
                    Job.due_at <= SystemClock().now() + timedelta(seconds=5),
                )
                .limit(1)
            ).first()
        return found is None

    def happens(self, key: str, **event: Any) -> int:
        """Tell the house what happened, as a shop does; return the status."""
        connection = HTTPConnection(self.settings.bind, timeout=60)
        connection.request(
            "POST",
            "/api/v1/events",
            json.dumps({"specversion": "1.0", **event}),
            {
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/cloudevents+json",
            },
        )
        status = connection.getresponse().status
        connection.close()
        return status

    def stop(self) -> list[int]:
        """Ask every process to stop, and return how they ended."""
        return [part.stop(signal.SIGTERM) for part in self.parts]

    def kill(self) -> None:
        """End whatever a failed test left behind."""
        for part in self.parts:
            part.kill()


@pytest.fixture
def house(installed: Settings, database: Database, tmp_path: Path) -> Iterator[House]:
    """Web and worker as `feedback run` starts them, or each by itself on a broker."""
    parts = ("web", "worker") if installed.broker_url else ("run",)
    one = House(installed, database, tmp_path, *parts)
    yield one
    one.kill()


def prepare(session: Session, settings: Settings, database: Database) -> str:
    """Have a journey, a survey, a trigger and an analyst; return a key of the API.

    The trigger wants orders of 20 and more, and nobody keeps quiet at any hour.
    """
    now = SystemClock().now()
    factories = Factories(session, SystemClock())
    journey = factories.journey("bakery")
    point = factories.touchpoint(factories.phase(journey, "decision"), "counter")
    survey = factories.survey(point)
    for number in range(EARLIER):
        factories.feedback(
            point, nps=10, said_at=now - timedelta(hours=2), customer=f"early-{number}"
        )
    trigger = create_trigger(
        session,
        journey.id,
        TriggerDraft(
            name="After the order",
            survey=survey.public_id,
            event_type="order.delivered",
            rule=Rule(
                conditions=(
                    Condition(
                        subject="event",
                        name="order.total",
                        operator="at_least",
                        value=20,
                    ),
                )
            ),
            channels=(Channel.EMAIL,),
        ),
        actor_id=None,
        now=now,
    )
    switch_trigger(session, trigger, on=True, actor_id=None, now=now)
    asking_policy.change_policy(
        session, asking_policy.Policy(quiet=None), revision=0, actor_id=None, now=now
    )
    with create_app(settings, database=database).app_context():
        hashed = hash_password(PASSWORD)
    add_person(
        session,
        email=ANALYST,
        name="Ana",
        role=Role.ANALYST,
        locale="en",
        now=now,
        password_hash=hashed,
    )
    issued = issue_key(
        session, name="Shop", scopes=[Scope.EVENTS_WRITE], author_id=None, now=now
    )
    session.commit()
    return issued.key


def html_of(mail: bytes) -> str:
    """The page that a mail program draws of a mail."""
    body = message_from_bytes(mail, policy=policy.default).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_what_happened_becomes_a_mail_an_answer_and_a_place_on_the_map(
    house: House,
    office: PostOffice,
    session: Session,
    database: Database,
    context: BrowserContext,
) -> None:
    key = prepare(session, house.settings, database)
    happened = {
        "type": "order.delivered",
        "source": "shop",
        "time": SystemClock().now().isoformat(),
    }
    who = {"id": "88", "email": CUSTOMER, "name": "Léa", "locale": "fr"}
    small = {"customer": {"id": "89", "email": "max@example.org"}}

    sent = house.happens(
        key, id="C-1", data={"customer": who, "order": {"total": 42}}, **happened
    )
    again = house.happens(
        key, id="C-1", data={"customer": who, "order": {"total": 42}}, **happened
    )
    cheap = house.happens(
        key, id="C-2", data={**small, "order": {"total": 3}}, **happened
    )
    house.wait_for(lambda: bool(office.taken))

    assert (sent, again, cheap) == (202, 202, 202)
    page = context.new_page()
    open_from_the_mail(page, house, html_of(office.taken[0]))
    # the page tells so a second later, as a person looks at it and no program
    house.wait_for(lambda: holds(database, Invitation.opened_at))
    answer(page)
    house.wait_for(lambda: holds(database, Response.recorded_at) and house.is_idle())
    read_what_came_of_it(context.new_page(), house)

    assert office.readers == [CUSTOMER]
    assert house.stop() == [0] * len(house.parts)
    look_into_the_database(database)


def open_from_the_mail(page: Page, house: House, mail: str) -> None:
    """Tap a score in the mail on a phone: it is chosen on the page, and not sent."""
    page.set_default_timeout(PAGE_WITHIN)
    page.set_viewport_size(PHONE)
    page.set_content(mail)
    assert f"{house.settings.base_url}/a/" in mail
    page.locator('a[href$="score=2"]').click()
    page.wait_for_url("**/a/**")

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator('input[name="q.score"][value="2"]')).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def answer(page: Page) -> None:
    """Say why, and send."""
    page.fill('textarea[name="q.comment"]', COMMENT)
    page.locator("button.main-button").click()
    expect(page.locator("h1")).to_contain_text("Merci")
    page.close()


def holds(database: Database, moment: InstrumentedAttribute[datetime | None]) -> bool:
    """Tell whether the one row that there is has a moment."""
    with database.transaction(writes=False) as session:
        return session.scalars(select(moment)).first() is not None


def read_what_came_of_it(page: Page, house: House) -> None:
    """Log in as an analyst, and find the verbatim and the score."""
    at = house.settings.base_url
    page.set_default_timeout(PAGE_WITHIN)
    page.goto(f"{at}/account/login")
    page.fill("input[name=email]", ANALYST)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/account/login)"))

    page.goto(f"{at}/journeys/bakery/verbatims")
    entry = page.locator("a.entry-link")
    expect(entry).to_have_count(1)
    entry.click()
    marked = page.locator("[data-words] mark.mention-negative")
    expect(marked.first).to_contain_text("attente")
    expect(page.locator("[data-words] mark.mention-positive").first).to_be_visible()
    expect(page.locator("dl.facts").first).to_contain_text("2 of 10")

    page.goto(f"{at}/journeys/bakery/map")
    phase = page.locator("li.phase")
    expect(phase.locator(".phase-base")).to_contain_text(f"{EARLIER + 1} answers")
    # nine promoters, and one detractor who came by mail
    expect(phase.locator(".phase-scores .figure-value")).to_contain_text("+80")
    page.close()


def look_into_the_database(database: Database) -> None:
    """What the pages do not show: nothing was done twice, nothing is odd."""
    with database.transaction(writes=False) as session:
        outcomes = session.execute(
            select(EventOutcome.kind, EventOutcome.reason).order_by(
                EventOutcome.event_id
            )
        ).all()
        invitation = session.scalars(select(Invitation)).one()
        response = session.scalars(select(Response)).one()
        assert [kind for kind, _ in outcomes] == [
            OutcomeKind.INVITED,
            OutcomeKind.NOT_MATCHED,
        ]
        assert invitation.state == InvitationState.COMPLETE
        assert response.state == ResponseState.COMPLETE
        assert response.answers == {"score": 2, "comment": COMMENT}
        assert Flag.BOT not in response.flags
        assert not list(
            session.scalars(select(Job.name).where(Job.state == JobState.FAILED))
        )
