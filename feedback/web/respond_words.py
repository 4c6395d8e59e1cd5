"""What a person who answers reads: faults, hints, and links that lead nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from feedback.collection.answering import Standing
from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.formats import format_date, format_number
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of

FAULTS: Mapping[str, str] = {
    "required": mark("Please answer this question."),
    "not_on_scale": mark("Please choose one of the answers."),
    "not_a_choice": mark("Please choose one of the answers."),
    "not_a_rank": mark("Please choose one of the ranks."),
    "not_text": mark("Please write your answer."),
    "other_missing": mark("Please write your answer in the field."),
    "too_long": mark("This is too long. Please shorten it."),
    "too_short": mark("Please write at least %(at_least)s characters."),
    "bad_pattern": mark("Please check how this is written."),
    "not_a_number": mark("Please write a number."),
    "too_many_decimals": mark("Please write fewer decimals."),
    "below_minimum": mark("Please write %(at_least)s or more."),
    "above_maximum": mark("Please write %(at_most)s or less."),
    "not_a_date": mark("Please write a date, as 31/12/2026."),
    "too_early": mark("Please choose %(earliest)s or a later day."),
    "too_late": mark("Please choose %(latest)s or an earlier day."),
    "too_few_choices": mark("Please choose more: at least %(at_least)s."),
    "too_many_choices": mark("Please choose fewer: at most %(at_most)s."),
    "none_with_others": mark("“None” does not go with another answer."),
    "tied": mark("The same rank is there twice. Please give each its own."),
    "ranks_missing": mark("Please give every rank."),
    "row_missing": mark("Please answer on every line."),
    "not_an_address": mark("Please check this address, as name@example.org."),
    "not_a_phone": mark("Please check this number, as +33 6 12 34 56 78."),
    "consent_missing": mark(
        "Please tick the box so that we may use your details, or empty the fields."
    ),
    "missing": mark("Please fill this in."),
    "callback_not_offered": mark("This wish cannot be taken here."),
    "unknown_kind": mark("This question cannot be answered."),
}
HINTS: Mapping[tuple[bool, bool], str] = {
    (True, True): mark("Choose from %(at_least)s to %(at_most)s answers."),
    (True, False): mark("Choose at least %(at_least)s answers."),
    (False, True): mark("Choose at most %(at_most)s answers."),
}


def fault_words(
    question: Question,
    code: str,
    questionnaire: Questionnaire,
    language: str,
    interface: str,
) -> str:
    """Return what is wrong with an answer: in the author's words where there are."""
    kind = kind_of(question)
    own = questionnaire.say(kind.own_words(question, code), language)
    if own:
        return own
    limits = {
        name: _limit(value, interface) for name, value in kind.limits(question).items()
    }
    words = gettext(interface, FAULTS[code])
    return words % limits if "%(" in words else words


def hint_words(question: Question, interface: str) -> str:
    """Return how a question is answered, "" where it needs no saying."""
    limits = kind_of(question).limits(question)
    if question.kind == "multiple":
        given = (bool(limits.get("at_least")), "at_most" in limits)
        return gettext(interface, HINTS[given], **limits) if any(given) else ""
    if question.kind == "ranking":
        return gettext(interface, mark("Give each a rank; 1 comes first."))
    if question.kind == "number" and {"at_least", "at_most"} <= set(limits):
        return gettext(
            interface,
            mark("From %(at_least)s to %(at_most)s."),
            at_least=_limit(limits["at_least"], interface),
            at_most=_limit(limits["at_most"], interface),
        )
    return ""


def _limit(value: object, interface: str) -> str:
    if isinstance(value, str):
        return format_date(date.fromisoformat(value), interface)
    if isinstance(value, int | float):
        decimals = 0 if value == int(value) else 2
        return format_number(value, interface, decimals=decimals)
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A page that says what happened, and what can be done."""

    status: int
    title: str
    text: str


UNKNOWN = Notice(
    status=404,
    title=mark("This link leads nowhere"),
    text=mark(
        "Part of the address may be missing. Please open the link in our message "
        "again, or copy the whole of it. If it still does not work, simply answer our "
        "message."
    ),
)
GUESSED = Notice(
    status=429,
    title=mark("Please wait a little"),
    text=mark(
        "Too many links that do not exist were tried from your connection. Please try "
        "again in ten minutes."
    ),
)
STANDINGS: Mapping[Standing, Notice] = {
    Standing.EXPIRED: Notice(
        status=410,
        title=mark("The time to answer is over"),
        text=mark(
            "This survey could be answered for a limited time. Thank you for coming "
            "all the same. If there is something we should know, simply answer our "
            "message."
        ),
    ),
    Standing.WITHDRAWN: Notice(
        status=410,
        title=mark("This invitation was taken back"),
        text=mark(
            "We asked you by mistake, or no longer need an answer. There is nothing "
            "for you to do. We are sorry for the trouble."
        ),
    ),
    Standing.REFUSED: Notice(
        status=410,
        title=mark("You asked us not to write any more"),
        text=mark(
            "We keep to it: you get no more surveys from us, and this one is closed. "
            "There is nothing else for you to do."
        ),
    ),
    Standing.CLOSED: Notice(
        status=410,
        title=mark("This survey is closed"),
        text=mark(
            "No more answers are taken. Thank you for coming all the same. If there is "
            "something we should know, simply get in touch with us."
        ),
    ),
}
ERRORS: Mapping[int, Notice] = {
    400: Notice(
        status=400,
        title=mark("This page arrived incomplete"),
        text=mark("Please go back, load the page again and send it once more."),
    ),
    404: UNKNOWN,
    405: UNKNOWN,
    413: Notice(
        status=413,
        title=mark("This is too long to be sent"),
        text=mark(
            "Nothing was lost: go back, shorten what you wrote, and send it again. "
            "A few pages of text are the most that we can take."
        ),
    ),
    429: GUESSED,
    500: Notice(
        status=500,
        title=mark("Something went wrong on our side"),
        text=mark(
            "Nothing that was saved is lost. Please go back and try again in a moment."
        ),
    ),
}
