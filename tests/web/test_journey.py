"""The pages of journeys: list, new, import, export, archive."""

import json
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey import personas, service
from feedback.journey.exchange import SCHEMA
from feedback.journey.queries import get_map, list_journeys, list_shelf
from feedback.journey.revisions import Signed
from feedback.journey.terms import Kind
from tests.conftest import LoggedIn, StoppedClock

XSS = '<script>alert("x")</script>'
NEW = {"name_fr": "Boulangerie", "name_en": "Bakery", "offer_fr": "Du pain"}


@pytest.fixture
def by(clock: StoppedClock) -> Signed:
    return Signed(author_id=None, now=clock.now())


@pytest.fixture
def key(session: Session, by: Signed) -> str:
    return service.create_journey(
        session,
        names={"fr": "Boulangerie", "en": "Bakery"},
        offers={"fr": "Du pain", "en": "Bread"},
        template=True,
        **by,
    )


@pytest.fixture
def analyst(logged_in: LoggedIn, key: str) -> FlaskClient:
    return logged_in(Role.ANALYST)


def _upload(content: bytes, name: str, **more: str) -> dict[str, object]:
    return {"file": (BytesIO(content), name), **more}


def test_a_new_journey_is_one_form_away_and_opens_on_its_board(
    session: Session, logged_in: LoggedIn
) -> None:
    analyst = logged_in(Role.ANALYST)
    answer = analyst.post("/journeys/new", data={**NEW, "start": "template"})

    assert answer.location == "/journeys/boulangerie/edit"
    board = analyst.get(answer.location).text
    assert "Discovery" in board
    assert "Bakery" in board
    shown = get_map(session, "boulangerie")
    assert len(shown.touchpoints) == 59
    assert shown.offers == {"fr": "Du pain"}


def test_a_new_journey_may_start_empty(session: Session, logged_in: LoggedIn) -> None:
    analyst = logged_in(Role.ANALYST, locale="fr")
    analyst.post("/journeys/new", data={**NEW, "start": "empty"})

    assert get_map(session, "boulangerie").phases == ()
    assert analyst.get("/journeys/boulangerie/edit").status_code == 200


def test_a_journey_without_name_or_offer_is_shown_again_with_what_was_typed(
    session: Session, logged_in: LoggedIn
) -> None:
    analyst = logged_in(Role.ANALYST)
    answer = analyst.post(
        "/journeys/new", data={"name_en": "", "offer_en": "Bread <b>", "start": "empty"}
    )

    assert answer.status_code == 422
    assert "Give a name in one language at least." in answer.text
    assert "Bread &lt;b&gt;" in answer.text
    assert list_journeys(session) == ()


def test_the_list_counts_what_is_on_each_map(
    session: Session, logged_in: LoggedIn, key: str, by: Signed
) -> None:
    service.remove_phase(session, key, "decouverte", **by)
    service.remove_touchpoint(session, key, "livraison", **by)
    page = logged_in(Role.MANAGER).get("/journeys/").text

    assert "4 phases" in page
    assert "42 touchpoints" in page
    assert "0 personas" in page
    assert "/journeys/new" not in page


def test_an_empty_list_says_what_to_do_next(logged_in: LoggedIn) -> None:
    assert "/journeys/new" in logged_in(Role.ANALYST).get("/journeys/").text
    assert "An analyst has to" in logged_in(Role.MANAGER).get("/journeys/").text


@pytest.mark.parametrize(
    ("form", "start", "media"),
    [
        ("json", b"{", "application/json"),
        ("svg", b"<svg", "image/svg+xml"),
        ("png", b"\x89PNG", "image/png"),
        ("pdf", b"%PDF", "application/pdf"),
    ],
)
def test_a_manager_takes_the_map_out_as_a_file(
    logged_in: LoggedIn, key: str, form: str, start: bytes, media: str
) -> None:
    answer = logged_in(Role.MANAGER).get(f"/journeys/{key}/export.{form}")

    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert answer.mimetype == media
    assert f'filename="{key}.{form}"' in answer.headers["Content-Disposition"]


