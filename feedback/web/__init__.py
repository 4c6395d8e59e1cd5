"""The pages. `register` puts every blueprint on the application."""

from flask import Flask

from feedback.web import (
    accounts,
    board,
    dashboards,
    imports,
    journey,
    people,
    preferences,
    work,
)

BLUEPRINTS = (
    accounts.blueprint,
    board.blueprint,
    dashboards.blueprint,
    journey.blueprint,
    imports.blueprint,
    people.blueprint,
    preferences.blueprint,
    work.blueprint,
)


def register(app: Flask) -> None:
    """Register every blueprint of the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
