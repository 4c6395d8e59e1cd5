"""The look of a survey: which colours can be read on one another, and its logo."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.surveys.questionnaire import Theme
from feedback.surveys.theming import LEAST_CONTRAST, contrast, is_colour, on_accent
from feedback.web.context import locale, settings
from feedback.web.language import gettext

FONT_WORDS = {
    "system": mark("the device's own"),
    "humanist": mark("humanist"),
    "geometric": mark("geometric"),
    "grotesque": mark("grotesque"),
    "rounded": mark("rounded"),
    "serif": mark("serif"),
    "classic": mark("classic serif"),
}
COLOUR_WORDS = {
    "accent": mark("Accent"),
    "background": mark("Background"),
    "surface": mark("Surface"),
    "text": mark("Text"),
    "on_accent": mark("Words on a button"),
}
#: in front, behind
_PAIRS = (
    ("text", "background"),
    ("text", "surface"),
    ("accent", "background"),
    ("accent", "surface"),
    ("on_accent", "accent"),
)
LARGEST_LOGO = 300 * 1024
#: first bytes of a file to the ending of its name
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two colours that stand on one another, and how well they can be read."""

    front: str
    behind: str
    #: as `4.6`, empty when one of them is no colour
    ratio: str
    is_enough: bool


def list_pairs(theme: Theme) -> list[Pair]:
    """Return the colours that stand on one another, with their contrast."""
    colours = {
        "accent": theme.accent,
        "background": theme.background,
        "surface": theme.surface,
        "text": theme.text,
    }
    if is_colour(theme.accent):
        colours["on_accent"] = on_accent(theme)
    return [
        _pair(front, behind, colours) for front, behind in _PAIRS if front in colours
    ]


def _pair(front: str, behind: str, colours: Mapping[str, str]) -> Pair:
    known = all(is_colour(colours[name]) for name in (front, behind))
    ratio = contrast(colours[front], colours[behind]) if known else 0.0
    decimal = Locale.parse(locale()).number_symbols["latn"]["decimal"]
    return Pair(
        front=gettext(COLOUR_WORDS[front]),
        behind=gettext(COLOUR_WORDS[behind]),
        # cut, never rounded up: 4.49 must not read as enough
        ratio=f"{int(ratio * 10) / 10}".replace(".", decimal) if known else "",
        is_enough=ratio >= LEAST_CONTRAST,
    )


def keep_logo(content: bytes) -> str:
    """Keep a picture in the data folder and return its name.

    What it is, is read from its first bytes, not from the name that it came with.

    Raises:
        Invalid: `logo: logo_too_large` above 300 KB, `not_a_picture`.
    """
    if len(content) > LARGEST_LOGO:
        raise Invalid({"logo": "logo_too_large"})
    ending = _ending_of(content)
    if not ending:
        raise Invalid({"logo": "not_a_picture"})
    name = hashlib.sha256(content).hexdigest()[:32] + ending
    path = settings().folder("logos") / name
    if not path.exists():
        path.write_bytes(content)
    return name


def _ending_of(content: bytes) -> str:
    for beginning, ending in _BEGINNINGS:
        if content.startswith(beginning):
            return ending
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return ".webp" if is_webp else ""
