"""Steps: which page somebody is on, told by a signed token, and where they go from it.

Pure. The token carries version, page, the key of an open link's response, and the
moment at which the page was made, so that none of it has to be taken from the client.
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from feedback.core.errors import Invalid
from feedback.core.tokens import derived, read, sign
from feedback.surveys.answers import SHOWN, check_page, newly_shown
from feedback.surveys.branching import (
    Answers,
    ShownPage,
    Walk,
    next_page,
    previous_page,
    walk,
)
from feedback.surveys.conditions import Facts
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import Form
from feedback.surveys.questions.base import field as field_name
from feedback.surveys.questions.contact import CONSENT, Contact

#: a page that was made longer ago is shown again before it is saved
LONGEST_OPEN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page as it was put before one person."""

    version_id: int
    checksum: str
    #: key of the page
    page: str
    #: keys of the questions that stood on it
    shown: tuple[str, ...]
    #: secret of an open link's response; empty on a personal link, whose token is it
    key: str
    made_at: datetime
    #: whether nothing had been saved when the page was made
    is_first: bool = False

    def is_old(self, now: datetime) -> bool:
        """Tell whether the page was open for so long that much may have changed."""
        return now - self.made_at > LONGEST_OPEN

    def seconds(self, now: datetime) -> float:
        """Return how long the page was open, never less than 0."""
        return max((now - self.made_at).total_seconds(), 0.0)


def write_step(step: Step, *, address: str, secret: str) -> str:
    """Return the token of a step; it counts at one address only."""
    made = round(step.made_at.timestamp() * 1000)
    payload = [
        step.version_id,
        step.checksum,
        step.page,
        list(step.shown),
        step.key,
        made,
        step.is_first,
    ]
    return sign(payload, _key(address, secret))


def read_step(token: str, *, address: str, secret: str) -> Step | None:
    """Return the step of a token, None of one that was not made for this address."""
    payload = read(token, _key(address, secret))
    if payload is None:
        return None
    version_id, checksum, page, shown, key, made, is_first = payload
    return Step(
        version_id=version_id,
        checksum=checksum,
        page=page,
        shown=tuple(shown),
        key=key,
        made_at=datetime.fromtimestamp(made / 1000, UTC),
        is_first=is_first,
    )


def _key(address: str, secret: str) -> bytes:
    return derived(secret, f"step {address}")


@dataclass(frozen=True, kw_only=True)
class Left:
    """A page that was left: what is answered now, and what comes next."""

    answers: Answers
    walk: Walk
    #: the same page with faults or with a question that was not there; None at the end
    next: ShownPage | None
    #: question key to code; nothing is saved while there are any
    faults: Mapping[str, str] = field(default_factory=dict)
    #: whether the page has been done with, and not turned back from or come again
    is_left: bool = False

    @property
    def answered_share(self) -> float:
        """Return the share of the questions shown that have an answer, 0 to 1."""
        asked = [one for one in self.walk.questions() if kind_of(one).takes_answer]
        answered = sum(one.key in self.walk.answers for one in asked)
        return answered / len(asked) if asked else 1.0


def leave(
    questionnaire: Questionnaire,
    step: Step,
    form: Form,
    answers: Answers,
    known: Facts,
    *,
    language: str,
    seed: str,
) -> Left:
    """Take the answers of a page, and tell where the person goes from it.

    A question that appeared by an answer on the same page has not been seen: the page
    comes again with it, without a complaint.

    Raises:
        NotFound: `survey_page`, when the questionnaire has no such page.
    """
    form = {**form, SHOWN: step.shown}
    try:
        after = check_page(
            questionnaire, step.page, form, answers, known, language=language
        )
    except Invalid as error:
        typed = draft(questionnaire, step.page, form, answers, language=language)
        gone = walk(questionnaire, typed, known, seed=seed)
        return Left(
            answers=typed, walk=gone, next=gone.page(step.page), faults=error.fields
        )
    gone = walk(questionnaire, after, known, seed=seed)
    if newly_shown(gone, step.page, form):
        return Left(answers=after, walk=gone, next=gone.page(step.page))
    following = next_page(gone, step.page) or _unanswered(gone)
    return Left(answers=after, walk=gone, next=following, is_left=True)


def go_back(
    questionnaire: Questionnaire,
    step: Step,
    form: Form,
    answers: Answers,
    known: Facts,
    *,
    language: str,
    seed: str,
) -> Left:
    """Keep what is sound on a page, and turn to the page before it."""
    kept = draft(questionnaire, step.page, form, answers, language=language)
    gone = walk(questionnaire, kept, known, seed=seed)
    before = previous_page(gone, step.page) or gone.page(step.page)
    return Left(answers=kept, walk=gone, next=before)


def resume(gone: Walk, left: Container[str]) -> ShownPage | None:
    """Return the first page that was not left, else the last; None without pages."""
    ahead = (page for page in gone.pages if page.key not in left)
    return next(ahead, gone.pages[-1] if gone.pages else None)


def _unanswered(gone: Walk) -> ShownPage | None:
    """Return the first page on which a needed answer is missing."""
    missing = {question.key for question in gone.open_questions()}
    return next(
        (
            page
            for page in gone.pages
            if any(question.key in missing for question in page.questions)
        ),
        None,
    )


def draft(
    questionnaire: Questionnaire,
    page_key: str,
    form: Form,
    answers: Answers,
    *,
    language: str,
) -> Answers:
    """Return all answers with what is sound on a page; what is not is left out."""
    kept = dict(answers)
    for page in questionnaire.pages:
        if page.key != page_key:
            continue
        for question in page.questions:
            kind = kind_of(question)
            kept.pop(question.key, None)
            with suppress(Invalid):
                raw = kind.read(question, form)
                value = kind.check(question, raw, language=language)
                if value is not None:
                    kept[question.key] = value
    return kept


def with_known(
    questionnaire: Questionnaire, page_key: str, form: Form, reach: Mapping[str, str]
) -> Form:
    """Return a form with what is known of the person, where they agree to its use.

    What is known is not asked: the form of a contact holds the rest and the consent.
    """
    added: dict[str, Sequence[str]] = {}
    for page in questionnaire.pages if reach else ():
        for question in page.questions:
            if page.key != page_key or question.kind != Contact.name:
                continue
            if not form.get(field_name(question, CONSENT)):
                continue
            for name, value in reach.items():
                if not form.get(field_name(question, name)):
                    added[field_name(question, name)] = [value]
    return {**form, **added}
