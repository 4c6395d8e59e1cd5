"""The board: drawn by buttons and forms, undone, told when somebody was faster."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey import service
from feedback.journey.models import Touchpoint
from feedback.journey.queries import JourneyMap, get_map
from feedback.journey.revisions import Signed
from feedback.journey.terms import Kind
from feedback.voice.models import Feedback
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories

EDIT = "/journeys/boulangerie/edit"
TILL = {
    "name_fr": "Caisse",
    "name_en": "Checkout",
    "channel": "store",
    "kind": "physical",
}


@pytest.fixture
def by(clock: StoppedClock) -> Signed:
    return Signed(author_id=None, now=clock.now())


@pytest.fixture
def analyst(session: Session, by: Signed, logged_in: LoggedIn) -> FlaskClient:
    """An analyst beside a journey with the five phases, at revision 1."""
    service.create_journey(
        session,
        names={"fr": "Boulangerie", "en": "Bakery"},
        offers={"fr": "Du pain", "en": "Bread"},
        template=True,
        **by,
    )
    return logged_in(Role.ANALYST)


def _shown(session: Session) -> JourneyMap:
    shown = get_map(session, "boulangerie")
    session.rollback()  # lets go of the lock that the pages need
    return shown


def _phases(session: Session) -> list[str]:
    return [phase.key for phase in _shown(session).phases]


def _points(session: Session, phase_key: str) -> list[str]:
    return [
        point.key
        for phase in _shown(session).phases
        if phase.key == phase_key
        for point in phase.touchpoints
    ]


def test_a_phase_is_added_renamed_moved_and_removed(
    session: Session, analyst: FlaskClient
) -> None:
    analyst.post(f"{EDIT}/phases", data={"name_fr": "Attente", "revision": 1})
    analyst.post(f"{EDIT}/phases/attente", data={"name_en": "Wait", "revision": 2})
    analyst.post(f"{EDIT}/phases/attente/move", data={"to": "left", "revision": 3})
    assert _phases(session)[-2:] == ["attente", "fidelisation"]
    analyst.post(f"{EDIT}/phases/attente/move", data={"position": 0, "revision": 4})
    assert _phases(session)[0] == "attente"
    analyst.post(f"{EDIT}/phase/attente/remove", data={"revision": 5})
    assert "attente" not in _phases(session)
    assert "Wait" in analyst.get(f"{EDIT}/archived").text
    analyst.post(f"{EDIT}/phase/attente/restore", data={"revision": 6})
    assert _phases(session)[-1] == "attente"


def test_a_touchpoint_is_added_and_the_next_one_can_be_typed_at_once(
    session: Session, analyst: FlaskClient
) -> None:
    answer = analyst.post(
        f"{EDIT}/phases/decision/touchpoints", data={**TILL, "revision": 1}
    )

    assert answer.location.endswith("form=touchpoint&phase=decision#name_en")
    page = analyst.get(answer.location).text
    assert "Added the touchpoint “Checkout”" in page
    assert f'action="{EDIT}/phases/decision/touchpoints"' in page
    assert _points(session, "decision")[-1] == "caisse"


def test_a_touchpoint_is_changed_in_place(
    session: Session, analyst: FlaskClient
) -> None:
    page = analyst.get(f"{EDIT}?form=touchpoint&part=livraison").text
    assert 'value="Livraison"' in page
    analyst.post(
        f"{EDIT}/touchpoints/livraison",
        data={
            **TILL,
            "other_channel": "Marché du samedi",
            "is_moment_of_truth": "y",
            "revision": 1,
        },
    )

    point = next(p for p in _shown(session).touchpoints if p.key == "livraison")
    assert point.names == {"fr": "Caisse", "en": "Checkout"}
    assert (point.channel, point.kind) == ("Marché du samedi", Kind.PHYSICAL)
    assert point.is_moment_of_truth
    page = analyst.get(f"{EDIT}?form=touchpoint&part=livraison").text
    assert re.search(r"<option selected value=\"Marché du samedi\">", page)


@pytest.mark.parametrize(
    ("sent", "phase", "place"),
    [
        ({"to": "up"}, "service", 4),
        ({"to": "down"}, "service", 6),
        ({"to": "left"}, "decision", 5),
        ({"to": "right"}, "fidelisation", 5),
        ({"phase": "decouverte", "position": "2"}, "decouverte", 2),
        ({"phase": "service", "position": "0"}, "service", 0),
    ],
)
def test_a_touchpoint_is_moved_by_buttons_and_by_dragging(
    session: Session,
    analyst: FlaskClient,
    sent: dict[str, str],
    phase: str,
    place: int,
) -> None:
    answer = analyst.post(
        f"{EDIT}/touchpoints/livraison/move", data={**sent, "revision": "1"}
    )

    assert answer.status_code == 302
    assert _points(session, phase).index("livraison") == place
    assert answer.location.endswith("#touchpoint-livraison")
    assert 'id="touchpoint-livraison"' in analyst.get(answer.location).text


def test_a_moment_of_truth_is_marked_and_unmarked(
    session: Session, analyst: FlaskClient
) -> None:
    def marked() -> bool:
        points = _shown(session).touchpoints
        return next(p.is_moment_of_truth for p in points if p.key == "retours")

    analyst.post(f"{EDIT}/touchpoints/retours/moment", data={"revision": 1})
    assert marked()
    analyst.post(f"{EDIT}/touchpoints/retours/moment", data={"revision": 2})
    assert not marked()


def test_a_removal_is_told_with_a_way_to_undo_it(
    session: Session, analyst: FlaskClient
) -> None:
    answer = analyst.post(f"{EDIT}/touchpoint/livraison/remove", data={"revision": 1})

    page = analyst.get(answer.location).text
    assert "Removed the touchpoint “Delivery”" in page
    assert f'formaction="{EDIT}/undo"' in page
    assert "livraison" not in _points(session, "service")
    analyst.post(f"{EDIT}/undo", data={"revision": 2})
    assert _points(session, "service").index("livraison") == 5


def test_what_has_feedback_is_removed_and_its_feedback_stays(
    session: Session, analyst: FlaskClient, factories: Factories
) -> None:
    wanted = select(Touchpoint).where(Touchpoint.key == "livraison")
    row = session.scalars(wanted).one()
    factories.feedback(row, nps=2)
    session.commit()

    analyst.post(f"{EDIT}/touchpoint/livraison/remove")

    assert "Delivery" in analyst.get(f"{EDIT}/archived").text
    assert "Delivery" not in analyst.get(EDIT).text
    assert session.scalars(select(Feedback)).one().touchpoint_id == row.id


def test_a_stale_form_is_shown_again_with_what_was_typed_and_works_then(
    session: Session, analyst: FlaskClient, by: Signed
) -> None:
    service.remove_touchpoint(session, "boulangerie", "retours", **by)
    session.commit()

    typed = {**TILL, "name_en": "Till of <b>mine</b>", "revision": "1"}
    answer = analyst.post(f"{EDIT}/phases/decision/touchpoints", data=typed)

    assert answer.status_code == 409
    assert "Somebody else changed it in the meantime" in answer.text
    assert "Till of &lt;b&gt;mine&lt;/b&gt;" in answer.text
    assert "Returns" not in answer.text
    assert 'name="revision" value="2"' in answer.text
    assert "caisse" not in _points(session, "decision")
    again = analyst.post(
        f"{EDIT}/phases/decision/touchpoints", data={**typed, "revision": "2"}
    )
    assert again.status_code == 302


def test_what_was_typed_stays_even_when_its_phase_is_gone(
    session: Session, analyst: FlaskClient, by: Signed
) -> None:
    service.remove_phase(session, "boulangerie", "decision", **by)
    session.commit()

    answer = analyst.post(
        f"{EDIT}/phases/decision/touchpoints", data={**TILL, "revision": "1"}
    )

    assert answer.status_code == 409
    assert "What you typed" in answer.text
    assert 'value="Checkout"' in answer.text


def test_a_stale_button_changes_nothing_and_shows_the_newest_map(
    session: Session, analyst: FlaskClient, by: Signed
) -> None:
    service.remove_touchpoint(session, "boulangerie", "retours", **by)
    session.commit()

    answer = analyst.post(f"{EDIT}/phase/decision/remove", data={"revision": "1"})

    assert answer.status_code == 409
    assert "Somebody else changed it in the meantime" in answer.text
    assert "decision" in _phases(session)


def test_a_form_with_faults_is_shown_again(
    session: Session, analyst: FlaskClient
) -> None:
    answer = analyst.post(f"{EDIT}/phases", data={"name_en": "x" * 121})

    assert answer.status_code == 422
    assert "At most 120 characters." in answer.text
    empty = analyst.post(f"{EDIT}/phases", data={"name_en": " "})
    assert "Give a name in one language at least." in empty.text
    wrong = analyst.post(
        f"{EDIT}/phases/decision/touchpoints", data={**TILL, "kind": "both"}
    )
    assert wrong.status_code == 422
    assert _shown(session).revision == 1


def test_a_full_map_says_so(session: Session, analyst: FlaskClient) -> None:
    for number in range(7):
        analyst.post(f"{EDIT}/phases", data={"name_en": f"P{number}"})

    answer = analyst.post(f"{EDIT}/phases", data={"name_en": "One more"})
    assert answer.status_code == 422
    assert "The map is full here" in answer.text


def test_a_persona_is_written_line_by_line(
    session: Session, analyst: FlaskClient
) -> None:
    analyst.post(
        f"{EDIT}/new-persona",
        data={
            "name_fr": "Nell",
            "motivations_fr": "Se faire plaisir\n\nAller vite",
            "motivations_en": "A treat",
            "time_fr": "",
            "time_en": "The queue",
            "revision": 1,
        },
    )
    (nell,) = _shown(session).personas
    assert nell.motivations == (
        {"fr": "Se faire plaisir", "en": "A treat"},
        {"fr": "Aller vite"},
    )
    assert nell.brakes == ({"brake": "time", "en": "The queue"},)
    page = analyst.get(f"{EDIT}/personas/nell").text
    assert "Se faire plaisir\nAller vite" in page
    assert "The queue" in analyst.get(EDIT).text
    analyst.post(
        f"{EDIT}/personas/nell",
        data={"name_fr": "Nell", "money_fr": "Le minimum", "revision": 2},
    )
    assert _shown(session).personas[0].brakes == (
        {"brake": "money", "fr": "Le minimum"},
    )
    analyst.post(f"{EDIT}/persona/nell/remove", data={"revision": 3})
    assert _shown(session).personas == ()


def test_a_persona_with_a_line_too_long_is_shown_again(
    session: Session, analyst: FlaskClient
) -> None:
    answer = analyst.post(
        f"{EDIT}/new-persona", data={"name_fr": "Nell", "time_fr": "x" * 201}
    )

    assert answer.status_code == 422
    assert "at most 200 characters" in answer.text
    assert "x" * 201 in answer.text


def test_name_and_offer_are_changed_on_a_page_of_their_own(
    session: Session, analyst: FlaskClient
) -> None:
    assert 'value="Du pain"' in analyst.get(f"{EDIT}/about").text
    analyst.post(
        f"{EDIT}/about", data={"name_en": "Shop", "offer_en": "Cake", "revision": 1}
    )

    assert _shown(session).names == {"en": "Shop"}
    stale = analyst.post(
        f"{EDIT}/about", data={"name_en": "Mine", "offer_en": "Cake", "revision": 1}
    )
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.text


def test_the_history_tells_who_did_what_and_leads_back(
    session: Session, analyst: FlaskClient
) -> None:
    analyst.post(f"{EDIT}/phase/decision/remove", data={"revision": 1})
    analyst.post(f"{EDIT}/touchpoints/retours/move", data={"to": "up"})

    page = analyst.get("/journeys/boulangerie/history").text
    assert "Removed the phase “Purchase decision”" in page
    assert "Moved the touchpoint “Returns”" in page
    assert "Created the journey" in page
    assert "Analyst" in page
    assert "15 October 2026" in page or "15 Oct 2026" in page

    answer = analyst.post(f"{EDIT}/restore/1", data={"revision": 3})
    assert "Went back to version 1" in analyst.get(answer.location).text
    assert "decision" in _phases(session)


def test_nothing_is_left_to_undo_at_the_beginning(analyst: FlaskClient) -> None:
    answer = analyst.post(f"{EDIT}/undo", data={"revision": 1})

    assert answer.status_code == 409
    assert "There is no change that could be undone." in answer.text


def test_a_manager_looks_at_the_board_and_changes_nothing(
    session: Session, analyst: FlaskClient, logged_in: LoggedIn
) -> None:
    manager = logged_in(Role.MANAGER)

    page = manager.get(f"{EDIT}?form=phase").text
    assert "Delivery" in page
    assert "formaction" not in page
    assert "name_en" not in page
    assert manager.get("/journeys/boulangerie/history").status_code == 200
    for address in ("phases", "undo", "phase/decision/remove", "restore/1"):
        assert manager.post(f"{EDIT}/{address}").status_code == 403
    assert _shown(session).revision == 1


def test_what_does_not_exist_is_not_found(analyst: FlaskClient) -> None:
    for address in (
        f"{EDIT}?form=phase&part=x",
        f"{EDIT}?form=touchpoint&part=x",
        f"{EDIT}?form=touchpoint&phase=x",
        f"{EDIT}/personas/x",
        "/journeys/x/edit",
        "/journeys/x/history",
    ):
        assert analyst.get(address).status_code == 404, address
    for address in ("phase/x/remove", "touchpoint/retours/burn", "restore/99"):
        assert analyst.post(f"{EDIT}/{address}").status_code == 404, address


def test_the_board_of_the_five_phases_is_a_page_of_reasonable_size(
    analyst: FlaskClient,
) -> None:
    page = analyst.get(EDIT)

    assert page.status_code == 200
    assert page.text.count("board-point-name") == 59
    assert len(page.data) < 400_000
