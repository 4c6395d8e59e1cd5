"""Errors: one shape (RFC 9457), our codes, words in the caller's language."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.api.blueprint import blueprint
from feedback.api.problems import Problem, words_for
from feedback.api.words import TITLES, WORDS
from tests.api.conftest import Machine


def test_an_unknown_address_below_the_api_is_a_problem_and_no_page(
    client: FlaskClient,
) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "urn:problem-type:feedback:no_such_address",
        "title": "Nothing stands at this address",
        "status": 404,
        "detail": "Nothing stands at this address.",
        "code": "no_such_address",
    }


def test_an_unknown_page_stays_a_page(client: FlaskClient) -> None:
    assert client.get("/nothing").mimetype == "text/html"
    assert client.get("/apiary").mimetype == "text/html"


def test_a_wrong_method_names_the_right_ones(machine: Machine) -> None:
    answer = machine.post("/surveys")

    assert answer.status_code == 405
    assert answer.json is not None
    assert answer.json["code"] == "wrong_method"
    assert "GET" in answer.headers["Allow"]


def test_words_come_in_the_language_that_the_caller_accepts(machine: Machine) -> None:
    said = {
        asked: machine.get("/surveys?page=x", headers={"Accept-Language": asked})
        for asked in ("fr-CA,fr;q=0.9", "en-US", "de,en;q=0.3", "")
    }

    title = "Something in what you sent is wrong"
    french = "Quelque chose ne va pas dans votre envoi"
    titles = [answer.json["title"] for answer in said.values() if answer.json]
    assert titles == [french, title, title, french]
    languages = [answer.headers["Content-Language"] for answer in said.values()]
    assert languages == ["fr", "en", "en", "fr"]


def test_each_fault_is_named_with_its_place(machine: Machine) -> None:
    answer = machine.get("/surveys?page=0")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"] == [
        {
            "place": "page",
            "code": "out_of_range",
            "detail": "This number is too small or too large.",
        }
    ]


def test_a_nul_in_the_address_reaches_no_database(machine: Machine) -> None:
    for path in ("/surveys?page=%00", "/surveys?%00=1", "/events/%00"):
        assert machine.get(path).status_code in {400, 404}, path


def test_every_title_and_word_is_a_sentence_that_can_be_translated() -> None:
    assert set(TITLES) >= {400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500}
    assert all(words.endswith((".", "fb_...", "json")) for words in WORDS.values())


def test_a_code_without_words_says_its_own_name(application: Flask) -> None:
    with application.test_request_context("/api/v1/surveys"):
        assert words_for("some_new_code") == "some new code"


def test_what_nobody_foresaw_is_a_problem_that_tells_no_secret(
    application: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    application.config["TESTING"] = False
    handler = application.error_handler_spec[blueprint.name][None][Exception]
    with application.test_request_context("/api/v1/surveys"):
        answer = handler(RuntimeError("a secret"))

    assert answer.status_code == 500  # type: ignore[union-attr]  # a response
    assert "secret" not in answer.get_data(as_text=True)  # type: ignore[union-attr]
    assert "unexpected error" in caplog.text


def test_a_problem_keeps_its_code() -> None:
    assert str(Problem(400, "not_json")) == "not_json"
