"""Text messages: what they say, and the HTTP gateway that takes them.

The gateway is described in docs/operations.md. Each message is handed over once, under
an id that stays the same however often it is tried.
"""

import http.client
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from feedback.collection.letters import (
    Letter,
    first_question,
    interface_language,
    title_of,
)
from feedback.collection.terms import SendingKind
from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.core.text import shorten
from feedback.i18n.catalogs import gettext, mark
from feedback.mail.transport import Handed, Outcome

TIMEOUT_SECONDS = 20
LONGEST_REPLY = 4000
#: of the parts that one message is cut into: seven bits a sign, or sixteen
GSM_PARTS = (160, 2 * 153, 3 * 153)
UCS_PARTS = (70, 2 * 67, 3 * 67)
#: fewer signs of a question are none
LEAST_QUESTION = 25

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: these take two places
_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "\u202f": " ",
    "\u00a0": " ",
    "\u2009": " ",
}
#: answers that speak of us and not of the person: a wrong token, a wrong address
_NOT_LET_IN = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 405})
_LATER = frozenset({408, 425, 429})
#: reasons that a gateway may give with a refusal
STOPPED, UNKNOWN_NUMBER = "stopped", "unknown_number"


@dataclass(frozen=True, kw_only=True)
class HandedText(Handed):
    """What came of handing one text message over."""

    #: what the gateway calls it, "" when it does not say
    number: str = ""
    #: whether the person has told the gateway to stop
    is_stopped: bool = False


class SmsGateway:
    """Hands text messages to the gateway that the settings name."""

    def __init__(
        self, url: str, token: str, *, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._url = urlsplit(url)
        self._token = token
        self._timeout = timeout

    def hand_over(self, key: str, *, to: str, text: str) -> HandedText:
        """Hand one text message over and say what came of it.

        Redirections are not followed. Once the message is on its way, a silence of
        the gateway leaves it unknown.

        Args:
            key: the same each time the same message is tried.
            to: phone number in E.164.
            text: what is said.

        Raises:
            Conflict: `gateway_refused`, with its answer: it serves nobody who comes
                with these settings.
            OSError: the gateway is not there; nothing was handed over.
        """
        connection = self._connection()
        connection.connect()
        try:
            self._send(connection, key, {"id": key, "to": to, "text": text})
            with connection.getresponse() as answer:
                status, body = answer.status, answer.read(LONGEST_REPLY)
        except (OSError, http.client.HTTPException) as error:
            said = str(error) or type(error).__name__
            return HandedText(outcome=Outcome.UNKNOWN, reply=said)
        finally:
            connection.close()
        return _read_answer(status, body)

    def _connection(self) -> http.client.HTTPConnection:
        kind = (
            http.client.HTTPSConnection
            if self._url.scheme == "https"
            else http.client.HTTPConnection
        )
        return kind(self._url.hostname or "", self._url.port, timeout=self._timeout)

    def _send(
        self, connection: http.client.HTTPConnection, key: str, body: Mapping[str, str]
    ) -> None:
        target = self._url.path or "/"
        if self._url.query:
            target += f"?{self._url.query}"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        connection.request("POST", target, json.dumps(body).encode(), headers)


def gateway_for(settings: Settings) -> SmsGateway | None:
    """Return the gateway that the settings name, None without one."""
    if not settings.sms_url:
        return None
    return SmsGateway(settings.sms_url, settings.sms_token)


def _read_answer(status: int, body: bytes) -> HandedText:
    said = _document(body)
    words = " ".join(body.decode(errors="replace").split())
    reply = f"{status} {words}"[:400].strip()
    if 200 <= status < 300:
        number = str(said.get("number", ""))[:100]
        return HandedText(outcome=Outcome.ACCEPTED, reply=reply, number=number)
    if status in _NOT_LET_IN:
        raise Conflict("gateway_refused", reason=reply)
    if status in _LATER or not 400 <= status < 500:
        return HandedText(outcome=Outcome.LATER, reply=reply)
    return HandedText(
        outcome=Outcome.REFUSED,
        reply=reply,
        is_address_dead=said.get("reason") == UNKNOWN_NUMBER,
        is_stopped=said.get("reason") == STOPPED,
    )


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, Mapping) else {}


def text_of(letter: Letter, *, company: str) -> str:
    """Return a text message: who asks what, the link, how to stop.

    One part where it fits: 160 signs of GSM 03.38, for which typographic signs and
    rare accents give way, or 70 where another alphabet is needed. The question is
    shortened before a second part is begun, and a third is the last.
    """
    language = interface_language(letter)
    question = first_question(letter)
    asked = " ".join((question.text if question else title_of(letter)).split())
    if letter.kind is SendingKind.REMINDER:
        asked = gettext(language, mark("Reminder: %(question)s"), question=asked)
    frame = gettext(
        language,
        mark("%(company)s: %(question)s %(link)s To opt out: STOP"),
        company=shorten(company, 40),
        question="{}",
        link=letter.links.answer,
    )
    before, _, after = in_gsm(frame).partition("{}")
    asked = in_gsm(asked)
    is_gsm = _is_gsm(before + asked + after)
    limits = GSM_PARTS if is_gsm else UCS_PARTS
    taken = places(before + after, is_gsm=is_gsm)
    for limit in limits:
        if places(asked, is_gsm=is_gsm) <= limit - taken:
            return before + asked + after
        if limit - taken >= LEAST_QUESTION:
            return before + _fitting(asked, limit - taken, is_gsm=is_gsm) + after
    return f"{letter.links.answer} STOP"


def in_gsm(text: str) -> str:
    """Return a text in signs of GSM 03.38 as far as there are any that mean the same.

    Quotation marks, dashes and blanks become plain, `ê` becomes `e`; what has no
    likeness stays as it is.
    """
    text = re.sub(r"«\s+", "«", re.sub(r"\s+»", "»", text))
    for sign, plain in _PLAIN.items():
        text = text.replace(sign, plain)
    return "".join(_likeness(sign) for sign in unicodedata.normalize("NFC", text))


def places(text: str, *, is_gsm: bool) -> int:
    """Return how many places a text takes in its message."""
    if is_gsm:
        return len(text) + sum(sign in _EXTENDED for sign in text)
    return len(text.encode("utf-16-be")) // 2


def _is_gsm(text: str) -> bool:
    return _BASIC.union(_EXTENDED).issuperset(text)


def _likeness(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENDED:
        return sign
    parts = unicodedata.normalize("NFKD", sign)
    plain = "".join(one for one in parts if not unicodedata.combining(one))
    return plain if plain and _is_gsm(plain) else sign


def _fitting(text: str, room: int, *, is_gsm: bool) -> str:
    """Return the beginning of a text that takes at most `room` places."""
    longest = room
    while True:
        cut = shorten(text, longest).replace("…", "..." if is_gsm else "…")
        if places(cut, is_gsm=is_gsm) <= room:
            return cut
        longest -= 1
