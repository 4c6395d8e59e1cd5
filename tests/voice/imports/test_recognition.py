"""What columns are, from their names and their values."""

from feedback.measures.scales import Scale
from feedback.voice.imports.dates import DAY_FIRST
from feedback.voice.imports.layout import FileKind, Layout
from feedback.voice.imports.mapping import ScoreColumn, TextColumn
from feedback.voice.imports.reading import Line
from feedback.voice.imports.recognition import Doubt, doubts_about, recognise

CSV = Layout(kind=FileKind.CSV, encoding="utf-8", separator=",")


def _sample(**columns: list[str]) -> list[Line]:
    rows = zip(*columns.values(), strict=True)
    return [
        Line(number=number, values=dict(zip(columns, row, strict=True)))
        for number, row in enumerate(rows, start=2)
    ]


def test_a_french_export_is_recognised_as_a_whole() -> None:
    sample = _sample(
        **{
            "Date de réponse": ["25/12/2018", "01/02/2018"],
            "Recommandation (0-10)": ["9", "0"],
            "Commentaire": ["Parfait", "Nul"],
            "Étape du parcours": ["Caisse", "Rayon"],
            "Canal": ["magasin", "web"],
            "Langue": ["fr", "fr"],
            "N° client": ["17", "18"],
            "numero_client": ["17", "18"],
            "Nom": ["Martin", "Durand"],
            "ID réponse": ["R1", "R2"],
        }
    )

    found = recognise(sample)

    assert found.date == "Date de réponse"
    assert found.date_reading == DAY_FIRST
    assert found.scores == (
        ScoreColumn(column="Recommandation (0-10)", scale=Scale.NPS),
    )
    assert found.texts == (TextColumn(column="Commentaire"),)
    assert found.touchpoint == "Étape du parcours"
    assert (found.channel, found.language) == ("Canal", "Langue")
    assert (found.customer, found.identity) == ("numero_client", "ID réponse")


def test_what_may_name_a_person_is_left_out_unless_somebody_says_so() -> None:
    sample = _sample(text=["Bien", "Mal"], name=["A. Martin", "B. Durand"])

    assert recognise(sample).columns == ("text",)


def test_the_text_is_found_by_its_length_when_no_name_tells_it() -> None:
    sample = _sample(
        a=["Une longue phrase sur le magasin", "Une autre, longue aussi, du client"],
        b=["oui", "non"],
    )

    assert recognise(sample).texts == (TextColumn(column="a"),)


def test_scores_from_one_to_ten_are_left_to_the_person() -> None:
    sample = _sample(text=["a"] * 3, score=["1", "10", "8"])

    found = recognise(sample)

    assert found.scores == ()
    assert doubts_about(sample, CSV, found) == (
        Doubt(code="score_without_scale", column="score"),
    )


def test_scores_from_zero_to_ten_are_nps() -> None:
    sample = _sample(score=["0", "10", "8", "n/a", ""])

    assert recognise(sample).scores == (ScoreColumn(column="score", scale=Scale.NPS),)


def test_a_column_named_for_a_scale_that_its_values_leave_is_not_taken() -> None:
    sample = _sample(satisfaction=["8", "10", "3"], ces=["1", "7", "3"])

    assert recognise(sample).scores == (ScoreColumn(column="ces", scale=Scale.CES),)


def test_an_identifier_has_to_differ_on_every_line_and_not_just_count() -> None:
    assert recognise(_sample(id=["a", "b", "c"])).identity == "id"
    assert recognise(_sample(id=["a", "b", "a"])).identity is None
    assert recognise(_sample(id=["1", "2", "3"])).identity is None


def test_dates_that_could_be_either_way_are_a_doubt() -> None:
    sample = _sample(text=["a", "b"], date=["01/02/2018", "03/04/2018"])

    assert doubts_about(sample, CSV, recognise(sample)) == (
        Doubt(code="day_or_month", column="date"),
    )


def test_an_encoding_that_was_guessed_is_a_doubt() -> None:
    layout = Layout(kind=FileKind.CSV, encoding="cp1252", is_encoding_sure=False)
    sample = _sample(text=["a"])

    assert doubts_about(sample, layout, recognise(sample)) == (
        Doubt(code="encoding_guessed"),
    )


def test_columns_without_any_value_are_no_obstacle() -> None:
    assert (
        recognise(_sample(text=["", ""], score=["", ""], date=["", ""])).columns == ()
    )


def test_a_column_named_as_dates_is_one_though_some_of_its_cells_are_not() -> None:
    days = ["05/10/2026", "06/10/2026", "soon", "07/10/2026"]

    assert recognise(_sample(date=days)).date == "date"
    assert recognise(_sample(when=days)).date != "when"
