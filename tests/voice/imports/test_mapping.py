"""What a person says of the columns."""

from dataclasses import replace

import pytest

from feedback.core.errors import Invalid
from feedback.measures.scales import Scale
from feedback.voice.imports.layout import FileKind, Layout
from feedback.voice.imports.mapping import (
    FileMapping,
    ScoreColumn,
    TextColumn,
    apply_words,
    describe,
    from_json,
    to_json,
)

COLUMNS = ("a", "b", "c: d", "date", "score")
ENOUGH = FileMapping(
    texts=(TextColumn(column="a"),), fixed_date="2018-04-01", fixed_touchpoint="till"
)


def test_what_is_kept_with_an_import_is_read_back_the_same() -> None:
    layout = Layout(kind=FileKind.CSV, encoding="utf-8", separator=";")
    mapping = FileMapping(
        texts=(TextColumn(column="a", question="Pourquoi ?"),),
        scores=(ScoreColumn(column="score", scale=Scale.CES),),
        date="date",
        attributes=("b",),
        touchpoints={"caisse 1": "till"},
        creations={"rayon": "choice"},
    )

    assert from_json(to_json(layout, mapping)) == (layout, mapping)


def test_words_replace_what_was_recognised_field_by_field() -> None:
    recognised = replace(
        ENOUGH,
        date="date",
        language="b",
        scores=(ScoreColumn(column="score", scale=Scale.NPS),),
    )

    found = apply_words(
        recognised,
        ["text=c: d:Why?", "stars=score", "date=date:%d/%m/%Y", "language="],
        COLUMNS,
    )

    assert found.texts == (TextColumn(column="c: d", question="Why?"),)
    assert found.scores == (ScoreColumn(column="score", scale=Scale.STARS),)
    assert (found.date, found.date_reading) == ("date", "%d/%m/%Y")
    assert found.language is None


def test_a_column_given_another_meaning_loses_the_recognised_one() -> None:
    recognised = replace(ENOUGH, customer="b", identity="c: d")

    found = apply_words(recognised, ["attribute=a", "id=b"], COLUMNS)

    assert found.texts == ()
    assert (found.customer, found.identity, found.attributes) == (None, "b", ("a",))
    assert describe(found) == (("id", "b"), ("attribute", "a"))


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("text", "not_a_map_option"),
        ("mood=a", "unknown_map_field"),
        ("text=z", "unknown_column"),
    ],
)
def test_words_that_mean_nothing_are_refused(word: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        apply_words(ENOUGH, [word], COLUMNS)

    assert refused.value.fields == {"map": code}


@pytest.mark.parametrize(
    ("mapping", "fields"),
    [
        (
            FileMapping(),
            {
                "text": "no_text_no_score_column",
                "date": "no_date_column",
                "touchpoint": "no_touchpoint_column",
            },
        ),
        (replace(ENOUGH, texts=(TextColumn(column="z"),)), {"map": "unknown_column"}),
        (
            replace(ENOUGH, date="date", date_reading="dd/mm"),
            {"date": "not_a_date_format"},
        ),
    ],
)
def test_a_mapping_that_does_not_say_enough_is_refused(
    mapping: FileMapping, fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        mapping.check(COLUMNS)

    assert refused.value.fields == fields


def test_a_mapping_that_says_enough_passes() -> None:
    ENOUGH.check(COLUMNS)
