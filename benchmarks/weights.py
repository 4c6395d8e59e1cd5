"""Learn the shipped weights again: the same files give the same bytes.

    python -m benchmarks.weights [--labelled FILE]... [--reviews FILE]...

The made-up texts that the product carries are learned from always; further labelled
texts, and reviews with stars, where their files are given. Of reviews every fifth is
left out, by its id, for `benchmarks.quality` to measure on.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.holdout import is_held_out
from feedback.config import ROOT
from feedback.nlp.languages import SUPPORTED
from feedback.nlp.training import read_labelled, read_reviews, train

FOLDER = ROOT / "feedback" / "nlp" / "data"
MADE_UP = FOLDER / "made_up.jsonl"


def main() -> None:
    """Learn the weights of both languages and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, action="append", default=[])
    parser.add_argument("--reviews", type=Path, action="append", default=[])
    parser.add_argument("--into", type=Path, default=FOLDER)
    given = parser.parse_args()
    lessons = [
        one for path in (MADE_UP, *given.labelled) for one in read_labelled(path)
    ]
    known = {lesson.text for lesson in lessons}
    lessons += [
        review
        for path in given.reviews
        for review in read_reviews(path)
        if review.text not in known and not is_held_out(review.key)
    ]
    for language in SUPPORTED:
        target = given.into / f"weights_{language}.npz"
        np.savez_compressed(target, allow_pickle=False, **train(lessons, language))
        print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
