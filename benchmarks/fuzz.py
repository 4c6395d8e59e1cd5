"""Random texts through the whole analysis: answered in time, with true spans.

Texts are made of real words of both languages and of what breaks programs: control
characters, half characters, marks of right-to-left, HTML, SQL, other scripts, bytes
read in the wrong code page, one word a thousand times, very long texts. The same seed
makes the same texts: `python -m benchmarks.fuzz --count 100000 --seed 1`.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from benchmarks.masking import LANGUAGES, read_marked
from feedback.nlp.annotation import Annotation, Feeling, Polarity, TextType
from feedback.nlp.pipeline import Analyser
from feedback.nlp.redaction import KINDS, mask
from feedback.nlp.taxonomy import shipped_taxonomy

#: seconds that a text may take, and those for each character more, on a busy machine
MOST_SECONDS, MOST_SECONDS_A_CHARACTER = 2.0, 0.0005
LONGEST = 100_000

_STRANGE = (
    "😡", "👍🏽", "👨‍👩‍👧‍👦", "🇫🇷", "e\u0301", "ﬁn", "İ", "ß", "ǆ", "𝒸𝒽ℯ𝓇", "Ⅷ", "½",
    "\u200b", "\u202e", "\u202d", "\u2066", "\u2069", "\ufeff", "\u00ad", "\x00",
    "\x07", "\x1b[31m", "\r\n", "\n\n", "\t", "\u2028", "\u00a0", "\u202f",
    "\ud800", "\udfff", "\ufffd", "\U0010ffff", "Ã©", "â‚¬", "Ã\xa0", "‚", "Š",
    "<b>", "</p>", "<script>alert(1)</script>", "&amp;", "&#x27;", "&lt", "<!--",
    "'; DROP TABLE verbatim; --", "\" OR 1=1", "%s%n", "{{7*7}}",
    "../../etc/passwd", "مرحبا كيف الحال", "שלום", "非常慢，太贵了", "とても高い",
    "очень дорого", "muy caro", "sehr teuer", "ไม่ดี", "•••••", "-----", "!!!!!!",
    "?????", "......", "____", "nuuuuuuul", "3 semaines",
)  # fmt: skip


def words() -> list[str]:
    """Return real words and phrases of both languages, and made-up personal data."""
    found: list[str] = []
    for language in LANGUAGES:
        for one in read_marked(language):
            found += one.text.split(" ")
            found += [one.text[item.start : item.end] for item in one.marked]
    return found


def texts(rng: random.Random, vocabulary: list[str]) -> Iterator[str]:
    """Yield random texts without end; one in a hundred is very long."""
    kinds: list[tuple[Callable[[random.Random, list[str]], str], int]] = [
        (_sentence, 40),
        (_mixed, 40),
        (_glued, 10),
        (_damaged, 10),
        (_characters, 10),
        (_repeated, 3),
        (_tiny, 5),
        (_long, 1),
    ]
    makers, weights = zip(*kinds, strict=True)
    while True:
        (make,) = rng.choices(makers, weights)
        yield make(rng, vocabulary)


def _sentence(rng: random.Random, vocabulary: list[str]) -> str:
    return " ".join(rng.choices(vocabulary, k=rng.randint(1, 40)))


def _mixed(rng: random.Random, vocabulary: list[str]) -> str:
    parts = [
        rng.choice(_STRANGE) if rng.random() < 0.3 else rng.choice(vocabulary)
        for _ in range(rng.randint(1, 40))
    ]
    return rng.choice((" ", " ", " ", "", "\n", ", ")).join(parts)


def _glued(rng: random.Random, vocabulary: list[str]) -> str:
    marks = "-'’.@/,:;()\"«»_#"
    return "".join(
        rng.choice(vocabulary) + rng.choice(marks) for _ in range(rng.randint(1, 60))
    )


def _damaged(rng: random.Random, vocabulary: list[str]) -> str:
    given = _mixed(rng, vocabulary).encode("utf-8", "replace")
    return given.decode(rng.choice(("cp1252", "latin-1", "cp850")), "replace")


def _characters(rng: random.Random, _vocabulary: list[str]) -> str:
    highest = rng.choice((0x7F, 0x24F, 0xFFFF, 0x10FFFF))
    return "".join(chr(rng.randint(0, highest)) for _ in range(rng.randint(1, 80)))


def _repeated(rng: random.Random, vocabulary: list[str]) -> str:
    word = rng.choice((*_STRANGE, rng.choice(vocabulary), rng.choice(vocabulary)))
    return rng.choice(("", " ", "\n")).join([word] * rng.randint(2, 1000))


def _tiny(rng: random.Random, vocabulary: list[str]) -> str:
    return rng.choice(("", " ", "\n", ".", "1", "ok", *_STRANGE, vocabulary[0]))


def _long(rng: random.Random, vocabulary: list[str]) -> str:
    length = rng.choice((5_000, 20_000, LONGEST))
    part = rng.choice((_sentence, _mixed, _glued, _repeated))(rng, vocabulary) or "a"
    return (part * (length // len(part) + 1))[:length]


def faults(text: str, said: Annotation, seconds: float) -> Iterator[str]:
    """Yield what is wrong with an answer; nothing when all is well."""
    if seconds > MOST_SECONDS + MOST_SECONDS_A_CHARACTER * len(text):
        yield f"took {seconds:.1f} s for {len(text)} characters"
    if said.sentiment.label not in set(Feeling) or not -1 <= said.sentiment.score <= 1:
        yield f"feeling {said.sentiment}"
    if not 0 <= said.language_confidence <= 1:
        yield f"confidence {said.language_confidence}"
    if set(said.types) - set(TextType):
        yield f"types {said.types}"
    yield from _wrong_themes(text, said)
    yield from _wrong_masks(text, said)


def _wrong_themes(text: str, said: Annotation) -> Iterator[str]:
    known = {theme.key for theme in shipped_taxonomy()}
    # What is masked was never read: where it ends, a word may begin.
    shown = mask(text, said.personal_data)
    for one in said.themes:
        if one.key not in known or one.polarity not in set(Polarity):
            yield f"theme {one}"
        if not _is_on_words(shown, one.start, one.end):
            yield f"span of {one}"


def _wrong_masks(text: str, said: Annotation) -> Iterator[str]:
    for item in said.personal_data:
        if item.kind not in KINDS or not 0 <= item.start < item.end <= len(text):
            yield f"masked {item}"
        elif not text[item.start : item.end].strip():
            yield f"masked nothing {item}"
    if any(a.end > b.start for a, b in pairwise(said.personal_data)):
        yield "what is masked overlaps"
    if len(mask(text, said.personal_data)) != len(text):
        yield "masking moved a character"


def _is_on_words(text: str, start: int, end: int) -> bool:
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        return False
    return not any(
        0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()
        for edge in (start, end)
    )


def main() -> None:
    """Analyse random texts; exit code 1 when one answer is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 - to try, not to protect
    analyser, made, wrong, slowest = Analyser(), texts(rng, words()), 0, (0.0, 0)
    for language in (*LANGUAGES, None):
        analyser.analyse("Merci à Xavo, thanks to Xavo 12345678", language=language)
    begun = time.perf_counter()
    for number in range(1, options.count + 1):
        text = next(made)
        spoken: str | None = rng.choice(("fr", "en", None))
        question = rng.choice((None, None, "Que pouvons-nous améliorer ?", "Why?\0"))
        before = time.perf_counter()
        try:
            said = analyser.analyse(text, language=spoken, question=question)
            found = list(faults(text, said, time.perf_counter() - before))
        except Exception as error:
            found = [f"raised {error!r}"]
        slowest = max(slowest, (time.perf_counter() - before, len(text)))
        wrong += bool(found)
        for fault in found:
            print(f"{number} ({spoken}): {fault}: {text[:200]!r}", file=sys.stderr)
        if number % 10_000 == 0:
            print(f"{number} texts, {wrong} wrong", flush=True)
    print(
        f"{options.count} texts of seed {options.seed}, {wrong} wrong, "
        f"{time.perf_counter() - begun:.0f} s; the slowest took {slowest[0]:.2f} s "
        f"({slowest[1]} characters)"
    )
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
