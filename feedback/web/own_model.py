"""Blueprint own_model: what was learned from the house's own answers, and what runs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.nlp.schooling import FEWEST, FEWEST_OF_A_SIDE, Verdict
from feedback.voice.house import service
from feedback.voice.house.queries import ModelState, OwnModelRead, read_models
from feedback.voice.reanalysis import count_current
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale, now, principal
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("own_model", __name__, url_prefix="/analysis")

STATES = {
    ModelState.LIVE: mark("runs"),
    ModelState.CANDIDATE: mark("waits for you"),
    ModelState.RETIRED: mark("stands by"),
    ModelState.REFUSED: mark("refused"),
}


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    return {
        "language_word": lambda code: language_name(code, locale()),
        "state_word": lambda state: gettext(STATES[state]),
        "verdict_words": verdict_words,
    }


def verdict_words(model: OwnModelRead) -> str:
    """Return what the comparison came to, in a sentence."""
    if model.verdict is Verdict.BETTER:
        return gettext("Better than the shipped analysis by more than chance explains.")
    if model.verdict is Verdict.NOT_BETTER:
        return gettext("Not better by more than chance explains: nothing was changed.")
    if model.verdict is Verdict.WORSE_WITHOUT_SIDE:
        return gettext(
            "Better at positive and negative, but worse at what analysts called mixed "
            "or neutral: nothing was changed."
        )
    return gettext(
        "Too few answers to compare: it takes %(all)s, and %(side)s of either side.",
        all=FEWEST,
        side=FEWEST_OF_A_SIDE,
    )


@blueprint.get("/")
@requires(Permission.CORRECT_ANALYSIS)
def index() -> str:
    """Show what runs in each language, and what was learned before."""
    session = current_session()
    return render_template(
        "own_model/index.html",
        languages=[read_models(session, code) for code in SUPPORTED],
        currency=count_current(session),
    )


@blueprint.post("/learn")
@requires(Permission.MANAGE_THEMES)
def learn() -> Response:
    """Owe a learning of both languages."""
    owed = service.order_learning(
        current_session(), author_id=principal().id, now=now()
    )
    if owed is None:
        flash(gettext("A learning is waiting for its turn already."))
    else:
        said = gettext("It learns in the background. Open this page again in a while.")
        flash(said, "success")
    return redirect(url_for("own_model.index"))


@blueprint.post("/<public_id>/live")
@requires(Permission.MANAGE_THEMES)
def live(public_id: str) -> Response:
    """Put a model live."""
    service.put_live(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The own model runs. New texts are analysed by it."), "success")
    return redirect(url_for("own_model.index"))


@blueprint.post("/<public_id>/back")
@requires(Permission.MANAGE_THEMES)
def back(public_id: str) -> Response:
    """Go back to the shipped analysis."""
    service.go_back(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The shipped analysis runs again for new texts."), "success")
    return redirect(url_for("own_model.index"))
