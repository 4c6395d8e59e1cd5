"""The description in OpenAPI 3.1: whole, and true whatever is sent."""

from collections import defaultdict
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope
from feedback.api.description import SCOPES
from feedback.api.limits import EXTENSION
from tests.api.conftest import Connect, Patient
from tests.api.test_security import api_routes
from tests.factories import Factories

#: of each call, right and wrong ones each
EXAMPLES = 8
#: that an address can be written to is no matter of JSON Schema; of many events the
#: faulty ones alone are refused
NO_MATTER = defaultdict(
    lambda: [positive_data_acceptance],
    {"/api/v1/events": [positive_data_acceptance, negative_data_rejection]},
)
METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    document = answer.json
    assert isinstance(document, dict)
    return document


def operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, found in description["paths"].items()
        for method, operation in found.items()
        if method in METHODS
    }


def test_every_route_is_described_and_no_page_is(
    description: dict[str, Any], application: Flask
) -> None:
    described = {
        (method, path.replace("{event_id}", "made-up").replace("{source}", "made-up"))
        for method, path in operations(description)
    }

    assert described == {
        (method, f"/api/v1{path}") for _, method, path in api_routes(application)
    }
    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": "http://127.0.0.1:5000"}]


def test_every_operation_states_its_scope_its_body_and_its_refusals(
    description: dict[str, Any],
) -> None:
    for (method, path), operation in operations(description).items():
        assert operation["summary"], path
        if path.endswith("/hooks/{source}"):
            assert operation["security"] == []
        else:
            (security,) = operation["security"]
            assert set(security["key"]) <= {scope.value for scope in Scope}
        if method != "GET":
            assert operation["requestBody"]["required"] is True
            assert {"413", "415"} <= set(operation["responses"])
        for status, said in operation["responses"].items():
            (media_type,) = said["content"]
            is_good = status < "300"
            expected = "application/json" if is_good else "application/problem+json"
            assert media_type == expected, path


def test_every_scope_is_explained(description: dict[str, Any]) -> None:
    told = description["components"]["securitySchemes"]["key"]["description"]

    assert set(SCOPES) == set(Scope)
    assert all(scope.value in told for scope in Scope)


@pytest.fixture
def described(
    application: Flask, connect: Connect, factories: Factories, session: Session
) -> OpenApiSchema:
    """The description as schemathesis reads it, with a key that may do everything."""
    factories.survey(factories.touchpoint())
    machine = connect()
    application.extensions[EXTENSION] = Patient()
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    schema.config.update(headers={"Authorization": f"Bearer {machine.key}"})
    return schema


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_is_answered_as_described(
    described: OpenApiSchema, mode: GenerationMode
) -> None:
    """Nothing fails, and each answer has a status and a shape that are described."""
    for found in described.get_all_operations():
        check(found.ok(), mode)  # type: ignore[union-attr]  # the others have no route


def check(operation: Any, mode: GenerationMode) -> None:
    """Send what fits the description, or what does not, and look at the answers."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        case.call_and_validate(excluded_checks=NO_MATTER[case.path])

    with suppress(Unsatisfiable):  # some calls cannot be wrong
        send()
