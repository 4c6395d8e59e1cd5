"""Results as people read them: by role, by language, by address."""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from feedback.accounts.roles import Role
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import Questionnaire
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories, score_and_comment
from tests.surveys.asking import choices, question, survey, when

SECRET = "Call me on 06 12 34 56 78"
MASKED = "Call me on ••••••••••••••"
ASKED = survey(
    (
        question("nps", "score", text={"en": "Recommend us?", "fr": "Et vous ?"}),
        question("long_text", "why", show_if=when("class", "score", "is", "low")),
    ),
    (
        question("single", "shop", choices=choices("lille", "lyon"), other=True),
        question(
            "matrix",
            "grid",
            choices=choices("good", "bad"),
            rows=choices("price", "speed"),
        ),
        question("ranking", "order", choices=choices("first", "second")),
        question("number", "spent", unit={"en": "€"}),
        question("date", "visit"),
        question("contact", "reach", fields=["email"], consent={"en": "Yes"}),
    ),
)
WHOLE = {
    "shop": {"choice": "lyon"},
    "grid": {"price": "bad", "speed": "good"},
    "order": ["second", "first"],
    "visit": "2026-10-01",
}


@pytest.fixture
def asked(factories: Factories) -> Survey:
    return factories.survey(questionnaire=ASKED)


def reworded(words: str) -> Questionnaire:
    page = ASKED.pages[0]
    score = replace(page.questions[0], text={"en": words, "fr": words})
    first = replace(page, questions=(score, *page.questions[1:]))
    return replace(ASKED, pages=(first, *ASKED.pages[1:]))


def give(
    factories: Factories,
    one: Survey,
    scores: Sequence[int],
    *,
    day: date = date(2026, 10, 10),
    version: int | None = None,
) -> None:
    for number, score in enumerate(scores):
        answers = {"score": score, "spent": number, **WHOLE}
        factories.response(one, answers, day=day, version=version)


def read(browser: FlaskClient, one: Survey, rest: str = "/results") -> str:
    answer = browser.get(f"/surveys/{one.public_id}{rest}")
    assert answer.status_code == 200, answer.status
    text = re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_every_kind_of_question_has_its_figures_in_words(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [10] * 30 + [3] * 10)

    page = read(logged_in(Role.MANAGER), asked)

    assert "+50" in page
    assert "95% interval: " in page
    assert "75%" in page, "the share of promoters among the points"
    assert "Lyon" in page
    assert "Mean rank" in page
    assert "Median 19.5 € Middle half 9.8 € to 29.2 €" in page
    assert "Earliest 1 October 2026" in page
    assert "10 people did not answer" in page, "of those who were asked why"


def test_few_answers_give_counts_and_no_figure(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [10] * 9)
    browser = logged_in(Role.MANAGER)
    few = read(browser, asked)
    give(factories, asked, [10])
    factories.session.commit()

    assert "too few answers" in few
    assert "Fewer than 10 answers: no figures yet, only counts." in few
    assert "+100" not in few
    ten = read(browser, asked)
    assert "+100" in ten
    assert "small base" in ten


def test_few_answers_to_an_anonymous_survey_are_not_even_counted_out(
    factories: Factories, logged_in: LoggedIn
) -> None:
    page = ASKED.pages[1]
    unnamed = replace(page, questions=page.questions[:-1])
    asked = replace(ASKED, pages=(ASKED.pages[0], unnamed))
    one = factories.survey(questionnaire=asked, anonymous=True)
    give(factories, one, [10] * 9)

    shown = read(logged_in(Role.ANALYST), one)

    assert "so that nobody can be guessed" in shown
    assert "Lyon" not in shown


def test_a_change_of_words_breaks_the_trend_and_is_not_compared(
    factories: Factories, asked: Survey, clock: StoppedClock, logged_in: LoggedIn
) -> None:
    give(factories, asked, [2] * 20, day=date(2026, 8, 5))
    give(factories, asked, [2] * 20, day=date(2026, 9, 20))
    clock.advance(days=-10)
    factories.next_version(asked, reworded("And to a friend?"))
    clock.advance(days=10)
    give(factories, asked, [10] * 40, day=date(2026, 10, 12))

    browser = logged_in(Role.MANAGER)
    page = read(browser, asked)
    october = read(browser, asked, "/results?period=2026-10")

    for shown in (page, october):
        assert (
            "The words of this question changed on 5 October 2026 (version 2): before "
            "and after are not compared." in shown
        )
        assert "+100" in shown
    assert "In the words of version 1 · −100 (40 answers)" in page
    assert "5 October 2026: the words of the question changed (version 2)." in page
    assert "up 200 points" not in october


def test_the_same_words_are_compared_with_the_period_before(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [2] * 40, day=date(2026, 9, 20))
    give(factories, asked, [10] * 40, day=date(2026, 10, 12))

    page = read(logged_in(Role.MANAGER), asked, "/results?period=2026-10")

    assert "up 200 points" in page
    assert "not compared" not in page


