"""Full text that forgives accents, case and word ends, alike on both databases.

Texts are indexed as plain words, and what is typed is cut into plain words before
it reaches a database. So both databases see the same words, and nothing that can be
typed is an error of syntax.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
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


def matching_ids(session: Session, wanted: WordsWanted) -> Select[int]:
    """Return a query for the newest verbatims, at most 20,000, that have the words."""
    if session.get_bind().dialect.name == "postgresql":
        return (
            select(Verbatim.id)
            .where(_postgres(wanted))
            .order_by(Verbatim.id.desc())
            .limit(MOST_MATCHES)
        )
    return (
        select(literal_column("rowid", Verbatim.id.type))
        .select_from(text("verbatim_fts"))
        .where(text("verbatim_fts MATCH :words").bindparams(words=_sqlite(wanted)))
        .order_by(literal_column("rowid").desc())
        .limit(MOST_MATCHES)
    )


def _sqlite(wanted: WordsWanted) -> str:
    beginnings = [f'"{word}"*' for word in wanted.beginnings]
    phrases = [f'"{" ".join(phrase)}"' for phrase in wanted.phrases]
    return " ".join(beginnings + phrases)


def _postgres(wanted: WordsWanted) -> ColumnElement[bool]:
    beginnings = [f"'{word}':*" for word in wanted.beginnings]
    phrases = [
        "(" + " <-> ".join(f"'{word}'" for word in phrase) + ")"
        for phrase in wanted.phrases
    ]
    # A constant, and not a parameter, or the expression's index is not found.
    simple: ColumnElement[str] = literal_column("'simple'")
    indexed = func.to_tsvector(simple, Verbatim.search_text)
    return indexed.bool_op("@@")(
        func.to_tsquery(simple, " & ".join(beginnings + phrases))
    )
