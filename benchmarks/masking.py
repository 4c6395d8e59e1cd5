"""How well personal data is masked: recall and precision by kind, on made-up texts.

The texts stand in `data/masking_fr.txt` and `data/masking_en.txt`, one a line, with
what must be masked in brackets: `Thanks to [name:Julie Martin]`. All of it is
invented; numbers carry valid check digits. What stands outside the brackets identifies
nobody and must stay.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from feedback.measures.intervals import Estimate, share_estimate
from feedback.nlp.annotation import PersonalData
from feedback.nlp.redaction import find_personal_data

DATA = Path(__file__).with_name("data")
LANGUAGES = ("fr", "en")
#: what must be reached: recall of names, of any other kind, and precision of all
NAMES, STRUCTURED, PRECISION = 0.85, 0.97, 0.95
_MARKED = re.compile(r"\[(?P<kind>[a-z]+):(?P<value>[^\]]+)\]")
_KINDS = {"name": "person"}


@dataclass(frozen=True, kw_only=True)
class MarkedText:
    """A made-up text, and the personal data in it."""

    language: str
    text: str
    marked: tuple[PersonalData, ...]


@dataclass(frozen=True, kw_only=True)
class MaskingQuality:
    """One kind in one language; `kind` is `all` for all kinds together.

    Recall is the share of what is marked that was masked whole, as this kind;
    precision the share of what was masked that holds nothing but this kind. None where
    there is nothing to take a share of.
    """

    language: str
    kind: str
    recall: Estimate | None
    precision: Estimate | None


def read_marked(language: str) -> tuple[MarkedText, ...]:
    """Return the made-up texts of `fr` or `en`."""
    source = DATA / f"masking_{language}.txt"
    lines = source.read_text(encoding="utf-8").splitlines()
    return tuple(_parse(line.replace("\\n", "\n"), language) for line in lines if line)


def masking_quality() -> tuple[MaskingQuality, ...]:
    """Return recall and precision by language and kind, all kinds together last."""
    return tuple(row for language in LANGUAGES for row in _measure(language))


def mistakes(language: str) -> Iterator[str]:
    """Yield what was missed and what was masked for nothing, text by text."""
    for one in read_marked(language):
        found = find_personal_data(one.text, language)
        for item in one.marked:
            if not _is_covered(item, found, one.text):
                yield f"missed {item.kind}: {one.text!r}"
        for item in found:
            if not _is_covered(item, one.marked, one.text):
                words = one.text[item.start : item.end]
                yield f"masked {item.kind} {words!r}: {one.text!r}"


def _parse(line: str, language: str) -> MarkedText:
    text, marked, done = "", [], 0
    for found in _MARKED.finditer(line):
        text += line[done : found.start()]
        kind = _KINDS.get(found["kind"], found["kind"])
        start = len(text)
        text += found["value"]
        marked.append(PersonalData(kind=kind, start=start, end=len(text)))
        done = found.end()
    return MarkedText(language=language, text=text + line[done:], marked=tuple(marked))


def _measure(language: str) -> list[MaskingQuality]:
    recalled: dict[str, Counter[bool]] = defaultdict(Counter)
    precise: dict[str, Counter[bool]] = defaultdict(Counter)
    for one in read_marked(language):
        found = find_personal_data(one.text, language)
        for item in one.marked:
            is_covered = _is_covered(item, found, one.text)
            for kind in (item.kind, "all"):
                recalled[kind][is_covered] += 1
        for item in found:
            is_covered = _is_covered(item, one.marked, one.text)
            for kind in (item.kind, "all"):
                precise[kind][is_covered] += 1
    kinds = sorted({*recalled, *precise} - {"all"})
    return [
        MaskingQuality(
            language=language,
            kind=kind,
            recall=share_estimate(recalled[kind][True], recalled[kind].total()),
            precision=share_estimate(precise[kind][True], precise[kind].total()),
        )
        for kind in (*kinds, "all")
    ]


def _is_covered(item: PersonalData, by: Iterable[PersonalData], text: str) -> bool:
    """Tell whether every letter and digit of an item lies in items of its kind."""
    covered = {
        place
        for other in by
        if other.kind == item.kind
        for place in range(other.start, other.end)
    }
    return all(
        place in covered or not text[place].isalnum()
        for place in range(item.start, item.end)
    )


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"


def main() -> None:
    """Print the table, and below it every mistake."""
    print("| language | kind | n | recall (95 %) | precision (95 %) |")
    print("|---|---|---|---|---|")
    for row in masking_quality():
        n = row.recall.n if row.recall else 0
        print(
            f"| {row.language} | {row.kind} | {n} | {_share(row.recall)}"
            f" | {_share(row.precision)} |"
        )
    for language in LANGUAGES:
        for mistake in mistakes(language):
            print(f"\n{language}: {mistake}", end="")
    print()


if __name__ == "__main__":
    main()
