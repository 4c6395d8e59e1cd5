"""Questionnaires as files: ours written and read, those of other programs read.

Our file is the JSON of `questionnaire.py`, its names in order, so that the same survey
gives the same bytes anywhere. It says nothing of who made it or when, and names a logo
without holding the picture.
"""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from feedback.core.errors import Invalid
from feedback.core.text import shorten
from feedback.surveys.imports.limesurvey import read_limesurvey
from feedback.surveys.imports.remarks import Imported
from feedback.surveys.imports.surveyjs import is_surveyjs, read_surveyjs
from feedback.surveys.questionnaire import (
    FORMAT,
    Questionnaire,
    read_questionnaire,
    write_questionnaire,
)

SCHEMA = "urn:feedback:questionnaire"
#: bytes
LARGEST_FILE = 2_000_000
#: how many lists and objects may stand in one another
DEEPEST = 60


def write_file(questionnaire: Questionnaire) -> bytes:
    """Return a questionnaire as a file; reading it back gives an equal one."""
    document = {"$schema": SCHEMA, **write_questionnaire(questionnaire)}
    text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def read_file(content: bytes, name: str) -> Imported:
    """Return the questionnaire that a file holds, with remarks on what was left out.

    What it is shows in the file itself: one exported here, one of SurveyJS (JSON) or
    one of LimeSurvey (`.lss`).

    Args:
        content: of the file.
        name: as its owner calls it; a survey without a title is called after it.

    Raises:
        Invalid: `file` with `too_large`, `not_readable`, `too_deep`, `unknown_file`,
            `newer_format`, `entities_refused` or `nothing_to_import`; for one of ours
            also what `read_questionnaire` says of its places.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid({"file": "too_large"})
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_limesurvey(content, title=_title(name))
    document = _read_json(content)
    if not isinstance(document, Mapping):
        raise Invalid({"file": "unknown_file"})
    if _is_ours(document):
        return Imported(questionnaire=_read_ours(document))
    if is_surveyjs(document):
        return read_surveyjs(document, title=_title(name))
    raise Invalid({"file": "unknown_file"})


def _title(name: str) -> str:
    # a name may hold bytes that are no text
    stem = PurePath(name).stem.encode(errors="ignore").decode()
    words = " ".join(stem.replace("_", " ").replace("\0", " ").split())
    return shorten(words, 200) or "Survey"


def _is_ours(document: Mapping[str, Any]) -> bool:
    return document.get("$schema") == SCHEMA or (
        "default_language" in document and "pages" in document
    )


def _read_ours(document: Mapping[str, Any]) -> Questionnaire:
    number = document.get("format", FORMAT)
    if isinstance(number, int) and number > FORMAT:
        raise Invalid({"file": "newer_format"})
    return read_questionnaire(document)


def _read_json(content: bytes) -> object:
    try:
        document = json.loads(content, parse_constant=_refuse)
        # a surrogate without its half is no character: nothing could store it
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Invalid({"file": "not_readable"}) from None
    if _depth(document) > DEEPEST:
        raise Invalid({"file": "too_deep"})
    return document


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _depth(document: object) -> int:
    """Return how deep lists and objects stand in one another."""
    depth, level = 0, [document]
    while level and depth <= DEEPEST:
        level = [
            inner
            for one in level
            if isinstance(one, list | dict)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        depth += 1
    return depth
