"""Files: ours give back what was written; nothing else does more than be refused."""

import json
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.surveys.exchange import LARGEST_FILE, read_file, write_file
from feedback.surveys.imports import Imported
from feedback.surveys.library import list_templates
from feedback.surveys.review import review
from feedback.web.survey_words import FAULTS, REMARKS
from tests.surveys.drafts import question, survey
from tests.surveys.made_up import make_up

DATA = Path(__file__).with_name("data")
SURVEYJS = json.loads((DATA / "surveyjs_shop.json").read_text())
LIMESURVEY = [path.read_text() for path in sorted(DATA.glob("*.lss"))]

# shrinking a seed tells nothing, and takes long
SEEDS = st.integers(0, 10**9)


def refused(content: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_file(content, "file")
    return caught.value.fields


@pytest.mark.parametrize("part", range(4))
def test_what_is_written_is_read_back_equal(part: int) -> None:
    for number in range(part, 10_000, 4):
        drawn = make_up(Random(number))
        found = read_file(write_file(drawn), "survey.json")
        assert found.questionnaire == drawn, number
        assert found.remarks == (), number


def test_templates_are_read_back_equal() -> None:
    for template in list_templates():
        found = read_file(write_file(template.questionnaire), "x")
        assert found.questionnaire == template.questionnaire


def test_a_file_is_the_same_however_its_parts_were_put_in() -> None:
    first = survey(question("q", text={"fr": "Bonjour", "en": "Hello"}))
    second = survey(question("q", text={"en": "Hello", "fr": "Bonjour"}))

    assert write_file(first) == write_file(second)
    assert "Bonjour" in write_file(first).decode()


def test_a_file_of_a_newer_version_is_refused_in_words() -> None:
    document = json.loads(write_file(survey(question("q"))))

    assert refused(json.dumps({**document, "format": 2}).encode()) == {
        "file": "newer_format"
    }
    assert refused(json.dumps({**document, "format": "x"}).encode()) == {
        "format": "unknown_format"
    }


def test_faults_in_a_file_of_ours_are_named_by_place() -> None:
    document = json.loads(write_file(survey(question("q"))))
    del document["pages"][0]["questions"][0]["kind"]
    document["pages"][0]["questions"][0]["text"]["fr"] = 3

    assert refused(json.dumps(document).encode()) == {
        "pages.0.questions.0.kind": "missing",
        "pages.0.questions.0.text.fr": "not_text",
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_readable"),
        (b"hello", "not_readable"),
        (b"\x89PNG\r\n", "not_readable"),
        (b"{", "not_readable"),
        (b'{"a": NaN}', "not_readable"),
        (b'{"a": 1e999}', "not_readable"),
        (b'{"a": "\\ud800"}', "not_readable"),
        (b"[" * 100_000, "not_readable"),
        (b"[" * 70 + b"]" * 70, "too_deep"),
        (b"[]", "unknown_file"),
        (b"3", "unknown_file"),
        (b'{"name": "package"}', "unknown_file"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    assert refused(content) == {"file": code}


NAMES = "type name title elements choices visibleIf rateMax text rating panel matrix 0"
WORDS = st.sampled_from([*NAMES.split(), "{recommend} < 3", "\0", "é" * 300, *FAULTS])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | WORDS
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5)
    ),
    max_leaves=12,
)


def held(content: bytes) -> None:
    """Read a file, and use what it gives as the product would."""
    try:
        found = read_file(content, "a\0b/\ud800.json")
    except Invalid as error:
        codes = set(error.fields.values())
    else:
        codes = set()
        use(found)
    assert codes <= set(FAULTS)


def use(found: Imported) -> None:
    assert {one.code for one in found.remarks} <= set(REMARKS)
    assert read_file(write_file(found.questionnaire), "x") == Imported(
        questionnaire=found.questionnaire
    )
    assert review(found.questionnaire, anonymous=True).minutes >= 0


@given(st.one_of(JSON, st.fixed_dictionaries({"pages": JSON, "title": JSON})))
@settings(deadline=None)
def test_any_json_is_read_or_refused(document: Any) -> None:
    held(json.dumps(document).encode())


@given(SEEDS, JSON)
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_survey_of_surveyjs_is_read_or_refused(seed: int, junk: Any) -> None:
    rng = Random(seed)
    document = json.loads(json.dumps(SURVEYJS))
    for _ in range(rng.randint(1, 4)):
        damage(rng, document, junk)
    held(json.dumps(document).encode())


@given(SEEDS, JSON)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_survey_of_ours_is_read_or_refused(seed: int, junk: Any) -> None:
    rng = Random(seed)
    document = json.loads(write_file(make_up(rng)))
    for _ in range(rng.randint(1, 4)):
        damage(rng, document, junk)
    held(json.dumps(document).encode())


def damage(rng: Random, document: Any, junk: Any) -> None:
    """Put something else in a random place of a document, or take it away."""
    holder = document
    while True:
        places = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not places:
            return
        place = rng.choice(places)
        inner = holder[place]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
            holder = inner
            continue
        if rng.random() < 0.3:
            del holder[place]
        else:
            holder[place] = deepcopy(junk)
        return


PIECES = ["", "0", "1", "x", "é", "<b>", "]]>", "&amp;", "&", "{reco}", "L", "M", "K"]
PIECES += [
    "<row>",
    "</row>",
    "<rows>",
    "</document>",
    "-1",
    "9" * 30,
    "\ufffe",
    "R",
    "1",
]


@given(SEEDS, st.sampled_from(LIMESURVEY))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_survey_of_limesurvey_is_read_or_refused(
    seed: int, content: str
) -> None:
    rng = Random(seed)
    lines = content.splitlines()
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(lines))
        turn = rng.random()
        if turn < 0.3:
            del lines[at]
        elif turn < 0.7 and "CDATA[" in lines[at]:
            head, _, tail = lines[at].partition("CDATA[")
            kept = tail.partition("]]>")[2]
            lines[at] = f"{head}CDATA[{rng.choice(PIECES)}]]>{kept}"
        elif turn < 0.9:
            lines.insert(at, lines[rng.randrange(len(lines))])
        else:
            lines[at] = rng.choice(PIECES)
    held("\n".join(lines).encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    held(content)
    held(b"<" + content)
