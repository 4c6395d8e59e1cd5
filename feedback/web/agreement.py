"""Blueprint agreement: analysts label a sample blind, and the ledger of quality."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.core.periods import local_day
from feedback.insights.segments import default_period, find_span
from feedback.journey.queries import get_map, list_journeys
from feedback.voice.agreement import service
from feedback.voice.agreement.drawing import LARGEST_SEED
from feedback.voice.agreement.exports import csv_lines
from feedback.voice.agreement.judging import Judgement, Subject, Taken
from feedback.voice.agreement.ledger import list_journeys_judged, read_ledger
from feedback.voice.agreement.queries import (
    RoundInDetail,
    VerbatimToLabel,
    get_round,
    get_to_label,
    list_rounds,
    theme_keys,
)
from feedback.voice.agreement.results import get_results, list_sampled
from feedback.voice.taxonomy import Stance, read_themes
from feedback.voice.wording import feeling_name, stance_name
from feedback.web.agreement_view import (
    FEELING_KEYS,
    SUBJECTS,
    by_brake,
    list_apart,
    show_pairs,
    spoken_of,
    tell,
)
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.forms.agreement import RoundForm, read_feeling, read_ticks
from feedback.web.language import gettext, named
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("agreement", __name__, url_prefix="/agreement")
Answer = str | tuple[str, int] | Response


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "feeling_word": lambda feeling: feeling_name(feeling, locale()),
        "stance_word": lambda stance: stance_name(stance, locale()),
        "theme_word": lambda key: read_themes(current_session()).name(key, locale()),
        "subject_word": lambda subject: gettext(SUBJECTS[subject]),
        "tell": tell,
    }


@blueprint.get("/")
@requires(Permission.CORRECT_ANALYSIS)
def index() -> str:
    """List the rounds, and the ledger of a journey."""
    session = current_session()
    judged = set(list_journeys_judged(session))
    journeys = [one for one in list_journeys(session) if one.id in judged]
    wanted = request.args.get("journey")
    chosen = next((one for one in journeys if one.key == wanted), None)
    chosen = chosen or next(iter(journeys), None)
    return render_template(
        "agreement/index.html",
        rounds=turned(list_rounds(session, wanted_page(), account_id=principal().id)),
        judged=journeys,
        journey=chosen,
        ledger=read_ledger(session, chosen.id) if chosen else (),
        subjects=tuple(Subject),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CORRECT_ANALYSIS)
def new() -> Answer:
    """Draw a sample and make a round of it."""
    form = _form()
    if not form.validate_on_submit():
        page = render_template("agreement/new.html", form=form)
        return (page, 422) if form.is_submitted() else page
    journey = get_map(current_session(), form.journey.data)
    try:
        public_id = service.create_round(
            current_session(),
            journey.id,
            form.draft(),
            seed=secrets.randbelow(LARGEST_SEED),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return render_template("agreement/new.html", form=form), 422
    flash(gettext("The sample is drawn. Ask a second analyst to label it too."))
    return redirect(url_for("agreement.show", public_id=public_id))


@blueprint.get("/<public_id>")
@requires(Permission.CORRECT_ANALYSIS)
def show(public_id: str) -> str:
    """Show a round: how far everybody is, and the results to whoever has finished."""
    one = _round(public_id)
    return render_template(
        "agreement/show.html",
        round=one,
        **(_results(one) if one.may_see and one.finished else {}),
    )


@blueprint.get("/<public_id>/label")
@requires(Permission.CORRECT_ANALYSIS)
def resume(public_id: str) -> Response:
    """Lead to the first verbatim that one has not labelled yet."""
    one = _round(public_id)
    if one.next_open is None or not one.may_label:
        return redirect(url_for("agreement.show", public_id=public_id))
    return _to_verbatim(public_id, one.next_open)


@blueprint.route("/<public_id>/label/<int:position>", methods=["GET", "POST"])
@requires(Permission.CORRECT_ANALYSIS)
def label(public_id: str, position: int) -> Answer:
    """Show one verbatim to label, and nothing that others said; keep the label."""
    one = _round(public_id)
    verbatim = get_to_label(
        current_session(), one.id, position, account_id=principal().id
    )
    if request.method == "GET":
        if not one.may_label:
            return redirect(url_for("agreement.show", public_id=public_id))
        return _label_page(one, verbatim)
    feeling, ticks = read_feeling(request.form), read_ticks(request.form)
    if feeling is None:
        return _label_page(one, verbatim, ticks=ticks), 422
    try:
        following = service.save_label(
            current_session(),
            public_id,
            position,
            Judgement(feeling=feeling, themes=ticks),
            account_id=principal().id,
            now=now(),
        )
    except Conflict as error:
        flash(words_for(error.code), "error")
        return redirect(url_for("agreement.show", public_id=public_id))
    if following is None:
        return redirect(url_for("agreement.show", public_id=public_id))
    return _to_verbatim(public_id, following)


@blueprint.post("/<public_id>/finish")
@requires(Permission.CORRECT_ANALYSIS)
def finish(public_id: str) -> Response:
    """Say that one's labels stand."""
    return _act(
        public_id,
        lambda: service.finish_part(
            current_session(), public_id, account_id=principal().id, now=now()
        ),
        gettext("Your labels stand. Here is how far you agree."),
    )


