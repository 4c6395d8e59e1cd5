"""What the builder answers: itself, or what of it changed, or why it was refused.

Without script every change is a form whose answer leads back to the page. With script
the same forms are sent by fetch, and the answer is the parts of the page that are
new, as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.core.errors import Conflict, FeedbackError, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.surveys.queries import (
    RecordedEdit,
    SurveyDraft,
    get_survey,
    list_edits_since,
)
from feedback.web.builder_check import UNCHECKED, check
from feedback.web.builder_kinds import question_words
from feedback.web.builder_panels import show_panel
from feedback.web.builder_view import (
    Opened,
    Outline,
    Place,
    outline,
)
from feedback.web.context import current_session, principal
from feedback.web.errors import words_for
from feedback.web.language import gettext

Answer = tuple[str, int] | tuple[Response, int] | Response

#: what the edits of a survey are called
EDITS = {
    "survey_described": mark("changed the title or the introduction"),
    "page_added": mark("added a page"),
    "page_changed": mark("changed a page"),
    "page_moved": mark("moved a page"),
    "page_removed": mark("removed a page"),
    "question_added": mark("added the question “%(name)s”"),
    "question_changed": mark("changed the question “%(name)s”"),
    "question_moved": mark("moved the question “%(name)s”"),
    "question_duplicated": mark("duplicated the question “%(name)s”"),
    "question_removed": mark("removed a question"),
    "ending_added": mark("added an ending"),
    "ending_changed": mark("changed an ending"),
    "ending_moved": mark("moved an ending"),
    "ending_removed": mark("removed an ending"),
    "language_added": mark("added a language"),
    "language_removed": mark("removed a language"),
    "default_language_changed": mark("changed the default language"),
    "theme_changed": mark("changed the look"),
}


@dataclass(frozen=True, kw_only=True)
class Shown(Opened):
    """The builder as its templates show it."""

    outline: Outline
    #: why the last change was refused, empty without one
    refusal: str = ""
    #: who changed what since the page was opened, in words
    others: tuple[str, ...] = ()
    #: texts that were typed and not saved
    typed: tuple[str, ...] = ()


def show_builder(
    public_id: str,
    *,
    at: str | None = None,
    status: int = 200,
    refusal: str = "",
    others: tuple[str, ...] = (),
) -> Answer:
    """Show the builder as a page, or its parts to its script."""
    opened = open_survey(public_id, at)
    shown = Shown(
        **vars(opened),
        outline=outline(opened),
        refusal=refusal,
        others=others,
        typed=_typed() if refusal else (),
    )
    values = {"shown": shown, **show_panel(shown)}
    if wants_parts():
        return jsonify(_parts(shown, values)), status
    return render_template("builder/index.html", **values), status


def change(
    public_id: str, run: Callable[[], object], *, at: str | None = None
) -> Answer:
    """Make a change and show what came of it; `at` is opened afterwards."""
    try:
        run()
    except Conflict as error:
        return _refused(public_id, error, 409)
    except Invalid as error:
        return _refused(public_id, error, 422)
    if wants_parts():
        return show_builder(public_id, at=at)
    return redirect(address(public_id, at or wanted_place()))


def address(public_id: str, at: str, **values: Any) -> str:
    """Return the address of a part of the builder, in the language that is edited."""
    language = request.values.get("language")
    return url_for(
        "builder.index", public_id=public_id, at=at, language=language, **values
    )


def wants_parts() -> bool:
    """Return whether the script of the page asks."""
    return request.headers.get("X-Requested-With") == "fetch"


def wanted_place() -> str:
    """Return the part that the address or the form names."""
    return request.values.get("at", "")


def wanted_language(survey: SurveyDraft) -> str:
    """Return the language whose words are edited, by default the survey's own."""
    wanted = request.values.get("language", "")
    draft = survey.questionnaire
    return wanted if wanted in draft.languages else draft.default_language


def seen_revision() -> int | None:
    """Return the revision that the page showed."""
    return request.form.get("revision", type=int)


def open_survey(
    public_id: str, at: str | None = None, *, reviewed: bool = True
) -> Opened:
    """Return a survey with what of it is open: `at`, else what the address says.

    Args:
        public_id: of the survey.
        at: the part to open.
        reviewed: whether what the review says of it is needed.

    Raises:
        NotFound: `survey`, also when it was archived.
    """
    survey = get_survey(current_session(), public_id)
    if survey.is_archived:
        raise NotFound("survey")
    draft = survey.questionnaire
    return Opened(
        survey=survey,
        place=Place.read(wanted_place() if at is None else at, draft),
        language=wanted_language(survey),
        checked=check(draft, anonymous=survey.anonymous) if reviewed else UNCHECKED,
    )


def _parts(shown: Shown, values: dict[str, Any]) -> dict[str, Any]:
    """Return what the script puts into the page."""
    public_id = shown.survey.public_id
    keeps_editor = request.headers.get("X-Builder") == "keep"
    names = ("status", "outline") if keeps_editor else ("status", "outline", "editor")
    return {
        "revision": shown.survey.revision,
        "at": str(shown.place),
        "language": shown.language,
        "title": shown.survey.name or gettext("Untitled survey"),
        "address": url_for(
            "builder.index",
            public_id=public_id,
            at=str(shown.place),
            language=shown.language,
        ),
        "preview": url_for(
            "builder.preview",
            public_id=public_id,
            at=str(shown.place),
            language=shown.language,
        ),
        "parts": {
            name: render_template(f"builder/_{name}.html", **values) for name in names
        },
    }


def _refused(public_id: str, error: FeedbackError, status: int) -> Answer:
    """Say why a change was not made; nothing of it is kept."""
    session = current_session()
    session.rollback()
    code = next(iter(error.fields.values())) if isinstance(error, Invalid) else ""
    words = words_for(code or error.code, **error.values)
    others: tuple[str, ...] = ()
    survey = get_survey(session, public_id)
    if error.code == "changed_meanwhile":
        seen = seen_revision()
        edits = list_edits_since(
            session, survey.id, survey.revision if seen is None else seen
        )
        others = tuple(_edit_words(edit, survey) for edit in edits[:3])
    if wants_parts():
        return (
            jsonify(
                refusal=words,
                others=others,
                revision=survey.revision,
                is_conflict=error.code == "changed_meanwhile",
            ),
            status,
        )
    return show_builder(public_id, status=status, refusal=words, others=others)


def _edit_words(edit: RecordedEdit, survey: SurveyDraft) -> str:
    """Return who did what, as `Nell changed the question “Why?”`."""
    draft = survey.questionnaire
    question = draft.question(edit.subject)
    name = (
        question_words(draft, question, draft.default_language)
        if question
        else edit.subject
    )
    who = (
        gettext("You, in another window,")
        if edit.author_id == principal().id
        else edit.author or gettext("Somebody")
    )
    did = gettext(EDITS[edit.action], name=name) if edit.action in EDITS else ""
    return gettext("%(who)s %(did)s", who=who, did=did)


def _typed() -> tuple[str, ...]:
    """Return the texts of a form that was refused, for whoever typed them."""
    hidden = {"csrf_token", "revision", "at", "language", "do"}
    texts = [
        typed.strip()
        for name, values in request.form.lists()
        if name not in hidden and not name.startswith("rule.")
        for typed in values
    ]
    return tuple(text for text in texts if len(text) > 3)
