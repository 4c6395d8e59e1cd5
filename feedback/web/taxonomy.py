"""Blueprint taxonomy: the themes of the house, their phrases, and their history."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.i18n.locales import SUPPORTED
from feedback.insights.themes_counted import Spoken, count_spoken
from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice import reanalysis
from feedback.voice.reanalysis import count_current, find_newest
from feedback.voice.taxonomy import KeptTheme, read_themes
from feedback.voice.theme_drafts import BRAKES
from feedback.voice.theme_history import (
    ThemeState,
    list_changes,
    newest_revision,
    read_states,
    undo,
)
from feedback.voice.theming import (
    add_theme,
    change_theme,
    hide_theme,
    merge_theme,
    move_theme,
)
from feedback.voice.trying import try_phrases
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale, now, principal
from feedback.web.errors import words_for
from feedback.web.forms.taxonomy import BRAKE_WORDS, KINDS, ThemeForm, fault_words
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires
from feedback.web.taxonomy_words import change_details, change_words, parts_of

blueprint = Blueprint("taxonomy", __name__, url_prefix="/taxonomy")
Answer = str | tuple[str, int] | Response


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    return {
        "theme_word": lambda key: read_themes(current_session()).name(key, locale()),
        "language_word": lambda code: language_name(code, locale()),
        "brake_word": lambda key: gettext(BRAKE_WORDS[key]),
        "change_words": change_words,
        "change_details": change_details,
        "parts_of": parts_of,
        "kinds": tuple(KINDS),
        "languages": SUPPORTED,
    }


@blueprint.get("/")
@requires(Permission.CORRECT_ANALYSIS)
def index() -> str:
    """List the themes by brake with how much is said of each, and the last change."""
    session = current_session()
    kept = read_themes(session).kept.values()
    shown = [one for one in kept if one.is_shown]
    changes = list_changes(session, PageRequest(size=1)).items
    return render_template(
        "taxonomy/index.html",
        groups=[
            (brake, [one for one in shown if one.theme.brake == brake])
            for brake in BRAKES
        ],
        away=[one for one in kept if not one.is_shown],
        spoken=count_spoken(session),
        silent=Spoken(),
        last=changes[0] if changes else None,
        revision=newest_revision(session),
        **_progress(),
    )


@blueprint.get("/progress")
@requires(Permission.CORRECT_ANALYSIS)
def progress() -> str:
    """Show the part of the page that changes by itself."""
    return render_template("taxonomy/_progress.html", **_progress())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_THEMES)
def new() -> Answer:
    """Add a theme, or split one: `from` is the key of the theme to split."""
    whole = _split_from()
    form = ThemeForm()
    form.offer()
    if whole is not None and not form.is_submitted():
        form.brake.data = whole.theme.brake
    if _wants_trial() or not form.validate_on_submit():
        return _form_page(form, None, whole)
    draft = form.draft()
    try:
        key = add_theme(
            current_session(),
            names=draft.names,
            brake=draft.brake,
            negative=draft.negative,
            positive=draft.positive,
            phrases=draft.phrases,
            split_from=whole.theme.key if whole else None,
            revision=_revision(),
            author_id=principal().id,
            now=now(),
        )
    except (Invalid, Conflict) as error:
        return _refused(form, error, None, whole)
    flash(
        gettext("The theme is added. Texts that come in from now on are looked at."),
        "success",
    )
    return redirect(url_for("taxonomy.index", _anchor=key))


@blueprint.route("/themes/<key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_THEMES)
def edit(key: str) -> Answer:
    """Rename and describe a theme, give it another brake, other phrases."""
    state = _state(key)
    form = ThemeForm()
    form.offer()
    if not form.is_submitted():
        form.fill(state.kept.theme, state.phrases)
    if _wants_trial() or not form.validate_on_submit():
        return _form_page(form, state, None)
    try:
        change_theme(
            current_session(),
            key,
            form.draft(),
            revision=_revision(),
            author_id=principal().id,
            now=now(),
        )
    except (Invalid, Conflict) as error:
        return _refused(form, error, state, None)
    flash(gettext("The theme is changed."), "success")
    return redirect(url_for("taxonomy.index", _anchor=key))


@blueprint.post("/try")
@requires(Permission.MANAGE_THEMES)
def try_out() -> str:
    """Show what the phrases typed would catch, in one language; keeps nothing."""
    form = ThemeForm()
    form.offer()
    code = request.form.get("language", "")
    if code not in SUPPORTED:
        raise NotFound("language")
    return render_template(
        "taxonomy/_try.html", tried=_tried(form, code), whole=_split_from()
    )


@blueprint.post("/themes/<key>/<any(hide, show):how>")
@requires(Permission.MANAGE_THEMES)
def switch(key: str, how: str) -> Response:
    """Hide a theme, or show it again."""
    hide_theme(current_session(), key, hidden=how == "hide", **_by())
    words = {
        "hide": gettext("The theme is hidden: it is shown and counted nowhere."),
        "show": gettext("The theme is shown and counted again."),
    }
    flash(words[how], "success")
    return redirect(url_for("taxonomy.index"))


@blueprint.post("/themes/<key>/<any(up, down):way>")
@requires(Permission.MANAGE_THEMES)
def move(key: str, way: str) -> Response:
    """Show a theme before or after its neighbour."""
    move_theme(current_session(), key, up=way == "up", **_by())
    return redirect(url_for("taxonomy.index", _anchor=key))


@blueprint.route("/themes/<key>/merge", methods=["GET", "POST"])
@requires(Permission.MANAGE_THEMES)
def merge(key: str) -> Answer:
    """Say what a merge would do, in numbers, and do it."""
    session, state = current_session(), _state(key)
    into = request.values.get("into", "")
    others = [one for one in read_themes(session).shown if one.key != key]
    if request.method == "POST":
        merge_theme(session, key, into=into, **_by())
        flash(gettext("The themes are merged."), "success")
        return redirect(url_for("taxonomy.index", _anchor=into))
    spoken = count_spoken(session)
    return render_template(
        "taxonomy/merge.html",
        theme=state.kept.theme,
        others=others,
        into=next((one for one in others if one.key == into), None),
        spoken=spoken.get(key, Spoken()),
        there=spoken.get(into, Spoken()),
        revision=newest_revision(session),
    )


@blueprint.post("/themes/<key>/separate")
@requires(Permission.MANAGE_THEMES)
def separate(key: str) -> Response:
    """Take back a merge: the theme has its own mentions again."""
    merge_theme(current_session(), key, into=None, **_by())
    flash(gettext("The theme stands for itself again."), "success")
    return redirect(url_for("taxonomy.index", _anchor=key))


@blueprint.get("/history")
@requires(Permission.CORRECT_ANALYSIS)
def history() -> str:
    """List who changed what, and when."""
    session = current_session()
    return render_template(
        "taxonomy/history.html",
        changes=turned(list_changes(session, wanted_page())),
        revision=newest_revision(session),
    )


@blueprint.post("/undo")
@requires(Permission.MANAGE_THEMES)
def undo_last() -> Response:
    """Undo the newest change, or do it again when it was undone."""
    undo(
        current_session(),
        revision=_revision(),
        author_id=principal().id,
        now=now(),
    )
    flash(gettext("The last change is undone."), "success")
    return redirect(url_for("taxonomy.index"))


@blueprint.post("/again")
@requires(Permission.MANAGE_THEMES)
def again() -> Response:
    """Have all verbatims analysed by the rules in force."""
    reanalysis.start(current_session(), author_id=principal().id, now=now())
    flash(
        gettext(
            "The verbatims are being analysed again. Nothing changes until all are."
        ),
        "success",
    )
    return redirect(url_for("taxonomy.index"))


@blueprint.post("/again/<public_id>/stop")
@requires(Permission.MANAGE_THEMES)
def stop(public_id: str) -> Response:
    """Stop it: what was shown before stays."""
    reanalysis.stop(current_session(), public_id, now=now())
    flash(gettext("The analysis is stopped. Everything stays as it was."), "success")
    return redirect(url_for("taxonomy.index"))


def _progress() -> dict[str, Any]:
    session = current_session()
    return {"currency": count_current(session), "run": find_newest(session)}


def _by() -> dict[str, Any]:
    return {"revision": _revision(), "author_id": principal().id, "now": now()}


def _revision() -> int:
    return request.form.get("revision", -1, type=int)


def _wants_trial() -> bool:
    return "try" in request.form


def _state(key: str) -> ThemeState:
    state = read_states(current_session(), [key])[key]
    if state is None:
        raise NotFound("theme")
    return state


def _split_from() -> KeptTheme | None:
    key = request.values.get("from", "")
    if not key:
        return None
    one = read_themes(current_session()).kept.get(key)
    if one is None or not one.is_shown:
        raise NotFound("theme")
    return one


def _refused(
    form: ThemeForm,
    error: Invalid | Conflict,
    state: ThemeState | None,
    whole: KeptTheme | None,
) -> Answer:
    """Show the form again with what is wrong; what was typed stays."""
    if isinstance(error, Invalid):
        form.show_faults(error.fields, **error.values)
    else:
        form.form_errors.append(words_for(error.code))
    return _form_page(form, state, whole)


def _form_page(
    form: ThemeForm, state: ThemeState | None, whole: KeptTheme | None
) -> Answer:
    session = current_session()
    code = request.form.get("try", "")
    page = render_template(
        "taxonomy/theme.html",
        form=form,
        state=state,
        whole=whole,
        # What was seen, so that two people do not overwrite each other unawares.
        revision=_revision() if form.is_submitted() else newest_revision(session),
        tried={code: _tried(form, code)} if code in SUPPORTED else {},
    )
    return (page, 422) if form.is_submitted() and not _wants_trial() else page


def _tried(form: ThemeForm, code: str) -> Any:
    """Return what the phrases would catch, or what is wrong with one, in words."""
    whole = _split_from()
    phrases = form.phrases(code)
    if whole is not None:
        phrases = tuple(map(_as_held, phrases))
    try:
        return try_phrases(
            current_session(),
            code,
            phrases,
            among=whole.theme.key if whole else None,
        )
    except Invalid as error:
        return fault_words(error.fields["pattern"], **error.values)


def _as_held(phrase: OwnPhrase) -> OwnPhrase:
    """A split asks only whether a phrase stands there, not what is said of it."""
    return replace(phrase, polarity=phrase.polarity or Polarity.NEGATIVE)
