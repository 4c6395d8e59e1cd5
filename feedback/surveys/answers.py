"""Checking what came from one page, before it is kept."""

from feedback.core.errors import Invalid, NotFound
from feedback.surveys.branching import Answers, Course, Walk
from feedback.surveys.conditions import Facts
from feedback.surveys.questionnaire import Page, Question, Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import AnswerValue, Form

#: a hidden field, once for each question that the page showed, with its key
SHOWN = "shown"


def check_page(
    questionnaire: Questionnaire,
    page_key: str,
    form: Form,
    answers: Answers,
    known: Facts,
    *,
    language: str,
) -> Answers:
    """Return all answers, those of a page replaced by what its form holds.

    An answer to a question that its conditions hide is kept when it is sound, and does
    not count while they do. So what is kept of a page depends on its form alone, and
    pages can be saved in any order. A form that names the questions it showed (field
    `shown`) is not blamed for one that appeared by an answer on the same page: see
    `newly_shown`.

    Args:
        questionnaire: what is asked.
        page_key: the page that was left.
        form: field name to all its values, as `request.form.to_dict(flat=False)`.
        answers: what was kept so far.
        known: facts about the person and the event.
        language: in which the person answered.

    Raises:
        NotFound: `survey_page`.
        Invalid: one code per faulty question; nothing of the page is to be kept.
    """
    course = Course(answers, known)
    page = _reach(questionnaire, page_key, course)
    shown = form.get(SHOWN)
    kept: dict[str, AnswerValue] = dict(answers)
    faults: dict[str, str] = {}
    for question in page.questions:
        kind = kind_of(question)
        if not kind.takes_answer:
            continue
        kept.pop(question.key, None)
        is_shown = course.shows(question)
        try:
            value = kind.check(question, kind.read(question, form), language=language)
        except Invalid as error:
            unseen = shown is not None and question.key not in shown
            if is_shown and not (unseen and "required" in error.fields.values()):
                faults.update(error.fields)
            continue
        if value is not None:
            kept[question.key] = value
            if is_shown:
                course.take(question, kind, value)
    if faults:
        raise Invalid(faults)
    return kept


def newly_shown(walk: Walk, page_key: str, form: Form) -> tuple[Question, ...]:
    """Return the questions of a page that are shown now and were not when it was.

    They appeared by an answer on the same page: without script the page is shown once
    more. Nothing when the form does not name the questions that it showed.
    """
    seen = form.get(SHOWN)
    page = walk.page(page_key)
    if seen is None or page is None:
        return ()
    return tuple(one for one in page.questions if one.key not in seen)


def _reach(questionnaire: Questionnaire, page_key: str, course: Course) -> Page:
    """Take the answers of the pages before one, and return that one."""
    for page in questionnaire.pages:
        if page.key == page_key:
            return page
        for question in page.questions:
            course.passes(question)
    raise NotFound("survey_page")
