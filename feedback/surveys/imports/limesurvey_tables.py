"""The tables of a `.lss` file: XML read without entities, rows by column.

The file is a dump of tables. Up to version 3 of LimeSurvey a row stands there once for
each language, with its words; since version 4 the words are in tables of their own,
whose names end in `_l10ns`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from feedback.core.errors import Invalid

DEEPEST = 60

Row = Mapping[str, str]
#: language to words
Words = Mapping[str, str]


@dataclass
class Document:
    """What a file holds."""

    #: `Survey` for a whole survey
    kind: str = ""
    languages: list[str] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def rows(self, *names: str) -> Sequence[Row]:
        """Return the rows of some tables, none for a table that is not there."""
        return [row for name in names for row in self.tables.get(name, [])]


def read_document(content: bytes) -> Document:
    """Return the tables of a file.

    Raises:
        Invalid: `file` with `not_readable`, `too_deep` or `entities_refused`.
    """
    reader = _Reader()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    # a document type may declare entities that grow without end or fetch files
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content, True)  # the parser takes no keyword
    except (ExpatError, LookupError, ValueError):
        raise Invalid({"file": "not_readable"}) from None
    return reader.document


def _refuse(*_: object) -> None:
    raise Invalid({"file": "entities_refused"})


class _Reader:
    """Follows the way through the file: document, table, rows, row, column."""

    def __init__(self) -> None:
        self.document = Document()
        self._way: list[str] = []
        self._row: dict[str, str] = {}

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._way.append(name)
        if len(self._way) > DEEPEST:
            raise Invalid({"file": "too_deep"})
        if self._way[2:] == ["rows", "row"]:
            self._row = {}
            self.document.tables.setdefault(self._way[1], []).append(self._row)
        elif self._is_column():
            self._row.setdefault(name, "")
        elif self._way[1:] == ["languages", "language"]:
            self.document.languages.append("")

    def end(self, _: str) -> None:
        self._way.pop()

    def text(self, words: str) -> None:
        if self._is_column():
            self._row[self._way[4]] += words
        elif self._way[1:] == ["languages", "language"]:
            self.document.languages[-1] += words.strip()
        elif self._way[1:] == ["LimeSurveyDocType"]:
            self.document.kind += words.strip()

    def _is_column(self) -> bool:
        return len(self._way) == 5 and self._way[2:4] == ["rows", "row"]


def _first(key: str, rows: Sequence[Row]) -> dict[str, Row]:
    """Return the first row of each key: a row a language says the same again."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), row)
    return found


def whole(text: str | None) -> int:
    """Return a whole number, 0 for anything else."""
    try:
        return int(text or 0)
    except ValueError:
        return 0


@dataclass(frozen=True, kw_only=True)
class Item:
    """An answer, or a part of a question, with its words by language."""

    code: str
    words: Words
    row: Row


class Survey:
    """The tables joined: words to their rows, answers and parts to their questions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        rows = [
            row for row in document.rows("questions", "subquestions") if row.get("qid")
        ]
        self._rows = _first("qid", rows)
        self.titles = self._words_of("qid", "question", rows, "question_l10ns")
        self.helps = self._words_of("qid", "help", rows, "question_l10ns")
        self._attributes = self._read_attributes()
        self._answers = self._read_answers()
        self._parts: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows.values():
            if row.get("parent_qid", "0") not in {"", "0"}:
                self._parts[row["parent_qid"]].append(row)

    def questions(self, group: str) -> list[Row]:
        """Return the questions of a group in their order, parts not among them."""
        found = [
            row
            for row in self._rows.values()
            if row.get("parent_qid", "0") in {"", "0"} and row.get("gid") == group
        ]
        return sorted(found, key=lambda row: whole(row.get("question_order")))

    def groups(self) -> list[Row]:
        """Return the groups in their order, those that only questions name last."""
        groups = _first("gid", self._groups())
        found = sorted(groups.values(), key=lambda row: whole(row.get("group_order")))
        named = dict.fromkeys(row.get("gid", "") for row in self._rows.values())
        return [*found, *({"gid": one} for one in named if one not in groups)]

    def group_words(self, column: str) -> Mapping[str, Words]:
        """Return the words of a column of the groups, by group."""
        return self._words_of("gid", column, self._groups(), "group_l10ns")

    def answers(self, question: str, scale: int = 0) -> list[Item]:
        """Return the answers of a question, on one of its two scales."""
        return self._answers.get((question, scale), [])

    def parts(self, question: str, scale: int = 0) -> list[Item]:
        """Return the subquestions of a question, on one of its two axes."""
        rows = [
            row
            for row in self._parts.get(question, [])
            if whole(row.get("scale_id")) == scale
        ]
        return [
            Item(code=row.get("title", ""), words=self.titles[row["qid"]], row=row)
            for row in sorted(rows, key=lambda row: whole(row.get("question_order")))
        ]

    def attribute(self, question: str, name: str) -> str:
        """Return a setting of a question, the first where languages have their own."""
        found = self._attributes.get((question, name), {})
        return next((value for value in found.values() if value), "")

    def attribute_words(self, question: str, name: str) -> Words:
        """Return a setting that has words, by language."""
        return self._attributes.get((question, name), {})

    def attributes(self, question: str) -> list[str]:
        """Return the names of the settings of a question that hold something."""
        return [
            name
            for (owner, name), values in self._attributes.items()
            if owner == question
            and any(value not in {"", "0"} for value in values.values())
        ]

    def setting(self, name: str) -> str:
        """Return a setting of the survey, "" without it."""
        return next(
            (row[name] for row in self.document.rows("surveys") if row.get(name)), ""
        )

    def survey_words(self, column: str) -> Words:
        """Return words of the survey, by language."""
        return {
            row.get("surveyls_language", ""): row[column]
            for row in self.document.rows("surveys_languagesettings")
            if row.get(column)
        }

    def _groups(self) -> Sequence[Row]:
        return self.document.rows("groups")

    def _words_of(
        self, key: str, column: str, rows: Sequence[Row], table: str
    ) -> Mapping[str, Words]:
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in (*rows, *self.document.rows(table)):
            if row.get(column):
                found[row.get(key, "")][row.get("language", "")] = row[column]
        return found

    def _read_attributes(self) -> Mapping[tuple[str, str], dict[str, str]]:
        found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for row in self.document.rows("question_attributes"):
            place = (row.get("qid", ""), row.get("attribute", ""))
            found[place][row.get("language", "")] = row.get("value", "")
        return dict(found)

    def _read_answers(self) -> Mapping[tuple[str, int], list[Item]]:
        rows = self.document.rows("answers")
        words: dict[tuple[str, str, int], dict[str, str]] = defaultdict(dict)
        first: dict[tuple[str, str, int], Row] = {}
        of_id: dict[str, tuple[str, str, int]] = {}
        for row in rows:
            place = (
                row.get("qid", ""),
                row.get("code", ""),
                whole(row.get("scale_id")),
            )
            first.setdefault(place, row)
            if row.get("aid"):
                of_id[row["aid"]] = place
            if row.get("answer"):
                words[place][row.get("language", "")] = row["answer"]
        for row in self.document.rows("answer_l10ns"):
            found = of_id.get(row.get("aid", ""))
            if found is not None and row.get("answer"):
                words[found][row.get("language", "")] = row["answer"]
        answers: dict[tuple[str, int], list[Item]] = defaultdict(list)
        for place in sorted(first, key=lambda one: whole(first[one].get("sortorder"))):
            question, code, scale = place
            item = Item(code=code, words=words[place], row=first[place])
            answers[question, scale].append(item)
        return dict(answers)
