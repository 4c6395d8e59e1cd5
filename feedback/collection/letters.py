"""What is written to a person who is asked: invitation, reminder, thanks.

It knows no database. The first score stands in the mail itself; a tap on it opens the
page with it chosen, and sends nothing: mail scanners follow links too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feedback.collection.terms import SendingKind
from feedback.config import Settings
from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.formats import format_day
from feedback.i18n.locales import SUPPORTED
from feedback.i18n.rendering import environment
from feedback.mail.message import Message, compose, is_break
from feedback.surveys.branching import walk
from feedback.surveys.conditions import Facts
from feedback.surveys.piping import fill, word_of
from feedback.surveys.questionnaire import Question, Questionnaire, Theme
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import QuestionKind
from feedback.surveys.theming import LEAST_CONTRAST, contrast, is_colour, on_accent

#: folder of templates below `email/`
TEMPLATES: Mapping[SendingKind, str] = {
    SendingKind.INVITATION: "survey_invitation",
    SendingKind.REMINDER: "survey_reminder",
    SendingKind.THANKS: "survey_thanks",
}
#: what mail programs draw without fetching anything, worst first
FACES = ("😞", "😕", "😐", "😊", "😃")
STAR = "★"
#: ground of a mail, and its words
PAPER, INK = "#ffffff", "#1e1e24"


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses that only this message carries."""

    answer: str
    why: str
    stop: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message to one person, before it is put into words."""

    kind: SendingKind
    questionnaire: Questionnaire
    #: for conditions and piping; nothing in an anonymous survey
    known: Facts
    #: language of the person
    locale: str
    #: None when nobody knows it, and in an anonymous survey
    name: str | None
    anonymous: bool
    #: whether the answering has begun
    started: bool
    expires_at: datetime
    #: of the person, in which days are told
    zone: ZoneInfo
    links: Links


@dataclass(frozen=True, kw_only=True)
class Point:
    """One score to tap."""

    #: what is read large
    label: str
    #: a face or a star above it, "" without
    picture: str
    #: for who hears the mail: "3 out of 5"
    name: str
    link: str


@dataclass(frozen=True, kw_only=True)
class FirstQuestion:
    """The question that stands in the mail."""

    text: str
    #: nothing when it is not a score: a button leads to the page
    points: tuple[Point, ...] = ()
    low: str = ""
    high: str = ""


def mail_of(letter: Letter, *, to: str, settings: Settings, now: datetime) -> Message:
    """Return the mail, in the language of the person as far as it is spoken.

    Raises:
        Invalid: `to` is no address, or the subject holds a control character; see
            Message.
    """
    return compose(
        environment(settings.templates, interface_language(letter)),
        TEMPLATES[letter.kind],
        {
            "company": settings.company_name,
            "company_address": settings.company_address,
            **context_of(letter, now=now),
        },
        to=to,
        headers=headers_of(letter),
    )


def links_to(base_url: str, token: str) -> Links:
    """Return the addresses of a message, made of its token."""
    base = base_url.rstrip("/")
    return Links(
        answer=f"{base}/a/{token}",
        why=f"{base}/why/{token}",
        stop=f"{base}/stop/{token}",
    )


def survey_language(letter: Letter) -> str:
    """Return the language of the survey's words: the person's, else the default.

    `de-AT` is served by `de`.
    """
    spoken = letter.questionnaire.languages
    wanted = letter.locale.replace("_", "-")
    for one in (wanted, wanted.partition("-")[0]):
        if one in spoken:
            return one
    return letter.questionnaire.default_language


def interface_language(letter: Letter) -> str:
    """Return the language of our own words: that of the survey's, else English."""
    language = survey_language(letter)
    return language if language in SUPPORTED else "en"


def first_question(letter: Letter) -> FirstQuestion | None:
    """Return the first question that this person is asked, None without any."""
    questionnaire = letter.questionnaire
    language = survey_language(letter)
    way = walk(questionnaire, {}, letter.known)
    question = next((one for one in way.questions() if kind_of(one).takes_answer), None)
    if question is None:
        return None
    kind = kind_of(question)
    return FirstQuestion(
        text=word_of(question, questionnaire, way, language),
        points=_points(question, kind, letter),
        low=_words(question, kind, "low", questionnaire, language),
        high=_words(question, kind, "high", questionnaire, language),
    )


def title_of(letter: Letter) -> str:
    """Return the survey's title on one line, "" without one.

    Signs that no header of a mail may hold become blanks.
    """
    words = fill(
        letter.questionnaire.title,
        letter.questionnaire,
        {},
        letter.known,
        survey_language(letter),
    )
    plain = (" " if is_break(sign) else sign for sign in words)
    return " ".join("".join(plain).split())


def context_of(letter: Letter, *, now: datetime) -> dict[str, Any]:
    """Return what the templates of a mail name, beside the house and its address."""
    questionnaire = letter.questionnaire
    language = survey_language(letter)
    introduction = fill(
        questionnaire.introduction, questionnaire, {}, letter.known, language
    )
    theme = questionnaire.theme
    if not is_colour(theme.accent):
        theme = Theme()
    return {
        "language": language,
        "title": title_of(letter),
        "introduction": [line for line in introduction.splitlines() if line.strip()],
        "question": first_question(letter),
        "started": letter.started,
        "anonymous": letter.anonymous,
        "name": letter.name,
        "until": format_day(last_day(letter, now=now), interface_language(letter)),
        "links": letter.links,
        "accent": theme.accent,
        "on_accent": on_accent(theme),
        "ink": theme.accent if contrast(theme.accent, PAPER) >= LEAST_CONTRAST else INK,
    }


def last_day(letter: Letter, *, now: datetime) -> date:
    """Return the last whole day on which the person can answer, today at the earliest.

    Days are those of the person's time zone.
    """
    last_moment = letter.expires_at.astimezone(letter.zone) - timedelta(days=1)
    return max(last_moment.date(), now.astimezone(letter.zone).date())


def headers_of(letter: Letter) -> dict[str, str]:
    """Return the headers by which a mail program offers to stop (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{letter.links.stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _points(
    question: Question, kind: QuestionKind, letter: Letter
) -> tuple[Point, ...]:
    scale = kind.scale
    if scale is None:
        return ()
    pictures: Mapping[int, str] = {}
    if "look" in kind.options:
        stars = kind.option(question, "look") == "stars"
        pictures = {
            point: STAR if stars else face
            for point, face in zip(scale.points, FACES, strict=True)
        }
    return tuple(
        Point(
            label=str(point),
            picture=pictures.get(point, ""),
            name=gettext(
                interface_language(letter),
                mark("%(score)s on a scale of %(lowest)s to %(highest)s"),
                score=point,
                lowest=scale.lowest,
                highest=scale.highest,
            ),
            link=f"{letter.links.answer}?score={point}",
        )
        for point in scale.points
    )


def _words(
    question: Question,
    kind: QuestionKind,
    option: str,
    questionnaire: Questionnaire,
    language: str,
) -> str:
    words = kind.option(question, option) if option in kind.options else None
    return questionnaire.say(words, language) if words else ""
