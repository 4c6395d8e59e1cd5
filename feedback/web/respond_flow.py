"""How somebody goes through a survey: shown, taken, shown again; see `respond`.

What is typed comes with the signed step of its page, and is never lost: a step that
cannot be read gets the page again with all of it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import request

from feedback.collection.answering import TEST_KEY, Opened, Standing
from feedback.collection.responses import Door, Posted, find_opened, take_page
from feedback.collection.steps import (
    Left,
    Step,
    draft,
    read_step,
    resume,
    write_step,
)
from feedback.collection.wishes import Callback, ask_for_callback
from feedback.core.errors import Invalid, NotFound
from feedback.i18n.catalogs import gettext, mark
from feedback.surveys.branching import Answers, ShownPage, Walk, walk
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import kind_of
from feedback.web.context import current_session, now, settings
from feedback.web.filled import Fields
from feedback.web.reception import reception, secret
from feedback.web.respond_errors import Told
from feedback.web.respond_pages import (
    CallbackForm,
    Place,
    draw,
    first_page,
    thanks,
)
from feedback.web.respond_words import FAULTS, GUESSED, STANDINGS, UNKNOWN
from feedback.web.respondent import Manner, interface_of, spoken

Page = str | tuple[str, int]

#: the field that people do not see
TRAP = "homepage"
AGAIN = mark(
    "This page was open for a long time. Nothing is lost: please look through it and "
    "send it again."
)


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A link, and the address at which it is answered."""

    door: Door
    #: where its pages are shown and sent to
    path: str
    #: where it tells why somebody was asked, None of an open link
    why: str | None = None
    manner: Manner = Manner.PAGE

    def with_key(self, key: str) -> "Entrance":
        """Return the entrance to the response that a step names."""
        return replace(self, door=replace(self.door, key=key))


def new_key() -> str:
    """Return a secret under which answers by an open link are kept: 128 bits.

    With `test=1` in the address the answers are a test, and say so.
    """
    is_test = request.args.get("test") == "1"
    return (TEST_KEY if is_test else "") + secrets.token_urlsafe(16)


def show(entrance: Entrance) -> Page:
    """Show the page on which somebody stands; nothing is written."""
    place = open_place(entrance, is_first=True)
    found = place.opened
    score = None if found.kept else _score(place.questionnaire)
    gone = _walk(place, {**found.answers, **(score or {})})
    page = resume(gone, found.kept.seconds if found.kept else ())
    if page is None or found.standing == Standing.COMPLETE:
        return _thanks(place, gone, entrance)
    step = _step(place, page, entrance, is_first=found.kept is None)
    if found.kept is None:
        point = next(iter(score.values())) if score else None
        return first_page(place, gone, page, step=step, score=point)
    return draw(place, gone, page, step=step)


def take(entrance: Entrance) -> Page:
    """Take the page that was sent, and show what comes next."""
    form = _form()
    step = read_step(_first(form, "step"), address=entrance.path, secret=secret())
    if step is None or step.is_old(now()):
        return _show_again(entrance, form, step)
    entrance = entrance.with_key(step.key)
    wish = _first(form, "go")
    if wish == "look":
        return _redraw(entrance, step, form, _first(form, "language"))
    if wish.startswith("lang:"):
        return _redraw(entrance, step, form, wish.removeprefix("lang:"))
    refuse_guesses()
    try:
        taken = take_page(
            current_session(),
            entrance.door,
            Posted(
                step=step,
                form=form,
                language=_first(form, "language"),
                goes_back=wish == "back",
                trapped=bool(_first(form, TRAP)),
            ),
            now=now(),
            zone=settings().zone,
            secret=secret(),
            bell=reception().bell,
        )
    except NotFound:  # the page of another version: they went on on another device
        return _show_again(entrance, form, step)
    place = _placed(
        entrance, taken.opened if taken else None, wanted=_first(form, "language")
    )
    if taken is None or taken.left is None:
        return _thanks(place, _walk(place, place.opened.answers), entrance)
    return _go_on(place, entrance, step, form, taken.left)


def call_back(entrance: Entrance) -> Page:
    """Take the wish to be called back, at the end of a survey."""
    form = _form()
    step = read_step(_first(form, "step"), address=entrance.path, secret=secret())
    entrance = entrance.with_key(step.key if step else "")
    place = open_place(entrance, is_first=False, wanted=_first(form, "language"))
    gone = _walk(place, place.opened.answers)
    wish = Callback(name=_first(form, "name"), reach=_first(form, "reach"))
    if not gone.ending.callback:
        return show(entrance)
    try:
        ask_for_callback(current_session(), place.opened, wish, now=now())
    except Invalid as error:
        fault = FAULTS[error.fields["reach"]]
        words = gettext(interface_of(place.language), fault)
        asked = CallbackForm(name=wish.name, reach=wish.reach, fault=words)
        return _thanks(place, gone, entrance, callback=asked), 422
    return _thanks(place, gone, entrance, callback=CallbackForm(is_noted=True))


def _go_on(
    place: Place, entrance: Entrance, step: Step, form: Fields, left: Left
) -> Page:
    """Show what comes after a page that was taken."""
    if left.next is None:
        return _thanks(place, left.walk, entrance)
    if left.faults:
        token = _step(place, left.next, entrance, is_first=step.is_first)
        page = draw(
            place, left.walk, left.next, step=token, form=form, faults=left.faults
        )
        return page, 422
    has_grown = left.next.key == step.page and not left.is_left
    # seconds on a page that grew are counted from its beginning
    made_at = step.made_at if has_grown else None
    token = _step(place, left.next, entrance, made_at=made_at)
    return draw(place, left.walk, left.next, step=token, has_grown=has_grown)


