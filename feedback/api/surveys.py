"""GET /surveys: what is asked, and where it stands."""

from typing import Any

from apiflask import fields, validators

from feedback.accounts.api_keys import Scope
from feedback.api.blueprint import blueprint
from feedback.api.context import current_session
from feedback.api.fields import Number, Query, Said
from feedback.api.security import requires
from feedback.core.pagination import LARGEST_PAGE, LAST_PAGE, PageRequest
from feedback.surveys.queries import SurveyOnList, SurveyState, list_surveys


class SurveyQuery(Query):
    """Which page of the list."""

    page = Number(least=1, most=LAST_PAGE, load_default=1)


class SurveyOut(Said):
    """A survey."""

    survey = fields.String(metadata={"description": "its id in all other calls"})
    name = fields.String()
    state = fields.String(validate=validators.OneOf([one.value for one in SurveyState]))
    anonymous = fields.Boolean()
    journey = fields.String()
    touchpoint = fields.String()
    version = fields.Integer(
        allow_none=True, metadata={"description": "the one that is answered now"}
    )


class SurveysOut(Said):
    """A page of surveys."""

    surveys = fields.List(fields.Nested(SurveyOut))
    next = fields.String(
        allow_none=True, metadata={"description": "address of the next page"}
    )


@blueprint.get("/surveys")
@requires(Scope.SURVEYS_READ)
@blueprint.input(SurveyQuery, location="query", arg_name="wanted")
@blueprint.output(SurveysOut)
def surveys(wanted: dict[str, Any]) -> dict[str, Any]:
    """List the surveys.

    In the order of their journeys, phases and touchpoints; archived ones are left out.
    """
    request = PageRequest(number=wanted["page"], size=LARGEST_PAGE)
    page = list_surveys(current_session(), request)
    following = f"/api/v1/surveys?page={page.number + 1}"
    return {
        "surveys": [_said(one) for one in page.items],
        "next": following if page.has_next else None,
    }


def _said(survey: SurveyOnList) -> dict[str, Any]:
    return {
        "survey": survey.public_id,
        "name": survey.name,
        "state": survey.state.value,
        "anonymous": survey.anonymous,
        "journey": survey.journey_key,
        "touchpoint": survey.touchpoint_key,
        "version": survey.version,
    }
