"""One line to one occasion, or to a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.scales import Scale
from feedback.voice.imports.dates import DAY_FIRST
from feedback.voice.imports.mapping import FileMapping, ScoreColumn, TextColumn
from feedback.voice.imports.places import Place, Places
from feedback.voice.imports.reading import Line
from feedback.voice.imports.rows import LONGEST_TEXT, Refusal, RowReader
from feedback.voice.imports.scores import read_score
from feedback.voice.intake import GivenRating, GivenText, Occasion

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
PLACES = Places(
    touchpoints={"caisse": Place(id=7, key="till", channel="store")},
    personas={"la curieuse": 3},
)
MAPPING = FileMapping(
    texts=(TextColumn(column="text", question="Pourquoi ?"),),
    scores=(ScoreColumn(column="nps", scale=Scale.NPS),),
    date="date",
    date_reading=DAY_FIRST,
    touchpoint="place",
    channel="channel",
    language="lang",
    customer="customer",
    persona="persona",
    attributes=("visits",),
)
GOOD = {"text": "Bien", "nps": "0", "date": "05/04/2018 14:30", "place": " CAISSE "}


def _reader(mapping: FileMapping = MAPPING, **others: str) -> RowReader:
    key = others.get("journey_key", "shop")
    return RowReader(mapping, journey_key=key, import_id=1, zone=PARIS, now=NOW)


def _read(reader: RowReader | None = None, **values: str) -> Occasion | Refusal:
    line = Line(number=12, values=GOOD | values)
    return (reader or _reader()).read(line, PLACES)


def _key(reader: RowReader, **values: str) -> str:
    row = _read(reader, **values)
    assert isinstance(row, Occasion)
    return row.origin_key


def test_a_line_becomes_an_occasion_with_all_that_it_says() -> None:
    row = _read(
        lang="Français",
        customer="C-17",
        persona="La Curieuse",
        visits="3",
        channel="Web",
    )

    assert isinstance(row, Occasion)
    assert row.texts == [GivenText(text="Bien", question="Pourquoi ?")]
    assert row.ratings == [GivenRating(scale=Scale.NPS, value=0)]
    assert row.said_at == datetime(2018, 4, 5, 12, 30, tzinfo=UTC)
    assert (row.touchpoint_id, row.persona_id, row.customer) == (7, 3, "C-17")
    assert (row.language, row.attributes) == ("fr", {"visits": "3"})


def test_what_pages_show_of_a_line_holds_no_address_and_no_number_of_a_person() -> None:
    row = _read(visits="3, nell@example.org")
    refused = _read(date="nell@example.org, 06 12 34 56 78")

    assert isinstance(row, Occasion)
    assert row.attributes == {"visits": f"3, {'•' * 16}"}
    assert isinstance(refused, Refusal)
    assert refused.excerpt == f"{'•' * 16}, {'•' * 14}"


def test_a_line_that_says_little_takes_what_its_touchpoint_says() -> None:
    row = _read(text="-", lang="?")

    assert isinstance(row, Occasion)
    assert (row.texts, row.channel, row.language) == ([], "store", None)


@pytest.mark.parametrize(
    ("values", "reason", "column", "excerpt"),
    [
        (dict.fromkeys(GOOD, " "), "empty_row", None, ""),
        ({"text": "", "nps": "n/a"}, "no_text_no_score", None, ""),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "text_too_long", "text", None),
        ({"text": "a\ud800"}, "bad_character", "text", "a\N{REPLACEMENT CHARACTER}"),
        ({"nps": "bien"}, "score_not_a_number", "nps", "bien"),
        ({"nps": "7,5"}, "score_not_whole", "nps", "7,5"),
        ({"nps": "11"}, "score_off_scale", "nps", "11"),
        ({"nps": "-1"}, "score_off_scale", "nps", "-1"),
        ({"nps": "7/20"}, "score_off_scale", "nps", "7/20"),
        ({"date": ""}, "no_date", "date", ""),
        ({"date": "05/13/2018"}, "bad_date", "date", "05/13/2018"),
        ({"date": "16/10/2026"}, "date_in_future", "date", "16/10/2026"),
        ({"place": ""}, "no_touchpoint", "place", ""),
        ({"place": "Rayon"}, "unknown_touchpoint", "place", "Rayon"),
        ({"persona": "Le Pressé"}, "unknown_persona", "persona", "Le Pressé"),
        ({"customer": "x" * 256}, "value_too_long", "customer", None),
    ],
)
def test_a_line_is_refused_with_the_column_and_the_reason(
    values: dict[str, str], reason: str, column: str | None, excerpt: str | None
) -> None:
    row = _read(_reader(), **values)

    assert isinstance(row, Refusal)
    assert (row.line, row.reason, row.column) == (12, reason, column)
    assert excerpt is None or row.excerpt == excerpt
    assert len(row.excerpt) <= 200


def test_today_is_not_in_the_future() -> None:
    assert isinstance(_read(date="15/10/2026 23:00"), Occasion)


def test_what_holds_for_all_lines_stands_in_for_blank_cells() -> None:
    mapping = replace(
        MAPPING, fixed_date="2018-04-01", fixed_touchpoint="Caisse", fixed_language="fr"
    )

    row = _read(_reader(mapping), date="", place="")

    assert isinstance(row, Occasion)
    assert row.said_at == datetime(2018, 3, 31, 22, 0, tzinfo=UTC)
    assert (row.touchpoint_id, row.language) == (7, "fr")


def test_two_equal_lines_are_two_occasions_and_the_same_two_the_next_time() -> None:
    first, second = _reader(), _reader()

    keys = [_key(first), _key(first), _key(first, text="Mal")]

    assert len(set(keys)) == 3
    assert [_key(second, text="Mal"), _key(second), _key(second)] == [
        keys[2],
        *keys[:2],
    ]


def test_the_identity_of_a_line_does_not_hang_on_what_is_beside_its_content() -> None:
    assert _key(_reader(), visits="3", lang="fr") == _key(_reader(), visits="4")
    assert _key(_reader()) != _key(_reader(journey_key="other"))


def test_a_line_with_an_identifier_is_known_by_it_and_has_it_alone() -> None:
    mapping = replace(MAPPING, identity="id")
    reader = _reader(mapping)

    key = _key(reader, id="R1")

    assert key == _key(_reader(mapping), id="R1", text="Put right since")
    again = _read(reader, id="R1")
    assert isinstance(again, Refusal)
    assert again.reason == "id_twice"


def test_a_refused_line_does_not_change_who_comes_after_it() -> None:
    reader = _reader()
    _read(reader, date="31/02/2018")

    assert _key(reader) == _key(_reader())


@pytest.mark.parametrize(
    ("text", "scale", "found"),
    [
        ("8", Scale.NPS, 8),
        (" 8.0 ", Scale.NPS, 8),
        ("8,00", Scale.NPS, 8),
        ("8/10", Scale.NPS, 8),
        ("4 / 5", Scale.CSAT, 4),
        ("★★★☆☆", Scale.STARS, 3),
        ("0", Scale.CSAT, "score_off_scale"),
        ("8/10", Scale.CES, "score_off_scale"),
        ("nan", Scale.NPS, "score_not_a_number"),
        ("1e1", Scale.NPS, "score_not_a_number"),
    ],
)
def test_scores_are_read_as_people_write_them(
    text: str, scale: Scale, found: int | str
) -> None:
    assert read_score(text, scale) == found


@given(st.dictionaries(st.sampled_from(sorted({*GOOD, "lang", "id"})), st.text()))
def test_any_line_is_read_or_refused(values: dict[str, str]) -> None:
    row = _read(_reader(replace(MAPPING, identity="id")), **values)

    assert isinstance(row, Occasion | Refusal)
