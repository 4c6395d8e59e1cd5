"""Blueprint builder: the page on which a survey is written.

Every change is a form sent to an address of its own, with the revision that the page
showed, the language whose words are edited, and the part that is open.
"""

from mimetypes import guess_type

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    request,
)
from flask.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.surveys import editing, languages, service, starting
from feedback.surveys.editing import Edit
from feedback.surveys.queries import SurveyDraft, get_survey
from feedback.surveys.questionnaire import Theme
from feedback.surveys.questions import KINDS
from feedback.surveys.taken_keys import used_choices, used_keys
from feedback.surveys.theming import is_logo, theme_css
from feedback.web.builder_answers import (
    Answer,
    change,
    open_survey,
    seen_revision,
    show_builder,
    wanted_language,
    wants_parts,
)
from feedback.web.builder_look import keep_logo
from feedback.web.builder_panels import list_personas
from feedback.web.builder_preview import draw_preview
from feedback.web.context import current_session, now, principal, settings
from feedback.web.forms.questions import read_ending, read_question, read_words
from feedback.web.language import gettext
from feedback.web.rules import list_subjects, operator_word
from feedback.web.security import CONTENT_SECURITY_POLICY, requires

blueprint = Blueprint("builder", __name__, url_prefix="/surveys/<public_id>/edit")
_STEPS = {"up": -1, "down": 1}


@blueprint.context_processor
def _speech() -> dict[str, object]:
    """Give the templates the words for keys, in the language of the request."""
    return {"operator_word": operator_word}


@blueprint.after_request
def _allow_the_preview(response: Response) -> Response:
    """Let the builder show the preview in a frame, and the preview be shown there."""
    policy = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    if request.endpoint == "builder.preview":
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = policy
    return response


@blueprint.get("")
@requires(Permission.DESIGN_SURVEYS)
def index(public_id: str) -> Answer:
    """Show the builder; `at` in the address says what is open, as `question-score`."""
    return show_builder(public_id)


@blueprint.get("/preview")
@requires(Permission.DESIGN_SURVEYS)
def preview(public_id: str) -> str:
    """Show what is open as people who answer see it, `turn` pages further on.

    Fields of a page, as `q.score`, say which scores were given in the preview.
    """
    return draw_preview(
        open_survey(public_id, reviewed=False),
        turned=request.args.get("turn", 0, type=int),
        form=dict(request.args.lists()),
    )


@blueprint.get("/look.css")
@requires(Permission.DESIGN_SURVEYS)
def look(public_id: str) -> Response:
    """Give the style sheet of the draft's colours."""
    response = make_response(theme_css(_survey(public_id).questionnaire.theme))
    response.mimetype = "text/css"
    return response


@blueprint.get("/logo/<name>")
@requires(Permission.DESIGN_SURVEYS)
def logo(public_id: str, name: str) -> Response:
    """Give the picture of the draft's look."""
    path = settings().folder("logos") / name
    if name != _survey(public_id).questionnaire.theme.logo or not is_logo(name):
        abort(404)
    if not path.is_file():
        abort(404)
    response = make_response(path.read_bytes())
    response.mimetype = guess_type(name)[0] or "application/octet-stream"
    return response


@blueprint.post("/questions")
@requires(Permission.DESIGN_SURVEYS)
def add_question(public_id: str) -> Answer:
    """Add a question of a `kind` at the end of a `page`."""
    survey = _survey(public_id)
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(400)
    draft = survey.questionnaire
    key = _free_key(survey, kind.replace("_", "-"))
    question = starting.new_question(kind, key, draft.languages)
    edit = editing.add_question(request.form.get("page", ""), question)
    return _apply(public_id, edit, at=f"question-{key}")


@blueprint.post("/questions/<key>")
@requires(Permission.DESIGN_SURVEYS)
def save_question(public_id: str, key: str) -> Answer:
    """Save what a question holds; `do` names a button of its form."""
    survey = _survey(public_id)
    draft, language = survey.questionnaire, wanted_language(survey)
    _, old = editing.find_question(draft, key)
    subjects = list_subjects(draft, key, language, list_personas(survey))
    question = read_question(
        request.form,
        old,
        language=language,
        subjects=subjects,
        used=used_choices(current_session(), survey.id, key),
    )
    return _apply(public_id, editing.put_question(question), at=f"question-{key}")


