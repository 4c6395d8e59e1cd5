"""Blueprint explorer: what customers said, word for word, and how it was read."""

import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import IO, Any, TypeVar, cast

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.insights.refresh import refresh_days
from feedback.insights.words import scale_name
from feedback.interviews.excerpt_queries import find_excerpt_of
from feedback.journey.channels import channel_name
from feedback.journey.queries import get_journey_id, get_map, list_journeys
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice import corrections
from feedback.voice.corrections import CorrectedDay
from feedback.voice.exports import csv_lines, write_xlsx
from feedback.voice.originals import read_original
from feedback.voice.queries import (
    count_waiting,
    get_verbatim,
    is_search_cut,
    list_verbatims,
)
from feedback.voice.taxonomy import list_themes, theme_name
from feedback.voice.wording import (
    feeling_name,
    language_name,
    masked_name,
    polarity_name,
    source_name,
)
from feedback.web.context import current_session, locale, now, principal, services
from feedback.web.desk import place_of, segments_of
from feedback.web.errors import words_for
from feedback.web.facets import (
    count_all,
    count_of_interviews,
    list_theme_facets,
    unrated_share,
)
from feedback.web.language import gettext
from feedback.web.opened import show
from feedback.web.paging import turned, wanted_page
from feedback.web.reader import (
    FEELINGS,
    neighbours,
    open_reader,
)
from feedback.web.security import requires

blueprint = Blueprint("explorer", __name__)

PAGE = "/journeys/<key>/verbatims"
ONE = f"{PAGE}/<public_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Choice = TypeVar("Choice", bound=StrEnum)


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "channel_word": lambda channel: channel_name(channel, locale()),
        "feeling_word": lambda feeling: feeling_name(feeling, locale()),
        "language_word": lambda code: language_name(code, locale()),
        "masked_word": lambda kind: masked_name(kind, locale()),
        "polarity_word": lambda polarity: polarity_name(polarity, locale()),
        "scale_word": lambda scale: scale_name(scale, locale()),
        "source_word": lambda source: source_name(source, locale()),
        "theme_word": lambda key: theme_name(current_session(), key, locale()),
        "segments_of": segments_of,
        "place_of": place_of,
    }


@blueprint.get("/verbatims")
@requires(Permission.READ_FEEDBACK)
def home() -> Response:
    """Lead to the verbatims of the first journey, or to drawing one."""
    journeys = list_journeys(current_session())
    if not journeys:
        return redirect(url_for("dashboards.home"))
    return redirect(url_for("explorer.index", key=journeys[0].key))


@blueprint.get(PAGE)
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> Response | str:
    """Show the verbatims that the address asks for, one of them open."""
    reader = open_reader(key)
    if reader.desk.canonical is not None:
        return redirect(reader.desk.canonical)
    if "phase" in reader.dropped and "touchpoint" in reader.address:
        # Another phase was chosen while a touchpoint of the last one was.
        phase = request.args["phase"]
        return redirect(reader.url(phase=phase, touchpoint=None))
    session, journey = current_session(), reader.desk.journey
    page = list_verbatims(session, reader.wanted, wanted_page())
    counted = count_all(reader)
    opened = request.args.get("verbatim")
    return render_template(
        "explorer/index.html",
        reader=reader,
        page=turned(page),
        counted=counted,
        excerpts=count_of_interviews(reader),
        facets=list_theme_facets(reader, counted),
        unrated=unrated_share(reader),
        waiting=count_waiting(session, journey.id),
        is_cut=is_search_cut(session, reader.wanted),
        opened=show(get_verbatim(session, journey.id, opened), journey)
        if opened
        else None,
        excerpt=find_excerpt_of(session, opened) if opened else None,
        beside=neighbours(reader, page.items),
        themes=list_themes(session),
        feelings=FEELINGS,
        polarities=tuple(Polarity),
    )


@blueprint.get(f"{PAGE}/waiting")
@requires(Permission.READ_FEEDBACK)
def waiting(key: str) -> str:
    """Tell how many verbatims wait for their analysis, for a page that asks again."""
    journey_id = get_journey_id(current_session(), key)
    return render_template(
        "explorer/_waiting.html", waiting=count_waiting(current_session(), journey_id)
    )


