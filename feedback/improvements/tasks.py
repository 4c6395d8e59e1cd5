"""The tasks of an improvement: added, ticked, moved, removed.

Each act names one task and says what it wants of it, so that two people at once undo
nothing of each other's.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.improvements.giving import tell_of_gift
from feedback.improvements.history import note
from feedback.improvements.models import Improvement, ImprovementTask
from feedback.improvements.standing import is_active, lock_improvement
from feedback.improvements.terms import LONGEST_TASK, MOST_TASKS


def add_task(
    session: Session,
    public_id: str,
    words: str,
    *,
    assignee_id: int | None = None,
    author_id: int | None,
    now: datetime,
) -> str:
    """Add a task at the end and return its public id; its assignee gets a mail.

    Raises:
        NotFound: `improvement`.
        Conflict: `too_many_tasks`.
        Invalid: `words: missing`, `too_long`; `assignee: not_a_choice`.
    """
    row = lock_improvement(session, public_id)
    typed = words.strip()
    faults: dict[str, str] = {}
    if not typed:
        faults["words"] = "missing"
    elif len(typed) > LONGEST_TASK:
        faults["words"] = "too_long"
    if assignee_id is not None and not is_active(session, assignee_id):
        faults["assignee"] = "not_a_choice"
    if faults:
        raise Invalid(faults)
    there, last = session.execute(
        select(func.count(), func.max(ImprovementTask.position)).where(
            ImprovementTask.improvement_id == row.id
        )
    ).one()
    if there >= MOST_TASKS:
        raise Conflict("too_many_tasks")
    task = ImprovementTask(
        improvement_id=row.id,
        words=typed,
        assignee_id=assignee_id,
        position=(last or 0) + 1,
    )
    session.add(task)
    session.flush()
    _note(session, row, "task_added", typed, author_id=author_id, now=now)
    if assignee_id is not None and assignee_id != author_id:
        tell_of_gift(
            session, row, assignee_id, task=typed, author_id=author_id, now=now
        )
    return task.public_id


def tick_task(
    session: Session,
    public_id: str,
    task_id: str,
    *,
    is_done: bool,
    author_id: int | None,
    now: datetime,
) -> None:
    """Say that a task is done, or not after all; saying it again changes nothing.

    Raises:
        NotFound: `improvement`, `improvement_task`.
    """
    row = lock_improvement(session, public_id)
    task = _get(session, row, task_id)
    if task.is_done == is_done:
        return
    task.is_done = is_done
    action = "task_done" if is_done else "task_reopened"
    _note(session, row, action, task.words, author_id=author_id, now=now)


def move_task(session: Session, public_id: str, task_id: str, *, up: bool) -> None:
    """Change places with the task above, or below; at the end nothing happens.

    Raises:
        NotFound: `improvement`, `improvement_task`.
    """
    row = lock_improvement(session, public_id)
    task = _get(session, row, task_id)
    position = ImprovementTask.position
    other = session.scalar(
        select(ImprovementTask)
        .where(
            ImprovementTask.improvement_id == row.id,
            position < task.position if up else position > task.position,
        )
        .order_by(position.desc() if up else position)
        .limit(1)
    )
    if other is not None:
        task.position, other.position = other.position, task.position
        session.flush()


def remove_task(
    session: Session,
    public_id: str,
    task_id: str,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Remove a task; its words stay in the history.

    Raises:
        NotFound: `improvement`, `improvement_task`.
    """
    row = lock_improvement(session, public_id)
    task = _get(session, row, task_id)
    session.delete(task)
    _note(session, row, "task_removed", task.words, author_id=author_id, now=now)


def _get(session: Session, row: Improvement, task_id: str) -> ImprovementTask:
    task = session.scalar(
        select(ImprovementTask).where(
            ImprovementTask.improvement_id == row.id,
            ImprovementTask.public_id == task_id,
        )
    )
    if task is None:
        raise NotFound("improvement_task")
    return task


def _note(
    session: Session,
    row: Improvement,
    action: str,
    words: str,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    note(
        session,
        row.id,
        action,
        author_id=author_id,
        now=now,
        details={"task": words},
    )
