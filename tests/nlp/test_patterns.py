"""The pattern language of the data files."""

import pytest

from feedback.nlp.patterns import Combination, combinations, expand


def test_optional_letters_alternatives_and_groups_are_spelled_out() -> None:
    groups = {"staff": "agents?|equipe"}
    assert expand("(bon|mauvais) prix", groups) == {"bon prix", "mauvais prix"}
    assert expand("lente?s?", groups) == {"lent", "lente", "lents", "lentes"}
    assert expand("@staff absent", groups) == {
        "agent absent",
        "agents absent",
        "equipe absent",
    }
    assert expand(r"\?", groups) == {"?"}


def test_a_bar_outside_parentheses_parts_ways() -> None:
    assert combinations("a & (b|c)|d|e .. f") == [
        Combination(("d",), ordered=False),
        Combination(("a", "(b|c)"), ordered=False),
        Combination(("e", "f"), ordered=True),
    ]


@pytest.mark.parametrize("pattern", ["(a", "a)", "@nobody", "(a .. b)"])
def test_a_faulty_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"phrase|group"):
        expand(pattern, {})
