"""Results of a survey of every kind of question, read at two widths."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import Choice, Page, Question, Questionnaire, Text
from tests.browser.conftest import FORMATS, Visitor
from tests.browser.test_pages import faults
from tests.conftest import StoppedClock
from tests.factories import Factories


def _choices(**words: str) -> tuple[Choice, ...]:
    return tuple(Choice(key=key, text=said(text)) for key, text in words.items())


def said(words: str) -> Text:
    """Return `French / English` in both languages."""
    french, _, english = words.partition(" / ")
    return {"fr": french, "en": english or french}


def _question(kind: str, key: str, words: str, **more: object) -> Question:
    return Question(key=key, kind=kind, text=said(words), **more)  # type: ignore[arg-type]


ASKED = Questionnaire(
    title=said("Après l’achat / After the purchase"),
    languages=("fr", "en"),
    default_language="fr",
    pages=(
        Page(
            key="p1",
            questions=(
                _question(
                    "nps",
                    "score",
                    "Nous recommanderiez-vous à un proche ? / "
                    "Would you recommend us to a friend?",
                ),
                _question("long_text", "why", "Pourquoi cette note ? / Why?"),
            ),
        ),
        Page(
            key="p2",
            questions=(
                _question("csat", "staff", "Et l’accueil ? / And the welcome?"),
                _question(
                    "ces",
                    "effort",
                    "On m’a facilité les choses. / They made it easy for me.",
                ),
                _question(
                    "multiple",
                    "channels",
                    "Par où êtes-vous passé ? / Which ways did you take?",
                    choices=_choices(
                        site="Le site / The site",
                        shop="Un magasin / A shop",
                        app="L’application / The app",
                    ),
                    options={"other": True},
                ),
                _question(
                    "matrix",
                    "grid",
                    "Que pensez-vous de… / What do you think of…",
                    choices=_choices(
                        good="Bien / Good", fair="Moyen / Fair", bad="Mauvais / Bad"
                    ),
                    rows=_choices(
                        price="Le prix / The price", delay="Le délai / The delay"
                    ),
                ),
                _question(
                    "ranking",
                    "order",
                    "Classez ce qui compte / Rank what matters",
                    choices=_choices(
                        price="Prix / Price",
                        advice="Conseil / Advice",
                        stock="Stock / Stock",
                    ),
                ),
                _question(
                    "number",
                    "spent",
                    "Combien avez-vous dépensé ? / How much did you spend?",
                    options={"unit": said("€")},
                ),
                _question("date", "visit", "Quel jour ? / Which day?"),
            ),
        ),
    ),
)


def _reworded() -> Questionnaire:
    page = ASKED.pages[0]
    words = (
        "Quelle est la probabilité que vous parliez de nous ? / "
        "How likely are you to speak of us?"
    )
    score = replace(page.questions[0], text=said(words))
    return replace(
        ASKED,
        pages=(replace(page, questions=(score, page.questions[1])), ASKED.pages[1]),
    )


@pytest.fixture
def answered(session: Session, factories: Factories, clock: StoppedClock) -> Survey:
    """A survey with nine months of responses and other words since the sixth."""
    now = clock.now()
    rng = Random(7)
    known = factories.contact("C7")
    clock.set(now - timedelta(days=280))
    survey = factories.survey(questionnaire=ASKED)
    clock.set(now - timedelta(days=95))
    factories.next_version(survey, _reworded())
    clock.set(now)
    for number in range(420):
        day = (now - timedelta(days=number * 0.6)).date()
        is_part = number % 9 == 0
        answers: dict[str, object] = {
            "score": rng.choice([10, 9, 9, 8, 7, 6, 3] if number > 150 else [10, 9, 5])
        }
        if number % 3 == 0:
            answers["why"] = "Trop d’attente à la caisse, mais un bon accueil."
        if not is_part:
            answers |= {
                "staff": rng.choice([5, 5, 4, 3, 1]),
                "effort": rng.choice([7, 6, 5, 2]),
                "channels": {"choices": rng.sample(["site", "shop", "app"], 2)}
                if number % 7
                else {"choices": [], "other": "Téléphone"},
                "grid": {
                    "price": rng.choice(["good", "fair", "bad"]),
                    "delay": rng.choice(["good", "good", "bad"]),
                },
                "order": rng.sample(["price", "advice", "stock"], 3),
                "spent": rng.randint(5, 180),
                "visit": day.isoformat(),
            }
        factories.response(
            survey,
            answers,
            version=2 if number * 0.6 < 95 else 1,
            day=day,
            state=ResponseState.PARTIAL if is_part else ResponseState.COMPLETE,
            seconds={"p1": rng.uniform(4, 20)}
            | ({} if is_part else {"p2": rng.uniform(20, 90)}),
            channel=rng.choice([Channel.EMAIL, Channel.EMAIL, Channel.KIOSK]),
            language=rng.choice(["fr", "fr", "en"]),
            contact=known if number % 10 == 1 else None,
            flags=(Flag.SPEEDER,) if number % 40 == 0 else (),
        )
    session.commit()
    return survey


@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_results_and_responses_can_be_read_by_everybody(
    visit: Visitor, address: str, answered: Survey, locale: str, width: int
) -> None:
    page = visit(Role.ANALYST, locale=locale, width=width)
    root = f"{address}/surveys/{answered.public_id}"
    found = {}
    for path in ("/results", "/results?version=1&partial=1", "/responses"):
        page.goto(root + path)
        for folded in page.locator("main details.method").all():
            folded.locator("summary").first.click()
        found[path] = faults(page)
    page.locator("a.response-open").first.click()
    page.wait_for_load_state()
    found["one response"] = faults(page)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
