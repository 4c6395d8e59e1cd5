"""A questionnaire of three pages with every kind of question, in both languages."""

from typing import Any

from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
)


def _text(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


def _choices(**words: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(key=key, text=_text(*both)) for key, both in words.items())


def _ask(key: str, kind: str, fr: str, en: str, **more: Any) -> Question:
    return Question(key=key, kind=kind, text=_text(fr, en), **more)


def _when(subject: str, name: str, value: str) -> Rule:
    one = Condition(subject=subject, name=name, operator="is", value=value)
    return Rule(conditions=(one,))


def _ends(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {
        name: _text(*both) for name, both in zip(("low", "high"), pairs, strict=True)
    }


CONSENT = _text(
    "J’accepte d’être recontacté.", "I agree to be contacted about my answers."
)


def every_kind(*, anonymous: bool = False) -> Questionnaire:
    """Return the questionnaire; one of an anonymous survey leaves out who answers."""
    questions = list(_third())
    if anonymous:
        questions = [one for one in questions if one.kind != "contact"]
    endings = (
        Ending(
            key="sad",
            title=_text("Merci pour votre franchise", "Thank you for being frank"),
            text=_text("Nous regardons de près.", "We look closely at it."),
            show_if=_when("class", "score", "low"),
            callback=not anonymous,
        ),
        Ending(key="end", title=_text("Merci beaucoup !", "Thank you very much!")),
    )
    hello = ("Bonjour,", "Hello,")
    if not anonymous:
        hello = (
            "Bonjour {attribute:name|à vous},",
            "Hello {attribute:name|you},",
        )
    return Questionnaire(
        title=_text("Votre visite", "Your visit"),
        languages=("fr", "en"),
        default_language="fr",
        introduction=_text(*hello),
        pages=(
            Page(key="one", questions=tuple(_first())),
            Page(key="two", questions=tuple(_second())),
            Page(key="three", questions=tuple(questions)),
        ),
        endings=endings,
    )


def _first() -> list[Question]:
    return [
        _ask(
            "score",
            "nps",
            "Nous recommanderiez-vous ?",
            "Would you recommend us?",
            required=True,
            options=_ends(("pas du tout", "not at all"), ("tout à fait", "absolutely")),
        ),
        _ask(
            "why",
            "long_text",
            "Pourquoi ?",
            "Why?",
            help=_text("Une phrase suffit.", "One sentence will do."),
        ),
    ]


def _second() -> list[Question]:
    poor, great = ("Mauvais", "Poor"), ("Excellent", "Excellent")
    return [
        _ask(
            "csat",
            "csat",
            "Et l’accueil ?",
            "And the welcome?",
            options={"look": "faces", **_ends(poor, great)},
        ),
        _ask(
            "stars",
            "csat",
            "Et le pain ?",
            "And the bread?",
            options={"look": "stars", **_ends(poor, great)},
        ),
        _ask(
            "ces",
            "ces",
            "Tout a été facile.",
            "It was easy.",
            options=_ends(("Pas d’accord", "Disagree"), ("D’accord", "Agree")),
        ),
        _ask(
            "how",
            "single",
            "Comment nous connaissez-vous ?",
            "How did you hear about us?",
            required=True,
            choices=_choices(
                friend=("Par un proche", "From a friend"),
                street=("En passant", "Walking past"),
            ),
            options={"other": True},
        ),
        _ask(
            "friend",
            "short_text",
            "Quel proche ?",
            "Which friend?",
            show_if=_when("answer", "how", "friend"),
        ),
        _ask(
            "bought",
            "multiple",
            "Qu’avez-vous acheté ?",
            "What did you buy?",
            choices=_choices(bread=("Du pain", "Bread"), cake=("Un gâteau", "A cake")),
            options={"none": True, "at_most": 2},
        ),
    ]


def _third() -> list[Question]:
    return [
        _ask(
            "pause",
            "statement",
            "Encore un instant",
            "One more moment",
            help=_text("Presque fini.", "Nearly done."),
        ),
        _ask(
            "shop",
            "dropdown",
            "Dans quel magasin ?",
            "Which shop?",
            choices=_choices(lyon=("Lyon", "Lyon"), lille=("Lille", "Lille")),
        ),
        _ask(
            "rank",
            "ranking",
            "Qu’est-ce qui compte ?",
            "What matters?",
            choices=_choices(price=("Le prix", "Price"), taste=("Le goût", "Taste")),
        ),
        _ask(
            "grid",
            "matrix",
            "Que pensez-vous de…",
            "What do you think of…",
            rows=_choices(
                wait=("L’attente", "The wait"), choice=("Le choix", "Choice")
            ),
            choices=_choices(bad=("Mauvais", "Poor"), good=("Bon", "Good")),
        ),
        _ask("line", "short_text", "Votre produit préféré ?", "Your favourite?"),
        _ask(
            "number",
            "number",
            "Combien ?",
            "How much?",
            options={
                "at_least": 0,
                "at_most": 500,
                "decimals": 2,
                "unit": _text("€", "€"),
            },
        ),
        _ask("day", "date", "Quel jour ?", "Which day?"),
        _ask(
            "who",
            "contact",
            "Pouvons-nous vous recontacter ?",
            "May we get in touch?",
            options={"fields": ["name", "email", "phone"], "consent": CONSENT},
        ),
    ]
