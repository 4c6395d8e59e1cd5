"""One page of a survey as a person meets it: a view without a request, and its HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from feedback.i18n.locales import SUPPORTED
from feedback.i18n.rendering import environment
from feedback.surveys.branching import ShownPage, Walk
from feedback.surveys.piping import fill
from feedback.surveys.questionnaire import Questionnaire
from feedback.web.asked import Asked, Fault, ask
from feedback.web.filled import Fields, fields_of_answers


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """A language to choose, by its own name."""

    code: str
    name: str
    is_chosen: bool


class Manner(StrEnum):
    """How the pages of a survey are met."""

    #: a page of its own, by a personal or an open link
    PAGE = "page"
    #: on a tablet that many use one after the other
    KIOSK = "kiosk"
    #: in a frame on a page of somebody else
    WIDGET = "widget"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What stands around every page of a survey: addresses, name, look."""

    company: str
    #: addresses of files
    style: str
    script: str
    icon: str = "/static/img/favicon.svg"
    theme: str | None = None
    logo: str | None = None
    #: "why was I asked?", of a personal link
    why: str | None = None
    #: where the script tells that the page was seen, None when nobody wants to know
    seen: str | None = None
    #: whether somebody of the house tries the survey
    is_test: bool = False
    manner: Manner = Manner.PAGE
    #: script of a kiosk and of a widget, None on a page of its own
    place_script: str | None = None
    #: where a kiosk begins anew
    start: str | None = None


@dataclass(frozen=True, kw_only=True)
class PageView:
    """One page of a survey, ready to be shown."""

    around: Surroundings
    #: of the survey's words
    language: str
    #: of the words that are not the survey's: `fr` or `en`
    interface: str
    languages: tuple[Tongue, ...]
    title: str
    #: on the first page only
    introduction: tuple[str, ...]
    #: where the form is sent
    action: str
    #: the signed step
    step: str
    #: counted from 1
    number: int
    total: int
    #: the share of the way that is done, in percent
    progress: int
    is_first: bool
    #: whether the button ends the survey
    is_last: bool
    questions: tuple[Asked, ...]
    #: each a link to its question
    faults: tuple[Fault, ...] = ()
    #: something kind to say above the questions
    notice: str | None = None
    #: whether a question was added to a page that was sent
    has_grown: bool = False


def view_page(
    questionnaire: Questionnaire,
    walk: Walk,
    page: ShownPage,
    *,
    language: str,
    around: Surroundings,
    action: str = "",
    step: str = "",
    form: Fields | None = None,
    faults: Mapping[str, str] | None = None,
    seed: str = "",
    reach: Sequence[str] = (),
    notice: str | None = None,
    has_grown: bool = False,
) -> PageView:
    """Return a page to be shown.

    Args:
        questionnaire: what is asked.
        walk: the way of the person, with what they answered so far.
        page: the page of it to show.
        language: one of the questionnaire.
        around: what stands around it.
        action: where its form is sent.
        step: the signed step.
        form: what was typed, where it is not the answers of the walk.
        faults: question key to code.
        seed: decides random orders.
        reach: `name`, `email`, `phone`: what is known and not asked.
        notice: something kind to say.
        has_grown: whether a question was added to a page that was sent.
    """
    number = walk.pages.index(page) + 1
    fields = form or fields_of_answers(page.questions, walk.answers, language=language)
    interface = interface_of(language)
    asked = tuple(
        ask(
            question,
            questionnaire,
            walk,
            language=language,
            interface=interface,
            fields=fields,
            code=(faults or {}).get(question.key),
            seed=seed,
            reach=reach,
        )
        for question in page.questions
    )
    later = questionnaire.pages[-1].key != page.key
    total = max(len(walk.pages), number + bool(later))
    introduction = fill(
        questionnaire.introduction, questionnaire, walk.answers, walk.facts, language
    )
    return PageView(
        around=around,
        language=language,
        interface=interface,
        languages=tongues(questionnaire.languages, language),
        title=fill(
            questionnaire.title, questionnaire, walk.answers, walk.facts, language
        ),
        introduction=paragraphs(introduction) if number == 1 else (),
        action=action,
        step=step,
        number=number,
        total=total,
        progress=round(100 * (number - 0.5) / total),
        is_first=number == 1,
        is_last=not later,
        questions=asked,
        faults=tuple(one.fault for one in asked if one.fault),
        notice=notice,
        has_grown=has_grown,
    )


def render_page(view: PageView, *, templates: Path) -> str:
    """Return the HTML of a page of a survey; `templates` is their folder."""
    template = environment(templates, view.interface).get_template("respond/page.html")
    return template.render(view=view, around=view.around)


def interface_of(language: str) -> str:
    """Return the language of the words that are not the survey's: `fr` or `en`."""
    return language if language in SUPPORTED else "en"


def spoken(wanted: Iterable[str | None], available: Sequence[str]) -> str | None:
    """Return the first language wanted that there is, `fr` for `fr-CA`; else None."""
    by_code = {one.lower(): one for one in available}
    for tag in wanted:
        code = (tag or "").replace("_", "-").lower()
        for asked in (code, code.partition("-")[0]):
            if asked in by_code:
                return by_code[asked]
    return None


def tongues(languages: Sequence[str], chosen: str) -> tuple[Tongue, ...]:
    """Return the languages to choose from, nothing when there is no choice."""
    if len(languages) < 2:
        return ()
    return tuple(
        Tongue(code=one, name=own_name(one), is_chosen=one == chosen)
        for one in languages
    )


@cache
def own_name(language: str) -> str:
    """Return what a language calls itself; its code when nobody knows."""
    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return language
    return name[:1].upper() + name[1:] if name else language


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text."""
    return tuple(part for line in text.splitlines() if (part := line.strip()))


def previewed(view: PageView) -> PageView:
    """Return a page that leads nowhere, for those who write it."""
    return replace(view, action="", step="", around=replace(view.around, seen=None))
