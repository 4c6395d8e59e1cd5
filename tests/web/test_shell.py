"""What every page stands in: assets that are kept, and small on the wire."""

from flask import Flask
from flask.testing import FlaskClient

from feedback.web.shell import asset


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
