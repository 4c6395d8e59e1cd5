"""The drawing: every word is there, inside the picture, and none is markup."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from feedback.journey import picture
from feedback.journey.drawing import draw_svg
from feedback.journey.lettering import text_width, wrap
from feedback.journey.queries import (
    JourneyMap,
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
)
from feedback.journey.template import five_phases
from feedback.journey.terms import Kind

SVG = "{http://www.w3.org/2000/svg}"


def _map(name: str = "Boulangerie", *, phases: int = 5) -> JourneyMap:
    return JourneyMap(
        id=1,
        key="x",
        names={"fr": name},
        offers={"fr": "Pain", "en": "Bread"},
        revision=1,
        is_demo=False,
        phases=tuple(
            PhaseOnMap(
                id=1,
                key=phase.key,
                names=phase.names,
                is_archived=False,
                touchpoints=tuple(
                    TouchpointOnMap(
                        id=1,
                        phase_id=1,
                        key=point.key,
                        names=point.names,
                        channel=point.channel,
                        kind=point.kind,
                        is_moment_of_truth=point.is_moment_of_truth,
                        is_archived=False,
                    )
                    for point in phase.touchpoints
                ),
            )
            for phase in five_phases()[:phases]
        ),
        personas=(
            PersonaOnMap(
                id=1,
                key="nell",
                names={"fr": "Nell"},
                motivations=({"fr": "Se faire plaisir", "en": "A treat"},),
                brakes=({"brake": "money", "fr": "Le minimum", "en": "The minimum"},),
                is_archived=False,
            ),
        ),
    )


def _read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - drawn by ourselves a moment ago


def _words(svg: str) -> str:
    return " ".join(text.text or "" for text in _read(svg).iter(f"{SVG}text"))


def test_every_name_stands_in_the_drawing_in_the_language_asked_for() -> None:
    shown = _map()
    words = _words(draw_svg(shown, locale="en"))

    names = [phase.names for phase in shown.phases]
    names += [point.names for point in shown.touchpoints]
    assert all(one["en"] in words for one in names)
    assert "Offer: Bread" in words
    assert "Boulangerie" in words
    assert "+ A treat" in words
    assert "− Money · The minimum" in words
    assert "Store · Physical" in words


def test_a_star_marks_each_moment_of_truth_and_the_legend() -> None:
    shown = _map()
    paths = _read(draw_svg(shown, locale="fr")).iter(f"{SVG}path")

    moments = sum(point.is_moment_of_truth for point in shown.touchpoints)
    assert len(list(paths)) == moments + 1


def test_a_name_is_never_markup() -> None:
    svg = draw_svg(_map('<script>alert("1")</script> & <b>'), locale="fr")

    root = _read(svg)
    assert '<script>alert("1")</script> & <b>' in _words(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "title",
        "rect",
        "text",
        "path",
        "circle",
        "polygon",
    }


@given(st.text(max_size=120))
def test_any_name_gives_a_document_that_can_be_read(name: str) -> None:
    _read(draw_svg(_map(name, phases=1), locale="fr"))


def test_a_journey_without_phases_says_so() -> None:
    assert "no phase yet" in _words(draw_svg(_map(phases=0), locale="en"))


@given(st.text(max_size=120), st.floats(20, 400))
def test_lines_keep_all_letters_and_none_is_too_wide(text: str, width: float) -> None:
    lines = wrap(text, 13, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 13) <= width for line in lines)


def test_the_same_map_gives_the_same_drawing() -> None:
    assert draw_svg(_map(), locale="fr") == draw_svg(_map(), locale="fr")


def test_nothing_is_wider_than_the_picture() -> None:
    root = _read(draw_svg(_map("W" * 120), locale="fr"))
    for text in root.iter(f"{SVG}text"):
        end = float(text.attrib["x"]) + text_width(
            text.text or "", float(text.attrib["font-size"])
        )
        assert end <= float(root.attrib["width"])
        assert float(text.attrib["y"]) < float(root.attrib["height"])


@pytest.mark.slow
def test_the_picture_is_a_png_and_a_pdf_with_the_words_in_it() -> None:
    svg = draw_svg(_map(), locale="fr")

    png = picture.to_png(svg)
    assert png.startswith(b"\x89PNG")
    pages = PdfReader(BytesIO(picture.to_pdf(svg))).pages
    assert len(pages) == 1
    assert "Boulangerie" in pages[0].extract_text()


def test_what_is_met_in_the_world_is_drawn_unlike_what_is_on_a_screen() -> None:
    root = _read(draw_svg(_map(), locale="fr"))
    points = _map().touchpoints

    rings = len(list(root.iter(f"{SVG}circle")))
    assert rings == 1 + sum(point.kind is Kind.DIGITAL for point in points)
