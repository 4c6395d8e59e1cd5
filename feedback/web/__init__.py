"""The pages. `register` puts every blueprint on the application."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from feedback.web import (
    accounts,
    agreement,
    alerts,
    automation,
    board,
    builder,
    case_settings,
    cases,
    connection_mapping,
    customers,
    dashboards,
    discovery,
    drivers,
    event_log,
    explorer,
    imports,
    improvement_telling,
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
    receivers,
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
    alerts.blueprint,
    automation.blueprint,
    board.blueprint,
    builder.blueprint,
    case_settings.blueprint,
    cases.blueprint,
    customers.blueprint,
    connection_mapping.blueprint,
    dashboards.blueprint,
    discovery.blueprint,
    drivers.blueprint,
    event_log.blueprint,
    explorer.blueprint,
    improvement_telling.blueprint,
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
    receivers.blueprint,
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
