"""The pages. `register` puts every blueprint on the application."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from feedback.web import (
    accounts,
    agreement,
    board,
    builder,
    connection_mapping,
    customers,
    dashboards,
    discovery,
    event_log,
    explorer,
    imports,
    interview_appeals,
    interview_excerpts,
    interview_guides,
    interview_notes,
    interviews,
    invitations,
    journey,
    links,
    masking,
    own_model,
    people,
    preferences,
    reports,
    results,
    surveys,
    taxonomy,
    triggers,
    work,
)

BLUEPRINTS = (
    accounts.blueprint,
    agreement.blueprint,
    board.blueprint,
    builder.blueprint,
    customers.blueprint,
    connection_mapping.blueprint,
    dashboards.blueprint,
    discovery.blueprint,
    event_log.blueprint,
    explorer.blueprint,
    journey.blueprint,
    imports.blueprint,
    interview_appeals.blueprint,
    interview_excerpts.blueprint,
    interview_guides.blueprint,
    interview_notes.blueprint,
    interviews.blueprint,
    invitations.blueprint,
    links.blueprint,
    masking.blueprint,
    own_model.blueprint,
    people.blueprint,
    preferences.blueprint,
    reports.blueprint,
    results.blueprint,
    surveys.blueprint,
    taxonomy.blueprint,
    triggers.blueprint,
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
