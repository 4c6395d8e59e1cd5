"""The pages. `register` puts every blueprint on the application."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from feedback.web import (
    accounts,
    board,
    dashboards,
    explorer,
    imports,
    journey,
    people,
    preferences,
    reports,
    work,
)

BLUEPRINTS = (
    accounts.blueprint,
    board.blueprint,
    dashboards.blueprint,
    explorer.blueprint,
    journey.blueprint,
    imports.blueprint,
    people.blueprint,
    preferences.blueprint,
    reports.blueprint,
    work.blueprint,
)


class RowNumber(IntegerConverter):
    """A number in an address: one that an integer of a database can be."""

    regex = r"\d{1,9}"


def register(app: Flask) -> None:
    """Register every blueprint of the pages."""
    app.url_map.converters["int"] = RowNumber
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
