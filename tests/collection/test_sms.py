"""Text messages: what fits into one, and a gateway that answers in every way."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.letters import Letter, links_to
from feedback.collection.sms import (
    GSM_PARTS,
    UCS_PARTS,
    SmsGateway,
    gateway_for,
    in_gsm,
    places,
    text_of,
)
from feedback.collection.terms import SendingKind
from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.mail.transport import Outcome
from feedback.surveys.questionnaire import Page, Question, Questionnaire
from tests.collection.gateway import HANG_UP, Gateway

LINKS = links_to("https://avis.example", "t" * 43)
STOP = "To opt out: STOP"


def letter(
    question: str, *, kind: SendingKind = SendingKind.INVITATION, locale: str = "en"
) -> Letter:
    return Letter(
        kind=kind,
        questionnaire=Questionnaire(
            title={"en": "Your opinion"},
            languages=("en",),
            default_language="en",
            pages=(
                Page(
                    key="page",
                    questions=(
                        Question(key="score", kind="nps", text={"en": question}),
                    ),
                ),
            ),
        ),
        known={},
        locale=locale,
        name=None,
        anonymous=False,
        started=False,
        expires_at=datetime(2026, 12, 6, tzinfo=UTC),
        zone=ZoneInfo("Europe/Paris"),
        links=LINKS,
    )


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def sms(gateway: Gateway) -> Iterator[SmsGateway]:
    """The way to the gateway, with little patience."""
    with gateway.open() as url:
        yield SmsGateway(url, "a token", timeout=0.5)


def test_a_short_question_is_asked_in_one_part() -> None:
    text = text_of(letter("Would you recommend us?"), company="Café Été")

    assert text == f"Café Été: Would you recommend us? {LINKS.answer} {STOP}"
    assert places(text, is_gsm=True) <= GSM_PARTS[0]


def test_a_long_question_is_cut_before_a_second_part_is_begun() -> None:
    text = text_of(letter("How likely are you to say so? " * 5), company="Maison")

    assert places(text, is_gsm=True) <= GSM_PARTS[0]
    assert text.endswith(f"... {LINKS.answer} {STOP}")


def test_typographic_signs_give_way_so_that_it_stays_one_part() -> None:
    assert in_gsm("L’été : « Où êtes-vous ? » – cœur, reçu…") == (
        'L\'été : "Où etes-vous ?" - coeur, recu...'
    )


def test_another_alphabet_takes_the_parts_that_it_needs() -> None:
    text = text_of(letter("おすすめしますか？ " * 20), company="Maison")

    assert places(text, is_gsm=False) <= UCS_PARTS[2]
    assert LINKS.answer in text
    assert text.endswith(STOP)


def test_a_reminder_says_that_it_is_one() -> None:
    text = text_of(letter("And?", kind=SendingKind.REMINDER), company="Maison")

    assert text.startswith("Maison: Reminder: And?")


@given(
    question=st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    company=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
)
def test_whatever_is_asked_link_and_way_out_are_whole(
    question: str, company: str
) -> None:
    text = text_of(letter(question), company=company)

    assert LINKS.answer in text
    assert text.endswith("STOP")
    assert places(text, is_gsm=False) <= GSM_PARTS[2]


def test_the_gateway_gets_what_its_description_says(
    gateway: Gateway, sms: SmsGateway
) -> None:
    handed = sms.hand_over("abc", to="+33612345678", text="Été ?")

    assert handed.outcome is Outcome.ACCEPTED
    assert handed.number == "n1"
    assert gateway.asked == [{"id": "abc", "to": "+33612345678", "text": "Été ?"}]
    assert gateway.headers[0]["Authorization"] == "Bearer a token"
    assert gateway.headers[0]["Idempotency-Key"] == "abc"
    assert gateway.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.ACCEPTED),
        (400, Outcome.REFUSED),
        (422, Outcome.REFUSED),
        (408, Outcome.LATER),
        (429, Outcome.LATER),
        (500, Outcome.LATER),
        (503, Outcome.LATER),
    ],
)
def test_each_answer_has_its_meaning(
    gateway: Gateway, sms: SmsGateway, status: int, outcome: Outcome
) -> None:
    gateway.answers = [(status, ["no object"])]

    assert sms.hand_over("abc", to="+336", text="?").outcome is outcome


def test_the_reason_of_a_refusal_says_what_becomes_of_the_number(
    gateway: Gateway, sms: SmsGateway
) -> None:
    gateway.answers = [
        (422, {"reason": "unknown_number"}),
        (422, {"reason": "stopped"}),
        (422, {"reason": "too long"}),
    ]

    handed = [sms.hand_over("abc", to="+336", text="?") for _ in range(3)]

    assert [one.is_address_dead for one in handed] == [True, False, False]
    assert [one.is_stopped for one in handed] == [False, True, False]


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404])
def test_a_gateway_that_does_not_serve_us_is_no_matter_of_the_person(
    gateway: Gateway, sms: SmsGateway, status: int
) -> None:
    gateway.answers = [(status, "go away")]

    with pytest.raises(Conflict) as refused:
        sms.hand_over("abc", to="+336", text="?")

    assert refused.value.code == "gateway_refused"
    assert len(gateway.asked) == 1


def test_a_silence_after_the_message_went_leaves_it_unknown(
    gateway: Gateway, sms: SmsGateway
) -> None:
    gateway.answers = [(HANG_UP, "")]
    assert sms.hand_over("abc", to="+336", text="?").outcome is Outcome.UNKNOWN

    gateway.goes_on.clear()
    late = sms.hand_over("abd", to="+336", text="?")
    gateway.goes_on.set()

    assert late.outcome is Outcome.UNKNOWN


def test_a_gateway_that_is_away_is_an_error_of_the_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nobody = SmsGateway(f"http://127.0.0.1:{port}", "")

    with pytest.raises(OSError, match="refused"):
        nobody.hand_over("abc", to="+336", text="?")


def test_without_an_address_there_is_no_gateway() -> None:
    assert gateway_for(Settings()) is None
    assert gateway_for(Settings(sms_url="https://sms.example")) is not None
