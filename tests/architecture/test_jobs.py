"""Work is asked for by name: somebody must answer to each, and each must be asked."""

import ast
from collections.abc import Iterator

from feedback.web.work import JOBS
from feedback.worker.handlers import HANDLERS
from tests.architecture.source import calls, value_of

#: function that owes work: where the name of the job stands among what it is given
OWING = {"enqueue": 1, "plan_monthly": 2}
#: the ledger passes on the names that it was given
LEDGER = "feedback.jobs."


def names() -> Iterator[tuple[str, str]]:
    """Yield each module that owes work, and the name of the job."""
    for function, place in OWING.items():
        for module, call in calls(function):
            if not module.startswith(LEDGER):
                yield module, value_of(module, job_of(call, place))


def job_of(call: ast.Call, place: int) -> ast.expr:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    return named[0] if named else call.args[place]


def test_every_job_that_is_owed_has_a_handler() -> None:
    assert {(module, name) for module, name in names() if name not in HANDLERS} == set()


def test_every_handler_is_owed_by_somebody() -> None:
    assert set(HANDLERS) - {name for _, name in names()} == set()


def test_every_job_is_named_after_its_package() -> None:
    homes = {
        name: handler.__module__.split(".")[1] for name, handler in HANDLERS.items()
    }
    # Mail is sent by accounts, which knows the people; the job keeps the name of
    # what it does.
    homes["mail.send"] = "mail"

    assert [name for name, home in homes.items() if name.split(".")[0] != home] == []


def test_every_job_has_a_name_that_people_read() -> None:
    assert set(JOBS) == set(HANDLERS)
