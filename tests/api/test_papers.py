"""The examples of the papers: each call is made, each answer is as it is written."""

import hashlib
import hmac
import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.accounts.api_keys import Scope
from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.mapping import EventMapping, FieldRule
from feedback.collection.mapping_guesses import guess_mapping
from feedback.collection.models import Event
from feedback.collection.sources import change_mapping, create_source, secret_of
from feedback.collection.terms import SourceKind
from feedback.collection.webhooks import shopify
from feedback.collection.webhooks.signatures import sign_mapped
from feedback.config import Settings
from feedback.jobs.models import Job
from feedback.nlp.annotation import PersonalData, Reason
from feedback.worker.runner import Worker
from tests.api.conftest import Connect
from tests.architecture.source import document
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said

BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
ANYTHING = "…"


@dataclass
class Call:
    """What curl would send."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None

    @classmethod
    def read(cls, text: str, variables: dict[str, str]) -> "Call":
        """Read a command as a shell would."""
        filled = re.sub(r"\$([A-Z]+)", lambda found: variables[found[1]], text)
        command, *words = shlex.split(filled.replace("\\\n", " "))
        assert command == "curl"
        call = cls()
        rest = iter(words)
        for word in rest:
            match word:
                case "-X":
                    call.method = next(rest)
                case "-H":
                    name, _, value = next(rest).partition(": ")
                    call.headers[name] = value
                case "-d":
                    call.content = next(rest)
                case _:
                    assert not word.startswith("-"), f"unknown option {word}"
                    call.url = word
        return call


def examples(paper: str) -> Iterator[tuple[str, str | None]]:
    """Each call of a paper, with the answer that is written behind it."""
    blocks = BLOCK.findall(document(paper))
    for place, (language, text) in enumerate(blocks):
        if language == "sh":
            behind = blocks[place + 1 : place + 2]
            answer = behind[0][1] if behind and behind[0][0] == "json" else None
            yield text, answer


def same(written: Any, found: Any) -> bool:
    """Tell whether an answer is as written: `…` stands for anything."""
    if written == ANYTHING:
        return found is not None
    if isinstance(written, dict):
        return isinstance(found, dict) and all(
            name in found and same(value, found[name])
            for name, value in written.items()
        )
    if isinstance(written, list):
        return (
            isinstance(found, list)
            and len(found) == len(written)
            and all(map(same, written, found))
        )
    return bool(written == found)


def said_and_analysed(
    session: Session, factories: Factories, clock: StoppedClock
) -> str:
    """Say a text with a phone number in a journey of its own; return its key."""
    said = Said(session, factories, clock)
    reason = Reason(start=0, end=19, source="rule:queue_wait.fr.1", weight=-1.0)
    phone = PersonalData(kind="phone", start=29, end=43)
    said.add(
        "Attente trop longue, appelez 06 12 34 56 78",
        themes=(mention(end=19),),
        reasons=(reason,),
        personal_data=(phone,),
        nps=3,
        language="fr",
    )
    # its analysis stands: no language model is loaded for a paper
    session.execute(delete(Job).where(Job.name == "voice.annotate"))
    return said.key


@pytest.fixture
def variables(
    connect: Connect,
    factories: Factories,
    session: Session,
    settings: Settings,
    clock: StoppedClock,
) -> dict[str, str]:
    """An installation as the papers take it for granted."""
    survey = factories.survey(factories.touchpoint())
    factories.trigger(survey)
    by: dict[str, Any] = {"author_id": None, "now": clock.now()}
    sealing = settings.secret()
    source = create_source(
        session, name="Shop", kind=SourceKind.MAPPED, sealing=sealing, **by
    )
    mapping = EventMapping(
        type=FieldRule(paths=("order.state",), values={"5": "order.delivered"}),
        id=FieldRule(paths=("order.reference",)),
        customer={"email": FieldRule(paths=("customer.email",))},
    )
    change_mapping(session, source, mapping, **by)
    answered = factories.response(
        survey,
        {"score": 3, "comment": "Trop d'attente, appelez 06 12 34 56 78"},
        contact=factories.contact("88"),
    )
    factories.analysed(answered, "Trop d'attente, appelez 06 12 34 56 78")
    journey = said_and_analysed(session, factories, clock)
    key = connect().key
    assert key is not None
    return {
        "FEEDBACK": settings.base_url,
        "KEY": key,
        "JOURNEY": journey,
        "SURVEY": survey.public_id,
        "SOURCE": source,
        "SECRET": secret_of(session, source, sealing=sealing),
        "EVENT": "not yet",
    }


@pytest.fixture
def send(client: FlaskClient, settings: Settings, session: Session) -> Any:
    session.rollback()

    def call(one: Call) -> TestResponse:
        path = one.url.removeprefix(settings.base_url)
        assert path.startswith("/api/v1/")
        return client.open(
            path,
            method=one.method,
            headers={"Accept-Language": "en", **one.headers},
            data=one.content,
        )

    return call


def test_every_example_of_the_paper_on_the_api_is_answered_as_written(
    variables: dict[str, str],
    send: Any,
    session: Session,
    worker: Worker,
) -> None:
    session.commit()
    made = set()
    for text, written in examples("docs/api.md"):
        call = Call.read(text, variables)
        answer = send(call)
        made.add((call.method, re.sub(r"\?.*|/[\w-]{12}$", "", call.url)))

        assert written is not None, text
        assert same(json.loads(written), answer.json), answer.text
        if variables["EVENT"] == "not yet":
            variables["EVENT"] = answer.json["receipts"][0]["event"]
            worker.drain()

    assert len(made) == 9


def test_the_example_of_the_paper_on_shops_is_taken(
    variables: dict[str, str], send: Any, session: Session
) -> None:
    session.commit()
    ((text, _),) = examples("docs/connect-a-shop.md")

    assert send(Call.read(text, variables)).status_code == 202
    assert session.scalars(select(Event.type)).all() == ["order.delivered"]


def test_the_signature_of_the_paper_is_the_one_that_is_believed() -> None:
    (code,) = (
        text
        for language, text in BLOCK.findall(document("docs/api.md"))
        if language == "python"
    )
    names: dict[str, Any] = {"SECRET": "whsec", "body": b"{}"}

    exec(code, names)  # noqa: S102 - what the paper tells developers to run

    assert names["signature"] == sign_mapped(b"{}", "whsec")
    assert names["hmac"] is hmac
    assert names["hashlib"] is hashlib


def test_the_order_of_prestashop_in_the_paper_is_recognised_as_it_says(
    settings: Settings,
) -> None:
    (example,) = (
        json.loads(text)
        for language, text in BLOCK.findall(document("docs/connect-a-shop.md"))
        if language == "json"
    )

    guessed = guess_mapping(example, zone=settings.zone)

    assert set(guessed.customer) == {"id", "email", "name", "locale"}
    assert guessed.time.paths == ("order.date_upd",)
    assert guessed.id.paths
    assert guessed.data


def test_the_papers_name_every_scope_every_topic_and_only_known_types() -> None:
    api, shop = document("docs/api.md"), document("docs/connect-a-shop.md")

    assert all(f"| `{scope}` |" in api for scope in Scope)
    assert all(f"`{topic}`" in shop for topic in shopify.TOPICS)
    named = re.findall(r"`([a-z]+\.[a-z]+)`", api + shop)
    types = [one for one in named if one.split(".")[0] in {"order", "return", "cart"}]
    assert {one for one in types if not one.startswith("order.t")} <= {
        *EVENT_TYPES,
        "order.reference",
    }


def test_the_papers_hold_no_key() -> None:
    for paper in ("docs/api.md", "docs/connect-a-shop.md"):
        assert not re.search(r"fb_[\w-]{20,}", document(paper))
    assert "KEY" not in os.environ
