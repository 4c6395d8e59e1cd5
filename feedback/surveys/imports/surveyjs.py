"""Surveys of SurveyJS: their JSON made a questionnaire of ours.

Panels are flattened, their conditions going to the questions in them; titles of pages
and panels become statements. What has no counterpart is named in the remarks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.imports.expressions import (
    Comparison,
    UnreadableExpression,
    parse,
)
from feedback.surveys.imports.remarks import Imported, finish
from feedback.surveys.imports.surveyjs_elements import make, names_within
from feedback.surveys.imports.surveyjs_reading import (
    Element,
    Made,
    Reading,
    elements_in,
    name_of,
    plain_value,
)
from feedback.surveys.imports.translation import (
    Target,
    conditions_on,
    to_common_rule,
    to_rule,
)
from feedback.surveys.imports.words import Keys
from feedback.surveys.questionnaire import Ending, Page, Questionnaire, Text

#: settings of a whole survey that change what happens, and that we leave out
_UNTAKEN = (
    "triggers", "calculatedValues", "maxTimeToFinish", "maxTimeToFinishPage",
    "timeLimit", "timeLimitPerPage", "navigateToUrl", "navigateToUrlOnCondition",
    "completedBeforeHtml", "logo",
)  # fmt: skip
_PANELS = frozenset({"panel", "page"})


def is_surveyjs(document: Mapping[str, Any]) -> bool:
    """Tell whether a document looks like a survey of SurveyJS."""
    pages = elements_in(document.get("pages"))
    return any(
        isinstance(holder.get(name), list)
        for holder in (document, *pages)
        for name in ("elements", "questions")
    )


def read_surveyjs(document: Mapping[str, Any], *, title: str) -> Imported:
    """Return what a survey of SurveyJS becomes.

    Args:
        document: its JSON.
        title: for a survey that has none.

    Raises:
        Invalid: `file: nothing_to_import`.
    """
    return _Survey(document, title).read()


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """An element with the conditions of all that it stands in."""

    element: Element
    name: str
    conditions: tuple[str, ...]


class _Survey:
    def __init__(self, document: Mapping[str, Any], title: str) -> None:
        self.document = document
        self.title = title
        self.reading = Reading(plain_value(document.get("locale")))
        self.targets: dict[str, Target] = {}
        self._unnamed = self._headings = 0
        self._taken: set[str] = set()

    def read(self) -> Imported:
        reading, document = self.reading, self.document
        pages = [
            (name, list(self._flat(page, ())), page) for name, page in self._pages()
        ]
        for _, placed, _ in pages:
            for one in placed:
                for name in names_within(one.element, one.name):
                    reading.keys.give(name)
        made = [(name, self._make(placed), page) for name, placed, page in pages]
        keys, order = Keys(), document.get("questionsOrder")
        read = tuple(
            Page(
                key=keys.fresh(name),
                shuffle="random" in (page.get("questionsOrder"), order),
                questions=tuple(
                    replace(one.question, show_if=self._rule(conditions, place))
                    for one, conditions, place in questions
                ),
            )
            for name, questions, page in made
        )
        if not any(page.questions for page in read):
            raise Invalid({"file": "nothing_to_import"})
        for setting in _UNTAKEN:
            if document.get(setting):
                reading.remarks.add("setting_left_out", setting=setting)
        title = reading.text(document.get("title"), "")
        introduction = reading.text(document.get("description"), "")
        endings = self._endings()
        languages = reading.spread()
        return finish(
            Questionnaire(
                title=title or {languages[0]: self.title},
                introduction=introduction,
                languages=languages,
                default_language=languages[0],
                pages=read,
                endings=endings,
            ),
            reading.remarks,
        )

    def _pages(self) -> Iterator[tuple[str, Element]]:
        pages = elements_in(self.document.get("pages"))
        if not pages:
            pages = [self.document]
        for number, page in enumerate(pages, start=1):
            # a survey without pages is one page, whose title is the survey's
            body = (
                {name: page.get(name) for name in ("elements", "questions")}
                if page is self.document
                else page
            )
            yield plain_value(page.get("name")) or f"page{number}", body

    def _flat(self, holder: Element, conditions: tuple[str, ...]) -> Iterator[_Placed]:
        """Yield the elements of a page or panel, those of panels inside it too."""
        own = plain_value(holder.get("visibleIf"))
        within = (*conditions, own) if own else conditions
        name = plain_value(holder.get("name"))
        if holder.get("visible") is False and not own:
            self.reading.remarks.add("hidden_left_out", name)
            return
        if holder.get("title") or holder.get("description"):
            yield self._heading(holder, name, within)
        for setting in ("enableIf", "requiredIf"):
            if holder.get(setting):
                self.reading.remarks.add("setting_left_out", name, setting=setting)
        for element in elements_in(holder.get("elements") or holder.get("questions")):
            if plain_value(element.get("type")) in _PANELS:
                yield from self._flat(element, within)
            elif element.get("visible") is False and not element.get("visibleIf"):
                self.reading.remarks.add("hidden_left_out", self._name(element))
            else:
                shown = plain_value(element.get("visibleIf"))
                yield _Placed(
                    element=element,
                    name=self._name(element),
                    conditions=(*within, shown) if shown else within,
                )

    def _heading(
        self, holder: Element, name: str, conditions: tuple[str, ...]
    ) -> _Placed:
        self._headings += 1
        return _Placed(
            element={
                "type": "html",
                "html": holder.get("title") or holder.get("description"),
                "description": holder.get("title") and holder.get("description"),
            },
            name=f"{name or 'page'} heading {self._headings}",
            conditions=conditions,
        )

    def _name(self, element: Element) -> str:
        if not plain_value(element.get("name")):
            self._unnamed += 1
        return name_of(element, self._unnamed)

    def _make(self, placed: list[_Placed]) -> list[tuple[Made, tuple[str, ...], str]]:
        found = []
        for one in placed:
            for made in make(self.reading, one.element, one.name):
                if made.question.key in self._taken:
                    self.reading.remarks.add("name_taken", one.name)
                    continue
                self._taken.add(made.question.key)
                self.targets |= made.targets
                found.append((made, one.conditions, one.name))
        return found

    def _rule(self, expressions: tuple[str, ...], place: str) -> Rule | None:
        rule, left_out = to_common_rule(expressions, self._conditions)
        for expression in left_out:
            self.reading.remarks.add("condition_left_out", place, expression=expression)
        return rule

    def _conditions(self, comparison: Comparison) -> tuple[Condition, ...]:
        target = self.targets.get(comparison.variable)
        if target is None:
            raise UnreadableExpression
        return conditions_on(target, comparison)

    def _endings(self) -> tuple[Ending, ...]:
        reading, keys = self.reading, Keys()
        endings = []
        for one in elements_in(self.document.get("completedHtmlOnCondition")):
            expression = plain_value(one.get("expression"))
            try:
                rule = to_rule(parse(expression), self._conditions)
            except UnreadableExpression:
                reading.remarks.add("ending_left_out", expression=expression)
                continue
            text = reading.text(one.get("html"), "")
            if text:
                endings.append(_ending(keys.fresh("ending"), text, rule))
        text = reading.text(self.document.get("completedHtml"), "")
        if text:
            endings.append(_ending(keys.fresh("ending"), text, None))
        return tuple(endings)


def _ending(key: str, text: Text, rule: Rule | None) -> Ending:
    """Return an ending whose first line is its title."""
    lines = {language: words.partition("\n") for language, words in text.items()}
    return Ending(
        key=key,
        title={language: first for language, (first, _, _) in lines.items()},
        text={
            language: rest.strip() for language, (_, _, rest) in lines.items() if rest
        },
        show_if=rule,
    )
