"""Blueprint masking: what was masked, and the words that are masked or spared."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.journey.queries import get_journey_id
from feedback.nlp.redaction import KINDS
from feedback.voice.masking import (
    add_word,
    count_kinds,
    list_masked,
    list_words,
    remove_word,
)
from feedback.voice.wording import masked_name
from feedback.web.context import current_session, locale, now, principal
from feedback.web.desk import open_desk
from feedback.web.errors import words_for
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("masking", __name__)

PAGE = "/journeys/<key>/masked"


@dataclass(frozen=True, kw_only=True)
class WrongWord:
    """A word that could not be added, as it was typed, and why."""

    list: str = ""
    typed: str = ""
    words: str = ""


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    return {"masked_word": lambda kind: masked_name(kind, locale())}


@blueprint.get(PAGE)
@requires(Permission.MANAGE_MASKING)
def index(key: str) -> Response | str:
    """Show what was masked in a period, by kind, with the texts around it."""
    return _page(key)


@blueprint.post(f"{PAGE}/words")
@requires(Permission.MANAGE_MASKING)
def add(key: str) -> Response | tuple[str, int]:
    """Add a word that is always masked, or nobody's name."""
    session = current_session()
    get_journey_id(session, key)
    typed = request.form.get("word", "")
    chosen = "masked" if request.form.get("list") == "masked" else "spared"
    try:
        word = add_word(
            session,
            typed,
            is_masked=chosen == "masked",
            author_id=principal().id,
            now=now(),
        )
    except (Conflict, Invalid) as error:
        code = error.fields["word"] if isinstance(error, Invalid) else error.code
        wrong = WrongWord(list=chosen, typed=typed, words=words_for(code))
        return _page(key, wrong), 409 if isinstance(error, Conflict) else 422
    said = gettext("Added: %(word)s. It acts from the next analysis on.", word=word)
    flash(said, "success")
    return redirect(url_for("masking.index", key=key))


@blueprint.post(f"{PAGE}/words/<int:number>/remove")
@requires(Permission.MANAGE_MASKING)
def remove(key: str, number: int) -> Response:
    """Take a word out of its list."""
    session = current_session()
    get_journey_id(session, key)
    word = remove_word(session, number, author_id=principal().id, now=now())
    flash(gettext("Taken out of the list: %(word)s.", word=word), "success")
    return redirect(url_for("masking.index", key=key))


def _page(key: str, wrong: WrongWord | None = None) -> str:
    session, desk = current_session(), open_desk(key)
    kind = request.args.get("kind")
    kind = kind if kind in KINDS else None
    period = desk.segment.period
    counts = count_kinds(session, desk.journey.id, period)
    return render_template(
        "masking/index.html",
        desk=desk,
        kind=kind,
        counts=counts,
        places=sum(one.places for one in counts),
        page=turned(
            list_masked(session, desk.journey.id, period, wanted_page(), kind=kind)
        ),
        words=list_words(session),
        wrong=wrong or WrongWord(),
    )
