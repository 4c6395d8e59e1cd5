"""The migration that counts what was masked takes over what stands there already."""

from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import migrate
from feedback.db.session import Database
from feedback.nlp.annotation import PersonalData
from feedback.voice.models import MaskedKind
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import annotation, only_verbatim, store

FOUND = (
    PersonalData(kind="person", start=8, end=14),
    PersonalData(kind="person", start=18, end=24),
    PersonalData(kind="phone", start=26, end=40),
)


def test_what_was_masked_before_is_counted(
    database: Database, session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Merci à Karine et Sophie, 06 12 34 56 78")
    store(session, clock, only_verbatim(session), annotation(personal_data=FOUND))
    session.commit()
    counted = select(MaskedKind.kind, MaskedKind.places, MaskedKind.day).order_by(
        MaskedKind.kind
    )
    before = session.execute(counted).all()
    session.commit()
    script = ScriptDirectory(str(migrate.MIGRATIONS))
    earlier = script.get_revision("0005").down_revision
    assert isinstance(earlier, str)

    migrate.downgrade(database, earlier)
    migrate.upgrade(database)

    assert session.execute(counted).all() == before
    assert [(row.kind, row.places) for row in before] == [("person", 2), ("phone", 1)]
