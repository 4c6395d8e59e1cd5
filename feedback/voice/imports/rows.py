"""One line of a file to one occasion of feedback, or to the reason why not."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from feedback.core.periods import local_day, start_of_day
from feedback.core.text import fold, shorten
from feedback.journey.channels import channel_key
from feedback.nlp.redaction import mask_identifiers
from feedback.voice.imports.dates import read_moment
from feedback.voice.imports.mapping import FileMapping
from feedback.voice.imports.places import Place, Places
from feedback.voice.imports.reading import Line, clean, is_clean
from feedback.voice.imports.scores import is_blank, read_score
from feedback.voice.intake import GivenRating, GivenText, Occasion
from feedback.voice.models import Source

LONGEST_TEXT = 20_000
LONGEST_VALUE = 255
LONGEST_EXCERPT = 200
LONGEST_CHANNEL = 40
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_ ].*)?")
_LANGUAGES = {
    "francais": "fr",
    "french": "fr",
    "fra": "fr",
    "fre": "fr",
    "anglais": "en",
    "english": "en",
    "eng": "en",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A line that is not brought in: its number, the column at fault, a code."""

    line: int
    reason: str
    column: str | None = None
    #: what stands in the faulty cell
    excerpt: str = ""


class _RefusedError(Exception):
    """Carries a refusal out of the reading of a cell."""

    def __init__(self, reason: str, column: str | None = None, text: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.text = text


class RowReader:
    """Reads the lines of one file in their order, from the first.

    The order matters: a line's identity is its content and how many lines with the
    same content came before it. So the same file, renamed or with lines added at its
    end, gives the same occasions, and two customers who said the same are two.
    """

    def __init__(
        self,
        mapping: FileMapping,
        *,
        journey_key: str,
        import_id: int | None,
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        self._mapping = mapping
        self._journey_key = journey_key
        self._import_id = import_id
        self._zone = zone
        self._today = local_day(now, zone)
        #: content (its hash cut to 64 bits) to the lines that had it so far
        self._seen: dict[int, int] = {}
        self._fixed_moment = (
            start_of_day(date.fromisoformat(mapping.fixed_date), zone)
            if mapping.fixed_date
            else None
        )

    def touchpoint_value(self, line: Line) -> str:
        """Return what a line says of its touchpoint, empty when it says nothing."""
        return self._cell(line, self._mapping.touchpoint)

    def read(self, line: Line, places: Places) -> Occasion | Refusal:
        """Check a line and make an occasion of it."""
        try:
            return self._occasion(line, places)
        except _RefusedError as refused:
            return Refusal(
                line=line.number,
                reason=refused.reason,
                column=refused.column,
                excerpt=_excerpt(refused.text),
            )

    def _occasion(self, line: Line, places: Places) -> Occasion:
        if line.fault is not None:
            raise _RefusedError(line.fault, text=line.excerpt)
        if not any(text.strip() for text in line.values.values()):
            raise _RefusedError("empty_row")
        self._check_characters(line)
        texts, ratings = self._texts(line), self._ratings(line)
        if not texts and not ratings:
            raise _RefusedError("no_text_no_score")
        said_at = self._moment(line)
        place = self._place(line, places)
        customer = self._value(line, self._mapping.customer)
        touchpoint = self.touchpoint_value(line) or self._mapping.fixed_touchpoint or ""
        content = [
            *[[text.question, text.text] for text in texts],
            *[[rating.scale, rating.value] for rating in ratings],
            said_at.isoformat(),
            fold(touchpoint),
            customer,
        ]
        return Occasion(
            origin_key=self._origin_key(line, content),
            touchpoint_id=place.id,
            said_at=said_at,
            channel=self._channel(line, place),
            source=Source.IMPORT,
            ratings=ratings,
            texts=texts,
            persona_id=self._persona(line, places),
            customer=customer or None,
            language=self._language(line),
            import_id=self._import_id,
            attributes={
                name: mask_identifiers(value)
                for name in self._mapping.attributes
                if (value := self._value(line, name))
            },
        )

    def _cell(self, line: Line, column: str | None) -> str:
        text = line.values.get(column, "").strip() if column else ""
        return "" if is_blank(text) else text

    def _value(self, line: Line, column: str | None) -> str:
        text = self._cell(line, column)
        if len(text) > LONGEST_VALUE:
            raise _RefusedError("value_too_long", column, text)
        return text

    def _check_characters(self, line: Line) -> None:
        for column in self._mapping.columns:
            text = line.values.get(column, "")
            if not is_clean(text):
                raise _RefusedError("bad_character", column, text)

    def _texts(self, line: Line) -> list[GivenText]:
        texts = []
        for one in self._mapping.texts:
            text = self._cell(line, one.column)
            if len(text) > LONGEST_TEXT:
                raise _RefusedError("text_too_long", one.column, text)
            if text:
                texts.append(GivenText(text=text, question=one.question))
        return texts

    def _ratings(self, line: Line) -> list[GivenRating]:
        ratings = []
        for one in self._mapping.scores:
            text = self._cell(line, one.column)
            if not text:
                continue
            score = read_score(text, one.scale)
            if isinstance(score, str):
                raise _RefusedError(score, one.column, text)
            ratings.append(GivenRating(scale=one.scale, value=score))
        return ratings

    def _moment(self, line: Line) -> datetime:
        column = self._mapping.date
        text = self._cell(line, column)
        if not text:
            if self._fixed_moment is None:
                raise _RefusedError("no_date", column)
            return self._fixed_moment
        moment = read_moment(text, self._mapping.date_reading, self._zone)
        if moment is None:
            raise _RefusedError("bad_date", column, text)
        if local_day(moment, self._zone) > self._today:
            raise _RefusedError("date_in_future", column, text)
        return moment

    def _place(self, line: Line, places: Places) -> Place:
        value = self.touchpoint_value(line) or self._mapping.fixed_touchpoint
        if not value:
            raise _RefusedError("no_touchpoint", self._mapping.touchpoint)
        place = places.touchpoint(value)
        if place is None:
            raise _RefusedError("unknown_touchpoint", self._mapping.touchpoint, value)
        return place

    def _persona(self, line: Line, places: Places) -> int | None:
        value = self._cell(line, self._mapping.persona)
        if not value:
            return None
        found = places.persona(value)
        if found is None:
            raise _RefusedError("unknown_persona", self._mapping.persona, value)
        return found

    def _channel(self, line: Line, place: Place) -> str:
        value = self._value(line, self._mapping.channel) or self._mapping.fixed_channel
        if not value:
            return place.channel
        return channel_key(value)[:LONGEST_CHANNEL]

    def _language(self, line: Line) -> str | None:
        value = fold(self._cell(line, self._mapping.language))
        value = value or self._mapping.fixed_language or ""
        if value in _LANGUAGES:
            return _LANGUAGES[value]
        match = _LANGUAGE.fullmatch(value)
        # What names no language is left to the analysis, which finds it out.
        return match[1] if match else None

    def _origin_key(self, line: Line, content: list[object]) -> str:
        """Return which occasion this is, the same whenever the file comes again.

        A line that carries a name of its own is known by it. So its second line in
        one file is refused: one of both would be lost without a word.
        """
        name = self._value(line, self._mapping.identity)
        says: list[object] = ["id", name] if name else ["content", *content]
        text = json.dumps([self._journey_key, *says], ensure_ascii=False)
        digest = hashlib.sha256(text.encode())
        short = int.from_bytes(digest.digest()[:8])
        before = self._seen.get(short, 0)
        if name and before:
            raise _RefusedError("id_twice", self._mapping.identity, name)
        self._seen[short] = before + 1
        digest.update(f"\n{before + 1}".encode())
        return digest.hexdigest()


def _excerpt(text: str) -> str:
    """Return the beginning of a cell as it may be shown to whoever mends the file."""
    # Masked before it is cut: half a number would not be known for one.
    beginning = mask_identifiers(clean(text[: 2 * LONGEST_EXCERPT]))
    return shorten(beginning, LONGEST_EXCERPT)
