"""Elements of SurveyJS made questions of ours, one function a type of element."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from feedback.core.text import fold
from feedback.surveys.imports.surveyjs_reading import (
    Element,
    Made,
    Reading,
    counts,
    elements_in,
    is_on,
    limits,
    name_of,
    plain_value,
    rules,
    sequence,
)
from feedback.surveys.imports.translation import Target
from feedback.surveys.imports.words import (
    choice_keys,
    number,
    scale_kind,
    searching_pattern,
    yes_no,
)
from feedback.surveys.questionnaire import MOST_CHOICES, Choice, Question, Text
from feedback.surveys.questions import KINDS

#: settings that change what is asked, and that we have no counterpart for
_UNTAKEN = (
    "enableIf", "requiredIf", "resetValueIf", "setValueIf", "setValueExpression",
    "defaultValue", "defaultValueExpression", "readOnly", "choicesVisibleIf",
    "choicesEnableIf", "rowsVisibleIf", "columnsVisibleIf", "choicesByUrl",
    "choicesFromQuestion", "showSelectAllItem", "hasSelectAll", "showCommentArea",
    "hasComment", "showRefuseItem", "showDontKnowItem",
)  # fmt: skip


def make(reading: Reading, element: Element, name: str) -> list[Made]:
    """Return the questions that an element becomes, none when we have nothing like it.

    Its name, and those of its parts, must have been given keys.
    """
    kind = plain_value(element.get("type"))
    maker = MAKERS.get(kind)
    if maker is None:
        reading.remarks.add("question_left_out", name, type=kind)
        return []
    for setting in _UNTAKEN:
        if element.get(setting):
            reading.remarks.add("setting_left_out", name, setting=setting)
    return maker(reading, element, name)


def names_within(element: Element, name: str) -> list[str]:
    """Return the names under which the questions of an element are known."""
    if element.get("type") == "multipletext":
        items = elements_in(element.get("items"))
        return [f"{name}.{name_of(item, at)}" for at, item in enumerate(items)]
    return [name]


def _title(reading: Reading, element: Element, name: str) -> Text:
    return reading.text(element.get("title") or element.get("name"), name)


def _made(
    reading: Reading,
    element: Element,
    name: str,
    kind: str,
    *,
    choices: tuple[Choice, ...] = (),
    rows: Mapping[str, Choice] | None = None,
    options: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
) -> list[Made]:
    question = Question(
        key=reading.keys.give(name),
        kind=kind,
        text=_title(reading, element, name),
        help=reading.text(element.get("description"), name),
        required=element.get("isRequired") is True,
        choices=choices,
        rows=tuple((rows or {}).values()),
        options=options or {},
    )
    target = Target(
        key=question.key,
        kind=kind,
        choices=values or {},
        is_whole=not question.options.get("decimals"),
    )
    of_rows = {
        f"{name}.{value}": replace(
            target, key=f"{question.key}.{row.key}", kind="single"
        )
        for value, row in (rows or {}).items()
    }
    return [Made(question=question, targets={name: target, **of_rows})]


def _choices(reading: Reading, items: object, place: str) -> dict[str, Choice]:
    keys = choice_keys()
    found: dict[str, Choice] = {}
    for item in sequence(items):
        value, text = reading.item(item, place)
        if value not in found:
            found[value] = Choice(key=keys.fresh(value), text=text)
    return found


def _values(choices: Mapping[str, Choice]) -> dict[str, str]:
    return {value: choice.key for value, choice in choices.items()}


def _choosing(reading: Reading, element: Element, name: str, kind: str) -> list[Made]:
    choices = _choices(reading, element.get("choices"), name)
    order = plain_value(element.get("choicesOrder"))
    if order in {"asc", "desc"}:
        choices = dict(sorted(choices.items(), key=_words, reverse=order == "desc"))
    has_other = is_on(element, "hasOther", "showOtherItem")
    has_none = is_on(element, "hasNone", "showNoneItem")
    if kind == "dropdown" and (has_other or has_none):
        kind = "single"
    options: dict[str, Any] = {"shuffle": order == "random"}
    if kind in {"single", "multiple"}:
        options |= {"other": has_other, "none": has_none}
        for setting in ("other", "none"):
            words = reading.text(element.get(f"{setting}Text"), name)
            options |= {f"{setting}_text": words} if words else {}
    if kind == "multiple":
        options |= counts(element, "minSelectedChoices", "maxSelectedChoices")
        for rule in rules(element, "answercount"):
            options |= counts(rule, "minCount", "maxCount")
    values = _values(choices)
    for added, is_offered in (("other", has_other), ("none", has_none)):
        if is_offered:
            values.setdefault(added, added)
    offered = tuple(choices.values())
    return _made(
        reading, element, name, kind, choices=offered, options=options, values=values
    )


def _words(pair: tuple[str, Choice]) -> str:
    return fold(next(iter(pair[1].text.values()), ""))


def _picker(reading: Reading, element: Element, name: str) -> list[Made]:
    reading.remarks.add("media_left_out", name)
    kind = "multiple" if element.get("multiSelect") else "single"
    return _choosing(reading, element, name, kind)


def _boolean(reading: Reading, element: Element, name: str) -> list[Made]:
    yes, no = yes_no()
    choices = tuple(
        Choice(
            key=key,
            text=reading.text(element.get(setting), name) or reading.own_words(words),
        )
        for key, setting, words in (("yes", "labelTrue", yes), ("no", "labelFalse", no))
    )
    values = {
        "true": "yes",
        "false": "no",
        plain_value(element.get("valueTrue", True)): "yes",
        plain_value(element.get("valueFalse", False)): "no",
    }
    return _made(reading, element, name, "single", choices=choices, values=values)


def _rating(reading: Reading, element: Element, name: str) -> list[Made]:
    points = _points(reading, element, name)
    if points is None:
        bounds = limits(element, "rateMin", "rateMax")
        return _made(reading, element, name, "number", options=bounds)
    ends = {
        "low": reading.text(element.get("minRateDescription"), name),
        "high": reading.text(element.get("maxRateDescription"), name),
    }
    numbers = [number(value) for value in points]
    kind = None
    if not any(points.values()):
        found = [one for one in numbers if one is not None]
        kind = scale_kind(found, _title(reading, element, name))
    if kind is None:
        return _rated_choices(reading, element, name, points, ends)
    reading.remarks.add("taken_as", name, kind=kind)
    options: dict[str, Any] = {label: text for label, text in ends.items() if text}
    if kind == "csat":
        looks = (element.get("rateType"), element.get("rateDisplayMode"))
        options["look"] = "faces" if "smileys" in looks else "stars"
    return _made(reading, element, name, kind, options=options)


def _points(reading: Reading, element: Element, name: str) -> dict[str, Text] | None:
    """Return the points of a rating with the words of those that have some.

    None when there are too many to choose from.
    """
    given = sequence(element.get("rateValues"))
    if given:
        items = dict(reading.item(value, name) for value in given)
        return {
            value: {} if set(text.values()) <= {value} else text
            for value, text in items.items()
        }
    lowest, highest = number(element.get("rateMin")), number(element.get("rateMax"))
    step, count = number(element.get("rateStep")), number(element.get("rateCount"))
    lowest = 1 if lowest is None else lowest
    step = step if step and step > 0 else 1
    if highest is None:
        highest = lowest + step * (count - 1) if count else max(5, lowest)
    if not 0 <= (highest - lowest) / step < MOST_CHOICES:
        return None
    steps = int((highest - lowest) / step) + 1
    return {plain_value(round(lowest + step * at, 9)): {} for at in range(steps)}


def _rated_choices(
    reading: Reading,
    element: Element,
    name: str,
    points: Mapping[str, Text],
    ends: Mapping[str, Text],
) -> list[Made]:
    """Return a choice of the points, the words of both ends written beside the ends."""
    keys = choice_keys()
    choices: dict[str, Choice] = {}
    last = len(points) - 1
    for place, (value, text) in enumerate(points.items()):
        words = ends["low"] if place == 0 else ends["high"] if place == last else {}
        said = dict(text) or {reading.default_language: value}
        said |= {
            language: f"{said.get(language, value)} – {end}"
            for language, end in words.items()
        }
        choices[value] = Choice(key=keys.fresh(value), text=said)
    offered = tuple(choices.values())
    return _made(
        reading, element, name, "single", choices=offered, values=_values(choices)
    )


def _text_field(reading: Reading, element: Element, name: str) -> list[Made]:
    kind = plain_value(element.get("inputType")) or "text"
    if kind in {"number", "range"} or rules(element, "numeric"):
        return _number_field(reading, element, name)
    if kind == "date":
        options = {
            ours: day
            for ours, setting in (("earliest", "min"), ("latest", "max"))
            if (day := _day(element.get(setting)))
        }
        return _made(reading, element, name, "date", options=options)
    if kind in {"email", "tel"} or rules(element, "email"):
        return _contact(reading, element, name, "phone" if kind == "tel" else "email")
    if kind != "text":
        reading.remarks.add("setting_left_out", name, setting=f"inputType: {kind}")
    return _written(reading, element, name, "short_text")


def _day(value: object) -> str:
    try:
        return date.fromisoformat(plain_value(value)).isoformat()
    except ValueError:
        return ""


def _contact(reading: Reading, element: Element, name: str, asked: str) -> list[Made]:
    reading.remarks.add("consent_needed", name)
    consent = KINDS["contact"].default_options()["consent"]
    options = {"fields": [asked], "consent": reading.own_words(consent)}
    return _made(reading, element, name, "contact", options=options)


def _comment(reading: Reading, element: Element, name: str) -> list[Made]:
    return _written(reading, element, name, "long_text")


def _written(reading: Reading, element: Element, name: str, kind: str) -> list[Made]:
    options: dict[str, Any] = counts(element, "", "maxLength")
    for rule in rules(element, "text"):
        options |= counts(rule, "minLength", "maxLength")
    for rule in rules(element, "regex"):
        written = plain_value(rule.get("regex"))
        pattern = searching_pattern(written)
        if pattern is None:
            reading.remarks.add("setting_left_out", name, setting=f"regex: {written}")
            continue
        options["pattern"] = pattern
        message = reading.text(rule.get("text"), name)
        options |= {"pattern_message": message} if message else {}
    if rules(element, "expression"):
        reading.remarks.add("setting_left_out", name, setting="validators: expression")
    return _made(reading, element, name, kind, options=options)


def _number_field(reading: Reading, element: Element, name: str) -> list[Made]:
    options: dict[str, Any] = limits(element, "min", "max")
    for rule in rules(element, "numeric"):
        options |= limits(rule, "minValue", "maxValue")
    step = number(element.get("step"))
    if step is None:
        options["decimals"] = 2
    elif not float(step).is_integer():
        options["decimals"] = len(f"{step:.6f}".rstrip("0").partition(".")[2])
    return _made(reading, element, name, "number", options=options)


def _matrix(reading: Reading, element: Element, name: str) -> list[Made]:
    if element.get("cellType") == "checkbox":
        reading.remarks.add("question_left_out", name, type="matrix: checkbox")
        return []
    columns = _choices(reading, element.get("columns"), name)
    is_whole = is_on(element, "isAllRowRequired", "eachRowRequired", "isRequired")
    return _made(
        reading,
        {**element, "isRequired": is_whole},
        name,
        "matrix",
        choices=tuple(columns.values()),
        rows=_choices(reading, element.get("rows"), name),
        options={"shuffle": element.get("rowsOrder") == "random"},
        values=_values(columns),
    )


def _many_texts(reading: Reading, element: Element, name: str) -> list[Made]:
    """Return one question a field, the words of the whole before its own."""
    made: list[Made] = []
    whole = _title(reading, element, name)
    for at, item in enumerate(elements_in(element.get("items"))):
        for one in _text_field(reading, item, f"{name}.{name_of(item, at)}"):
            text = {
                language: f"{whole[language]} – {words}" if language in whole else words
                for language, words in one.question.text.items()
            }
            made.append(replace(one, question=replace(one.question, text=text)))
    if len(made) > 1:
        reading.remarks.add("split_up", name, number=len(made))
    return made


def _statement(reading: Reading, element: Element, name: str) -> list[Made]:
    words = element.get("html") or element.get("title")
    if not reading.text(words, name):
        return []
    body = {**element, "title": words, "isRequired": False}
    return _made(reading, body, name, "statement")


def _choosing_as(kind: str) -> "Maker":
    def maker(reading: Reading, element: Element, name: str) -> list[Made]:
        return _choosing(reading, element, name, kind)

    return maker


Maker = Callable[[Reading, Element, str], list[Made]]
MAKERS: Mapping[str, Maker] = {
    "text": _text_field,
    "comment": _comment,
    "radiogroup": _choosing_as("single"),
    "buttongroup": _choosing_as("single"),
    "checkbox": _choosing_as("multiple"),
    "tagbox": _choosing_as("multiple"),
    "dropdown": _choosing_as("dropdown"),
    "ranking": _choosing_as("ranking"),
    "imagepicker": _picker,
    "boolean": _boolean,
    "rating": _rating,
    "slider": _number_field,
    "matrix": _matrix,
    "multipletext": _many_texts,
    "html": _statement,
}