def _redraw(entrance: Entrance, step: Step, form: Fields, language: str) -> Page:
    """Show a page with what was typed, in another language or after a choice."""
    place = open_place(entrance, is_first=step.is_first, wanted=language, step=step)
    answers = place.opened.answers
    has_fields = any(name.startswith("q.") for name in form)
    if has_fields:
        spoken_before = _first(form, "language")
        answers = draft(
            place.questionnaire, step.page, form, answers, language=spoken_before
        )
    gone = _walk(place, answers)
    page = gone.page(step.page) or resume(gone, ())
    if page is None or place.opened.standing == Standing.COMPLETE:
        return _thanks(place, gone, entrance)
    token = _step(place, page, entrance, is_first=step.is_first, made_at=step.made_at)
    return draw(place, gone, page, step=token, form=form if has_fields else None)


def _show_again(entrance: Entrance, form: Fields, step: Step | None) -> Page:
    """Show a page with what was typed, when its step cannot be gone on from."""
    if entrance.door.token is None and not entrance.door.key:
        entrance = entrance.with_key(step.key if step else new_key())
    place = open_place(entrance, is_first=step is None, wanted=_first(form, "language"))
    found = place.opened
    keys = {name.split(".")[1] for name in form if name.startswith("q.")}
    written = next(
        (
            page.key
            for page in place.questionnaire.pages
            if any(question.key in keys for question in page.questions)
        ),
        "",
    )
    typed = draft(
        place.questionnaire, written, form, found.answers, language=place.language
    )
    gone = _walk(place, typed)
    left = found.kept.seconds if found.kept else ()
    page = gone.page(written) or resume(gone, left)
    if page is None or found.standing == Standing.COMPLETE:
        return _thanks(place, gone, entrance)
    token = _step(place, page, entrance, is_first=found.kept is None)
    notice = gettext(interface_of(place.language), AGAIN)
    return draw(
        place, gone, page, step=token, form=form if keys else None, notice=notice
    )


def open_place(
    entrance: Entrance,
    *,
    is_first: bool,
    wanted: str | None = None,
    step: Step | None = None,
) -> Place:
    """Return where a link leads; one that cannot be answered tells so.

    Args:
        entrance: the link.
        is_first: whether nothing can have been saved by an open link.
        wanted: the language asked for.
        step: names the version that the person has before them.

    Raises:
        Told: the link is unknown, or cannot be answered any more.
    """
    refuse_guesses()
    found = find_opened(
        current_session(), entrance.door, now=now(), secret=secret(), is_first=is_first
    )
    if found is not None and found.kept is None and step is not None:
        found = replace(found, version_id=step.version_id, checksum=step.checksum)
    return _placed(entrance, found, wanted=wanted)


def refuse_guesses() -> None:
    """Answer nothing more to a network that has tried too many wrong links.

    Raises:
        Told: it has.
    """
    if reception().guesses.are_too_many(request.remote_addr):
        raise Told(GUESSED)


def _placed(entrance: Entrance, found: Opened | None, *, wanted: str | None) -> Place:
    if found is None:
        reception().guesses.note(request.remote_addr)
        raise Told(UNKNOWN)
    questionnaire = questionnaire_of(
        current_session(), found.version_id, found.checksum
    )
    told = found.kept.language if found.kept else found.locale
    language = spoken([wanted, request.args.get("lang"), told], questionnaire.languages)
    if language is None:
        accepted = (tag for tag, _ in request.accept_languages)
        language = spoken(accepted, questionnaire.languages)
    language = language or questionnaire.default_language
    if found.standing in STANDINGS:
        raise Told(STANDINGS[found.standing], interface_of(language))
    return Place(
        opened=found,
        questionnaire=questionnaire,
        language=language,
        path=entrance.path,
        why=entrance.why,
        manner=entrance.manner,
    )


def _thanks(
    place: Place,
    gone: Walk,
    entrance: Entrance,
    *,
    callback: CallbackForm | None = None,
) -> str:
    done = Step(
        version_id=place.opened.version_id,
        checksum=place.opened.checksum,
        page="",
        shown=(),
        key=entrance.door.key,
        made_at=now(),
    )
    token = write_step(done, address=place.path, secret=secret())
    return thanks(place, gone, step=token, callback=callback)


def _walk(place: Place, answers: Answers) -> Walk:
    known = place.opened.known_in(place.language)
    return walk(place.questionnaire, answers, known, seed=place.opened.seed)


def _step(
    place: Place,
    page: ShownPage,
    entrance: Entrance,
    *,
    is_first: bool = False,
    made_at: datetime | None = None,
) -> str:
    step = Step(
        version_id=place.opened.version_id,
        checksum=place.opened.checksum,
        page=page.key,
        shown=tuple(one.key for one in page.questions),
        key=entrance.door.key,
        made_at=made_at or now(),
        is_first=is_first,
    )
    return write_step(step, address=place.path, secret=secret())


def _score(questionnaire: Questionnaire) -> Mapping[str, int] | None:
    """Return the score chosen in the mail: chosen on the page, and not yet sent."""
    given = request.args.get("score", "")
    if not (given.isascii() and given.isdecimal()) or len(given) > 2:
        return None
    for question in questionnaire.pages[0].questions:
        scale = kind_of(question).scale
        if scale is not None:
            return {question.key: int(given)} if int(given) in scale.points else None
    return None


def _form() -> Fields:
    return {
        name: [text.replace("\0", "") for text in texts]
        for name, texts in request.form.lists()
    }


def _first(form: Fields, name: str) -> str:
    values = form.get(name)
    return values[0] if values else ""
