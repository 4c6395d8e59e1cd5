"""Questions of LimeSurvey made questions of ours, one function a type."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from feedback.surveys.imports.limesurvey_reading import (
    Asked,
    Made,
    Reading,
    added_options,
    choices_of,
    is_random,
    made_of,
    own_choices,
)
from feedback.surveys.imports.limesurvey_tables import Item, whole
from feedback.surveys.imports.words import (
    number,
    scale_kind,
    searching_pattern,
    yes_no,
)
from feedback.surveys.questionnaire import Choice, Text

#: settings that change what is asked, and that we have no counterpart for
_UNTAKEN = frozenset(
    {
        "array_filter", "array_filter_exclude", "array_filter_style", "em_validation_q",
        "em_validation_sq", "equals_num_value", "exclude_all_others", "prefix",
        "min_num_value", "max_num_value", "other_numbers_only", "random_group",
        "assessment_value", "time_limit", "input_boxes", "multiflexible_min",
        "multiflexible_max", "reverse", "date_format", "numbers_only",
        "exclude_all_others_auto", "commented_checkbox",
    }
)  # fmt: skip
_OTHER_CODE = "-oth-"


def make(reading: Reading, asked: Asked) -> list[Made]:
    """Return what a question becomes, nothing when we have nothing like it."""
    survey = reading.survey
    if survey.attribute(asked.qid, "hidden") == "1":
        reading.remarks.add("hidden_left_out", asked.code)
        return []
    maker = MAKERS.get(asked.kind)
    if maker is None:
        name = TYPES.get(asked.kind, asked.kind)
        reading.remarks.add("question_left_out", asked.code, type=name)
        return []
    for name in survey.attributes(asked.qid):
        if name in _UNTAKEN:
            reading.remarks.add("setting_left_out", asked.code, setting=name)
    if asked.row.get("mandatory") == "S":
        reading.remarks.add("setting_left_out", asked.code, setting="mandatory: soft")
    return maker(reading, asked)


def _list(reading: Reading, asked: Asked) -> list[Made]:
    items = reading.survey.answers(asked.qid)
    choices, values = choices_of(reading, items, asked.code)
    kind = _scale_of(reading, asked, choices)
    if kind is not None:
        reading.remarks.add("taken_as", asked.code, kind=kind)
        said = {choice.key: next(iter(choice.text.values())) for choice in choices}
        points = {code: said[key] for code, key in values.items()}
        return [made_of(reading, asked, kind, values=points)]
    has_other = asked.row.get("other") == "Y"
    kind = "dropdown" if asked.kind == "!" and not has_other else "single"
    options = added_options(reading, asked)
    if has_other:
        values[_OTHER_CODE] = "other"
    if asked.kind == "O":
        reading.remarks.add("setting_left_out", asked.code, setting="comment")
    return [
        made_of(reading, asked, kind, choices=choices, options=options, values=values)
    ]


def _scale_of(reading: Reading, asked: Asked, choices: Sequence[Choice]) -> str | None:
    """Return the kind of a list whose answers are nothing but the points of a scale."""
    if asked.row.get("other") == "Y":
        return None
    found = []
    for choice in choices:
        words = set(choice.text.values())
        point = number(next(iter(words))) if len(words) == 1 else None
        if point is None:
            return None
        found.append(point)
    title = reading.text(reading.survey.titles[asked.qid], asked.code)
    return scale_kind(sorted(found), title)


def _fixed(*answers: tuple[str, Text]) -> "Maker":
    """Return a maker for a choice whose answers the type itself brings."""

    def maker(reading: Reading, asked: Asked) -> list[Made]:
        choices, values = own_choices(reading, answers)
        return [made_of(reading, asked, "single", choices=choices, values=values)]

    return maker


def _five_points(reading: Reading, asked: Asked) -> list[Made]:
    reading.remarks.add("taken_as", asked.code, kind="csat")
    return [made_of(reading, asked, "csat")]


def _boxes(reading: Reading, asked: Asked) -> list[Made]:
    parts = reading.survey.parts(asked.qid)
    choices, values = choices_of(reading, parts, asked.code)
    options = added_options(reading, asked)
    for name, setting in (("at_least", "min_answers"), ("at_most", "max_answers")):
        limit = whole(reading.survey.attribute(asked.qid, setting))
        if limit > 0:
            options[name] = limit
    if asked.kind == "P":
        reading.remarks.add("setting_left_out", asked.code, setting="comment")
    if options.get("other"):
        values["other"] = "other"
    return [
        made_of(
            reading, asked, "multiple", choices=choices, options=options, parts=values
        )
    ]


def _ranking(reading: Reading, asked: Asked) -> list[Made]:
    survey = reading.survey
    items = survey.answers(asked.qid) or survey.parts(asked.qid)
    choices, _ = choices_of(reading, items, asked.code)
    options: dict[str, Any] = {"shuffle": is_random(reading, asked)}
    places = whole(survey.attribute(asked.qid, "max_answers"))
    if 0 < places < len(choices):
        options["places"] = places
    return [made_of(reading, asked, "ranking", choices=choices, options=options)]


def _matrix(reading: Reading, asked: Asked) -> list[Made]:
    return [_matrix_on(reading, asked, reading.survey.answers(asked.qid))]


def _dual_matrix(reading: Reading, asked: Asked) -> list[Made]:
    """Return one matrix a scale, each headed by the words of its scale."""
    made = []
    whole_text = reading.text(reading.survey.titles[asked.qid], asked.code)
    for scale, letter in enumerate("AB"):
        words = reading.survey.attribute_words(asked.qid, f"dualscale_header{letter}")
        head = reading.text(words, asked.code)
        text = {
            language: f"{said} – {head[language]}" if language in head else said
            for language, said in whole_text.items()
        }
        answers = reading.survey.answers(asked.qid, scale)
        part = "" if scale == 0 else "second"
        made.append(_matrix_on(reading, asked, answers, text=text, part=part))
    reading.remarks.add("split_up", asked.code, number=len(made))
    return made


def _matrix_on(
    reading: Reading,
    asked: Asked,
    answers: Sequence[Item],
    *,
    text: Text | None = None,
    part: str = "",
) -> Made:
    choices, values = choices_of(reading, answers, asked.code)
    return _rows(reading, asked, choices, values, text=text, part=part)


def _rows(
    reading: Reading,
    asked: Asked,
    choices: tuple[Choice, ...],
    values: Mapping[str, str],
    *,
    text: Text | None = None,
    part: str = "",
) -> Made:
    rows, parts = choices_of(reading, reading.survey.parts(asked.qid), asked.code)
    return made_of(
        reading, asked, "matrix", text=text, part=part, choices=choices, rows=rows,
        options={"shuffle": is_random(reading, asked)}, values=values, parts=parts,
    )  # fmt: skip


def _fixed_matrix(*answers: tuple[str, Text]) -> "Maker":
    def maker(reading: Reading, asked: Asked) -> list[Made]:
        return [_rows(reading, asked, *own_choices(reading, answers))]

    return maker


def _points_to(highest: int) -> "Maker":
    return _fixed_matrix(
        *((str(point), {"en": str(point)}) for point in range(1, highest + 1))
    )


def _written(kind: str) -> "Maker":
    def maker(reading: Reading, asked: Asked) -> list[Made]:
        options: dict[str, Any] = {}
        longest = whole(reading.survey.attribute(asked.qid, "maximum_chars"))
        if longest > 0:
            options["at_most"] = longest
        options |= _pattern(reading, asked)
        return [made_of(reading, asked, kind, options=options)]

    return maker


def _pattern(reading: Reading, asked: Asked) -> dict[str, str]:
    written = asked.row.get("preg", "").strip()
    if not written:
        return {}
    pattern = None
    if len(written) > 1 and written[0] == written[-1] == "/":
        pattern = searching_pattern(written[1:-1])
    if pattern is None:
        reading.remarks.add("setting_left_out", asked.code, setting=f"preg: {written}")
        return {}
    return {"pattern": pattern}


def _number(reading: Reading, asked: Asked) -> list[Made]:
    return [made_of(reading, asked, "number", options=_number_options(reading, asked))]


def _number_options(reading: Reading, asked: Asked) -> dict[str, Any]:
    survey = reading.survey
    options: dict[str, Any] = {}
    for name, settings in (
        ("at_least", ("min_num_value_n", "slider_min")),
        ("at_most", ("max_num_value_n", "slider_max")),
    ):
        for setting in settings:
            limit = number(survey.attribute(asked.qid, setting) or None)
            if limit is not None:
                options.setdefault(name, limit)
    if survey.attribute(asked.qid, "num_value_int_only") != "1":
        options["decimals"] = 2
    unit = reading.text(survey.attribute_words(asked.qid, "suffix"), asked.code)
    return options | ({"unit": unit} if unit else {})


def _each_part(kind: str) -> "Maker":
    """Return a maker of one question a part, the words of the whole before its own."""

    def maker(reading: Reading, asked: Asked) -> list[Made]:
        whole_text = reading.text(reading.survey.titles[asked.qid], asked.code)
        options = _number_options(reading, asked) if kind == "number" else {}
        made = []
        for item in reading.survey.parts(asked.qid):
            own = reading.text(item.words, asked.code)
            text = {
                language: " – ".join(filter(None, (words, own.get(language))))
                for language, words in whole_text.items()
            }
            text = text or dict(own)
            made.append(
                made_of(
                    reading, asked, kind, text=text, part=item.code, options=options
                )
            )
        if len(made) > 1:
            reading.remarks.add("split_up", asked.code, number=len(made))
        return made

    return maker


def _date(reading: Reading, asked: Asked) -> list[Made]:
    options = {}
    for name, setting in (("earliest", "date_min"), ("latest", "date_max")):
        written = reading.survey.attribute(asked.qid, setting)
        try:
            options[name] = date.fromisoformat(written).isoformat()
        except ValueError:
            if written:
                reading.remarks.add("setting_left_out", asked.code, setting=setting)
    return [made_of(reading, asked, "date", options=options)]


def _statement(reading: Reading, asked: Asked) -> list[Made]:
    return [made_of(reading, asked, "statement")]


Maker = Callable[[Reading, Asked], list[Made]]

_YES, _NO = yes_no()
_UNCERTAIN: Text = {"fr": "Sans avis", "en": "Uncertain"}
MAKERS: Mapping[str, Maker] = {
    "L": _list,
    "!": _list,
    "O": _list,
    "Y": _fixed(("Y", _YES), ("N", _NO)),
    "G": _fixed(
        ("F", {"fr": "Femme", "en": "Female"}), ("M", {"fr": "Homme", "en": "Male"})
    ),
    "5": _five_points,
    "M": _boxes,
    "P": _boxes,
    "R": _ranking,
    "F": _matrix,
    "H": _matrix,
    "1": _dual_matrix,
    "A": _points_to(5),
    "B": _points_to(10),
    "C": _fixed_matrix(("Y", _YES), ("U", _UNCERTAIN), ("N", _NO)),
    "E": _fixed_matrix(
        ("I", {"fr": "Plus", "en": "Increase"}),
        ("S", {"fr": "Pareil", "en": "Same"}),
        ("D", {"fr": "Moins", "en": "Decrease"}),
    ),
    "S": _written("short_text"),
    "T": _written("long_text"),
    "U": _written("long_text"),
    "Q": _each_part("short_text"),
    "N": _number,
    "K": _each_part("number"),
    "D": _date,
    "X": _statement,
}
#: what LimeSurvey calls the types that are left out
TYPES: Mapping[str, str] = {
    "*": "Equation",
    "|": "File upload",
    "I": "Language switch",
    ":": "Array (numbers)",
    ";": "Array (texts)",
}
