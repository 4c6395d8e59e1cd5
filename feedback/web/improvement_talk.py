"""The tasks of an improvement, its comments, and the people whom they name."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Invalid
from feedback.improvements import tasks
from feedback.improvements.commenting import add_comment, mark_seen
from feedback.improvements.queries import get_improvement
from feedback.web.context import current_session, now, principal
from feedback.web.forms.improvements import CommentForm, TaskForm
from feedback.web.improvements import (
    Answer,
    blueprint,
    page_of_one,
    people_by_id,
)
from feedback.web.security import requires

__all__ = ["blueprint"]


@blueprint.post("/<public_id>/tasks")
@requires(Permission.IMPROVE)
def new_task(public_id: str) -> Answer:
    """Add a task."""
    form = TaskForm()
    form.offer(people_by_id().values())
    if form.validate_on_submit():
        try:
            tasks.add_task(
                current_session(),
                public_id,
                form.words.data,
                assignee_id=form.assignee.data or None,
                author_id=principal().id,
                now=now(),
            )
            return _to_tasks(public_id)
        except Invalid as error:
            form.show_faults(error.fields)
    return page_of_one(
        get_improvement(current_session(), public_id), task_form=form
    ), 422


@blueprint.post("/<public_id>/tasks/<task>/<any(done, reopen, up, down, remove):deed>")
@requires(Permission.IMPROVE)
def change_task(public_id: str, task: str, deed: str) -> Response:
    """Tick, move or remove a task."""
    session, act = current_session(), {"author_id": principal().id, "now": now()}
    if deed in {"done", "reopen"}:
        tasks.tick_task(session, public_id, task, is_done=deed == "done", **act)  # type: ignore[arg-type]  # one value a name
    elif deed == "remove":
        tasks.remove_task(session, public_id, task, **act)  # type: ignore[arg-type]  # the same
    else:
        tasks.move_task(session, public_id, task, up=deed == "up")
    return _to_tasks(public_id)


@blueprint.post("/<public_id>/comments")
@requires(Permission.IMPROVE)
def comment(public_id: str) -> Answer:
    """Add a comment; whom it names gets a mail."""
    form = CommentForm()
    if form.validate_on_submit():
        try:
            made = add_comment(
                current_session(),
                public_id,
                form.comment.data,
                author_id=principal().id,
                now=now(),
            )
            return redirect(
                url_for(
                    "improvements.show", public_id=public_id, _anchor=f"comment-{made}"
                )
            )
        except Invalid as error:
            form.show_faults(error.fields)
    one = get_improvement(current_session(), public_id)
    return page_of_one(one, comment_form=form), 422


@blueprint.post("/mentions/seen")
@requires(Permission.READ_FEEDBACK)
def seen() -> Response:
    """Note that one has seen where one was named."""
    mark_seen(
        current_session(),
        principal().id,
        up_to=request.form.get("up_to", 0, type=int),
        now=now(),
    )
    return redirect(url_for("improvements.index"))


def _to_tasks(public_id: str) -> Response:
    return redirect(url_for("improvements.show", public_id=public_id, _anchor="tasks"))