def test_the_exported_file_comes_in_as_another_journey(
    session: Session, analyst: FlaskClient, key: str
) -> None:
    sent = analyst.get(f"/journeys/{key}/export.json").data

    answer = analyst.post("/journeys/import", data=_upload(sent, "carte.json"))

    assert answer.location == "/journeys/boulangerie-2/edit?done=1"
    again = analyst.get("/journeys/boulangerie-2/export.json").data
    assert again == sent


def test_a_table_replaces_the_map_as_one_change(
    session: Session, analyst: FlaskClient, key: str
) -> None:
    table = "phase;point de contact\nDécouverte;Vitrine\n".encode()
    answer = analyst.post(
        f"/journeys/{key}/import", data=_upload(table, "visio.CSV", revision="1")
    )

    assert answer.status_code == 302
    shown = get_map(session, key)
    assert [phase.key for phase in shown.phases] == ["decouverte"]
    assert [point.key for point in shown.touchpoints] == ["vitrine"]
    assert shown.revision == 2
    assert shown.names["en"] == "Bakery"


def test_a_file_for_a_map_that_changed_meanwhile_is_refused(
    session: Session, analyst: FlaskClient, key: str
) -> None:
    table = b"phase,touchpoint\nx,y\n"
    answer = analyst.post(
        f"/journeys/{key}/import", data=_upload(table, "a.csv", revision="0")
    )

    assert answer.status_code == 409
    assert len(get_map(session, key).phases) == 5


def test_a_faulty_file_is_refused_place_by_place_and_escaped(
    session: Session, analyst: FlaskClient
) -> None:
    content = {
        "$schema": SCHEMA,
        "names": {"fr": "x"},
        "offers": {"fr": "x"},
        XSS: 1,
        "phases": [{"names": {"fr": 7}}],
    }
    answer = analyst.post(
        "/journeys/import", data=_upload(json.dumps(content).encode(), "x.json")
    )

    assert answer.status_code == 422
    assert "phases[0].names.fr: a text belongs here" in answer.text
    assert XSS not in answer.text
    broken = analyst.post("/journeys/import", data=_upload(b"{", "x.json"))
    assert "This is not a JSON file." in broken.text
    line = analyst.post(
        "/journeys/import", data=_upload(b"phase,touchpoint\nx,\n", "x.csv")
    )
    assert "Line 2: something is missing here" in line.text
    assert len(list_journeys(session)) == 1


def test_an_archived_journey_is_listed_apart_and_brought_back(
    session: Session, analyst: FlaskClient, key: str
) -> None:
    analyst.post(f"/journeys/{key}/archive", data={"revision": "1"})

    assert list_shelf(session) == ()
    session.rollback()
    assert analyst.get(f"/journeys/{key}/edit").status_code == 404
    assert "Bakery" in analyst.get("/journeys/archived").text

    answer = analyst.post(f"/journeys/{key}/restore")
    assert analyst.get(answer.location).status_code == 200


def test_names_are_never_markup(
    session: Session, logged_in: LoggedIn, by: Signed
) -> None:
    names = {"fr": XSS, "en": XSS}
    key = service.create_journey(
        session, names=names, offers=names, template=False, **by
    )
    phase = service.add_phase(session, key, names=names, **by)
    point = service.add_touchpoint(
        session,
        key,
        phase,
        names=names,
        channel=XSS,
        kind=Kind.PHYSICAL,
        **by,
    )
    personas.add_persona(
        session,
        key,
        names=names,
        motivations=[names],
        brakes=[{"brake": "time", **names}],
        **by,
    )
    analyst = logged_in(Role.ANALYST)
    edit = f"/journeys/{key}/edit"
    for address in (
        "/journeys/",
        edit,
        f"{edit}?done=1",
        f"{edit}?form=touchpoint&part={point}",
        f"{edit}?form=phase&part={phase}",
        f"{edit}/about",
        f"{edit}/archived",
        f"/journeys/{key}/history",
        f"/journeys/{key}/export.svg",
        f"/journeys/{key}/map",
    ):
        page = analyst.get(address)
        assert page.status_code == 200, address
        assert XSS not in page.text, address
