"""The pages. `register` puts every blueprint on the application."""

from flask import Flask

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


def register(app: Flask) -> None:
    """Register every blueprint of the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