@blueprint.post("/questions/<key>/kind")
@requires(Permission.DESIGN_SURVEYS)
def change_kind(public_id: str, key: str) -> Answer:
    """Make a question one of another `kind`."""
    survey = _survey(public_id)
    draft = survey.questionnaire
    _, old = editing.find_question(draft, key)
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(400)
    used = used_choices(current_session(), survey.id, key)
    question = starting.with_kind(old, kind, draft.languages, used=used)
    return _apply(public_id, editing.put_question(question), at=f"question-{key}")


@blueprint.post("/questions/<key>/<any(move, duplicate, remove):deed>")
@requires(Permission.DESIGN_SURVEYS)
def arrange_question(public_id: str, key: str, deed: str) -> Answer:
    """Move a question `to` up or down, or to a `page` and `position`; or copy it."""
    survey = _survey(public_id)
    page, question = editing.find_question(survey.questionnaire, key)
    if deed == "remove":
        keys = [one.key for one in survey.questionnaire.questions()]
        near = keys[max(keys.index(key) - 1, 0)]
        at = f"question-{near}" if near != key else f"add-{page.key}"
        return _apply(public_id, editing.remove_question(key), at=at)
    if deed == "duplicate":
        new = _free_key(survey, question.kind.replace("_", "-"))
        edit = editing.duplicate_question(key, new)
        return _apply(public_id, edit, at=f"question-{new}")
    position = request.form.get("position", type=int)
    if position is None:
        edit = editing.step_question(key, _STEPS.get(request.form.get("to", ""), 0))
    else:
        target = request.form.get("page", page.key)
        edit = editing.move_question(key, target, position)
    return _apply(public_id, edit)


@blueprint.post("/pages")
@requires(Permission.DESIGN_SURVEYS)
def add_page(public_id: str) -> Answer:
    """Add a page at the end."""
    return _apply(public_id, editing.add_page())


@blueprint.post("/pages/<key>")
@requires(Permission.DESIGN_SURVEYS)
def save_page(public_id: str, key: str) -> Answer:
    """Say whether the questions of a page come in random order."""
    edit = editing.put_page(key, shuffle="shuffle" in request.form)
    return _apply(public_id, edit, at=f"page-{key}")


@blueprint.post("/pages/<key>/<any(move, remove):deed>")
@requires(Permission.DESIGN_SURVEYS)
def arrange_page(public_id: str, key: str, deed: str) -> Answer:
    """Move a page `to` up or down, or remove it with its questions."""
    if deed == "remove":
        return _apply(public_id, editing.remove_page(key), at="")
    keys = [one.key for one in _survey(public_id).questionnaire.pages]
    return _apply(public_id, editing.move_page(key, _position(keys, key)))


@blueprint.post("/endings")
@requires(Permission.DESIGN_SURVEYS)
def add_ending(public_id: str) -> Answer:
    """Add an ending, and open it."""
    draft = _survey(public_id).questionnaire
    key = editing.numbered_key("ending", [one.key for one in draft.endings])
    titles = starting.usual_thanks(draft.languages)
    return _apply(public_id, editing.add_ending(titles), at=f"ending-{key}")


@blueprint.post("/endings/<key>")
@requires(Permission.DESIGN_SURVEYS)
def save_ending(public_id: str, key: str) -> Answer:
    """Save what an ending says."""
    survey = _survey(public_id)
    draft, language = survey.questionnaire, wanted_language(survey)
    old = editing.find_ending(draft, key)
    subjects = list_subjects(draft, None, language, list_personas(survey))
    ending = read_ending(request.form, old, language=language, subjects=subjects)
    return _apply(public_id, editing.put_ending(ending), at=f"ending-{key}")


@blueprint.post("/endings/<key>/<any(move, remove):deed>")
@requires(Permission.DESIGN_SURVEYS)
def arrange_ending(public_id: str, key: str, deed: str) -> Answer:
    """Move an ending `to` up or down, or remove it."""
    if deed == "remove":
        return _apply(public_id, editing.remove_ending(key), at="")
    keys = [one.key for one in _survey(public_id).questionnaire.endings]
    return _apply(public_id, editing.move_ending(key, _position(keys, key)))