def test_nobody_reads_raw_words_on_the_page_of_figures(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    for _ in range(12):
        answers = {
            "score": 2,
            "why": SECRET,
            "shop": {"other": SECRET},
            "reach": {"email": "ada@example.org", "consent": True},
        }
        factories.response(asked, answers, day=date(2026, 10, 12))

    for role in Role:
        page = read(logged_in(role), asked)
        assert "06 12 34 56 78" not in page
        assert "ada@example.org" not in page
        assert "12 answers" in page
    key = factories.session.get_one(Survey, asked.id).public_id
    text = logged_in(Role.MANAGER).get(f"/surveys/{key}/results").text
    assert "source=survey" in text, "the explorer shows them masked"


def test_flagged_responses_are_counted_and_can_be_left_out(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [10] * 20)
    for _ in range(20):
        factories.response(asked, {"score": 0}, flags=(Flag.SPEEDER,))
    browser = logged_in(Role.ANALYST)

    both = read(browser, asked)
    sound = read(browser, asked, "/results?flagged=without")

    assert "too fast The questions were answered faster than they can be read." in both
    assert "0 (40) +100 (20)" in both
    assert "+100" in sound
    assert "20 answers" in sound
    assert "flag=speeder" in browser.get(f"/surveys/{asked.public_id}/results").text


def test_languages_and_channels_are_told_apart(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    for channel, language in (
        (Channel.EMAIL, "fr"),
        (Channel.EMAIL, "fr"),
        (Channel.KIOSK, "en"),
        (Channel.EMAIL, "en"),
    ):
        factories.response(asked, {"score": 9}, channel=channel, language=language)
    browser = logged_in(Role.MANAGER)

    page = read(browser, asked)
    assert "French 50% (2)" in page
    assert "English 50% (2)" in page
    assert "E-mail 75% (3) Kiosk 25% (1)" in page
    assert "1 answer" in read(browser, asked, "/results?channel=kiosk&language=en")


def test_an_address_that_says_nothing_known_is_told_and_still_opens(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [9])
    browser = logged_in(Role.MANAGER)

    page = read(
        browser, asked, "/results?period=never&channel=pigeon&version=x&touchpoint=gone"
    )

    assert (
        "Not understood in this address, and left out: Period, Version, Touchpoint, "
        "Channel." in page
    )
    typed = browser.get(
        f"/surveys/{asked.public_id}/results?first=2026-10-01&last=2026-10-10"
    )
    assert "period=2026-10-01..2026-10-11" in typed.location


def test_a_survey_that_nobody_answered_says_what_comes(
    asked: Survey, factories: Factories, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.ANALYST)
    assert "Nobody has answered yet" in read(browser, asked)
    assert "Nobody has answered yet" in read(browser, asked, "/responses")
    give(factories, asked, [9])
    factories.session.commit()
    assert "Nobody answered with these filters" in read(
        browser, asked, "/results?period=2020-01"
    )
    assert browser.get("/surveys/unknown/results").status_code == 404


def test_a_draft_that_was_never_published_has_no_results(
    factories: Factories, logged_in: LoggedIn
) -> None:
    draft = factories.survey(published=False)

    assert "Nobody has answered yet" in read(logged_in(Role.ANALYST), draft)


def test_responses_are_listed_with_what_is_unusual_about_them(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    odd = {"score": 2, "why": SECRET}
    factories.analysed(factories.response(asked, odd, flags=[Flag.GIBBERISH]), SECRET)
    part = ResponseState.PARTIAL
    factories.response(asked, {"score": 7}, state=part, seconds={"p0": 4})
    test = factories.response(asked, {"score": 5}, is_test=True)
    browser = logged_in(Role.ANALYST)

    listed = read(browser, asked, "/responses")
    everything = read(browser, asked, "/responses?partial=1&tests=1")
    whole = read(browser, asked, f"/responses/{test.public_id}")

    assert "2 / 10" in listed
    assert MASKED in listed
    assert SECRET not in listed
    assert "no words" in listed
    assert "7 / 10" not in listed
    assert "5 / 10" not in listed
    assert "7 / 10" in everything
    assert "partial" in everything
    assert "5 / 10" in everything
    assert "test" in whole
    assert "no answer" in whole
    assert browser.get(f"/surveys/{asked.public_id}/responses/x").status_code == 404


def test_who_may_not_see_customers_reads_no_response(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    one = factories.response(asked, {"score": 2, "why": SECRET})
    browser = logged_in(Role.MANAGER)

    for rest in ("/responses", f"/responses/{one.public_id}"):
        assert browser.get(f"/surveys/{asked.public_id}{rest}").status_code == 403
    assert "/responses?" not in browser.get(f"/surveys/{asked.public_id}/results").text


def test_a_file_holds_what_is_filtered_and_only_what_one_may_see(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    told = {"score": 2, "why": SECRET}
    factories.analysed(factories.response(asked, told, language="en"), SECRET)
    factories.response(asked, {"score": 9}, language="fr")

    def rows(role: Role, query: str = "") -> list[list[str]]:
        path = f"/surveys/{asked.public_id}/responses.csv{query}"
        answer = logged_in(role).get(path)
        return list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))

    assert len(rows(Role.ANALYST)) == 3
    english = rows(Role.ANALYST, "?language=en")
    assert len(english) == 2
    assert MASKED in english[1]
    assert MASKED not in rows(Role.MANAGER, "?language=en")[1]
    path = f"/surveys/{asked.public_id}/responses.xlsx"
    answer = logged_in(Role.ANALYST).get(path, buffered=True)
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert len(book.get_sheet_by_index(0).to_python()) == 3


def test_french_people_read_french(
    factories: Factories, asked: Survey, logged_in: LoggedIn
) -> None:
    give(factories, asked, [10] * 40)

    page = read(logged_in(Role.MANAGER, locale="fr"), asked)

    assert "Et vous ?" in page
    assert "En dessous de 10 réponses, un chiffre n’est pas affiché." in page


def test_the_page_of_a_survey_leads_to_its_results(
    factories: Factories, logged_in: LoggedIn
) -> None:
    one = factories.survey(questionnaire=score_and_comment())
    browser = logged_in(Role.MANAGER)

    assert (
        f"/surveys/{one.public_id}/results"
        in browser.get(f"/surveys/{one.public_id}/").text
    )
