"""The preview of a draft: the pages of those who answer, with every question shown."""

from contextlib import suppress
from pathlib import Path

from flask import url_for

from feedback.core.errors import Invalid
from feedback.i18n.locales import SUPPORTED
from feedback.i18n.rendering import environment
from feedback.surveys.branching import Course, ShownPage, Walk, walk
from feedback.surveys.editing import find_ending
from feedback.surveys.piping import fill
from feedback.surveys.questionnaire import Ending, Questionnaire, Text
from feedback.surveys.questions import KINDS
from feedback.surveys.questions.base import Form
from feedback.web.builder_view import Opened
from feedback.web.context import settings
from feedback.web.respond_pages import CallbackForm
from feedback.web.respondent import (
    Surroundings,
    paragraphs,
    previewed,
    render_page,
    view_page,
)
from feedback.web.shell import asset


def draw_preview(opened: Opened, *, turned: int, form: Form) -> str:
    """Return the page that holds what is open, or the ending, as HTML.

    Questions are shown whatever their conditions, as whoever writes them wants to see
    them. Words and ending are those that follow the scores given in the preview.

    Args:
        opened: what is open in the builder.
        turned: how many pages further on, or back when below 0.
        form: fields that were filled in, on whatever page; what is no score of the
            draft is passed over.
    """
    draft = opened.draft
    given = _given_scores(draft, form, opened.language)
    ending = walk(draft, given.counted, {}).ending
    if opened.place.what == "ending" and not turned:
        return _draw_ending(opened, find_ending(draft, opened.place.key))
    number = _number_of_page(opened) + turned
    if number >= len(draft.pages):
        return _draw_ending(opened, ending)
    pages = tuple(
        ShownPage(
            page=page,
            questions=tuple(one for one in page.questions if one.kind in KINDS),
        )
        for page in draft.pages
    )
    way = Walk(
        pages=pages,
        ending=ending,
        facts=given.facts,
        answers=given.counted,
        page_keys=tuple(page.key for page in draft.pages),
    )
    view = view_page(
        draft,
        way,
        pages[max(number, 0)],
        language=opened.language,
        around=_around(opened),
    )
    return render_page(previewed(view), templates=Path(settings().templates))


def _given_scores(draft: Questionnaire, form: Form, language: str) -> Course:
    """Return what follows from the scores of a form; one off its scale is none."""
    course = Course({}, {})
    for question in draft.questions():
        kind = KINDS.get(question.kind)
        if kind is None or kind.scale is None:
            continue
        with suppress(Invalid):
            score = kind.check(question, kind.read(question, form), language=language)
            if score is not None:
                course.take(question, kind, score)
    return course


def _draw_ending(opened: Opened, ending: Ending) -> str:
    language = opened.language
    interface = language if language in SUPPORTED else "en"
    template = environment(Path(settings().templates), interface).get_template(
        "respond/thanks.html"
    )

    def said(text: Text) -> str:
        return fill(text, opened.draft, {}, {}, language)

    return template.render(
        around=_around(opened),
        title=said(ending.title),
        paragraphs=paragraphs(said(ending.text)),
        language=language,
        interface=interface,
        callback=CallbackForm() if ending.callback else None,
        action="",
        step="",
    )


def _around(opened: Opened) -> Surroundings:
    survey, theme = opened.survey, opened.draft.theme
    return Surroundings(
        company=settings().company_name,
        style=asset("css/respond.css"),
        script="",
        theme=url_for(
            "builder.look", public_id=survey.public_id, revision=survey.revision
        ),
        logo=(
            url_for("builder.logo", public_id=survey.public_id, name=theme.logo)
            if theme.logo
            else None
        ),
    )


def _number_of_page(opened: Opened) -> int:
    """Return which page what is open stands on, 0 for anything that has none."""
    what, key = opened.place.what, opened.place.key
    for number, page in enumerate(opened.draft.pages):
        if what in {"page", "add"} and page.key == key:
            return number
        if what == "question" and any(one.key == key for one in page.questions):
            return number
    return len(opened.draft.pages) if what == "ending" else 0
