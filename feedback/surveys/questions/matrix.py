"""Several rows answered on the same columns."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    QuestionKind,
    field,
    first,
)
from feedback.surveys.questions.summaries import MatrixSummary


class Matrix(QuestionKind):
    """One column a row: `{ROW: COLUMN}`; `question.choices` are the columns.

    Form: `q.KEY.ROW` holds the key of the column (radio buttons, a group a row). When
    it is required, every row is.
    """

    name = "matrix"
    label = mark("Grid")
    icon = "layout-list"
    has_choices = True
    options: ClassVar[Mapping[str, Option]] = {
        "shuffle": Option(form=OptionForm.FLAG, label=mark("Rows in random order")),
    }

    def check_definition(self, question: Question) -> list[str]:
        """Add `choices_missing` below two columns, `rows_missing` without a row."""
        codes = super().check_definition(question)
        if len(question.choices) < 2:
            codes.append("choices_missing")
        if not question.rows:
            codes.append("rows_missing")
        return codes

    def read(self, question: Question, form: Form) -> object:
        """Return the column of each row that has one."""
        chosen = {
            row.key: column
            for row in question.rows
            if (column := first(form, field(question, row.key))) is not None
        }
        return chosen or None

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Refused: `not_a_choice`, `row_missing`."""
        if not isinstance(raw, Mapping):
            raise Invalid({question.key: "not_a_choice"})
        rows = [row.key for row in question.rows]
        columns = [choice.key for choice in question.choices]
        if not all(row in rows and column in columns for row, column in raw.items()):
            raise Invalid({question.key: "not_a_choice"})
        if question.required and raw and len(raw) < len(rows):
            raise Invalid({question.key: "row_missing"})
        return {row: raw[row] for row in rows if row in raw} or None

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return the columns chosen, whatever the row."""
        return list(value.values()) if isinstance(value, Mapping) else None

    def further_facts(
        self, question: Question, value: AnswerValue
    ) -> Mapping[str, Any]:
        """Return the column of each row, by `KEY.ROW`."""
        return value if isinstance(value, Mapping) else {}

    def outcomes(self, question: Question) -> Mapping[str, tuple[Any, ...] | None]:
        """Return every column, for the whole and for each row."""
        columns = tuple(choice.key for choice in question.choices)
        rows = {f"{question.key}.{row.key}": columns for row in question.rows}
        return {question.key: columns, **rows}

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> MatrixSummary:
        """Return the answers per row and column."""
        columns = [choice.key for choice in question.choices]
        counts: dict[str, Counter[str]] = {
            row.key: Counter(dict.fromkeys(columns, 0)) for row in question.rows
        }
        count = 0
        for value in values:
            if isinstance(value, Mapping):
                count += 1
                for row, column in value.items():
                    counts.setdefault(row, Counter())[column] += 1
        return MatrixSummary(
            count=count, counts={row: dict(found) for row, found in counts.items()}
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return `Row: Column; Row: Column`, punctuated as the language does."""
        if not isinstance(value, Mapping):
            return ""
        rows = {row.key: row.text for row in question.rows}
        columns = {choice.key: choice.text for choice in question.choices}
        # French puts a space that does not break before both
        colon, semicolon = (
            ("\N{NO-BREAK SPACE}: ", "\N{NARROW NO-BREAK SPACE}; ")
            if language == "fr"
            else (": ", "; ")
        )
        return semicolon.join(
            (questionnaire.say(rows.get(row, {}), language) or row)
            + colon
            + (questionnaire.say(columns.get(column, {}), language) or str(column))
            for row, column in value.items()
        )
