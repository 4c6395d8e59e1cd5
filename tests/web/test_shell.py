"""What every page stands in: assets that are kept, and small on the wire."""

from flask import Flask
from flask.testing import FlaskClient

from feedback.web.shell import asset
from tests.factories import Factories


def test_an_asset_is_kept_for_ever_under_an_address_that_changes_with_its_content(
    application: Flask, client: FlaskClient
) -> None:
    with application.test_request_context():
        address = asset("css/app.css")

    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    with client.get("/static/css/app.css") as unnamed:
        assert "immutable" not in unnamed.headers["Cache-Control"]


def test_a_page_with_a_secret_in_it_is_not_compressed(client: FlaskClient) -> None:
    answer = client.get("/account/login", headers={"Accept-Encoding": "gzip, br"})

    assert "Content-Encoding" not in answer.headers


def test_a_demonstration_is_told_on_every_page_even_before_the_log_in(
    client: FlaskClient, factories: Factories
) -> None:
    assert "demo-banner" not in client.get("/account/login").text
    factories.journey(is_demo=True)
    factories.session.commit()

    assert "demo-banner" in client.get("/account/login").text
    assert "demo-banner" in client.get("/nowhere").text
