"""Full text that forgives accents, case and word ends, alike on both databases.

Texts are indexed as plain words, and what is typed is cut into plain words before
it reaches a database. So both databases see the same words, and nothing that can be
typed is an error of syntax.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from feedback.core.text import fold
from feedback.voice.models import Verbatim

#: how many of the newest texts with the words are looked at
MOST_MATCHES = 20_000
MOST_WORDS = 20

_QUOTED = re.compile(r'["«“]([^"«»“”]*)["»”]')


@dataclass(frozen=True, kw_only=True)
class WordsWanted:
    """Beginnings of words, and phrases to be found word for word; all of them."""

    beginnings: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]

    def __bool__(self) -> bool:
        return bool(self.beginnings or self.phrases)


def split_words(typed: str) -> list[str]:
    """Return the words of a text: letters and digits, without accents or case."""
    plain = "".join(mark if mark.isalnum() else " " for mark in fold(typed))
    return plain.split()


def search_text(shown: str) -> str:
    """Return a text as the index keeps it."""
    return " ".join(split_words(shown))


def parse_words(typed: str) -> WordsWanted:
    """Read what somebody typed into the search box; what is quoted is a phrase.

    At most twenty words are taken.
    """
    phrases = [split_words(phrase) for phrase in _QUOTED.findall(typed)]
    beginnings = split_words(_QUOTED.sub(" ", typed))
    return WordsWanted(
        beginnings=tuple(dict.fromkeys(beginnings))[:MOST_WORDS],
        phrases=tuple(tuple(words[:MOST_WORDS]) for words in phrases if words),
    )


def matching_ids(
    session: Session, wanted: WordsWanted, *, within: tuple[int, int] | None = None
) -> Select[int]:
    """Return a query for the newest verbatims, at most 20,000, that have the words.

    `within` are the lowest and the highest number that are looked at.
    """
    return _matching(session, _sqlite(wanted), _postgres(wanted), within)


def ids_with_any(
    session: Session, words: Iterable[str], *, within: tuple[int, int]
) -> Select[int]:
    """Return a query for the newest verbatims, at most 20,000, with one of the words.

    The words are plain, as `split_words` returns them; there is one at least.
    """
    listed = sorted(set(words))
    sqlite = " OR ".join(f'"{word}"' for word in listed)
    postgres = " | ".join(f"'{word}'" for word in listed)
    return _matching(session, sqlite, postgres, within)


def _matching(
    session: Session, sqlite: str, postgres: str, within: tuple[int, int] | None
) -> Select[int]:
    if session.get_bind().dialect.name == "postgresql":
        number: ColumnElement[int] = Verbatim.__table__.c.id
        indexed = literal_column("verbatim.verbatim_fts", TSVECTOR)
        has_words = indexed.bool_op("@@")(func.to_tsquery("simple", postgres))
        matches = select(number).where(has_words)
    else:
        number = literal_column("verbatim_fts.rowid", Verbatim.id.type)
        matched = text("verbatim_fts MATCH :words").bindparams(words=sqlite)
        matches = select(number).select_from(text("verbatim_fts")).where(matched)
    if within is not None:
        matches = matches.where(number >= within[0], number <= within[1])
    return matches.order_by(number.desc()).limit(MOST_MATCHES).correlate(None)


def _sqlite(wanted: WordsWanted) -> str:
    beginnings = [f'"{word}"*' for word in wanted.beginnings]
    phrases = [f'"{" ".join(phrase)}"' for phrase in wanted.phrases]
    return " ".join(beginnings + phrases)


def _postgres(wanted: WordsWanted) -> str:
    beginnings = [f"'{word}':*" for word in wanted.beginnings]
    phrases = [
        "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"
        for phrase in wanted.phrases
    ]
    return " & ".join(beginnings + phrases)