@blueprint.post(f"{ONE}/original")
@requires(Permission.READ_ORIGINALS)
def original(key: str, public_id: str) -> str:
    """Show a text as it was given; that it was read is recorded."""
    session = current_session()
    journey = get_map(session, key, archived=True)
    pieces = read_original(
        session, journey.id, public_id, reader_id=principal().id, now=now()
    )
    return render_template(
        "explorer/original.html",
        pieces=pieces,
        journey=journey,
        back=url_for("explorer.index", key=key, verbatim=public_id),
    )


@blueprint.post(f"{ONE}/feeling")
@requires(Permission.CORRECT_ANALYSIS)
def feeling(key: str, public_id: str) -> Response:
    """Put the feeling of a verbatim right."""
    chosen, seen = _sent(Feeling, "feeling"), _sent(Feeling, "seen")
    return _correct(
        key,
        public_id,
        lambda session: corrections.correct_feeling(
            session,
            public_id,
            chosen,
            seen=seen,
            author_id=principal().id,
            now=now(),
        ),
    )


@blueprint.post(f"{ONE}/themes")
@requires(Permission.CORRECT_ANALYSIS)
def add_theme(key: str, public_id: str) -> Response:
    """Add a theme to some words of a verbatim."""
    theme, polarity = request.form.get("theme", ""), _sent(Polarity, "polarity")
    start = request.form.get("start", -1, type=int)
    end = request.form.get("end", -1, type=int)
    return _correct(
        key,
        public_id,
        lambda session: corrections.add_theme(
            session,
            public_id,
            theme,
            polarity,
            start=start,
            end=end,
            author_id=principal().id,
            now=now(),
        ),
    )


@blueprint.post(f"{ONE}/themes/reject")
@requires(Permission.CORRECT_ANALYSIS)
def reject_theme(key: str, public_id: str) -> Response:
    """Say that a verbatim does not speak so of a theme."""
    theme, polarity = request.form.get("theme", ""), _sent(Polarity, "polarity")
    return _correct(
        key,
        public_id,
        lambda session: corrections.reject_theme(
            session,
            public_id,
            theme,
            polarity,
            author_id=principal().id,
            now=now(),
        ),
    )


@blueprint.post(f"{ONE}/corrections/<int:number>/withdraw")
@requires(Permission.CORRECT_ANALYSIS)
def withdraw(key: str, public_id: str, number: int) -> Response:
    """Undo a correction."""
    return _correct(
        key,
        public_id,
        lambda session: corrections.withdraw(session, public_id, number, now=now()),
    )


@blueprint.get(f"{PAGE}/export.csv")
@requires(Permission.READ_FEEDBACK)
def export_csv(key: str) -> Response:
    """Send what is seen as CSV, line by line, whatever the number of lines."""
    wanted, database, language = open_reader(key).wanted, services().database, locale()

    def lines() -> Iterator[bytes]:
        with database.session(writes=False) as session:
            journey = get_map(session, key, archived=True)
            yield from csv_lines(session, wanted, journey, locale=language)

    name = f"attachment; filename=verbatims-{key}.csv"
    return Response(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@blueprint.get(f"{PAGE}/export.xlsx")
@requires(Permission.READ_FEEDBACK)
def export_xlsx(key: str) -> Response:
    """Send what is seen as a workbook, written to a file that is gone afterwards."""
    session = current_session()
    wanted = open_reader(key).wanted
    journey = get_map(session, key, archived=True)
    file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - closed when sent
    write_xlsx(session, wanted, journey, file, locale=locale())
    file.seek(0)
    return send_file(
        file, XLSX, as_attachment=True, download_name=f"verbatims-{key}.xlsx"
    )


def _correct(
    key: str, public_id: str, act: Callable[[Session], CorrectedDay]
) -> Response:
    """Correct, have the figures follow at once, and show the verbatim again.

    Somebody who comes second is told, and sees what stands there now.
    """
    session = current_session()
    get_verbatim(session, get_journey_id(session, key), public_id)
    try:
        changed = act(session)
    except (Conflict, Invalid) as error:
        code = next(iter(error.fields.values())) if isinstance(error, Invalid) else ""
        flash(words_for(code or error.code), "error")
    else:
        refresh_days(session, changed.journey_id, [changed.day])
        flash(gettext("Corrected. The figures follow at once."), "success")
    return redirect(open_reader(key).verbatim(public_id))


def _sent(kind: type[Choice], name: str) -> Choice:
    """Return what a button or a list sent; anything else was not made by our pages."""
    sent = request.form.get(name)
    return next((one for one in kind if one.value == sent), None) or abort(400)
