"""Open links: made for a survey, closed and opened again, and what came in by them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.collection.links import (
    close_link,
    create_link,
    get_link,
    list_links,
    reopen_link,
)
from feedback.collection.open_links import find_link
from feedback.collection.terms import LinkKind
from feedback.core.errors import Invalid, NotFound
from feedback.surveys.models import Survey
from tests.conftest import StoppedClock
from tests.factories import Factories


@pytest.fixture
def survey(factories: Factories) -> Survey:
    return factories.survey()


def make(session: Session, survey: Survey, clock: StoppedClock, **given: object) -> str:
    values = {"name": "Poster", "kind": LinkKind.LINK, "actor_id": None, **given}
    return create_link(session, survey.public_id, now=clock.now(), **values)  # type: ignore[arg-type]  # by name


def test_a_link_leads_to_the_survey(
    session: Session, survey: Survey, clock: StoppedClock
) -> None:
    link = get_link(session, survey.public_id, make(session, survey, clock))

    found = find_link(session, link.slug, clock.now())

    assert found is not None
    assert (found.survey_id, found.is_open) == (survey.id, True)
    assert (link.complete, link.partial) == (0, 0)


def test_a_closed_link_is_known_and_not_answered(
    session: Session, survey: Survey, clock: StoppedClock
) -> None:
    public_id = make(session, survey, clock)
    close_link(session, survey.public_id, public_id, actor_id=None, now=clock.now())
    link = get_link(session, survey.public_id, public_id)

    found = find_link(session, link.slug, clock.now())

    assert not link.is_open(clock.now())
    assert found is not None
    assert not found.is_open


def test_a_link_whose_last_day_has_passed_can_be_opened_again(
    session: Session, survey: Survey, clock: StoppedClock
) -> None:
    public_id = make(
        session, survey, clock, closes_at=clock.now() + timedelta(minutes=1)
    )
    clock.advance(minutes=1)
    assert not get_link(session, survey.public_id, public_id).is_open(clock.now())

    reopen_link(session, survey.public_id, public_id, actor_id=None, now=clock.now())

    assert get_link(session, survey.public_id, public_id).is_open(clock.now())


def test_a_widget_knows_its_sites_as_browsers_name_them(
    session: Session, survey: Survey, clock: StoppedClock
) -> None:
    origins = ["https://Shop.example/", " https://shop.example ", "", "http://a.b:8080"]
    public_id = make(session, survey, clock, kind=LinkKind.WIDGET, origins=origins)

    assert get_link(session, survey.public_id, public_id).origins == (
        "https://shop.example",
        "http://a.b:8080",
    )


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"name": "  "}, {"name": "missing"}),
        ({"name": "x" * 121}, {"name": "too_long"}),
        ({"kind": LinkKind.WIDGET}, {"origins": "missing"}),
        (
            {"kind": LinkKind.WIDGET, "origins": ["shop.example"]},
            {"origins": "not_a_site"},
        ),
        (
            {"kind": LinkKind.WIDGET, "origins": ["https://a.b/c"]},
            {"origins": "not_a_site"},
        ),
        (
            {"kind": LinkKind.WIDGET, "origins": ["https://a;b"]},
            {"origins": "not_a_site"},
        ),
        (
            {"kind": LinkKind.WIDGET, "origins": ["javascript://a"]},
            {"origins": "not_a_site"},
        ),
    ],
)
def test_what_cannot_be_a_link_is_refused_and_not_made(
    session: Session,
    survey: Survey,
    clock: StoppedClock,
    given: dict[str, object],
    faults: dict[str, str],
) -> None:
    with pytest.raises(Invalid) as caught:
        make(session, survey, clock, **given)

    assert caught.value.fields == faults
    assert list_links(session, survey.public_id) == ()


def test_an_end_in_the_past_is_refused(
    session: Session, survey: Survey, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid, match="in_the_past"):
        make(session, survey, clock, closes_at=clock.now())


def test_a_touchpoint_of_another_journey_is_not_there(
    session: Session, survey: Survey, clock: StoppedClock, factories: Factories
) -> None:
    other = factories.touchpoint(factories.phase(factories.journey()))

    with pytest.raises(NotFound, match="touchpoint"):
        make(session, survey, clock, touchpoint_id=other.id)


def test_a_link_of_another_survey_is_not_there(
    session: Session, survey: Survey, clock: StoppedClock, factories: Factories
) -> None:
    public_id = make(session, survey, clock)
    other = factories.survey(published=False)

    with pytest.raises(NotFound, match="link"):
        get_link(session, other.public_id, public_id)
