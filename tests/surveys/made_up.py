"""Made-up questionnaires of every kind, and what people would send for them.

All from a `random.Random`: the same seed gives the same survey.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from feedback.surveys.conditions import OPERATORS, Condition, Rule
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
    Text,
    Theme,
    WordingByScore,
)
from feedback.surveys.questions import KINDS, kind_of
from feedback.surveys.questions.choices import ChoiceKind, Ranking

LANGUAGES = ("fr", "en", "de", "pt-BR")
WORDS = (
    "Qu’avez-vous pensé de la livraison ?",
    "What could we do better, {attribute:first_name|you}?",
    "Pourquoi {answer:q0|cette note} ?",
    "You chose {answer:q1|nothing} of {event:order.total}",
    "Ça s’est bien passé… ou pas ? 🙂",
    "Any other remark",
    "Über alles",
)
SAID = (
    "La livraison était en retard.",
    "Fast and friendly, thank you!",
    "Rien à dire",
    "été\nau bord de l’eau",
    "yes",
    "42",
    "😀 merci",
    "{answer:q0}",
)
#: a pattern with texts that fit it
PATTERNS = {
    r"[0-9]{5}": ("69001", "75011"),
    r"[A-Z]{2}-\d+": ("FR-12", "EN-9"),
    r"(?:yes|no|oui|non)": ("yes", "non"),
}
ODD = (
    "",
    " ",
    "-1",
    "0",
    "11",
    "1e9",
    "nan",
    "none",
    "other",
    "c0",
    "3,5",
    "2026-02-30",
    "31/12/2026",
    "\0\ud800",
    "x" * 6000,
    "a@b@c",
    "٣",
)
PERSONAS = ("hurried", "curious")


def make_up(rng: Random) -> Questionnaire:
    """Return a questionnaire of one to four pages that could be published."""
    languages = tuple(rng.sample(LANGUAGES, rng.randint(1, 3)))
    return _Author(rng, languages).questionnaire()


def make_up_known(rng: Random) -> dict[tuple[str, str], Any]:
    """Return what might be known of a person."""
    known: dict[tuple[str, str], Any] = {
        ("language", ""): rng.choice(LANGUAGES),
        ("attribute", "first_name"): rng.choice(["Ada", "Élodie", ""]),
        ("attribute", "segment"): rng.choice(["gold", "silver", None]),
        ("attribute", "orders"): rng.randint(0, 12),
        ("event", "order.total"): rng.choice([12.5, 80, "80"]),
        ("event", "order.is_gift"): rng.choice([True, False]),
        ("past", "answered_days"): rng.randint(0, 400),
        ("persona", ""): rng.choice(PERSONAS),
    }
    return {name: value for name, value in known.items() if rng.random() < 0.7}


def make_up_form(rng: Random, question: Question) -> dict[str, list[str]]:
    """Return what a browser sends for one question that is answered well, or not."""
    if not question.required and rng.random() < 0.3:
        return {}
    return _Person(rng, question).form()


def make_up_odd_form(rng: Random, question: Question) -> dict[str, list[str]]:
    """Return what nobody would send for a question, and somebody will."""
    name = f"q.{question.key}"
    names = [name, f"{name}.other", f"{name}.consent", f"{name}.email", f"{name}.phone"]
    names += [f"{name}.{one.key}" for one in (*question.choices, *question.rows)]
    return {
        one: [rng.choice(ODD) for _ in range(rng.randint(0, 3))]
        for one in rng.sample(names, rng.randint(0, min(len(names), 4)))
    }


def make_up_forms(
    rng: Random, questionnaire: Questionnaire
) -> dict[str, dict[str, list[str]]]:
    """Return the form of each page with every question of it answered, or left."""
    return {
        page.key: {
            name: values
            for question in page.questions
            for name, values in make_up_form(rng, question).items()
        }
        for page in questionnaire.pages
    }


class _Author:
    """Writes a questionnaire."""

    def __init__(self, rng: Random, languages: tuple[str, ...]) -> None:
        self.rng = rng
        self.languages = languages
        self.questions: list[Question] = []

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def questionnaire(self) -> Questionnaire:
        pages = tuple(self.page(number) for number in range(self.rng.randint(1, 4)))
        return Questionnaire(
            title=self.text(),
            introduction=self.text() if self.chance(0.3) else {},
            languages=self.languages,
            default_language=self.rng.choice(self.languages),
            pages=pages,
            endings=tuple(
                self.ending(place) for place in range(self.rng.randint(0, 3))
            ),
            theme=Theme(accent=f"#{self.rng.randrange(1 << 24):06x}"),
        )

    def page(self, number: int) -> Page:
        return Page(
            key=f"page-{number}",
            shuffle=self.chance(0.3),
            questions=tuple(self.question() for _ in range(self.rng.randint(0, 3))),
        )

    def question(self) -> Question:
        rng = self.rng
        kind = rng.choice(list(KINDS.values()))
        choices = self.choices("c", rng.randint(2, 4)) if kind.has_choices else ()
        rows = self.choices("r", rng.randint(1, 3)) if kind.name == "matrix" else ()
        question = Question(
            key=f"q{len(self.questions)}",
            kind=kind.name,
            text=self.text(),
            help=self.text() if self.chance(0.2) else {},
            required=kind.takes_answer and self.chance(0.4),
            show_if=self.rule() if self.chance(0.5) else None,
            wording=self.wording() if self.chance(0.2) else None,
            choices=choices,
            rows=rows,
            options=self.options(kind.name, len(choices)),
        )
        self.questions.append(question)
        return question

    def choices(self, letter: str, count: int) -> tuple[Choice, ...]:
        return tuple(
            Choice(key=f"{letter}{number}", text=self.text()) for number in range(count)
        )

    def options(self, kind: str, choices: int) -> dict[str, Any]:
        """Return options that leave the question possible to answer."""
        rng = self.rng
        options = KINDS[kind].default_options() if self.chance(0.5) else {}
        for name in sorted({"other", "none", "shuffle"} & set(KINDS[kind].options)):
            options[name] = self.chance(0.5)
        if kind == "contact":
            options["fields"] = rng.sample(
                ["name", "email", "phone"], rng.randint(1, 3)
            )
            options["consent"] = self.text()
        if kind == "multiple" and self.chance(0.5):
            options["at_least"] = rng.randint(0, choices)
            options["at_most"] = max(options["at_least"], rng.randint(1, choices))
        if kind == "ranking" and self.chance(0.5):
            options["places"] = rng.randint(1, choices)
        if kind == "number" and self.chance(0.6):
            least = rng.randint(-50, 50)
            options |= {"at_least": least, "at_most": least + rng.randint(0, 90)}
            options["decimals"] = rng.randint(0, 2)
        if kind == "date" and self.chance(0.5):
            options |= {"earliest": "2020-01-01", "latest": "2030-12-31"}
        if kind in {"short_text", "long_text"}:
            options |= self.text_options()
        return options

    def text_options(self) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if self.chance(0.3):
            options = {"pattern": self.rng.choice(list(PATTERNS))}
            options["pattern_message"] = self.text()
        elif self.chance(0.3):
            options = {"at_least": self.rng.randint(0, 2), "at_most": 60}
        if self.chance(0.4):
            options["asks"] = self.rng.choice(["reason", "praise", "improvement"])
        return options

    def ending(self, place: int) -> Ending:
        return Ending(
            key=f"end-{place}",
            title=self.text(),
            text=self.text() if self.chance(0.5) else {},
            show_if=self.rule() if self.chance(0.7) else None,
            callback=self.chance(0.3),
        )

    def text(self) -> Text:
        told = [one for one in self.languages if self.chance(0.9)]
        return {one: self.rng.choice(WORDS) for one in told or self.languages[:1]}

    def wording(self) -> WordingByScore | None:
        scored = [one.key for one in self.questions if kind_of(one).scale]
        if not scored:
            return None
        classes = self.rng.sample(["low", "middle", "high"], self.rng.randint(1, 3))
        return WordingByScore(
            question=self.rng.choice(scored),
            texts={name: self.text() for name in classes},
        )

    def rule(self) -> Rule:
        return Rule(
            conditions=tuple(
                self.condition() for _ in range(self.rng.choice([0, 1, 1, 1, 2, 3]))
            ),
            any=self.chance(0.4),
        )

    def condition(self) -> Condition:
        rng = self.rng
        subject, name, values = self.subject()
        operator = rng.choice(["is", "is", *sorted(OPERATORS)])
        value: Any = rng.choice(values)
        if operator in {"any_of", "none_of"}:
            value = tuple(rng.choice(values) for _ in range(rng.randint(1, 3)))
        elif operator in {"known", "unknown"}:
            value = None
        return Condition(subject=subject, operator=operator, name=name, value=value)

    def subject(self) -> tuple[str, str, list[Any]]:
        """Return what to compare, with values worth comparing it with."""
        rng = self.rng
        if self.questions and self.chance(0.7):
            question = rng.choice(self.questions)
            kind = kind_of(question)
            if kind.scale and self.chance(0.5):
                return "class", question.key, ["low", "middle", "high"]
            facts = kind.outcomes(question)
            if facts:
                name, values = rng.choice(list(facts.items()))
                return "answer", name, list(values or (*SAID, 0, 3.5, "2026-05-01"))
        # also a question that is yet to come, and one that does not exist
        other: list[tuple[str, str, list[Any]]] = [
            ("answer", f"q{len(self.questions) + rng.randint(0, 2)}", [3, "c0"]),
            ("attribute", "segment", ["gold", "SILVER"]),
            ("attribute", "orders", [0, 5, "5"]),
            ("event", "order.total", [12.5, 50]),
            ("event", "order.is_gift", [True, "false"]),
            ("past", "answered_days", [30, 90]),
            ("language", "", list(LANGUAGES)),
            ("persona", "", list(PERSONAS)),
        ]
        return rng.choice(other)


class _Person:
    """Answers one question as its kind wants it."""

    def __init__(self, rng: Random, question: Question) -> None:
        self.rng = rng
        self.question = question
        self.kind = kind_of(question)
        self.name = f"q.{question.key}"

    def form(self) -> dict[str, list[str]]:
        if self.kind.scale:
            return {self.name: [str(self.rng.choice(self.kind.scale.points))]}
        return getattr(self, self.kind.name)()  # type: ignore[no-any-return]

    def option(self, name: str) -> Any:
        return self.kind.option(self.question, name)

    def offered(self) -> list[str]:
        assert isinstance(self.kind, ChoiceKind)
        return [choice.key for choice in self.kind.offered(self.question)]

    def single(self) -> dict[str, list[str]]:
        key = self.rng.choice(self.offered())
        written = {f"{self.name}.other": [self.rng.choice(SAID)]}
        return {self.name: [key], **(written if key == "other" else {})}

    dropdown = single

    def multiple(self) -> dict[str, list[str]]:
        keys = self.offered()
        if "none" in keys and self.rng.random() < 0.2:
            return {self.name: ["none"]}
        able = [key for key in keys if key != "none"]
        least = max(self.option("at_least") or 0, 1)
        most = min(self.option("at_most") or len(able), len(able))
        chosen = self.rng.sample(able, self.rng.randint(least, most))
        written = {f"{self.name}.other": [self.rng.choice(SAID)]}
        return {self.name: chosen, **(written if "other" in chosen else {})}

    def ranking(self) -> dict[str, list[str]]:
        assert isinstance(self.kind, Ranking)
        best = self.rng.sample(
            [one.key for one in self.question.choices], self.kind.places(self.question)
        )
        return {f"{self.name}.{key}": [str(n)] for n, key in enumerate(best, start=1)}

    def matrix(self) -> dict[str, list[str]]:
        columns = [one.key for one in self.question.choices]
        return {
            f"{self.name}.{row.key}": [self.rng.choice(columns)]
            for row in self.question.rows
            if self.question.required or self.rng.random() < 0.8
        }

    def short_text(self) -> dict[str, list[str]]:
        pattern = self.option("pattern")
        return {self.name: [self.rng.choice(PATTERNS[pattern] if pattern else SAID)]}

    def long_text(self) -> dict[str, list[str]]:
        return self.short_text()

    def number(self) -> dict[str, list[str]]:
        least, most = self.option("at_least"), self.option("at_most")
        number = self.rng.randint(
            -999 if least is None else least, 9999 if most is None else most
        )
        decimals = ",0" if self.option("decimals") and self.rng.random() < 0.5 else ""
        return {self.name: [f"{number}{decimals}"]}

    def date(self) -> dict[str, list[str]]:
        day, month = self.rng.randint(1, 28), self.rng.randint(1, 12)
        year = self.rng.randint(2020, 2030)
        written = (f"{year}-{month:02}-{day:02}", f"{day}/{month}/{year}")
        return {self.name: [self.rng.choice(written)]}

    def contact(self) -> dict[str, list[str]]:
        values = {
            "name": "Ada L.",
            "email": "ada@exemple.fr",
            "phone": "06 12 34 56 78",
        }
        form = {f"{self.name}.{one}": [values[one]] for one in self.option("fields")}
        return {**form, f"{self.name}.consent": ["yes"]}

    def statement(self) -> Mapping[str, list[str]]:
        return {}
