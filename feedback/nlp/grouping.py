"""Texts that speak of the same thing, put together and named by their own words.

Words and pairs of words are weighed by how rare they are (tf-idf). The groups begin
around the terms that most texts hang on, and are settled by spherical k-means: each
text goes to the group it is nearest to, or to none. Nothing is left to chance: the
same texts make the same groups, in whatever order they come.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from feedback.core.text import fold
from feedback.nlp.terms import GroupWord, terms_of

Numbers = npt.NDArray[np.float64]

#: groups of fewer texts are accidents
SMALLEST = 8
#: and of many groups the largest are kept
MOST_GROUPS = 30
#: a text nearer than this, as a cosine, belongs to a group
_NEAR = 0.3
#: two groups nearer than this are one
_SAME = 0.45
_STARTS = 3 * MOST_GROUPS
_ROUNDS = 25
#: words that a group may be named by
_MOST_WORDS = 5
#: a likelihood ratio that chance passes once in a thousand
_TELLING = 10.83
_SEEN_FROM = 3
#: what names a group stands in so large a share of its texts
_HELD = 0.15
#: a pair names the group in the place of its word when it makes up so much of it
_MOSTLY = 0.6
_LARGEST_VOCABULARY = 8_000
_VARIANTS = 3


@dataclass(frozen=True, kw_only=True)
class TextGroup:
    """Texts about one thing: the words that name it, and how many there are."""

    words: tuple[GroupWord, ...]
    size: int

    @property
    def signature(self) -> tuple[str, ...]:
        """What the group is known again by."""
        return tuple(word.key for word in self.words)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which group a text belongs to, and how near its centre it lies, 0..1."""

    group: int
    closeness: float


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The groups of some texts, the largest first, and where any text belongs."""

    language: str
    groups: tuple[TextGroup, ...]
    _terms: Mapping[str, int]
    _weights: Numbers
    _centres: Numbers

    def place(self, texts: Sequence[str]) -> list[Place | None]:
        """Return for each text its group; None for one that is near none of them."""
        if not self.groups:
            return [None] * len(texts)
        found = [_keys(text, self.language) for text in texts]
        near = _matrix(found, self._terms, self._weights) @ self._centres.T
        best = near.argmax(axis=1)
        return [
            Place(group=int(group), closeness=round(float(row[group]), 9))
            if row[group] >= _NEAR
            else None
            for group, row in zip(best, near, strict=True)
        ]


def group_texts(texts: Sequence[str], language: str) -> Grouping:
    """Group texts of `fr` or `en`.

    Texts that differ only in accents, case and spaces count as often as they come,
    and have one place.
    """
    counts = Counter(map(fold, texts))
    return _group(texts, counts, language) if counts else _nothing(language)


def _group(texts: Sequence[str], counts: Mapping[str, int], language: str) -> Grouping:
    plain = sorted(counts)
    times = np.array([counts[text] for text in plain], dtype=np.float64)
    keys = [_keys(text, language) for text in plain]
    terms, weights = _vocabulary(keys, times)
    if not terms:
        return _nothing(language)
    points = _matrix(keys, terms, weights)
    centres = _settle(points, times, _starts(points, times))
    centres = _settle(points, times, _joined(centres))
    homes = _homes(points, centres)
    names = _names(texts, language)
    found = []
    for number in range(len(centres)):
        inside = homes == number
        size = int(times[inside].sum())
        words = _telling(points, times, inside, list(terms)) if size >= SMALLEST else []
        if words:
            group = TextGroup(words=tuple(names[word] for word in words), size=size)
            found.append((-size, group.signature, number, group))
    kept = sorted(found)[:MOST_GROUPS]
    return Grouping(
        language=language,
        groups=tuple(group for *_, group in kept),
        _terms=terms,
        _weights=weights,
        _centres=centres[[number for _, _, number, _ in kept]],
    )


def _nothing(language: str) -> Grouping:
    none = np.zeros((0, 0))
    return Grouping(
        language=language, groups=(), _terms={}, _weights=none, _centres=none
    )


def _keys(text: str, language: str) -> set[str]:
    return {term.key for term in terms_of(text, language)}


def _vocabulary(
    keys: Sequence[set[str]], times: Numbers
) -> tuple[dict[str, int], Numbers]:
    """Return the terms that tell texts apart, in alphabetical order, and their idf."""
    holding: Counter[str] = Counter()
    for found, count in zip(keys, times, strict=True):
        for key in found:
            holding[key] += int(count)
    total = int(times.sum())
    told = [key for key, n in holding.items() if n >= _SEEN_FROM]
    told.sort(key=lambda key: (-holding[key], key))
    chosen = sorted(told[:_LARGEST_VOCABULARY])
    idf = [log((1 + total) / (1 + holding[key])) + 1 for key in chosen]
    return {key: place for place, key in enumerate(chosen)}, np.array(idf)


def _matrix(
    keys: Sequence[set[str]], terms: Mapping[str, int], weights: Numbers
) -> csr_matrix:
    """Return a row of length 1 for each text; one of 0 for a text without a term."""
    places, ends = [], [0]
    for found in keys:
        places += sorted(terms[key] for key in found if key in terms)
        ends.append(len(places))
    values = weights[places] if places else np.zeros(0)
    rows = csr_matrix((values, places, ends), shape=(len(keys), len(terms)))
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    rows.data /= np.repeat(lengths, np.diff(rows.indptr))
    return rows


def _starts(points: csr_matrix, times: Numbers) -> Numbers:
    """Return first centres: the texts around the terms that most texts hang on.

    Term after term, always the one with the most weight in the texts that hold none of
    those before.
    """
    by_term = points.tocsc()
    free = np.ones(points.shape[0], dtype=bool)
    weight = points.T @ times
    centres: list[Numbers] = []
    while len(centres) < _STARTS:
        term = int(weight.argmax())
        rows = by_term.indices[by_term.indptr[term] : by_term.indptr[term + 1]]
        new = rows[free[rows]]
        if weight[term] <= 0 or not new.size:
            break
        weight -= points[new].T @ times[new]
        weight[term] = 0
        free[new] = False
        if times[rows].sum() >= SMALLEST:
            centres.append(points[rows].T @ times[rows])
    return _normed(centres, points.shape[1])


def _settle(points: csr_matrix, times: Numbers, centres: Numbers) -> Numbers:
    """Move the centres to the middle of their texts until no text changes its home."""
    before: Any = None
    for _ in range(_ROUNDS):
        homes = _homes(points, centres)
        if before is not None and np.array_equal(homes, before):
            break
        before = homes
        moved = [
            points[homes == number].T @ times[homes == number]
            for number in range(len(centres))
            if times[homes == number].sum() >= _SEEN_FROM
        ]
        if len(moved) < len(centres):
            before = None
        centres = _normed(moved, points.shape[1])
    return centres


def _homes(points: csr_matrix, centres: Numbers) -> npt.NDArray[np.int64]:
    """Return the number of the nearest centre of each text, -1 near none."""
    if not len(centres):
        return np.full(points.shape[0], -1)
    near = points @ centres.T
    return np.where(near.max(axis=1) >= _NEAR, near.argmax(axis=1), -1)


def _joined(centres: Numbers) -> Numbers:
    """Make one of centres that lie near each other, the nearest pair first."""
    left = [centre.copy() for centre in centres]
    while len(left) > 1:
        near = np.array(left) @ np.array(left).T
        np.fill_diagonal(near, 0)
        one, other = divmod(int(near.argmax()), len(left))
        if near[one, other] < _SAME:
            break
        both = left[one] + left[other]
        left[one] = both / np.linalg.norm(both)
        del left[other]
    return _normed(left, centres.shape[1])


def _normed(rows: Sequence[Numbers], width: int) -> Numbers:
    if not rows:
        return np.zeros((0, width))
    made = np.array(rows, dtype=np.float64)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


def _telling(
    points: csr_matrix, times: Numbers, inside: npt.NDArray[np.bool_], terms: list[str]
) -> list[str]:
    """Return the terms that set a group apart, the most telling first.

    By the likelihood ratio of Dunning (1993). No word stands in two of them.
    """
    held = points.copy()
    held.data = np.ones_like(held.data)
    here = held[inside].T @ times[inside]
    there = held[~inside].T @ times[~inside]
    n_here, n_there = float(times[inside].sum()), float(times[~inside].sum())
    scores = {
        term: _likelihood_ratio(here[place], n_here, there[place], n_there)
        for place, term in enumerate(terms)
        if here[place] >= max(_SEEN_FROM, _HELD * n_here)
    }
    count = {term: here[place] for place, term in enumerate(terms)}
    ranked = sorted(scores, key=lambda term: (-round(scores[term], 6), term))
    chosen: list[str] = []
    used: set[str] = set()
    for term in ranked:
        if scores[term] < _TELLING or len(chosen) == _MOST_WORDS:
            break
        pairs = [pair for pair in ranked if " " in pair and term in pair.split()]
        fuller = [pair for pair in pairs if count[pair] >= _MOSTLY * count[term]]
        best = fuller[0] if fuller and " " not in term else term
        if not used & {*best.split()}:
            chosen.append(best)
            used |= {*best.split()}
    return chosen


def _likelihood_ratio(
    here: float, n_here: float, there: float, n_there: float
) -> float:
    """Return how much likelier two shares are than one; 0 when it is lower here."""
    if not n_there or here / n_here <= there / n_there:
        return 0.0 if n_there else here
    share = (here + there) / (n_here + n_there)
    ratio = 0.0
    for seen, n in ((here, n_here), (there, n_there)):
        for part, expected in ((seen, n * share), (n - seen, n * (1 - share))):
            ratio += part * log(part / expected) if part else 0.0
    return 2 * ratio


def _names(texts: Sequence[str], language: str) -> Mapping[str, GroupWord]:
    """Return how each term is written most often."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for term in terms_of(text, language):
            written[term.key][term.surface] += 1
    return {
        key: GroupWord(
            key=key,
            shown=min(found, key=lambda surface: (-found[surface], surface)),
            variants=_plain(found),
        )
        for key, found in written.items()
    }


def _plain(found: Counter[str]) -> tuple[str, ...]:
    plain: Counter[str] = Counter()
    for surface, n in found.items():
        plain[fold(surface)] += n
    ranked = sorted(plain, key=lambda surface: (-plain[surface], surface))
    return tuple(ranked[:_VARIANTS])
