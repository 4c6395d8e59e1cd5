"""What is written to logs and beside failed jobs: nothing that a customer said."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from feedback.db.session import Database

SAID = "The lady at the till was called Nell"


def test_an_error_of_the_database_does_not_tell_what_was_to_be_written(
    database: Database,
) -> None:
    with pytest.raises(SQLAlchemyError) as caught, database.transaction() as session:
        session.execute(
            text("INSERT INTO no_such_table VALUES (:said)"), {"said": SAID}
        )

    assert SAID not in str(caught.value)
