"""Surveys of LimeSurvey: a `.lss` file made a questionnaire of ours.

Groups become pages, as LimeSurvey shows them; relevance equations of simple forms, and
the older table of conditions, become rules. What has no counterpart is named in the
remarks.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from feedback.core.errors import Invalid
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.imports.expressions import (
    Comparison,
    Junction,
    Node,
    UnreadableExpression,
    parse,
)
from feedback.surveys.imports.limesurvey_elements import make
from feedback.surveys.imports.limesurvey_reading import (
    Asked,
    Made,
    Reading,
    variables,
)
from feedback.surveys.imports.limesurvey_tables import (
    Document,
    Row,
    Survey,
    read_document,
)
from feedback.surveys.imports.remarks import Imported, finish
from feedback.surveys.imports.translation import (
    Target,
    conditions_on,
    to_common_rule,
    to_rule,
)
from feedback.surveys.imports.words import Keys
from feedback.surveys.questionnaire import Ending, Page, Question, Questionnaire, Text

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,12}){0,3}")
_ENDING = re.compile(r"\.(?:NAOK|value|code)$")
#: tables that change what happens, and that we leave out
_UNTAKEN = ("quota", "assessments", "defaultvalues", "survey_url_parameters")
_METHODS = {
    "==": "is", "!=": "is_not", "<": "below", "<=": "at_most", ">": "above",
    ">=": "at_least",
}  # fmt: skip
_ALWAYS = frozenset({"", "1", "true"})


def read_limesurvey(content: bytes, *, title: str) -> Imported:
    """Return what a survey of LimeSurvey becomes.

    Args:
        content: of the file.
        title: for a survey that has none.

    Raises:
        Invalid: `file` with `not_readable`, `too_deep`, `entities_refused`,
            `unknown_file` or `nothing_to_import`.
    """
    document = read_document(content)
    if document.kind != "Survey" or not document.rows("questions"):
        raise Invalid({"file": "unknown_file"})
    return _Import(document, title).read()


class _Import:
    def __init__(self, document: Document, title: str) -> None:
        self.document = document
        self.title = title
        self.survey = Survey(document)
        self.reading = Reading(survey=self.survey, languages=self._languages())
        self.remarks = self.reading.remarks
        self.targets: dict[str, Target] = {}
        self.boxes: dict[str, tuple[str, str]] = {}
        self._conditions: dict[str, list[Row]] = defaultdict(list)
        for row in document.rows("conditions"):
            self._conditions[row.get("qid", "")].append(row)

    def read(self) -> Imported:
        groups = self.survey.groups()
        asked = [
            Asked(
                row=row, qid=row["qid"], code=row.get("title", "") or f"q{row['qid']}"
            )
            for group in groups
            for row in self.survey.questions(group.get("gid", ""))
        ]
        self._name(asked)
        pages = [page for group in groups for page in self._pages_of(group, asked)]
        if self.survey.setting("format") == "A":
            pages = [
                Page(
                    key="page",
                    questions=tuple(q for page in pages for q in page.questions),
                )
            ]
        if not any(page.questions for page in pages):
            raise Invalid({"file": "nothing_to_import"})
        self._remark_on_settings()
        read = self.reading.text
        words = self.survey.survey_words
        title = read(words("surveyls_title"), "")
        return finish(
            Questionnaire(
                title=title or {self.reading.languages[0]: self.title},
                introduction=_joined(
                    read(words("surveyls_description"), ""),
                    read(words("surveyls_welcometext"), ""),
                ),
                languages=tuple(self.reading.languages),
                default_language=self.reading.languages[0],
                pages=tuple(pages),
                endings=self._endings(),
            ),
            self.remarks,
        )

    def _languages(self) -> Sequence[str]:
        survey = self.survey
        found = [
            survey.setting("language"),
            *survey.setting("additional_languages").split(),
            *self.document.languages,
        ]
        known = [one for one in found if _LANGUAGE.fullmatch(one)]
        return list(dict.fromkeys(known)) or ["en"]

    def _name(self, asked: Iterable[Asked]) -> None:
        """Give each question its key before words that repeat its answer are read."""
        for one in asked:
            key = self.reading.keys.give(one.code)
            for name in variables(self.reading, one):
                self.reading.named[name] = key

    def _pages_of(self, group: Row, asked: Sequence[Asked]) -> list[Page]:
        """Return the page of a group, or one a question where the survey says so."""
        gid = group.get("gid", "")
        keys = Keys()
        equation = group.get("grelevance", "")
        questions = [
            *self._heading(group, equation),
            *(
                question
                for one in asked
                if one.row.get("gid") == gid
                for question in self._questions_of(one, equation)
            ),
        ]
        if group.get("randomization_group"):
            self.remarks.add(
                "setting_left_out", f"group {gid}", setting="randomization_group"
            )
        if self.survey.setting("format") == "S":
            return [
                Page(key=f"g{gid}-{keys.fresh(one.key)}"[:60], questions=(one,))
                for one in questions
            ]
        return [Page(key=keys.fresh(f"g{gid}"), questions=tuple(questions))]

    def _heading(self, group: Row, equation: str) -> list[Question]:
        """Return a statement with the words of a group that are shown."""
        gid = group.get("gid", "")
        shows = self.survey.setting("showgroupinfo")
        shows = "B" if shows in {"", "I"} else shows
        names = self.survey.group_words("group_name").get(gid, {})
        words = self.survey.group_words("description").get(gid, {})
        title = self.reading.text(names, gid) if shows in "BN" else {}
        text = self.reading.text(words, gid) if shows in "BD" else {}
        if not title and not text:
            return []
        key = self.reading.keys.fresh(f"group_{gid}")
        rule = self._rule([equation], f"group {gid}")
        return [
            Question(key=key, kind="statement", text=title, help=text, show_if=rule)
        ]

    def _questions_of(self, asked: Asked, equation: str) -> list[Question]:
        made: list[Made] = make(self.reading, asked)
        rule = self._rule_of_question(asked, equation) if made else None
        for one in made:
            self.targets |= one.targets
            self.boxes |= one.boxes
        return [replace(one.question, show_if=rule) for one in made]

    def _rule_of_question(self, asked: Asked, equation: str) -> Rule | None:
        own = asked.row.get("relevance", "")
        if own.strip() in _ALWAYS and self._conditions[asked.qid]:
            return self._rule_of_table(asked, equation)
        return self._rule([equation, own], asked.code)

    def _rule(self, equations: Sequence[str], place: str) -> Rule | None:
        said = [one.strip() for one in equations if one.strip() not in _ALWAYS]
        rule, left_out = to_common_rule(said, self._resolve)
        for expression in left_out:
            self.remarks.add("condition_left_out", place, expression=expression)
        return rule

    def _rule_of_table(self, asked: Asked, equation: str) -> Rule | None:
        """Return the rule of old conditions: any of one question, all questions."""
        rows = self._conditions[asked.qid]
        try:
            if len({row.get("scenario", "1") for row in rows}) > 1:
                raise UnreadableExpression
            of_question: dict[str, list[Node]] = defaultdict(list)
            for row in rows:
                of_question[row.get("cqid", "")].append(_compared(row))
            nodes = [
                Junction(parts=tuple(parts), any=True) for parts in of_question.values()
            ]
            extra = [parse(equation)] if equation.strip() not in _ALWAYS else []
            return to_rule(Junction(parts=(*nodes, *extra), any=False), self._resolve)
        except UnreadableExpression:
            said = ", ".join(
                f"{row.get('cfieldname')} {row.get('method')} {row.get('value')}"
                for row in rows
            )
            self.remarks.add("condition_left_out", asked.code, expression=said)
            return None

    def _resolve(self, comparison: Comparison) -> tuple[Condition, ...]:
        name = _ENDING.sub("", comparison.variable)
        if name in self.boxes:
            return (_ticked(*self.boxes[name], comparison),)
        target = self.targets.get(name)
        if target is None:
            raise UnreadableExpression
        if target.kind in {"nps", "csat", "ces"} and target.choices:
            comparison = _on_points(target, comparison)
        return conditions_on(target, comparison)

    def _endings(self) -> tuple[Ending, ...]:
        text = self.reading.text(self.survey.survey_words("surveyls_endtext"), "")
        if not text:
            return ()
        lines = {language: words.partition("\n") for language, words in text.items()}
        title = {language: first for language, (first, _, _) in lines.items()}
        rest = {
            language: last.strip() for language, (_, _, last) in lines.items() if last
        }
        return (Ending(key="ending", title=title, text=rest),)

    def _remark_on_settings(self) -> None:
        for table in _UNTAKEN:
            if self.document.rows(table):
                self.remarks.add("setting_left_out", setting=table)
        if self.survey.survey_words("surveyls_url"):
            self.remarks.add("setting_left_out", setting="surveyls_url")
        if "Y" in {self.survey.setting("anonymized"), self.survey.setting("private")}:
            self.remarks.add("was_anonymous")


def _joined(first: Text, second: Text) -> Text:
    languages = dict.fromkeys((*first, *second))
    return {
        language: "\n\n".join(
            words for text in (first, second) if (words := text.get(language))
        )
        for language in languages
    }


def _compared(row: Row) -> Comparison:
    variable = row.get("cfieldname", "").removeprefix("+")
    operator = _METHODS.get(row.get("method", "").strip() or "==")
    value = row.get("value", "")
    if operator is None or not variable:
        raise UnreadableExpression
    if not value.strip():
        operator = "unknown" if operator == "is" else "known"
    return Comparison(variable=variable, operator=operator, value=value)


def _ticked(key: str, choice: str, comparison: Comparison) -> Condition:
    """Return the condition for a box: `Y` when it is ticked, nothing otherwise."""
    is_ticked = {"known": True, "unknown": False}.get(comparison.operator)
    if comparison.value == "Y":
        is_ticked = {"is": True, "is_not": False}.get(comparison.operator)
    if is_ticked is None:
        raise UnreadableExpression
    operator = "contains" if is_ticked else "is_not"
    return Condition(subject="answer", name=key, operator=operator, value=choice)


def _on_points(target: Target, comparison: Comparison) -> Comparison:
    """Return a comparison with the points that the codes of a list stood for."""
    value = comparison.value
    if isinstance(value, list):
        return replace(
            comparison, value=[target.choices.get(str(one), one) for one in value]
        )
    return replace(comparison, value=target.choices.get(str(value), value))
