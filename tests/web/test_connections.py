"""Connections: keys shown once, systems step by step, mappings tried and then kept."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope, find_caller, issue_key, list_keys
from feedback.accounts.roles import Role
from feedback.collection.mapping import FieldRule
from feedback.collection.sources import get_source, list_sources, secret_of
from feedback.collection.terms import SourceKind
from feedback.collection.unused import note_unused
from feedback.config import Settings
from tests.collection import webhook_samples as samples
from tests.conftest import LoggedIn, StoppedClock

EXAMPLE = {
    "event": "OrderStatus",
    "order": {"reference": "XKBKN", "state": "5", "total": "129,90"},
    "customer": {"firstname": "Inès", "lastname": "Le Goff", "email": "i@example.org"},
}
#: what a person would choose for it
CHOSEN = {
    "chosen": "1",
    "example": json.dumps(EXAMPLE),
    "type.path": "order.state",
    "value.0.raw": "5",
    "value.0.meant": "order.delivered",
    "id.path": "order.reference",
    "customer.email.path": "customer.email",
    "customer.name.path": "customer.firstname",
    "customer.name.path2": "customer.lastname",
    "data.0.name": "order.total",
    "data.0.path": "order.total",
    "data.0.number": "y",
}


@pytest.fixture
def administrator(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ADMINISTRATOR)


def connect(browser: FlaskClient, session: Session, kind: SourceKind) -> str:
    """Connect a system by the page; return its public id."""
    answer = browser.post("/connections/new", data={"kind": kind, "name": "Lampes"})
    assert answer.status_code == 302
    public_id = list_sources(session)[-1].public_id
    session.rollback()
    assert answer.location.endswith(public_id)
    return public_id


def test_a_key_is_shown_once_with_a_call_to_try(
    administrator: FlaskClient, session: Session, clock: StoppedClock
) -> None:
    answer = administrator.post(
        "/connections/keys/new", data={"name": "Shop", "scopes": ["events:write"]}
    )

    found = re.search(r'id="new-key" value="(fb_[\w-]{43})"', answer.text)
    assert found is not None
    caller = find_caller(session, found[1], now=clock.now())
    assert caller is not None
    assert caller.scopes == {Scope.EVENTS_WRITE}
    session.rollback()
    assert f"Authorization: Bearer {found[1]}" in answer.text.replace("&#39;", "'")
    assert answer.headers["Cache-Control"] == "no-store"
    for path in ("/connections/", f"/connections/keys/{caller.public_id}"):
        page = administrator.get(path).text
        assert "Shop" in page
        assert found[1] not in page
        assert found[1][:9] in page


def test_a_key_needs_a_name_and_a_right(administrator: FlaskClient) -> None:
    answer = administrator.post("/connections/keys/new", data={"name": " "})

    assert answer.status_code == 422
    assert "This must be filled in." in answer.text
    assert "Choose one at least." in answer.text


def test_a_key_is_renewed_and_revoked_with_a_question_before(
    administrator: FlaskClient, session: Session, clock: StoppedClock
) -> None:
    old = issue_key(
        session,
        name="Shop",
        scopes=[Scope.SURVEYS_READ],
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    page = administrator.get(f"/connections/keys/{old.public_id}").text
    assert "Revoke the key “Shop”?" in page
    assert "Every call with it is refused from this moment on." in page

    renewed = administrator.post(f"/connections/keys/{old.public_id}/rotate")
    assert "goes on working for 24 hours" in renewed.text
    assert find_caller(session, old.key, now=clock.now()) is not None
    session.rollback()
    administrator.post(f"/connections/keys/{old.public_id}/revoke")
    assert find_caller(session, old.key, now=clock.now()) is None
    session.rollback()
    page = administrator.get("/connections/").text
    assert "1 key that was revoked" in page
    assert len(list_keys(session)) == 2


@pytest.mark.parametrize("kind", list(SourceKind))
def test_each_kind_of_system_has_its_steps_with_its_address(
    administrator: FlaskClient, session: Session, kind: SourceKind
) -> None:
    public_id = connect(administrator, session, kind)

    page = administrator.get(f"/connections/{public_id}").text

    assert f"http://127.0.0.1:5000/api/v1/hooks/{public_id}" in page
    words = {
        SourceKind.SHOPIFY: "Settings › Notifications › Webhooks",
        SourceKind.WOOCOMMERCE: "WooCommerce › Settings › Advanced › Webhooks",
        SourceKind.ZENDESK: "Apps and integrations › Webhooks",
        SourceKind.MAPPED: "X-Feedback-Signature",
    }
    assert words[kind] in page
    assert "Nothing has arrived yet" in page


def test_the_steps_are_followed_until_an_order_arrives(
    administrator: FlaskClient,
    session: Session,
    settings: Settings,
) -> None:
    public_id = connect(administrator, session, SourceKind.SHOPIFY)
    page = administrator.get(f"/connections/{public_id}").text
    assert "Not finished" in page
    answer = administrator.post(
        f"/connections/{public_id}/secret", data={"secret": samples.SECRET}
    )
    assert answer.status_code == 302
    kept = secret_of(session, public_id, sealing=settings.secret())
    session.rollback()
    assert kept == samples.SECRET
    assert samples.SECRET not in administrator.get(f"/connections/{public_id}").text

    for document in (samples.SHOPIFY_ORDER | {"test": True}, samples.SHOPIFY_ORDER):
        content, headers = samples.shopify("orders/paid", document)
        administrator.post(f"/api/v1/hooks/{public_id}", data=content, headers=headers)

    page = administrator.get(f"/connections/{public_id}").text
    assert "Ready" in page
    assert "Something has arrived" in page
    assert "A test of the shop, with an invented order" in page
    log = administrator.get(f"/events/?source={public_id}").text
    assert "Order paid" in log
    assert "Lampes" in log


def test_a_secret_that_is_missing_is_asked_for_again(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.ZENDESK)

    answer = administrator.post(f"/connections/{public_id}/secret", data={})

    assert answer.status_code == 422
    assert "This must be filled in." in answer.text


def test_refused_calls_are_counted_beside_their_system(
    administrator: FlaskClient, session: Session, clock: StoppedClock
) -> None:
    public_id = connect(administrator, session, SourceKind.SHOPIFY)
    for _ in range(3):
        note_unused(
            session,
            f"source:{public_id}",
            {"": "bad_signature"},
            is_refused=True,
            now=clock.now(),
        )
    session.commit()

    listed = administrator.get("/connections/").text
    shown = administrator.get(f"/connections/{public_id}").text

    assert '<span class="connections-refused">3</span>' in listed
    assert "The signature is wrong" in shown


def test_a_system_is_closed_opened_and_renamed(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.WOOCOMMERCE)
    administrator.post(f"/connections/{public_id}/close")
    assert "Closed" in administrator.get("/connections/").text
    administrator.post(f"/connections/{public_id}/reopen")
    administrator.post(f"/connections/{public_id}/name", data={"name": "Lumières"})

    page = administrator.get("/connections/").text
    assert "Lumières" in page
    assert "Ready" in page
    administrator.post(f"/connections/{public_id}/name", data={"name": " "})
    assert get_source(session, public_id).name == "Lumières"


def test_an_example_is_recognised_and_shown_as_an_event(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.MAPPED)
    address = f"/connections/{public_id}/mapping"
    assert "Paste an example" in administrator.get(address).text

    page = administrator.post(address, data={"example": json.dumps(EXAMPLE)}).text

    assert "This is what Feedback has recognised" in page
    assert re.search(r'<option value="customer.email" selected>', page)
    assert re.search(r'<option value="order.reference" selected>', page)
    assert "customer.lastname = &#34;Le Goff&#34;" in page
    assert "say what it means" in page
    assert re.search(r'name="keep" value="1" disabled', page)


def test_a_mapping_is_tried_and_then_kept(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.MAPPED)
    address = f"/connections/{public_id}/mapping"

    tried = administrator.post(address, data=CHOSEN)
    assert tried.status_code == 200
    assert "“Order delivered” comes in." in tried.text
    assert "XKBKN/order.delivered" in tried.text
    assert get_source(session, public_id).mapping is None
    session.rollback()
    kept = administrator.post(address, data={**CHOSEN, "keep": "1"})

    assert kept.status_code == 302
    mapping = get_source(session, public_id).mapping
    session.rollback()
    assert mapping is not None
    assert mapping.type == FieldRule(
        paths=("order.state",), values={"5": "order.delivered"}
    )
    assert set(mapping.customer) == {"email", "name"}
    again = administrator.post(address, data={"example": json.dumps(EXAMPLE)}).text
    assert 'value="order.delivered" list="event-types"' in again


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value.0.meant": ""}, "say what it means"),
        ({"type.path": "", "type.fallback": ""}, "This must be filled in."),
        ({"type.fallback": "Not A Type", "type.path": ""}, "A type is lower-case"),
        ({"time.path": "order.state"}, "This is not a date and time"),
        ({"id.path": "nowhere"}, "This must be filled in."),
        ({"customer.email.path": "order.state"}, "This is not an e-mail address."),
        ({"customer.email.path": ""}, "would name nobody"),
        ({"data.1.name": "a b", "data.1.path": "event"}, "A name has letters"),
        ({"data.1.name": "", "data.1.path": "event"}, "A name has letters"),
        ({"date_format": "moon"}, "none of the values"),
        ({"type.path": "a..b"}, "This place cannot be read."),
    ],
)
def test_a_mapping_that_does_not_hold_is_not_kept_and_nothing_typed_is_lost(
    administrator: FlaskClient,
    session: Session,
    changed: dict[str, str],
    words: str,
) -> None:
    public_id = connect(administrator, session, SourceKind.MAPPED)

    answer = administrator.post(
        f"/connections/{public_id}/mapping", data={**CHOSEN, **changed, "keep": "1"}
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="order.total"' in answer.text
    assert get_source(session, public_id).mapping is None


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("", "This must be filled in."),
        ("{", "The content is not JSON."),
        ("3", "This must be an object"),
        ("{}", "This must be filled in."),
        ("[" * 60_000, "nested too deeply"),
        ('{"a": "' + "x" * 210_000 + '"}', "This is too long."),
    ],
)
def test_what_is_no_example_is_told(
    administrator: FlaskClient, session: Session, example: str, words: str
) -> None:
    public_id = connect(administrator, session, SourceKind.MAPPED)

    answer = administrator.post(
        f"/connections/{public_id}/mapping", data={"example": example}
    )

    assert answer.status_code == 422
    assert words in answer.text


def test_a_system_that_is_known_needs_no_mapping(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.SHOPIFY)

    assert administrator.get(f"/connections/{public_id}/mapping").status_code == 409


def test_what_an_example_holds_is_never_markup(
    administrator: FlaskClient, session: Session
) -> None:
    public_id = connect(administrator, session, SourceKind.MAPPED)
    nasty: dict[str, Any] = {'"><script>x</script>': "</textarea><script>y</script>"}

    page = administrator.post(
        f"/connections/{public_id}/mapping", data={"example": json.dumps(nasty)}
    ).text

    assert "<script>" not in page


def test_only_administrators_connect_systems(logged_in: LoggedIn) -> None:
    for role in (Role.ANALYST, Role.MANAGER):
        browser = logged_in(role)
        for path in ("/connections/", "/connections/new", "/connections/keys/new"):
            assert browser.get(path).status_code == 403


def test_the_page_is_there_in_french(logged_in: LoggedIn) -> None:
    page = logged_in(Role.ADMINISTRATOR, locale="fr").get("/connections/").text

    assert '<html lang="fr">' in page
