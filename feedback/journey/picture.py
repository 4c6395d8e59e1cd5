"""A drawn map as PNG or PDF, the same on every machine.

The renderer knows no WOFF2, in which the house's type is served, and draws nothing
for a font that it lacks. So the type is unpacked once in a process, in the two
weights that drawings use.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import vl_convert
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

_VENDOR = Path(__file__).parents[1] / "static" / "vendor"
_WEIGHTS = (400, 600)


def to_png(svg: str) -> bytes:
    """Return a drawing as PNG, two dots for each of its pixels."""
    _prepare_type()
    return vl_convert.svg_to_png(svg, scale=2)


def to_pdf(svg: str) -> bytes:
    """Return a drawing as PDF of one page, its words searchable."""
    _prepare_type()
    return vl_convert.svg_to_pdf(svg)


@cache
def _prepare_type() -> TemporaryDirectory[str]:
    """Unpack the type where the renderer finds it, as long as the process lives."""
    folder = TemporaryDirectory(prefix="feedback-type-")
    # Only the Latin file: the renderer takes one font for a family and a weight, and
    # letters that it lacks from another family.
    source = next(_VENDOR.glob("inter-*/inter-latin-wght-normal.woff2"))
    for weight in _WEIGHTS:
        font = instantiateVariableFont(TTFont(source), {"wght": weight})
        font.flavor = None
        font.save(Path(folder.name) / f"inter-{weight}.ttf")
    vl_convert.register_font_directory(folder.name)
    return folder
