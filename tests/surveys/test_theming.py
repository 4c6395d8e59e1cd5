"""Themes: contrast as WCAG computes it, what is refused, and the sheet that is made."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.questionnaire import Theme
from feedback.surveys.theming import (
    FONTS,
    LEAST_CONTRAST,
    LEAST_EDGE,
    contrast,
    is_logo,
    luminance,
    on_accent,
    theme_css,
    theme_faults,
)

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
themes = st.builds(
    Theme, accent=colours, background=colours, surface=colours, text=colours
)


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#ff0000", "#ffffff", 3.998),
        ("#0000ff", "#ffffff", 8.592),
        ("#1A5FB4", "#f6f5f4", 5.774),
    ],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.001)
    assert contrast(second, first) == contrast(first, second)


@given(colours)
def test_luminance_lies_between_black_and_white(colour: str) -> None:
    assert 0 <= luminance(colour) <= 1


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#12345g", "#1234567", "1a5fb4"])
def test_what_is_no_colour_has_no_luminance(colour: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        luminance(colour)


def test_the_default_theme_has_no_fault() -> None:
    assert theme_faults(Theme()) == ()


def test_each_pair_that_cannot_be_read_is_named_with_its_ratio() -> None:
    faults = theme_faults(Theme(accent="#ffcc00", text="#999999"))

    assert [(one.field, one.behind, round(one.ratio, 1)) for one in faults] == [
        ("text", "background", 2.6),
        ("text", "surface", 2.8),
        ("accent", "background", 1.4),
        ("accent", "surface", 1.5),
    ]
    assert {one.code for one in faults} == {"low_contrast"}


def test_a_malformed_colour_is_a_fault_and_is_not_compared() -> None:
    faults = theme_faults(Theme(accent="red"))

    assert [(one.code, one.field, one.ratio) for one in faults] == [
        ("not_a_colour", "accent", 0)
    ]


def test_an_unknown_font_is_a_fault() -> None:
    assert [(one.code, one.field) for one in theme_faults(Theme(font="Comic"))] == [
        ("unknown_font", "font")
    ]


@pytest.mark.parametrize("name", ["logo.svg", "../logo.png", "a/b.png", "logo", ".png"])
def test_a_logo_that_could_do_harm_is_a_fault(name: str) -> None:
    assert [one.code for one in theme_faults(Theme(logo=name))] == ["not_a_logo"]


@pytest.mark.parametrize("name", ["logo.png", "4f2a.jpeg", "a-b_c.jpg", "x.webp"])
def test_a_picture_of_pixels_can_be_a_logo(name: str) -> None:
    assert is_logo(name)
    assert theme_faults(Theme(logo=name)) == ()


@pytest.mark.parametrize(
    ("accent", "words"), [("#1a5fb4", "#ffffff"), ("#ffcc00", "#000000")]
)
def test_words_on_the_accent_are_white_or_black(accent: str, words: str) -> None:
    assert on_accent(Theme(accent=accent)) == words


@given(colours)
def test_words_on_any_accent_can_be_read(accent: str) -> None:
    assert contrast(on_accent(Theme(accent=accent)), accent) >= LEAST_CONTRAST


@given(themes)
def test_colours_that_follow_from_a_sound_theme_can_be_read(theme: Theme) -> None:
    if theme_faults(theme):
        return
    made = dict(re.findall(r"--(\w+): (#\w+);", theme_css(theme)))

    for ground in (theme.background, theme.surface):
        assert contrast(made["muted"], ground) >= LEAST_CONTRAST
        assert contrast(made["danger"], ground) >= LEAST_CONTRAST
        assert contrast(made["edge"], ground) >= LEAST_EDGE


@given(st.text(), st.text(), st.sampled_from([None, "a.png", "x;}"]))
def test_nothing_typed_reaches_the_style_sheet(
    colour: str, font: str, logo: str | None
) -> None:
    sheet = theme_css(Theme(accent=colour, text=colour, font=font, logo=logo))

    assert sheet.count("{") == sheet.count("}") == 1
    for line in sheet.splitlines()[1:-1]:
        assert re.fullmatch(r"  [a-z-]+: [\w#\", -]+;", line), line


def test_a_dark_theme_says_so() -> None:
    dark = Theme(
        accent="#8ab4f8", background="#101014", surface="#1b1b20", text="#f1f1f4"
    )

    assert theme_faults(dark) == ()
    assert "color-scheme: dark;" in theme_css(dark)
    assert "color-scheme: light;" in theme_css(Theme())


def test_every_font_ends_in_one_that_each_system_has() -> None:
    assert all(stack.endswith("serif") for stack in FONTS.values())
    assert not any("url" in stack for stack in FONTS.values())
