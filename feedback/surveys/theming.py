"""Themes: which colours can be read on one another, and the style sheet they make."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from feedback.surveys.questionnaire import Theme

#: least contrast of words on their ground, WCAG 2.2 success criterion 1.4.3
LEAST_CONTRAST = 4.5
#: least contrast of the edge of a field with what is beside it, criterion 1.4.11
LEAST_EDGE = 3.0

#: fonts that systems carry; nothing is ever fetched from elsewhere
FONTS: Mapping[str, str] = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
    "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", sans-serif',
    "grotesque": 'Inter, Roboto, "Helvetica Neue", "Arial Nova", Arial, sans-serif',
    "rounded": 'ui-rounded, Quicksand, Comfortaa, "Arial Rounded MT", sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, serif',
    "classic": '"Iowan Old Style", "Palatino Linotype", P052, Georgia, serif',
}
#: endings of files that may be a logo: pictures that hold nothing but pixels, so no SVG
LOGO_TYPES = frozenset({".png", ".jpg", ".jpeg", ".webp"})

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOGO = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}\.[a-z]{3,4}")
_WHITE, _BLACK = "#ffffff", "#000000"
_DANGERS = ("#b3261e", "#8c1d18", "#f2b8b5", "#ffdad6")


@dataclass(frozen=True, kw_only=True)
class ThemeFault:
    """Something in a theme that would keep people from reading."""

    #: `not_a_colour`, `low_contrast`, `unknown_font` or `not_a_logo`
    code: str
    #: the field of the theme that is wrong; of a pair the one in front
    field: str
    #: the field behind it, "" without one; `on_accent` stands for words on the accent
    behind: str = ""
    #: as found, 1 to 21; 0 where nothing was compared
    ratio: float = 0.0


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, 0 for black to 1 for white.

    As WCAG 2.2 defines it (w3.org/TR/WCAG22/#dfn-relative-luminance): each channel c
    of 0 to 1 is c / 12.92 up to 0.04045, else ((c + 0.055) / 1.055) ** 2.4; the sum is
    0.2126 red + 0.7152 green + 0.0722 blue.

    Raises:
        ValueError: this is no colour of that form.
    """
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, whichever comes first.

    (L1 + 0.05) / (L2 + 0.05), L1 the lighter (w3.org/TR/WCAG22/#dfn-contrast-ratio).

    Raises:
        ValueError: one of them is no colour.
    """
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def is_colour(value: str) -> bool:
    """Tell whether a text is a colour as `#1a5fb4`."""
    return _COLOUR.fullmatch(value) is not None


def is_logo(name: str) -> bool:
    """Tell whether a text can be the name of a kept logo: no folder, a known ending."""
    return (
        _LOGO.fullmatch(name) is not None
        and PurePath(name).suffix.lower() in LOGO_TYPES
    )


def on_accent(theme: Theme) -> str:
    """Return the colour of words on the accent: white or black, what reads better.

    Raises:
        ValueError: the accent is no colour.
    """
    white = contrast(_WHITE, theme.accent)
    return _WHITE if white >= contrast(_BLACK, theme.accent) else _BLACK


def theme_faults(theme: Theme) -> tuple[ThemeFault, ...]:
    """Return what keeps a theme from being published, nothing when all can be read.

    Compared are text with background and surface, the accent as a link with both, and
    the words of a button with the accent. Colours that are none are named instead of
    compared.
    """
    return tuple(_faults(theme))


def _faults(theme: Theme) -> Iterator[ThemeFault]:
    colours = _colours(theme)
    for name, value in colours.items():
        if not is_colour(value):
            yield ThemeFault(code="not_a_colour", field=name)
    for front, behind in (
        ("text", "background"),
        ("text", "surface"),
        ("accent", "background"),
        ("accent", "surface"),
    ):
        pair = (colours[front], colours[behind])
        if all(map(is_colour, pair)) and contrast(*pair) < LEAST_CONTRAST:
            yield _low(front, behind, contrast(*pair))
    if is_colour(theme.accent):
        ratio = contrast(on_accent(theme), theme.accent)
        if ratio < LEAST_CONTRAST:
            yield _low("on_accent", "accent", ratio)
    if theme.font not in FONTS:
        yield ThemeFault(code="unknown_font", field="font")
    if theme.logo is not None and not is_logo(theme.logo):
        yield ThemeFault(code="not_a_logo", field="logo")


def _low(front: str, behind: str, ratio: float) -> ThemeFault:
    return ThemeFault(code="low_contrast", field=front, behind=behind, ratio=ratio)


def theme_css(theme: Theme) -> str:
    """Return a style sheet of custom properties for the pages of a survey.

    Beside the theme's own colours it names those that follow from them: `--on-accent`,
    `--muted` (4.5:1 on both grounds), `--edge` (3:1 on both), `--danger` (4.5:1). What
    is faulty gives way to the default theme, so nothing typed reaches the sheet.
    """
    sound = _sound(theme)
    grounds = (sound.background, sound.surface)
    scheme = "dark" if luminance(sound.surface) < luminance(sound.text) else "light"
    values = {
        "color-scheme": scheme,
        "--accent": sound.accent.lower(),
        "--on-accent": on_accent(sound),
        "--background": sound.background.lower(),
        "--surface": sound.surface.lower(),
        "--text": sound.text.lower(),
        "--muted": _towards(sound.text, grounds, LEAST_CONTRAST),
        "--edge": _towards(sound.text, grounds, LEAST_EDGE),
        "--danger": next(
            (one for one in _DANGERS if _reads(one, grounds, LEAST_CONTRAST)),
            sound.text.lower(),
        ),
        "--font": FONTS[sound.font],
    }
    lines = "".join(f"  {name}: {value};\n" for name, value in values.items())
    return f":root {{\n{lines}}}\n"


def _sound(theme: Theme) -> Theme:
    """Return a theme whose colours and font are well formed."""
    default = Theme()
    spare = _colours(default)
    colours = {
        name: value if is_colour(value) else spare[name]
        for name, value in _colours(theme).items()
    }
    font = theme.font if theme.font in FONTS else default.font
    return Theme(**colours, font=font)


def _towards(text: str, grounds: tuple[str, ...], least: float) -> str:
    """Return the palest mix of text and surface that still reads on every ground."""
    for share in range(50, 100, 5):
        mixed = _mix(text, grounds[-1], share / 100)
        if _reads(mixed, grounds, least):
            return mixed
    return text.lower()


def _mix(front: str, behind: str, share: float) -> str:
    pairs = zip(_channels(front), _channels(behind), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _reads(colour: str, grounds: tuple[str, ...], least: float) -> bool:
    return all(contrast(colour, ground) >= least for ground in grounds)


def _colours(theme: Theme) -> dict[str, str]:
    return {
        "accent": theme.accent,
        "background": theme.background,
        "surface": theme.surface,
        "text": theme.text,
    }


def _channels(colour: str) -> tuple[int, int, int]:
    if not is_colour(colour):
        raise ValueError(f"{colour!r} is not a colour")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
