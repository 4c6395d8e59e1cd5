"""GET /verbatims: masked, narrowed by the address, with what fired."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from feedback.nlp.annotation import Feeling, PersonalData, Polarity, Reason
from tests.api.conftest import Machine
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said, on

PHONE = "06 12 34 56 78"


@pytest.fixture
def said(session: Session, factories: Factories, clock: StoppedClock) -> Said:
    return Said(session, factories, clock)


def read(machine: Machine, said: Said, more: str = "") -> dict[str, Any]:
    said.session.commit()
    answer = machine.get(f"/verbatims?journey={said.key}{more}")
    assert answer.status_code == 200, answer.text
    page = answer.json
    assert isinstance(page, dict)
    return page


def texts(page: dict[str, Any]) -> list[str]:
    return [one["text"] for one in page["verbatims"]]


def test_a_verbatim_is_told_masked_with_what_fired(
    machine: Machine, said: Said
) -> None:
    text = f"Trop long, {PHONE}"
    said.add(
        text,
        themes=(mention(end=9),),
        reasons=(
            Reason(start=0, end=4, source="excess", weight=-0.5),
            Reason(start=0, end=9, source="rule:queue_wait.fr.3", weight=-1.0),
        ),
        personal_data=(PersonalData(kind="phone", start=11, end=len(text)),),
        nps=3,
    )

    page = read(machine, said)

    (told,) = page["verbatims"]
    assert told["text"] == f"Trop long, {'•' * len(PHONE)}"
    assert PHONE not in str(page)
    assert (told["feeling"], told["corrected"]) == ("negative", False)
    assert told["ratings"] == [{"scale": "nps", "value": 3}]
    assert [(one["words"], one["known_as"]) for one in told["reasons"]] == [
        ("Trop long", "rule of the theme “Waiting”"),
        ("Trop", "too much of something"),
    ]
    (theme,) = told["themes"]
    assert (theme["theme"], theme["words"], theme["source"]) == (
        "queue_wait",
        "Trop long",
        "rule:test",
    )


def test_what_fired_is_told_in_the_language_of_the_caller(
    machine: Machine, said: Said
) -> None:
    reason = Reason(start=0, end=4, source="negation", weight=-0.5)
    said.add("Pas bien", reasons=(reason,))
    said.session.commit()

    answer = machine.get(
        f"/verbatims?journey={said.key}", headers={"Accept-Language": "fr"}
    )

    (told,) = (answer.json or {})["verbatims"]
    assert told["reasons"][0]["known_as"] == "négation"


def test_each_filter_keeps_what_it_asks_for(machine: Machine, said: Said) -> None:
    said.add("attente", themes=(mention(),), said_at=on(3))
    praise = mention("staff_attitude", Polarity.POSITIVE)
    said.add("accueil", Feeling.POSITIVE, themes=(praise,), said_at=on(5))
    said.add("???", Feeling.UNRATED, said_at=on(7))

    for query, found in {
        "": ["???", "accueil", "attente"],
        "&theme=queue_wait": ["attente"],
        "&theme=staff_attitude&stance=friction": [],
        "&feeling=positive": ["accueil"],
        "&feeling=unrated": ["???"],
        "&since=2026-10-04&until=2026-10-06": ["accueil"],
    }.items():
        assert texts(read(machine, said, query)) == found, query


def test_pages_lead_to_one_another_with_their_filters(
    machine: Machine, said: Said
) -> None:
    for number in range(5):
        said.add(f"texte {number}", said_at=on(1 + number))
    said.add("autre", Feeling.POSITIVE)

    page, found = read(machine, said, "&feeling=negative&limit=2"), []
    while True:
        found += texts(page)
        if page["next"] is None:
            break
        page = machine.get(page["next"].removeprefix("/api/v1")).json or {}

    assert found == [f"texte {number}" for number in (4, 3, 2, 1, 0)]


def test_nothing_is_told_before_it_is_analysed_or_of_another_journey(
    machine: Machine, said: Said, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(said.till, text=f"Appelez {PHONE}")
    Said(said.session, factories, clock).add("ailleurs")

    assert read(machine, said)["verbatims"] == []


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("journey=none-such", 404, None),
        ("", 422, "missing"),
        ("journey=KEY&theme=none_such", 422, "not_a_choice"),
        ("journey=KEY&feeling=glad", 422, "not_a_choice"),
        ("journey=KEY&since=2026-10-05&until=2026-10-05", 422, "empty_period"),
        ("journey=KEY&page=0", 422, "out_of_range"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    machine: Machine, said: Said, query: str, status: int, code: str | None
) -> None:
    said.session.commit()

    answer = machine.get(f"/verbatims?{query.replace('KEY', said.key)}")

    assert answer.status_code == status
    assert answer.content_type.startswith("application/problem+json")
    if code is not None:
        assert [one["code"] for one in (answer.json or {})["errors"]] == [code]
