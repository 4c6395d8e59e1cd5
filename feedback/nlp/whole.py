"""What the shipped analysis says of a text as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feedback.nlp.annotation import Feeling, TextType
from feedback.nlp.hearing import Heard
from feedback.nlp.inferring import choose_feeling, choose_types
from feedback.nlp.loading import load_weights
from feedback.nlp.weights import FEELINGS, TEXT, Said

_GOOD, _BAD = FEELINGS.index(Feeling.POSITIVE), FEELINGS.index(Feeling.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the shipped analysis says of a whole text.

    `lean` are the log odds of good against bad; `is_by_rule` tells that a rule gave
    the feeling, whatever the weights say.
    """

    feeling: Feeling
    score: float
    types: tuple[TextType, ...]
    lean: float
    is_by_rule: bool


def read_words(heard: Heard) -> list[Said]:
    """Return what each word of each passage adds."""
    return [load_weights(p.language).read(p.words) for p in heard.passages]


def judge_whole(heard: Heard, said: Sequence[Said]) -> Whole:
    """Judge a text that the rules have heard, and of which each word was read."""
    size = max(sum(int(one.sizes.sum()) for one in said), 1)
    parts = [one.sum(0, len(one.words), TEXT) * one.share(size) for one in said]
    logits = load_weights(heard.language).of_text(
        np.array(heard.of_text()), np.sum(parts, axis=0)
    )
    label, score = choose_feeling(logits)
    types = choose_types(logits)
    is_by_rule = heard.is_brief and heard.balance.feeling is not Feeling.NEUTRAL
    if heard.is_brief:
        types = heard.types or types
    if is_by_rule:
        label, score = heard.balance.feeling, heard.balance.score
    return Whole(label, score, types, float(logits[_GOOD] - logits[_BAD]), is_by_rule)
