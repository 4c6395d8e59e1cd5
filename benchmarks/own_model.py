"""How much a model of the house gains, on reviews whose stars stand for its scores.

`python -m benchmarks.own_model FILE`: one JSON object a line with `id`, `text`, `lang`
and `score`, 1 to 5. Four fifths are learned from, as scored answers; the last fifth,
chosen by the digest of the id, is never seen before it is measured. Reviews of 3 stars
take no side and are left out.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from feedback.measures.scales import Scale, ScoreClass, score_class
from feedback.nlp.annotation import Feeling
from feedback.nlp.house import unpack
from feedback.nlp.pipeline import Analyser
from feedback.nlp.schooling import (
    Figure,
    OwnAnswer,
    compare,
    hear_answers,
    macro_f1,
    teach,
)
from feedback.voice.own_answers import BY_SCORE, SCORED

_KEPT_BACK_OF = 5


def main() -> None:
    """Print what is learned by cross-validation, and what holds on the unseen part."""
    answers = list(_read(Path(sys.argv[1])))
    seen = [one for one in answers if not _is_kept_back(one)]
    texts = {one.text for one in seen}
    unseen = [one for one in answers if _is_kept_back(one) and one.text not in texts]
    heard = list(hear_answers(seen))
    compared = compare(heard)
    kept = teach(heard)
    if kept is None or compared.shipped is None or compared.own is None:
        sys.exit("too few reviews, or of one side only")
    print(f"| Macro-F1 of positive and negative | n | Shipped | Own |\n{'|---' * 4}|")
    print(
        f"| learned from, by cross-validation | {len(seen)} |"
        f" {_told(compared.shipped)} | {_told(compared.own)} |"
    )
    wanted = [one.feeling for one in unseen]
    shipped, own = (
        [
            analyser.analyse(one.text, language=one.language).sentiment.label
            for one in unseen
        ]
        for analyser in (
            Analyser(),
            Analyser(houses={unseen[0].language: unpack(kept)}),
        )
    )
    print(
        f"| never seen | {len(unseen)} | {macro_f1(wanted, shipped):.3f} |"
        f" {macro_f1(wanted, own):.3f} |"
    )
    sides = (Feeling.POSITIVE, Feeling.NEGATIVE)
    counted = [sum(one not in sides for one in given) for given in (shipped, own)]
    print(f"\nNo side on the unseen part: {counted[0]} shipped, {counted[1]} own.")
    print(f"A model of {len(kept)} bytes.")


def _read(source: Path) -> Iterator[OwnAnswer]:
    with source.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            scored = score_class(Scale.STARS, row["score"])
            if scored is not ScoreClass.MIDDLE:
                yield OwnAnswer(
                    text=row["text"],
                    language=row["lang"],
                    feeling=BY_SCORE[scored],
                    group=row["id"],
                    weight=SCORED,
                )


def _is_kept_back(one: OwnAnswer) -> bool:
    return sha256(one.group.encode()).digest()[0] % _KEPT_BACK_OF == 0


def _told(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"


if __name__ == "__main__":
    main()
