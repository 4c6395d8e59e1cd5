"""What the middle of the builder holds for each part of a survey that can be open."""

from collections.abc import Callable, Mapping
from typing import Any

from feedback.i18n.catalogs import mark
from feedback.journey.queries import JourneyMap, get_map
from feedback.surveys.editing import find_ending, find_page, find_question
from feedback.surveys.languages import texts_of
from feedback.surveys.queries import SurveyDraft
from feedback.surveys.questions import KINDS
from feedback.surveys.theming import FONTS, LEAST_CONTRAST
from feedback.web.builder_changes import find_differences
from feedback.web.builder_editor import (
    Words,
    edit_ending,
    edit_question,
    list_inserts,
)
from feedback.web.builder_kinds import list_cards, list_kinds
from feedback.web.builder_look import COLOUR_WORDS, FONT_WORDS, list_pairs
from feedback.web.builder_view import Opened
from feedback.web.context import current_session
from feedback.web.language import gettext, named
from feedback.web.respondent import own_name

#: languages offered first; any other can be typed by its code
COMMON_LANGUAGES = (
    "fr en de es it pt nl pl ro cs sv da fi nb hu el bg hr sk sl lt lv et uk ru tr ar "
    "he zh ja ko vi th id hi bn fa ur br ca eu gl lb mt ga cy"
)


def show_panel(opened: Opened) -> dict[str, Any]:
    """Return what the template of the open part needs beside the rest."""
    panel = opened.place.what
    return {"panel": panel, **_PANELS[panel](opened)}


def list_personas(survey: SurveyDraft) -> list[tuple[str, str]]:
    """Return key and name of the personas of a survey's journey."""
    personas = get_map(current_session(), survey.journey_key).personas
    return [(one.key, named(one.names)) for one in personas]


def _question(opened: Opened) -> dict[str, Any]:
    _, question = find_question(opened.draft, opened.place.key)
    if question.kind not in KINDS:
        return {
            "panel": "unknown",
            "question": question,
            "kinds": list_kinds(),
            "faults": opened.checked.at(str(opened.place)),
        }
    editor = edit_question(
        opened.draft,
        opened.place.key,
        opened.language,
        list_personas(opened.survey),
        opened.checked.at(str(opened.place)),
    )
    return {"editor": editor}


def _ending(opened: Opened) -> dict[str, Any]:
    draft = opened.draft
    editor = edit_ending(
        draft,
        find_ending(draft, opened.place.key),
        opened.language,
        list_personas(opened.survey),
        opened.checked.at(str(opened.place)),
    )
    return {"editor": editor}


def _page(opened: Opened) -> dict[str, Any]:
    pages = opened.draft.pages
    number = [one.key for one in pages].index(opened.place.key) + 1
    return {
        "page": find_page(opened.draft, opened.place.key),
        "number": number,
        "is_first": number == 1,
        "is_last": number == len(pages),
        "faults": opened.checked.at(str(opened.place)),
    }


def _add(opened: Opened) -> dict[str, Any]:
    return {"groups": list_cards(), "page_key": opened.place.key}


def _start(opened: Opened) -> dict[str, Any]:
    draft = opened.draft
    is_default = opened.language == draft.default_language

    def words(name: str, label: str, text: Mapping[str, str]) -> Words:
        return Words(
            name=name,
            label=label,
            value=text.get(opened.language, ""),
            reference="" if is_default else text.get(draft.default_language, ""),
        )

    return {
        "title": words("title", gettext("Title"), draft.title),
        "introduction": words(
            "introduction", gettext("Introduction"), draft.introduction
        ),
        "inserts": tuple(
            one
            for one in list_inserts(draft, None, opened.language)
            if not one.text.startswith("{answer:")
        ),
        "faults": opened.checked.at("start"),
    }


def _languages(opened: Opened) -> dict[str, Any]:
    draft = opened.draft
    return {
        "offered": [
            (code, f"{own_name(code)} · {code}")
            for code in COMMON_LANGUAGES.split()
            if code not in draft.languages
        ],
        "texts": sum(1 for _ in texts_of(draft)),
        "faults": opened.checked.at("languages"),
    }


def _look(opened: Opened) -> dict[str, Any]:
    theme = opened.draft.theme
    return {
        "theme": theme,
        "colours": [
            (name, gettext(COLOUR_WORDS[name]), getattr(theme, name))
            for name in ("accent", "background", "surface", "text")
        ],
        "fonts": [(name, gettext(FONT_WORDS[name])) for name in FONTS],
        "pairs": list_pairs(theme),
        "least": f"{LEAST_CONTRAST:g}",
        "faults": opened.checked.at("look"),
    }


def _settings(opened: Opened) -> dict[str, Any]:
    return {
        "touchpoints": list_touchpoints(
            get_map(current_session(), opened.survey.journey_key)
        )
    }


def list_touchpoints(shown: JourneyMap) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the touchpoints of a map by the name of their phase."""
    return [
        (
            named(phase.names),
            [(point.id, named(point.names)) for point in phase.touchpoints],
        )
        for phase in shown.phases
        if phase.touchpoints
    ]


def _check(opened: Opened) -> dict[str, Any]:
    groups = [
        (severity, gettext(words), opened.checked.of(severity))
        for severity, words in _SEVERITIES.items()
        if opened.checked.of(severity)
    ]
    return {"groups": groups}


_SEVERITIES = {
    "error": mark("To put right before publishing"),
    "warning": mark("Worth a change"),
    "hint": mark("Worth a look"),
}


def _publish(opened: Opened) -> dict[str, Any]:
    return {
        "errors": opened.checked.of("error"),
        "next_version": (opened.survey.version or 0) + 1,
        "differences": find_differences(opened),
    }


_PANELS: Mapping[str, Callable[[Opened], dict[str, Any]]] = {
    "question": _question,
    "ending": _ending,
    "page": _page,
    "add": _add,
    "start": _start,
    "languages": _languages,
    "look": _look,
    "settings": _settings,
    "check": _check,
    "publish": _publish,
}
