"""A map as a file to download: a document or a picture."""

from feedback.journey.drawing import draw_svg
from feedback.journey.exchange import write_json
from feedback.journey.picture import to_pdf, to_png
from feedback.journey.queries import JourneyMap
from feedback.journey.revisions import plan_of

#: name of a format to its media type
FORMATS = {
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}


def export_map(shown: JourneyMap, form: str, *, locale: str) -> bytes:
    """Return the map in one of `FORMATS`; pictures have their words in a language."""
    if form == "json":
        return write_json(plan_of(shown))
    svg = draw_svg(shown, locale=locale)
    if form == "svg":
        return svg.encode()
    return to_png(svg) if form == "png" else to_pdf(svg)