@blueprint.post("/start")
@requires(Permission.DESIGN_SURVEYS)
def save_start(public_id: str) -> Answer:
    """Save the title and the introduction."""
    survey = _survey(public_id)
    draft, language = survey.questionnaire, wanted_language(survey)
    edit = editing.describe(
        read_words(request.form, "title", draft.title, language),
        read_words(request.form, "introduction", draft.introduction, language),
    )
    return _apply(public_id, edit, at="start")


@blueprint.post("/settings")
@requires(Permission.DESIGN_SURVEYS)
def save_settings(public_id: str) -> Answer:
    """Say what the survey is asked about, and whether it is anonymous."""
    survey = _survey(public_id)
    anonymous = request.form.get("anonymous")
    return change(
        public_id,
        lambda: service.settle(
            current_session(),
            public_id,
            touchpoint_id=request.form.get("touchpoint", 0, type=int),
            anonymous=survey.anonymous if anonymous is None else anonymous == "yes",
            author_id=principal().id,
            now=now(),
        ),
        at="settings",
    )


@blueprint.post("/languages")
@requires(Permission.DESIGN_SURVEYS)
def add_language(public_id: str) -> Answer:
    """Add a language by its code."""
    code = request.form.get("other", "").strip() or request.form.get("code", "")
    return change(
        public_id,
        lambda: _change(public_id, languages.add_language(code)),
        at="languages",
    )


@blueprint.post("/languages/<code>/<any(default, remove):deed>")
@requires(Permission.DESIGN_SURVEYS)
def change_language(public_id: str, code: str, deed: str) -> Answer:
    """Make a language the default, or remove it with its words."""
    edit = (
        languages.set_default_language(code)
        if deed == "default"
        else languages.remove_language(code)
    )
    return _apply(public_id, edit, at="languages")


@blueprint.post("/look")
@requires(Permission.DESIGN_SURVEYS)
def save_look(public_id: str) -> Answer:
    """Save colours, font and logo; `remove_logo` takes the logo away."""
    theme = _survey(public_id).questionnaire.theme
    sent = {
        name: request.form.get(name, getattr(theme, name)).strip().lower()[:40]
        for name in ("accent", "background", "surface", "text", "font")
    }
    file = request.files.get("logo")

    def run() -> None:
        logo = None if "remove_logo" in request.form else theme.logo
        if file is not None and file.filename:
            logo = keep_logo(file.read())
        _change(public_id, editing.set_theme(Theme(**sent, logo=logo)))

    return change(public_id, run, at="look")


@blueprint.post("/publish")
@requires(Permission.DESIGN_SURVEYS)
def publish(public_id: str) -> Answer:
    """Make a version of the draft, and open it for answers."""

    def run() -> None:
        number = service.publish(
            current_session(),
            public_id,
            author_id=principal().id,
            now=now(),
            revision=seen_revision(),
        )
        if not wants_parts():  # the script shows the panel anew, which says so
            words = gettext("Version %(number)s is published.", number=number)
            flash(words, "success")

    return change(public_id, run, at="publish")


@blueprint.post("/<any(undo, redo):deed>")
@requires(Permission.DESIGN_SURVEYS)
def go_back(public_id: str, deed: str) -> Answer:
    """Take the newest edit back, or do again what was taken back."""
    run = service.undo if deed == "undo" else service.redo
    return change(
        public_id,
        lambda: run(current_session(), public_id, revision=seen_revision()),
    )


def _survey(public_id: str) -> SurveyDraft:
    return get_survey(current_session(), public_id)


def _apply(public_id: str, edit: Edit, *, at: str | None = None) -> Answer:
    return change(public_id, lambda: _change(public_id, edit), at=at)


def _change(public_id: str, edit: Edit) -> None:
    service.change(
        current_session(),
        public_id,
        edit,
        revision=seen_revision(),
        author_id=principal().id,
        now=now(),
    )


def _free_key(survey: SurveyDraft, base: str) -> str:
    """Return a key that no question of the survey has, or ever had once published."""
    used = used_keys(current_session(), survey.id)
    return editing.free_key(
        base, used | {one.key for one in survey.questionnaire.questions()}
    )


def _position(keys: list[str], key: str) -> int:
    """Return where a part goes that is moved up, down or to a position."""
    wanted = request.form.get("position", type=int)
    if wanted is not None:
        return wanted
    if key not in keys:
        return 0
    return max(keys.index(key) + _STEPS.get(request.form.get("to", ""), 0), 0)
