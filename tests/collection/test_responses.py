"""Responses: saved page by page, resumed, completed once, with nothing lost."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.answering import Opened, Standing
from feedback.collection.invitations import withdraw
from feedback.collection.models import Contact, Invitation, Response, Sending
from feedback.collection.opting_out import refuse
from feedback.collection.recording import Bell
from feedback.collection.responses import Door, Posted, Taken, find_opened, take_page
from feedback.collection.steps import Step
from feedback.collection.terms import (
    Flag,
    InvitationState,
    ResponseState,
    SendingKind,
    SendingState,
)
from feedback.db.session import Database
from feedback.surveys import service
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import (
    Page,
    Question,
    Questionnaire,
    write_questionnaire,
)
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment

ZONE = ZoneInfo("Europe/Paris")
SECRET = "a secret of the tests"


def ask(key: str, kind: str, **more: Any) -> Question:
    return Question(key=key, kind=kind, text={"fr": key, "en": key}, **more)


LOW = Rule(
    conditions=(Condition(subject="class", name="score", operator="is", value="low"),)
)
CONTACT = {"fields": ["name", "email"], "consent": {"fr": "Oui", "en": "Yes"}}
THREE_PAGES = Questionnaire(
    title={"fr": "Avis", "en": "Opinion"},
    languages=("fr", "en"),
    default_language="fr",
    pages=(
        Page(
            key="one",
            questions=(
                ask("score", "nps", required=True),
                ask("wrong", "short_text", required=True, show_if=LOW),
            ),
        ),
        Page(key="two", questions=(ask("why", "long_text"),)),
        Page(key="three", questions=(ask("who", "contact", options=CONTACT),)),
    ),
)


class Person:
    """Somebody who answers, as the service meets them."""

    def __init__(self, session: Session, clock: StoppedClock, door: Door) -> None:
        self.session = session
        self.clock = clock
        self.door = door
        self.bell = Bell()

    def open(self) -> Opened:
        """Follow the link."""
        found = find_opened(
            self.session, self.door, now=self.clock.now(), secret=SECRET
        )
        assert found is not None
        return found

    def step(self, page: str, *shown: str) -> Step:
        """The step of a page, made now."""
        opened = self.open()
        return Step(
            version_id=opened.version_id,
            checksum=opened.checksum,
            page=page,
            shown=shown,
            key=self.door.key,
            made_at=self.clock.now(),
        )

    def send(self, step: Step, form: Mapping[str, str] = {}, **more: Any) -> Taken:
        """Send a page."""
        fields: Mapping[str, Sequence[str]] = {
            name: [value] for name, value in form.items()
        }
        taken = take_page(
            self.session,
            self.door,
            Posted(step=step, form=fields, language="en", **more),
            now=self.clock.now(),
            zone=ZONE,
            secret=SECRET,
            bell=self.bell,
        )
        assert taken is not None
        return taken


@pytest.fixture
def survey(factories: Factories) -> Survey:
    return factories.survey(questionnaire=THREE_PAGES)


@pytest.fixture
def invitation(factories: Factories, survey: Survey) -> Invitation:
    return factories.invitation(survey)


@pytest.fixture
def person(
    session: Session, clock: StoppedClock, factories: Factories, invitation: Invitation
) -> Person:
    token = factories.personal_link(invitation).removeprefix("/a/")
    return Person(session, clock, Door(token=token))


@pytest.fixture
def passer_by(
    session: Session, clock: StoppedClock, factories: Factories, survey: Survey
) -> Person:
    link = factories.open_link(survey)
    return Person(session, clock, Door(slug=link.slug, key="a key of 128 bits"))


def responses(session: Session) -> list[Response]:
    session.expire_all()
    return list(session.scalars(select(Response)))


def test_every_page_is_saved_as_it_is_left(
    session: Session, clock: StoppedClock, person: Person, invitation: Invitation
) -> None:
    step = person.step("one", "score")
    clock.advance(seconds=4)
    taken = person.send(step, {"q.score": "9"})

    assert taken.left is not None
    assert taken.left.next is not None
    assert taken.left.next.key == "two"
    (kept,) = responses(session)
    assert (kept.state, kept.answers) == (ResponseState.PARTIAL, {"score": 9})
    assert kept.seconds == {"one": 4.0}
    assert kept.invitation_id == invitation.id
    assert kept.contact_id == invitation.contact_id
    assert kept.answered_share == pytest.approx(1 / 3, abs=0.001)
    session.refresh(invitation)
    assert invitation.state == InvitationState.STARTED
    assert invitation.started_at == clock.now()


def test_the_last_page_completes_the_response_and_its_invitation(
    session: Session, person: Person, invitation: Invitation, clock: StoppedClock
) -> None:
    person.send(person.step("one", "score"), {"q.score": "9"})
    person.send(person.step("two", "why"), {"q.why": "Warm bread"})
    taken = person.send(person.step("three", "who"))

    assert taken.is_new_completion
    (kept,) = responses(session)
    assert kept.state == ResponseState.COMPLETE
    assert kept.answers == {"score": 9, "why": "Warm bread"}
    assert set(kept.seconds) == {"one", "two", "three"}
    assert kept.ending == "end"
    session.refresh(invitation)
    assert invitation.state == InvitationState.COMPLETE
    assert invitation.completed_at == clock.now()


def test_the_same_link_goes_on_where_it_was_left(person: Person) -> None:
    person.send(person.step("one", "score"), {"q.score": "9"})

    opened = person.open()

    assert opened.standing == Standing.OPEN
    assert opened.answers == {"score": 9}
    assert opened.kept is not None
    assert set(opened.kept.seconds) == {"one"}


def test_another_link_to_the_same_invitation_goes_on_too(
    session: Session, person: Person, factories: Factories, invitation: Invitation
) -> None:
    person.send(person.step("one", "score"), {"q.score": "9"})
    token = factories.personal_link(invitation).removeprefix("/a/")
    elsewhere = Person(session, person.clock, Door(token=token))

    assert elsewhere.open().answers == {"score": 9}
    elsewhere.send(elsewhere.step("two", "why"), {"q.why": "Yes"})
    (kept,) = responses(session)
    assert kept.answers == {"score": 9, "why": "Yes"}


def test_after_the_end_nothing_changes_any_more(
    session: Session, person: Person
) -> None:
    step = person.step("one", "score")
    for page in (step, person.step("two", "why"), person.step("three", "who")):
        person.send(page, {"q.score": "9"})

    again = person.send(step, {"q.score": "2"})

    assert again.left is None
    assert again.opened.standing == Standing.COMPLETE
    assert not again.is_new_completion
    assert responses(session)[0].answers == {"score": 9}


def test_what_follows_on_the_same_page_is_asked_before_going_on(
    session: Session, person: Person
) -> None:
    taken = person.send(person.step("one", "score"), {"q.score": "2"})

    assert taken.left is not None
    assert taken.left.next is not None
    assert taken.left.next.key == "one"
    assert [one.key for one in taken.left.next.questions] == ["score", "wrong"]
    assert not taken.left.faults
    (kept,) = responses(session)
    assert kept.answers == {"score": 2}
    assert kept.seconds == {}  # not left yet
    refused = person.send(person.step("one", "score", "wrong"), {"q.score": "2"})
    assert refused.left is not None
    assert refused.left.faults == {"wrong": "required"}
    done = person.send(
        person.step("one", "score", "wrong"), {"q.score": "2", "q.wrong": "All"}
    )
    assert done.left is not None
    assert done.left.next is not None
    assert done.left.next.key == "two"


def test_a_page_with_faults_is_not_saved(session: Session, person: Person) -> None:
    taken = person.send(person.step("one", "score"), {"q.score": "12"})

    assert taken.left is not None
    assert taken.left.faults == {"score": "not_on_scale"}
    assert responses(session) == []


def test_going_back_keeps_what_is_sound_and_complains_of_nothing(
    session: Session, person: Person
) -> None:
    person.send(person.step("one", "score"), {"q.score": "9"})
    back = person.send(
        person.step("two", "why"), {"q.why": "Half a sent"}, goes_back=True
    )

    assert back.left is not None
    assert back.left.next is not None
    assert back.left.next.key == "one"
    (kept,) = responses(session)
    assert kept.answers == {"score": 9, "why": "Half a sent"}
    assert set(kept.seconds) == {"one"}
    first = person.send(person.step("one", "score"), {}, goes_back=True)
    assert first.left is not None
    assert not first.left.faults


def test_a_secret_with_one_character_changed_opens_nothing(
    session: Session, person: Person, clock: StoppedClock
) -> None:
    token = person.door.token or ""
    for place, letter in enumerate(token):
        for other in ("A", "b", "-") if letter not in "Ab-" else ("Z",):
            changed = token[:place] + other + token[place + 1 :]
            door = Door(token=changed)
            found = find_opened(session, door, now=clock.now(), secret=SECRET)
            assert found is None, changed
    for wrong in ("", token[:-1], token + "A", token.upper(), f" {token}"):
        door = Door(token=wrong)
        assert find_opened(session, door, now=clock.now(), secret=SECRET) is None


def test_unknown_questions_are_ignored(session: Session, person: Person) -> None:
    person.send(
        person.step("one", "score"),
        {"q.score": "9", "q.unknown": "x", "q.why": "Of another page", "y": "z"},
    )

    assert responses(session)[0].answers == {"score": 9}


def test_who_began_a_version_ends_it(
    session: Session, person: Person, survey: Survey, clock: StoppedClock
) -> None:
    step = person.step("one", "score")
    person.send(step, {"q.score": "9"})
    draft = replace(score_and_comment(), title={"fr": "Nouvel avis", "en": "New"})
    survey.draft = write_questionnaire(draft)
    session.flush()
    service.publish(session, survey.public_id, author_id=None, now=clock.now())

    opened = person.open()

    assert opened.version_id == step.version_id
    person.send(person.step("two", "why"), {"q.why": "Still there"})
    assert responses(session)[0].version_id == step.version_id


def test_who_saw_a_version_answers_it_even_when_another_came_meanwhile(
    session: Session, passer_by: Person, survey: Survey, clock: StoppedClock
) -> None:
    step = passer_by.step("one", "score")
    draft = replace(score_and_comment(), title={"fr": "Nouvel avis", "en": "New"})
    survey.draft = write_questionnaire(draft)
    session.flush()
    service.publish(session, survey.public_id, author_id=None, now=clock.now())

    passer_by.send(replace(step, is_first=True), {"q.score": "9"})

    assert responses(session)[0].version_id == step.version_id


def test_an_open_link_makes_a_response_for_each_key(
    session: Session, passer_by: Person
) -> None:
    step = replace(passer_by.step("one", "score"), is_first=True)
    passer_by.send(step, {"q.score": "9"})
    passer_by.send(step, {"q.score": "8"})
    other = Person(session, passer_by.clock, replace(passer_by.door, key="another key"))
    other.send(replace(step, key="another key"), {"q.score": "1"})

    kept = sorted(one.answers["score"] for one in responses(session))
    assert kept == [1, 8]
    assert {one.open_link_id for one in responses(session)} != {None}
    assert "a key of 128 bits" not in {one.key_hash for one in responses(session)}


def test_an_anonymous_response_cannot_be_joined_to_its_invitation(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    survey = factories.survey(anonymous=True)
    invitation = factories.invitation(survey, facts={"attribute": {"name": "Ada"}})
    token = factories.personal_link(invitation).removeprefix("/a/")
    person = Person(session, clock, Door(token=token))
    assert person.open().known == {}
    assert person.open().reach == {}
    person.send(person.step("page-1", "score", "comment"), {"q.score": "9"})

    (kept,) = responses(session)
    assert kept.is_anonymous
    assert (kept.invitation_id, kept.contact_id, kept.saved_at) == (None, None, None)
    assert kept.facts == {}
    assert person.open().standing == Standing.COMPLETE
    session.refresh(invitation)
    assert invitation.state == InvitationState.COMPLETE
    assert (invitation.started_at, invitation.completed_at) == (None, None)
    other = find_opened(session, person.door, now=clock.now(), secret="other secret")
    assert other is not None
    assert other.kept is None  # the database alone does not tell whose it is


def test_an_anonymous_part_is_gone_on_with_by_the_same_link(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    pages = THREE_PAGES.pages[:2]
    survey = factories.survey(
        questionnaire=replace(THREE_PAGES, pages=pages), anonymous=True
    )
    token = factories.personal_link(factories.invitation(survey))
    person = Person(session, clock, Door(token=token.removeprefix("/a/")))
    person.send(person.step("one", "score"), {"q.score": "9"})

    assert person.open().answers == {"score": 9}
    person.send(person.step("two", "why"), {"q.why": "Yes"})
    (kept,) = responses(session)
    assert kept.state == ResponseState.COMPLETE


@pytest.mark.parametrize(
    ("happens", "standing"),
    [
        ("expired", Standing.EXPIRED),
        ("withdrawn", Standing.WITHDRAWN),
        ("refused", Standing.REFUSED),
        ("closed", Standing.CLOSED),
    ],
)
def test_a_link_that_ended_takes_no_page_and_says_why(
    session: Session,
    person: Person,
    invitation: Invitation,
    survey: Survey,
    clock: StoppedClock,
    happens: str,
    standing: Standing,
) -> None:
    step = person.step("one", "score")
    if happens == "expired":
        clock.set(invitation.expires_at)
    elif happens == "withdrawn":
        withdraw(session, invitation.public_id)
    elif happens == "refused":
        refuse(session, invitation.id, now=clock.now(), secret=SECRET)
    else:
        service.close(session, survey.public_id, author_id=None, now=clock.now())
    session.expire_all()

    assert person.open().standing == standing
    assert person.send(step, {"q.score": "9"}).left is None
    assert responses(session) == []


def test_a_link_is_open_until_the_second_it_expires(
    person: Person, invitation: Invitation, clock: StoppedClock
) -> None:
    clock.set(invitation.expires_at - timedelta(seconds=1))
    assert person.open().standing == Standing.OPEN
    clock.advance(seconds=1)
    assert person.open().standing == Standing.EXPIRED


def test_a_closed_open_link_takes_no_page(
    session: Session, factories: Factories, survey: Survey, clock: StoppedClock
) -> None:
    until = clock.now() + timedelta(hours=1)
    link = factories.open_link(survey, closes_at=until)
    passer_by = Person(session, clock, Door(slug=link.slug, key="key"))
    assert passer_by.open().standing == Standing.OPEN
    step = passer_by.step("one", "score")
    clock.set(until)

    assert passer_by.open().standing == Standing.CLOSED
    assert passer_by.send(step, {"q.score": "9"}).left is None


def test_what_is_known_is_filled_in_where_the_person_agrees(
    session: Session, person: Person, invitation: Invitation
) -> None:
    assert invitation.contact_id is not None
    contact = session.get_one(Contact, invitation.contact_id)
    person.send(person.step("one", "score"), {"q.score": "9"})
    person.send(person.step("two", "why"))
    assert dict(person.open().reach) == {"name": contact.name, "email": contact.email}
    person.send(person.step("three", "who"), {"q.who.consent": "1"})

    assert responses(session)[0].answers["who"] == {
        "name": contact.name,
        "email": contact.email,
        "consent": True,
    }


def test_the_field_that_nobody_sees_marks_a_bot(
    session: Session, person: Person
) -> None:
    person.send(person.step("one", "score"), {"q.score": "9"}, trapped=True)
    person.send(person.step("two", "why"))

    assert responses(session)[0].flags == [Flag.BOT]


def test_reminders_are_no_longer_owed_after_the_end(
    session: Session, person: Person, invitation: Invitation, clock: StoppedClock
) -> None:
    reminder = Sending(
        invitation_id=invitation.id,
        kind=SendingKind.REMINDER,
        number=1,
        channel=invitation.channel,
        due_at=clock.now(),
    )
    session.add(reminder)
    session.flush()
    for step in (
        person.step("one", "score"),
        person.step("two", "why"),
        person.step("three", "who"),
    ):
        person.send(step, {"q.score": "9"})

    session.refresh(reminder)
    assert reminder.state == SendingState.CANCELLED


@pytest.mark.parametrize("by", ["invitation", "link", "anonymous"])
def test_fifty_taps_at_once_complete_one_response(
    database: Database,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    by: str,
) -> None:
    survey = factories.survey(anonymous=by == "anonymous")
    if by == "link":
        door = Door(slug=factories.open_link(survey).slug, key="one key")
    else:
        address = factories.personal_link(factories.invitation(survey))
        door = Door(token=address.removeprefix("/a/"))
    person = Person(session, clock, door)
    step = replace(person.step("page-1", "score", "comment"), is_first=True)
    session.commit()
    outcomes: list[bool] = []

    def tap(number: int) -> None:
        with database.transaction() as own:
            taken = Person(own, clock, door).send(step, {"q.score": str(number % 11)})
            outcomes.append(taken.is_new_completion)

    _at_once(tap, 50)

    assert len(outcomes) == 50
    assert sum(outcomes) == 1
    assert len(responses(session)) == 1


def test_two_devices_at_once_lose_nothing_of_each_other(
    database: Database, session: Session, person: Person, clock: StoppedClock
) -> None:
    steps = [person.step("one", "score"), person.step("two", "why")]
    person.send(steps[0], {"q.score": "9"})
    session.commit()
    forms = [{"q.score": "7"}, {"q.why": "From the other one"}]

    def leave(number: int) -> None:
        with database.transaction() as own:
            which = number % 2
            Person(own, clock, person.door).send(steps[which], forms[which])

    _at_once(leave, 10)

    assert responses(session)[0].answers == {"score": 7, "why": "From the other one"}


def _at_once(what: Callable[[int], None], times: int) -> None:
    faults: list[Exception] = []
    together = threading.Barrier(min(times, 10))

    def run(number: int) -> None:
        try:
            if number < 10:
                together.wait(timeout=30)
            what(number)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