@blueprint.post("/<public_id>/close")
@requires(Permission.CORRECT_ANALYSIS)
def close(public_id: str) -> Response:
    """Close a round and write the ledger."""
    return _act(
        public_id,
        lambda: service.close_round(
            current_session(), public_id, actor_id=principal().id, now=now()
        ),
        gettext("The round is closed, and stands in the ledger."),
    )


@blueprint.post("/<public_id>/discard")
@requires(Permission.CORRECT_ANALYSIS)
def discard(public_id: str) -> Response:
    """Throw a round away that nobody has begun."""
    service.discard_round(current_session(), public_id)
    flash(gettext("The round is thrown away."), "success")
    return redirect(url_for("agreement.index"))


@blueprint.get("/<public_id>/labels.csv")
@requires(Permission.CORRECT_ANALYSIS)
def export(public_id: str) -> Response:
    """Send every label of a round as CSV, to whoever may see the results."""
    lines = csv_lines(current_session(), _round(public_id), locale=locale())
    return Response(
        b"".join(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=labels-{public_id}.csv"},
    )


def _act(public_id: str, act: Callable[[], None], done: str) -> Response:
    try:
        act()
    except Conflict as error:
        flash(words_for(error.code), "error")
    else:
        flash(done, "success")
    return redirect(url_for("agreement.show", public_id=public_id))


def _round(public_id: str) -> RoundInDetail:
    return get_round(current_session(), public_id, account_id=principal().id)


def _to_verbatim(public_id: str, position: int) -> Response:
    return redirect(url_for("agreement.label", public_id=public_id, position=position))


def _form() -> RoundForm:
    session = current_session()
    journeys = list_journeys(session)
    today = local_day(now(), settings().zone)
    span = find_span(session, journeys[0].id) if journeys else None
    usual = default_period(span, today=today)
    form = RoundForm(first=usual.since, last=usual.until - timedelta(days=1))
    form.journey.choices = [(one.key, named(one.names)) for one in journeys]
    return form


def _label_page(
    one: RoundInDetail,
    verbatim: VerbatimToLabel,
    ticks: frozenset[Taken] | None = None,
) -> str:
    """Show the form; `ticks` are those of a form that lacked its feeling."""
    kept = verbatim.label
    themes = ticks if ticks is not None else kept.themes if kept else frozenset()
    return render_template(
        "agreement/label.html",
        round=one,
        verbatim=verbatim,
        done=one.mine.done if one.mine else 0,
        ticked={f"{stance.value}:{key}" for key, stance in themes},
        is_missing=ticks is not None,
        feelings=FEELING_KEYS,
        themes=by_brake(read_themes(current_session()).shown),
        stances=tuple(Stance),
    )


def _results(one: RoundInDetail) -> dict[str, Any]:
    results = get_results(current_session(), one)
    pairs = show_pairs(results, theme_keys(current_session()))
    wanted = (request.args.get("one"), request.args.get("other"))
    chosen = next((pair for pair in pairs if (pair.one, pair.other) == wanted), None)
    chosen = chosen or next(iter(pairs), None)
    if chosen is None:
        return {}
    texts = list_sampled(current_session(), one.id)
    themes = read_themes(current_session())
    return {
        "pairs": pairs,
        "chosen": chosen,
        "rows": spoken_of(chosen.pair.agreement.themes, told=True),
        "rare": spoken_of(chosen.pair.agreement.themes, told=False),
        "apart": turned(list_apart(chosen, results, texts, themes, wanted_page())),
    }
