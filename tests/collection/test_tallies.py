"""Counts for the lists of surveys: what people completed, and nothing else."""

from sqlalchemy.orm import Session

from feedback.collection.tallies import count_complete
from feedback.collection.terms import ResponseState
from tests.factories import Factories


def test_only_complete_responses_of_customers_count(
    session: Session, factories: Factories
) -> None:
    asked, unasked = factories.survey(), factories.survey()
    for _ in range(2):
        factories.response(asked, {"score": 9})
    factories.response(asked, {"score": 9}, state=ResponseState.PARTIAL)
    factories.response(asked, {"score": 9}, is_test=True)

    counted = count_complete(session, [asked.id, unasked.id])

    assert counted == {asked.id: 2}
