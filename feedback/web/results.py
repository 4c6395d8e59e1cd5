"""Blueprint results: what came of a survey, its responses one by one and as files."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, cast

from flask import Blueprint, redirect, render_template, send_file
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.collection.response_exports import Reading, csv_lines, write_xlsx
from feedback.collection.response_list import (
    ResponseRead,
    get_response,
    list_responses,
)
from feedback.collection.results import MOST_COUNTED, gather_results
from feedback.collection.terms import Channel, Flag
from feedback.collection.wording import channel_name, flag_name, flag_reason
from feedback.core.ids import slug
from feedback.core.periods import local_day
from feedback.surveys.piping import fill
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.text import TextKind
from feedback.voice.wording import language_name
from feedback.web.context import (
    current_session,
    locale,
    now,
    principal,
    services,
    settings,
)
from feedback.web.paging import turned, wanted_page
from feedback.web.results_desk import ResultsDesk, open_results
from feedback.web.results_page import both_ways, show_pages, show_questions, show_splits
from feedback.web.security import requires

blueprint = Blueprint("results", __name__, url_prefix="/surveys/<public_id>")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: answers of a response that stand in the list
MOST_LISTED = 6


@dataclass(frozen=True, kw_only=True)
class ShownAnswer:
    """A question with its answer in words, None where it was left out."""

    question: str
    icon: str
    words: str | None
    #: whether the words are the person's own, masked
    is_text: bool
    #: whether the words say that a text is not read yet
    is_unread: bool
    #: the verbatim whose text as it was given is still kept
    original: str | None


@dataclass(frozen=True, kw_only=True)
class ShownResponse:
    """A response with its answers in words."""

    read: ResponseRead
    place: str
    day: date
    moment: datetime | None
    #: those that were shown
    answers: tuple[ShownAnswer, ...]

    @property
    def listed(self) -> tuple[ShownAnswer, ...]:
        """The first answers, without what was left out."""
        return self._answered[:MOST_LISTED]

    @property
    def further(self) -> int:
        """How many answers there are beyond those."""
        return max(len(self._answered) - MOST_LISTED, 0)

    @property
    def _answered(self) -> tuple[ShownAnswer, ...]:
        return tuple(one for one in self.answers if one.words is not None)


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "asked_by": lambda channel: channel_name(Channel(channel), locale()),
        "flag_word": lambda flag: flag_name(Flag(flag), locale()),
        "flag_reason": lambda flag: flag_reason(Flag(flag), locale()),
        "language_word": lambda code: language_name(code, locale()),
    }


@blueprint.get("/results")
@requires(Permission.READ_FEEDBACK)
def show(public_id: str) -> Response | str:
    """Show the figures of every question, and how sound they are."""
    desk = open_results(public_id)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    today = local_day(now(), settings().zone)
    found = gather_results(current_session(), desk.wanted, today=today)
    return render_template(
        "results/show.html",
        desk=desk,
        found=found,
        questions=show_questions(desk, found),
        both_ways=both_ways(found) if found.flagged else (),
        splits=show_splits(found),
        pages=show_pages(found),
        most_counted=MOST_COUNTED,
    )


@blueprint.get("/responses")
@requires(Permission.READ_CONTACTS)
def responses(public_id: str) -> Response | str:
    """List the responses, parts and tests where they are asked for."""
    desk = open_results(public_id)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    page = turned(list_responses(current_session(), desk.wanted, wanted_page()))
    return render_template(
        "results/responses.html",
        desk=desk,
        page=page,
        responses=[_shown(desk, one) for one in page.items],
    )


@blueprint.get("/responses/<response_id>")
@requires(Permission.READ_CONTACTS)
def response(public_id: str, response_id: str) -> str:
    """Show one response whole."""
    desk = open_results(public_id)
    one = get_response(current_session(), desk.survey.id, response_id)
    return render_template("results/response.html", desk=desk, one=_shown(desk, one))


@blueprint.get("/responses.csv")
@requires(Permission.READ_FEEDBACK)
def export_csv(public_id: str) -> Response:
    """Send the responses as CSV, line by line, whatever their number."""
    desk = open_results(public_id)
    reading, wanted, database = _reading(desk), desk.wanted, services().database

    def lines() -> Iterator[bytes]:
        with database.session(writes=False) as session:
            yield from csv_lines(session, wanted, reading)

    name = f"attachment; filename={_file_name(desk)}.csv"
    return Response(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


@blueprint.get("/responses.xlsx")
@requires(Permission.READ_FEEDBACK)
def export_xlsx(public_id: str) -> Response:
    """Send the responses as a workbook, written to a file that is gone afterwards."""
    desk = open_results(public_id)
    file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - closed when sent
    write_xlsx(current_session(), desk.wanted, _reading(desk), file)
    file.seek(0)
    name = f"{_file_name(desk)}.xlsx"
    return send_file(file, XLSX, as_attachment=True, download_name=name)


def _reading(desk: ResultsDesk) -> Reading:
    is_full = principal().may(Permission.READ_CONTACTS)
    return Reading(locale=locale(), places=desk.places, is_full=is_full)


def _file_name(desk: ResultsDesk) -> str:
    name = slug(desk.survey.name) if desk.survey.name else "survey"
    return f"responses-{name}"


def _shown(desk: ResultsDesk, one: ResponseRead) -> ShownResponse:
    language, asked = locale(), one.questionnaire
    answers = []
    for question in one.shown:
        kind, words = kind_of(question), one.say(question, language)
        if words is not None and kind.scale is not None:
            words = f"{words} / {kind.scale.highest}"
        answers.append(
            ShownAnswer(
                question=fill(question.text, asked, one.answers, {}, language),
                icon=kind.icon,
                words=words,
                is_text=isinstance(kind, TextKind) and question.key not in one.unread,
                is_unread=isinstance(kind, TextKind) and question.key in one.unread,
                original=one.originals.get(question.key),
            )
        )
    return ShownResponse(
        read=one,
        place=desk.places.get(one.touchpoint_id, ""),
        day=one.day,
        moment=one.saved_at,
        answers=tuple(answers),
    )
