"""Blueprint interview_excerpts: words marked in a talk, and what was decided."""

import re
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, FeedbackError, Invalid, NotFound
from feedback.interviews.excerpt_queries import ExcerptRead, get_excerpt
from feedback.interviews.excerpts import (
    change_excerpt,
    find_passage,
    mark_excerpt,
    remove_excerpt,
)
from feedback.interviews.queries import InterviewRead, get_interview, read_turns
from feedback.interviews.spans import Passage, SaidTurn, Span
from feedback.interviews.terms import SpeakerRole
from feedback.nlp.annotation import Polarity
from feedback.voice.taxonomy import list_themes
from feedback.web.context import current_session, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.forms.excerpts import (
    ExcerptFields,
    draft_of,
    fields_of_excerpt,
    fields_of_form,
    fields_of_passage,
    span_of,
)
from feedback.web.interviews_view import journey_of, places_of
from feedback.web.language import gettext
from feedback.web.reader import FEELINGS
from feedback.web.security import requires

blueprint = Blueprint("interview_excerpts", __name__)
Answer = str | tuple[str, int] | Response

ONE = "/interviews/excerpts/<excerpt>"
#: turns of the customer after the first that an excerpt can end in
MOST_FOLLOWING = 10
#: words of a turn that are offered one by one
MOST_WORDS = 400
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of a turn, for those who choose where an excerpt begins and ends."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The words to choose from, and the turns that an excerpt can end in."""

    first: tuple[Word, ...]
    last: tuple[Word, ...]
    turns: tuple[SaidTurn, ...]


@blueprint.get("/interviews/<public_id>/mark")
@requires(Permission.HOLD_INTERVIEWS)
def mark(public_id: str) -> Answer:
    """Show words of a talk, what the analysis proposes, and how to keep them."""
    interview = get_interview(current_session(), public_id)
    try:
        passage = find_passage(current_session(), interview.id, span_of(request.args))
    except Invalid as error:
        flash(words_for(error.fields["words"]), "error")
        return redirect(url_for("interviews.show", public_id=public_id))
    point = interview.touchpoint_ids[0] if len(interview.touchpoint_ids) == 1 else None
    fields = fields_of_passage(passage, touchpoint=point, persona=interview.persona_id)
    return _page(interview, passage, fields)


@blueprint.post("/interviews/<public_id>/mark")
@requires(Permission.HOLD_INTERVIEWS)
def keep(public_id: str) -> Answer:
    """Keep words of a talk as an excerpt."""
    session = current_session()
    interview = get_interview(session, public_id)
    try:
        mark_excerpt(
            session,
            public_id,
            draft_of(request.form),
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except (Invalid, NotFound) as error:
        return _refused(interview, error), 422
    flash(gettext("The excerpt is kept. The map follows within moments."), "success")
    turn = request.form.get("turn", "")
    return redirect(
        url_for("interviews.show", public_id=public_id, _anchor=f"turn-{turn}")
    )


@blueprint.get(ONE)
@requires(Permission.HOLD_INTERVIEWS)
def show(excerpt: str) -> str:
    """Show an excerpt, and change it; other words by the address."""
    found = get_excerpt(current_session(), excerpt)
    interview = get_interview(current_session(), found.interview)
    span = span_of(request.args) if request.args.get("turn") else found.span
    try:
        passage = find_passage(current_session(), interview.id, span)
    except Invalid as error:
        flash(words_for(error.fields["words"]), "error")
        passage = find_passage(current_session(), interview.id, found.span)
    return _page(interview, passage, fields_of_excerpt(found), excerpt=found)


@blueprint.post(ONE)
@requires(Permission.HOLD_INTERVIEWS)
def change(excerpt: str) -> Answer:
    """Change an excerpt; of two who do, the second sees both."""
    session = current_session()
    found = get_excerpt(session, excerpt)
    interview = get_interview(session, found.interview)
    try:
        change_excerpt(
            session,
            excerpt,
            draft_of(request.form),
            revision=request.form.get("revision", -1, type=int),
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except (Invalid, NotFound) as error:
        return _refused(interview, error, excerpt=found), 422
    except Conflict as error:
        return _refused(interview, error, excerpt=found), 409
    flash(gettext("The excerpt is changed."), "success")
    return redirect(url_for("interviews.show", public_id=found.interview))


@blueprint.post(f"{ONE}/remove")
@requires(Permission.HOLD_INTERVIEWS)
def remove(excerpt: str) -> Response:
    """Take an excerpt back."""
    interview = remove_excerpt(
        current_session(),
        excerpt,
        revision=request.form.get("revision", -1, type=int),
        actor_id=principal().id,
        now=now(),
    )
    flash(gettext("The excerpt is taken back."), "success")
    return redirect(url_for("interviews.show", public_id=interview))


def _refused(
    interview: InterviewRead, error: FeedbackError, excerpt: ExcerptRead | None = None
) -> str:
    """Show the form with what was typed, and what is wrong with it."""
    faults = (
        [words_for(code) for code in dict.fromkeys(error.fields.values())]
        if isinstance(error, Invalid)
        else [words_for(error.code)]
    )
    try:
        passage = find_passage(current_session(), interview.id, span_of(request.form))
    except Invalid:
        span = excerpt.span if excerpt else _whole(interview)
        passage = find_passage(current_session(), interview.id, span)
    return _page(
        interview,
        passage,
        fields_of_form(request.form),
        excerpt=excerpt,
        faults=faults,
        is_conflict=error.code == "changed_meanwhile",
    )


def _whole(interview: InterviewRead) -> Span:
    turns = read_turns(current_session(), interview.id)
    said = next(one for one in turns if one.role is SpeakerRole.CUSTOMER)
    return Span(
        first_turn=said.position,
        first_character=0,
        last_turn=said.position,
        last_character=len(said.text),
    )


def _page(
    interview: InterviewRead,
    passage: Passage,
    fields: ExcerptFields,
    *,
    excerpt: ExcerptRead | None = None,
    faults: list[str] | None = None,
    is_conflict: bool = False,
) -> str:
    journey = journey_of(interview.journey_id)
    return render_template(
        "interviews/excerpt.html",
        interview=interview,
        journey=journey,
        places=places_of(journey),
        passage=passage,
        choice=_choice(interview, passage.span),
        fields=fields,
        excerpt=excerpt,
        faults=faults or [],
        is_conflict=is_conflict,
        themes=list_themes(current_session()),
        polarities=tuple(Polarity),
        feelings=FEELINGS,
    )


def _choice(interview: InterviewRead, span: Span) -> Choice:
    turns = read_turns(current_session(), interview.id, first=span.first_turn)
    said = [one for one in turns if one.role is SpeakerRole.CUSTOMER]
    by_position = {one.position: one for one in said}
    return Choice(
        first=_words(by_position[span.first_turn].text),
        last=_words(by_position[span.last_turn].text),
        turns=tuple(
            one
            for place, one in enumerate(said)
            if place <= MOST_FOLLOWING or one.position == span.last_turn
        ),
    )


def _words(text: str) -> tuple[Word, ...]:
    found = [
        Word(text=one[0], start=one.start(), end=one.end())
        for one in _WORD.finditer(text)
    ]
    return tuple(found[:MOST_WORDS])
