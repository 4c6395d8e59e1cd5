"""The paper on surveys says what the code does."""

import json
import re

from feedback.surveys.conditions import OPERATORS, SUBJECTS
from feedback.surveys.exchange import read_file, write_file
from feedback.surveys.imports.limesurvey_elements import MAKERS as LIMESURVEY
from feedback.surveys.imports.limesurvey_elements import TYPES
from feedback.surveys.imports.surveyjs_elements import MAKERS as SURVEYJS
from feedback.surveys.library import list_templates
from feedback.surveys.review import SEVERITIES, review
from feedback.surveys.review.domains import MOST_TRIES, MOST_TRIES_A_RULE
from tests.architecture.source import document

PAPER = "docs/surveys.md"


def part(title: str) -> str:
    return document(PAPER).partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_example_is_a_questionnaire_without_a_fault() -> None:
    example = part("The questionnaire").split("```json\n")[1].partition("```")[0]
    found = read_file(example.encode(), "example.json")

    assert [
        one.code for one in review(found.questionnaire, anonymous=False).errors
    ] == []
    written = json.loads(write_file(found.questionnaire))
    assert written["$schema"] == json.loads(example)["$schema"]


def test_every_code_stands_in_the_table_with_its_weight() -> None:
    cells = r"^\| (error|warning|hint) \| (.+?) \|"
    rows = re.findall(cells, part("The check"), re.MULTILINE)
    said = {
        code: weight for weight, codes in rows for code in re.findall(r"`(\w+)`", codes)
    }

    assert said == {code: severity.value for code, severity in SEVERITIES.items()}


def test_the_bounds_of_the_check_are_those_of_the_code() -> None:
    said = part("The check")

    assert f"{MOST_TRIES_A_RULE:,}" in said
    assert f"{MOST_TRIES:,}" in said


def test_every_subject_and_operator_is_named() -> None:
    said = part("The questionnaire")

    assert {one for one in (*SUBJECTS, *OPERATORS) if f"`{one}`" not in said} == set()


def test_every_template_stands_in_the_table() -> None:
    cells = r"^\| `(.+?)` \| (.+?) \| (.+?) \| `(\w+)` \| (.*?) ?\| (.*?) ?\|$"
    rows = re.findall(cells, part("Templates"), re.MULTILINE)

    assert [tuple(cell.strip("` ") for cell in row) for row in rows] == [
        (
            one.key,
            one.names["en"],
            one.names["fr"],
            one.phase,
            one.touchpoint or "",
            one.event_type or "",
        )
        for one in list_templates()
    ]


def test_every_type_that_is_imported_is_named() -> None:
    surveyjs, _, limesurvey = part("What is imported from where").partition("(`.lss`)")

    assert {one for one in SURVEYJS if f"`{one}`" not in surveyjs} == set()
    types = {*LIMESURVEY, *TYPES}
    named = limesurvey.replace("\\|", "|")
    assert {one for one in types if f"`{one}`" not in named} == set()
