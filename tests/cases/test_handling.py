"""What people do with a case, two of them at once too."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cases.closing import reopen, resolve
from feedback.cases.escalation import escalate, owe_escalation
from feedback.cases.figures import quantile, read_figures
from feedback.cases.handling import (
    CaseChange,
    add_note,
    change_case,
    note_answer,
)
from feedback.cases.models import CaseEntry, CustomerCase
from feedback.cases.queries import (
    CaseFilter,
    count_by_state,
    count_overdue,
    get_case,
    get_reach,
    list_beside,
    list_cases,
)
from feedback.cases.replying import (
    SHIPPED,
    Reply,
    TemplateRead,
    begin,
    list_templates,
    remove_template,
    save_template,
    send_reply,
)
from feedback.cases.settings import change_calendar, read_settings
from feedback.cases.terms import CaseReason, CaseState, EntryKind
from feedback.collection.erasure import forget_contact
from feedback.collection.models import CustomerRequest
from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import PageRequest
from feedback.happenings.queries import list_newest
from feedback.happenings.types import HappeningType
from feedback.jobs.models import Job
from feedback.worker.runner import Worker
from tests.cases.conftest import PARIS, Customers
from tests.conftest import StoppedClock
from tests.factories import Factories

PAGE = PageRequest()


def closed(session: Session, case: str, clock: StoppedClock) -> None:
    resolve(
        session,
        case,
        root_cause="delivery",
        action="Sent it again",
        revision=get_case(session, case).revision,
        author_id=None,
        now=clock.now(),
        zone=PARIS,
    )


def test_of_two_who_change_a_case_the_second_is_told_and_notes_are_all_kept(
    session: Session, case: str, factories: Factories, clock: StoppedClock
) -> None:
    ada, bob = factories.account(), factories.account()
    seen = get_case(session, case)
    mine = CaseChange(
        owner=ada.public_id,
        team="Service",
        state=CaseState.IN_PROGRESS,
        due_at=seen.due_at,
    )
    theirs = CaseChange(
        owner=bob.public_id, team="", state=CaseState.WAITING, due_at=seen.due_at
    )

    change_case(
        session, case, mine, revision=seen.revision, author_id=ada.id, now=clock.now()
    )
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_case(
            session,
            case,
            theirs,
            revision=seen.revision,
            author_id=bob.id,
            now=clock.now(),
        )
    add_note(session, case, "Called, no answer", author_id=ada.id, now=clock.now())
    add_note(session, case, "Wrote to the shop", author_id=bob.id, now=clock.now())

    found = get_case(session, case)
    assert found.owner_name == ada.name
    words = [one.words for one in found.entries if one.kind == EntryKind.NOTE]
    assert words == ["Wrote to the shop", "Called, no answer"]
    changed = next(one for one in found.entries if one.kind == EntryKind.CHANGED)
    assert changed.details["state"] == ["to_do", "in_progress"]
    assert changed.details["owner"] == ["", ada.name]


def test_a_change_that_cannot_be_says_what_is_wrong(
    session: Session, case: str, clock: StoppedClock
) -> None:
    change = CaseChange(
        owner="nobody",
        team="x" * 200,
        state=CaseState.RESOLVED,
        due_at=clock.now() + timedelta(days=4000),
    )

    with pytest.raises(Invalid) as caught:
        change_case(session, case, change, revision=1, author_id=None, now=clock.now())
    assert set(caught.value.fields) == {"owner", "team", "state", "due_at"}


def test_closing_asks_where_it_came_from_and_what_was_done(
    session: Session, case: str, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid) as caught:
        resolve(
            session,
            case,
            root_cause="",
            action=" ",
            revision=1,
            author_id=None,
            now=clock.now(),
            zone=PARIS,
        )
    assert caught.value.fields == {"root_cause": "missing", "action": "missing"}

    clock.advance(hours=2)
    closed(session, case, clock)
    found = get_case(session, case)
    assert found.state == CaseState.RESOLVED
    row = session.scalars(select(CustomerCase)).one()
    # of the two hours from 11:00 one half is lunch
    assert (row.in_time, row.close_minutes) == (True, 90)
    wish = session.scalars(select(CustomerRequest)).one()
    assert wish.handled_at == clock.now()
    (told,) = list_newest(session, [HappeningType.CASE_CLOSED], most=9)
    assert told.data["root_cause"] == "delivery"
    assert "Sent it again" not in str(told.data)


def test_a_closed_case_opens_again_with_a_reason_and_changes_no_more_before(
    session: Session, case: str, clock: StoppedClock
) -> None:
    closed(session, case, clock)
    found = get_case(session, case)
    change = CaseChange(owner="", team="", state=CaseState.WAITING, due_at=found.due_at)
    with pytest.raises(Conflict, match="case_resolved"):
        change_case(
            session,
            case,
            change,
            revision=found.revision,
            author_id=None,
            now=clock.now(),
        )
    revision = found.revision
    with pytest.raises(Invalid):
        reopen(session, case, "", revision=revision, author_id=None, now=clock.now())
    reopen(
        session,
        case,
        "It broke again",
        revision=revision,
        author_id=None,
        now=clock.now(),
    )

    found = get_case(session, case)
    assert (found.state, found.reopened) == (CaseState.IN_PROGRESS, 1)
    assert found.entries[0].words == "It broke again"


def test_the_first_answer_counts_and_begins_the_case(
    session: Session, case: str, clock: StoppedClock
) -> None:
    clock.advance(hours=1)
    for _ in range(2):
        note_answer(
            session,
            case,
            EntryKind.REACHED,
            "Spoke",
            author_id=None,
            now=clock.now(),
            zone=PARIS,
        )
        clock.advance(hours=3)

    row = session.scalars(select(CustomerCase)).one()
    assert row.answer_minutes == 60
    assert row.state == CaseState.IN_PROGRESS


def test_a_reply_goes_to_the_customer_and_stands_in_the_history(
    session: Session,
    case: str,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
) -> None:
    person = factories.account()
    template = next(one for one in SHIPPED if one.language == "fr")
    begun = begin(template, name="Ada", company="Essai", agent=person.name)
    assert begun.body.startswith("Bonjour Ada,")
    nameless = begin(template, name=None, company="Essai", agent="x")
    assert nameless.body.startswith("Bonjour,")

    send_reply(
        session,
        case,
        begun,
        locale="fr",
        author_id=person.id,
        now=clock.now(),
        zone=PARIS,
    )
    mail = session.scalars(select(Job).where(Job.name == "mail.send")).one()
    assert mail.payload["to"] == "ada@example.org"
    assert get_case(session, case).entries[0].kind == EntryKind.REPLY
    with pytest.raises(Invalid):
        send_reply(
            session,
            case,
            Reply(subject="", body=""),
            locale="fr",
            author_id=person.id,
            now=clock.now(),
            zone=PARIS,
        )


def test_the_templates_of_the_house_take_the_place_of_the_shipped_ones(
    session: Session, clock: StoppedClock
) -> None:
    first = list_templates(session)[0]
    changed = TemplateRead(
        public_id=first.public_id,
        language="fr",
        name="Le nôtre",
        subject="Bonjour",
        body="Texte",
        revision=first.revision,
    )
    save_template(session, changed, author_id=None, now=clock.now())

    assert "Le nôtre" in {one.name for one in list_templates(session)}
    assert len(list_templates(session)) == len(SHIPPED)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        save_template(session, changed, author_id=None, now=clock.now())
    remove_template(session, first.public_id, author_id=None, now=clock.now())
    assert len(list_templates(session)) == len(SHIPPED) - 1


def test_what_is_late_is_told_once_to_who_is_named_and_to_the_owner(
    session: Session,
    case: str,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
) -> None:
    chief = factories.account()
    change_calendar(
        session,
        read_settings(session, zone=PARIS).calendar,
        escalate_to=chief.public_id,
        revision=0,
        author_id=None,
        now=clock.now(),
    )
    assert escalate(session, now=clock.now()) == 0
    clock.advance(days=1)
    for _ in range(3):
        owe_escalation(session, now=clock.now())
        escalate(session, now=clock.now())

    mails = session.scalars(select(Job).where(Job.name == "mail.send")).all()
    assert [one.payload["to"] for one in mails] == [chief.email]
    assert mails[0].payload["context"]["why"] == "overdue"
    assert len(list_newest(session, [HappeningType.CASE_OVERDUE], most=9)) == 1
    assert count_overdue(session, now=clock.now()) == 1
    found = get_case(session, case)
    later = CaseChange(
        owner="",
        team="",
        state=CaseState.WAITING,
        due_at=clock.now() + timedelta(hours=1),
    )
    change_case(
        session, case, later, revision=found.revision, author_id=None, now=clock.now()
    )
    clock.advance(hours=2)
    assert escalate(session, now=clock.now()) == 1


def test_cases_are_found_by_what_the_address_says(
    session: Session, customers: Customers, factories: Factories, clock: StoppedClock
) -> None:
    contact = factories.contact()
    for score in (0, 1, 2):
        customers.opened(customers.answers(score=score, contact=contact))
    customers.opened(customers.answers(score=9, wants_call="+33612345678"))
    first = list_cases(session, PAGE, CaseFilter(), now=clock.now())

    assert first.items[0].reason == CaseReason.CALLBACK  # due first
    assert len(first.items) == 4
    low = CaseFilter(reason=CaseReason.LOW_SCORE, owner="none")
    assert len(list_cases(session, PAGE, low, now=clock.now()).items) == 3
    for nothing in (
        CaseFilter(state="resolved"),
        CaseFilter(overdue=True),
        CaseFilter(team="Other"),
        CaseFilter(journey="other"),
        CaseFilter(owner="somebody"),
    ):
        assert list_cases(session, PAGE, nothing, now=clock.now()).items == ()
    everything = list_cases(session, PAGE, CaseFilter(state="all"), now=clock.now())
    assert len(everything.items) == 4
    assert count_by_state(session)[CaseState.TO_DO] == 4
    one = get_case(session, first.items[-1].public_id)
    assert len(list_beside(session, one)) == 2


def test_who_is_forgotten_leaves_no_words_in_their_cases(
    session: Session,
    customers: Customers,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
) -> None:
    contact = factories.contact()
    (case,) = customers.opened(customers.answers(score=0, contact=contact))
    add_note(session, case, "Ada Lovelace called", author_id=None, now=clock.now())
    closed(session, case, clock)
    forget_contact(session, contact.public_id, actor_id=None, now=clock.now())
    session.commit()
    for _ in range(30):
        if not worker.run_once():
            break

    session.expire_all()
    found = get_case(session, case)
    assert not found.has_contact
    assert found.action == ""
    assert set(session.scalars(select(CaseEntry.words))) == {""}
    assert found.root_cause == "delivery"
    reach = get_reach(session, found)
    assert (reach.name, reach.wish_reach) == (None, None)


def test_times_of_few_cases_are_not_printed_and_of_many_they_are(
    session: Session, customers: Customers, clock: StoppedClock
) -> None:
    since = clock.now() - timedelta(days=1)
    for _ in range(9):
        (case,) = customers.opened(customers.answers(score=0))
        closed(session, case, clock)
    until = clock.now() + timedelta(days=1)
    few = read_figures(session, since=since, until=until)
    assert (few.close.n, few.close.median, few.in_time) == (9, None, None)

    (case,) = customers.opened(customers.answers(score=0))
    closed(session, case, clock)
    many = read_figures(session, since=since, until=until)
    assert many.close.median == 0
    assert many.in_time is not None
    assert many.by_cause == (("delivery", 10),)


def test_a_quantile_lies_between_two_values_by_proportion() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([10, 20], 0.9) == 19
    assert quantile([7], 0.9) == 7
    with pytest.raises(ValueError, match="no quantile"):
        quantile([], 0.5)


def test_whom_a_case_is_given_to_hears_of_it_and_who_takes_it_does_not(
    session: Session, case: str, factories: Factories, clock: StoppedClock
) -> None:
    ada, bob = factories.account(), factories.account()
    for owner in (ada, bob):
        seen = get_case(session, case)
        change = CaseChange(
            owner=owner.public_id, team="", state=seen.state, due_at=seen.due_at
        )
        change_case(
            session,
            case,
            change,
            revision=seen.revision,
            author_id=ada.id,
            now=clock.now(),
        )

    mails = session.scalars(select(Job).where(Job.name == "mail.send")).all()
    assert [one.payload["to"] for one in mails] == [bob.email]
