"""Blueprint interview_guides: read, write and copy what is asked in interviews."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, FeedbackError, Invalid
from feedback.interviews.guide_text import GuideText
from feedback.interviews.guides import (
    GuideRead,
    archive_guide,
    change_guide,
    create_guide,
    get_guide,
    list_guides,
    list_versions,
)
from feedback.interviews.terms import Stage
from feedback.web.context import current_session, now, principal
from feedback.web.errors import words_for
from feedback.web.forms.guides import empty_text, fields_of, stage_of, text_of
from feedback.web.language import gettext, named
from feedback.web.security import requires

blueprint = Blueprint("interview_guides", __name__, url_prefix="/interviews/guides")
Answer = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(Permission.HOLD_INTERVIEWS)
def index() -> str:
    """List the guides by stage."""
    guides = list_guides(current_session())
    return render_template(
        "interviews/guides.html",
        by_stage=[
            (stage, [one for one in guides if one.stage == stage]) for stage in Stage
        ],
    )


@blueprint.get("/<reference>")
@requires(Permission.HOLD_INTERVIEWS)
def show(reference: str) -> str:
    """Read a guide in both languages, or an earlier version of it."""
    number = request.args.get("version", type=int)
    session = current_session()
    return render_template(
        "interviews/guide.html",
        guide=get_guide(session, reference, number=number),
        versions=list_versions(session, reference),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.HOLD_INTERVIEWS)
def new() -> Answer:
    """Write a guide, from nothing or from a copy of another."""
    if request.method == "GET":
        copied = request.args.get("of")
        if not copied:
            return _form(Stage.DISCOVERY, empty_text(), None)
        guide = get_guide(current_session(), copied)
        return _form(guide.stage, _copy(guide.text), None)
    try:
        reference = create_guide(
            current_session(),
            stage_of(request.form),
            text_of(request.form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _refused(error, None), 422
    flash(gettext("The guide is kept."), "success")
    return redirect(url_for("interview_guides.show", reference=reference))


@blueprint.route("/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.HOLD_INTERVIEWS)
def edit(reference: str) -> Answer:
    """Change a guide; that makes a new version of it."""
    guide = get_guide(current_session(), reference)
    if request.method == "GET":
        return _form(guide.stage, guide.text, guide)
    try:
        change_guide(
            current_session(),
            reference,
            stage_of(request.form),
            text_of(request.form),
            revision=request.form.get("revision", -1, type=int),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _refused(error, guide), 422
    except Conflict as error:
        return _refused(error, guide), 409
    flash(gettext("The guide is kept."), "success")
    return redirect(url_for("interview_guides.show", reference=reference))


@blueprint.post("/<reference>/archive")
@requires(Permission.HOLD_INTERVIEWS)
def archive(reference: str) -> Response:
    """Put a guide away."""
    archive_guide(current_session(), reference, author_id=principal().id, now=now())
    flash(gettext("The guide is put away."), "success")
    return redirect(url_for("interview_guides.index"))


def _refused(error: FeedbackError, guide: GuideRead | None) -> str:
    codes = error.fields.values() if isinstance(error, Invalid) else [error.code]
    stage = next(
        (one for one in Stage if one.value == request.form.get("stage")),
        Stage.DISCOVERY,
    )
    return _form(
        stage,
        text_of(request.form),
        guide,
        faults=[words_for(code) for code in dict.fromkeys(codes)],
        is_conflict=error.code == "changed_meanwhile",
    )


def _form(
    stage: Stage,
    text: GuideText,
    guide: GuideRead | None,
    *,
    faults: list[str] | None = None,
    is_conflict: bool = False,
) -> str:
    return render_template(
        "interviews/guide_form.html",
        fields=fields_of(stage, text),
        stages=tuple(Stage),
        guide=guide,
        title=named(guide.text.title) if guide else gettext("New guide"),
        faults=faults or [],
        is_conflict=is_conflict,
    )


def _copy(text: GuideText) -> GuideText:
    """Return a text to change, with a title that tells it from the one before."""
    return replace(
        text,
        title={
            "fr": f"{text.title['fr']} (copie)",
            "en": f"{text.title['en']} (copy)",
        },
    )
