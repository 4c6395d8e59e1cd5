"""One look at the marks of many customers: who is known, who is new, who is one.

Of several workers on PostgreSQL each takes its locks in the same order: the table of
marks, contacts by their number, new marks in their order, and, when contacts are
joined, the policy. A mark is believed only when it was read after its contact was
locked. Who has lost a mark to another looks again alone: else it might lose again and
again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, text, tuple_, update
from sqlalchemy.orm import Session

from feedback.collection.marks import (
    FIELDS,
    SUREST_FIRST,
    Mark,
    Person,
    tell,
)
from feedback.collection.models import (
    Asking,
    Contact,
    ContactIdentity,
    CustomerRequest,
    Event,
    Invitation,
    Response,
)
from feedback.collection.policy import lock_policy
from feedback.collection.terms import IdentityKind
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing

#: tables whose rows go over to the contact that another one is merged into
_FOLLOWING = (ContactIdentity, Asking, Event, Invitation, Response, CustomerRequest)
#: nobody else writes marks until the commit, or the savepoint is rolled back
_LOCK_ALONE = text("LOCK TABLE contact_identity IN SHARE ROW EXCLUSIVE MODE")
_LOCK = text("LOCK TABLE contact_identity IN ROW EXCLUSIVE MODE")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class TakenMeanwhile(Exception):
    """Another transaction wrote a mark that was free when it was read."""


@dataclass(eq=False)
class _Owner:
    """A contact in the making or in the database, and what is said of it."""

    id: int | None
    #: kinds of marks that it carries
    kinds: set[IdentityKind] = field(default_factory=set)
    said: list[Person] = field(default_factory=list)
    #: whom it was merged into
    into: "_Owner | None" = None

    def last(self) -> "_Owner":
        """Return the contact that this one has become."""
        return self.into.last() if self.into else self


class Round:
    """One look at the marks, and all that follows from it."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._owners: dict[Mark, _Owner] = {}
        self._known: set[Mark] = set()
        self._rows: dict[int, Contact] = {}
        self._merged: list[_Owner] = []

    def go(self, people: Sequence[Person], *, alone: bool) -> list[int | None]:
        """Return the contact of each; None of who has no mark.

        Raises:
            TakenMeanwhile: a mark is another's now; roll back and look again, alone.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(_LOCK_ALONE if alone else _LOCK)
        self._read(sorted({mark for one in people for mark in one.marks.items()}))
        found = [self._assign(person) if person.marks else None for person in people]
        owners = list(dict.fromkeys(one.last() for one in found if one))
        self._make([one for one in owners if one.id is None])
        self._keep_marks()
        self._join_rows()
        self._update([one for one in owners if one.id is not None and one.said])
        return [one.last().id if one else None for one in found]

    def _read(self, marks: Sequence[Mark]) -> None:
        known = self._contacts_of(marks)
        if known:
            rows = _locked(self._session, set(known.values()))
            self._rows = {row.id: row for row in rows}
            known = self._contacts_of(marks)
            if not set(known.values()) <= set(self._rows):
                raise TakenMeanwhile
        by_number = {number: _Owner(id=number) for number in self._rows}
        self._owners = {mark: by_number[number] for mark, number in known.items()}
        self._known = set(known)
        carried = self._session.execute(
            select(ContactIdentity.contact_id, ContactIdentity.kind).where(
                ContactIdentity.contact_id.in_(by_number)
            )
        )
        for contact_id, kind in carried:
            by_number[contact_id].kinds.add(kind)

    def _contacts_of(self, marks: Sequence[Mark]) -> dict[Mark, int]:
        rows = self._session.execute(
            select(
                ContactIdentity.kind, ContactIdentity.value, ContactIdentity.contact_id
            ).where(tuple_(ContactIdentity.kind, ContactIdentity.value).in_(marks))
        )
        return {(kind, value): contact_id for kind, value, contact_id in rows}

    def _assign(self, person: Person) -> _Owner:
        winner: _Owner | None = None
        surer: list[IdentityKind] = []
        for kind in SUREST_FIRST:
            if kind not in person.marks:
                continue
            owner = self._owners.get((kind, person.marks[kind]))
            owner = owner and owner.last()
            if (
                owner is not None
                and owner is not winner
                and owner.kinds.isdisjoint(surer)
            ):
                if winner is None:
                    winner = owner
                elif IdentityKind.CUSTOMER not in owner.kinds & winner.kinds:
                    self._join(owner, winner)
            surer.append(kind)
        winner = winner or _Owner(id=None)
        for mark in person.marks.items():
            self._owners.setdefault(mark, winner)
            if self._owners[mark].last() is winner:
                winner.kinds.add(mark[0])
        winner.said.append(person)
        return winner

    def _join(self, owner: _Owner, winner: _Owner) -> None:
        owner.into = winner
        winner.kinds |= owner.kinds
        winner.said += owner.said
        if owner.id is not None:
            self._merged.append(owner)

    def _make(self, owners: Sequence[_Owner]) -> None:
        """Make the new contacts, in one statement for all."""
        if not owners:
            return
        by_public_id = {new_public_id(): owner for owner in owners}
        rows = []
        for public_id, owner in by_public_id.items():
            held: dict[str, Any] = dict.fromkeys(FIELDS)
            held |= {"attributes": {}, "newest_event_at": None}
            for person in owner.said:
                tell(held, person)
            rows.append({**held, "public_id": public_id, "created_at": self._now})
            owner.said = []
        made = self._session.execute(
            insert(Contact).returning(Contact.public_id, Contact.id), rows
        )
        for public_id, number in made:
            by_public_id[public_id].id = number

    def _keep_marks(self) -> None:
        new = [
            {"kind": kind, "value": value, "contact_id": owner.last().id}
            for (kind, value), owner in sorted(
                self._owners.items(), key=lambda item: item[0]
            )
            if (kind, value) not in self._known
        ]
        kept = insert_missing(
            self._session,
            ContactIdentity,
            new,
            key=[ContactIdentity.kind, ContactIdentity.value],
            returning=ContactIdentity.id,
        )
        if len(kept) < len(new):
            raise TakenMeanwhile

    def _join_rows(self) -> None:
        """Have the rows of joined contacts go over, and gaps filled by what they held.

        Who writes into the ledger of askings holds the policy; nobody else may add
        anything to a contact that is about to go.
        """
        if not self._merged:
            return
        lock_policy(self._session)
        into = {
            one.id: taker
            for one in self._merged
            if one.id is not None and (taker := one.last().id) is not None
        }
        rows = {
            row.id: row
            for row in _locked(self._session, {*into, *into.values()}, whole=True)
        }
        for loser_id, winner_id in sorted(into.items()):
            for model in _FOLLOWING:
                self._session.execute(
                    update(model)
                    .where(model.contact_id == loser_id)
                    .values(contact_id=winner_id)
                )
            winner, loser = rows[winner_id], rows[loser_id]
            held = _held(winner)
            tell(held, _as_person(loser))
            _write(winner, held)
            self._session.delete(loser)
        self._session.flush()
        self._rows |= rows

    def _update(self, owners: Sequence[_Owner]) -> None:
        for one in sorted(owners, key=lambda owner: owner.id or 0):
            row = self._rows[one.id or 0]
            held = _held(row)
            for person in one.said:
                tell(held, person)
            _write(row, held)
        self._session.flush()


def _locked(
    session: Session, numbers: Iterable[int], *, whole: bool = False
) -> Sequence[Contact]:
    """Read contacts that nobody else changes; `whole`: nor adds anything to them."""
    return session.scalars(
        select(Contact)
        .where(Contact.id.in_(numbers))
        .order_by(Contact.id)
        .with_for_update(key_share=not whole)
        .execution_options(populate_existing=True)
    ).all()


def _held(row: Contact) -> dict[str, Any]:
    names = (*FIELDS, "attributes", "newest_event_at")
    return {name: getattr(row, name) for name in names}


def _write(row: Contact, held: Mapping[str, Any]) -> None:
    for name, value in held.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _as_person(row: Contact) -> Person:
    return Person(
        marks={},
        values={name: getattr(row, name) for name in FIELDS if getattr(row, name)},
        attributes=row.attributes,
        occurred_at=row.newest_event_at or _LONG_AGO,
    )
