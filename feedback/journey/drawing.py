"""The map of a journey as a picture that prints well, in SVG.

Nothing in it rests on colour: what a touchpoint is stands in words and in a shape.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from feedback.i18n.catalogs import gettext, mark
from feedback.i18n.locales import named
from feedback.journey.channels import channel_name
from feedback.journey.lettering import text_width, wrap
from feedback.journey.plan import Names, tidy
from feedback.journey.queries import (
    JourneyMap,
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
)
from feedback.journey.terms import BRAKES, KINDS, Brake, Kind

PAPER, GROUND, INK, MUTED = "#FFFFFF", "#FBFAF7", "#17212B", "#56616E"
LINE, ACCENT = "#C9C4B8", "#0B5F66"
FONTS = "Inter, 'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"

# Sizes and places are in px.
_MARGIN, _GAP, _PAD = 40, 12, 12
_COLUMN = 208
#: columns that the head and the legend need at least
_FEWEST = 3
_LEADING = 1.35
_TITLE, _HEAD, _NAME, _SMALL = 26, 15, 13, 11
#: room of a shape in front of words, or of the star behind them
_SHAPE = 20
#: five points around the middle of the star
_STAR = "M0-7 1.7-2.3 6.7-2.2 2.7.9 4.1 5.7 0 2.9-4.1 5.7-2.7.9-6.7-2.2-1.7-2.3Z"


def draw_svg(shown: JourneyMap, *, locale: str) -> str:
    """Return the map as one SVG document, its words in a language.

    Names that have no word in that language stand in the one they have. Lines are
    broken by the widths of Inter, with which `picture` draws them.
    """
    return _Drawing(shown, locale).svg()


class _Drawing:
    """A picture that is drawn from the top; each part returns where it ends."""

    def __init__(self, shown: JourneyMap, locale: str) -> None:
        self._shown = shown
        self._locale = locale
        self._columns = max(len(shown.phases), _FEWEST)
        self._inner = self._columns * (_COLUMN + _GAP) - _GAP
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})

    def svg(self) -> str:
        """Draw all parts and return the document."""
        ET.SubElement(self._root, "title").text = self._named(self._shown.names)
        paper = self._rect(0, 0, self._inner + 2 * _MARGIN, 0, PAPER, radius=0)
        bottom = self._head()
        bottom = self._phases(bottom + 20)
        if self._shown.personas:
            bottom = self._personas(bottom + 36)
        height = self._legend(bottom + 32) + _MARGIN
        width = self._inner + 2 * _MARGIN
        paper.set("height", _px(height))
        self._root.set("width", _px(width))
        self._root.set("height", _px(height))
        self._root.set("viewBox", f"0 0 {_px(width)} {_px(height)}")
        self._root.set("font-family", FONTS)
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _head(self) -> float:
        title = wrap(self._named(self._shown.names), _TITLE, self._inner)
        bottom = self._lines(title, _MARGIN, _MARGIN, _TITLE, bold=True)
        offer = self._say(
            mark("Offer: %(offer)s"), offer=self._named(self._shown.offers)
        )
        lines = wrap(offer, _NAME, self._inner)
        return self._lines(lines, _MARGIN, bottom + 4, _NAME, MUTED)

    def _phases(self, top: float) -> float:
        phases = self._shown.phases
        if not phases:
            words = self._say(mark("This journey has no phase yet."))
            return self._lines([words], _MARGIN, top, _NAME, MUTED)
        heads = [
            wrap(self._named(phase.names), _HEAD, _COLUMN - 3 * _PAD)
            for phase in phases
        ]
        height = max(map(len, heads)) * _HEAD * _LEADING + 2 * _PAD
        bottoms = []
        for number, (phase, head) in enumerate(zip(phases, heads, strict=True)):
            left = _MARGIN + number * (_COLUMN + _GAP)
            self._arrow(left, top, height)
            first = top + (height - len(head) * _HEAD * _LEADING) / 2
            self._lines(head, left + _PAD + 6, first, _HEAD, PAPER, bold=True)
            bottoms.append(self._touchpoints(phase, left, top + height + _GAP))
        return max(bottoms)

    def _touchpoints(self, phase: PhaseOnMap, left: float, top: float) -> float:
        for point in phase.touchpoints:
            top = self._touchpoint(point, left, top) + 8
        return top

    def _touchpoint(self, point: TouchpointOnMap, left: float, top: float) -> float:
        room = _COLUMN - 2 * _PAD - _SHAPE - (_SHAPE if point.is_moment_of_truth else 0)
        name = wrap(self._named(point.names), _NAME, room)
        channel = tidy(channel_name(point.channel, self._locale))
        below = wrap(
            f"{channel} · {self._say(KINDS[point.kind])}",
            _SMALL,
            _COLUMN - 2 * _PAD - _SHAPE,
        )
        height = 2 * _PAD - 4 + (len(name) * _NAME + len(below) * _SMALL) * _LEADING + 2
        self._rect(left, top, _COLUMN, height, GROUND, stroke=LINE)
        self._shape(point.kind, left + _PAD + 5, top + _PAD + 6)
        if point.is_moment_of_truth:
            self._star(left + _COLUMN - _PAD - 6, top + _PAD + 7)
        words = left + _PAD + _SHAPE
        bottom = self._lines(name, words, top + _PAD - 2, _NAME, bold=True)
        self._lines(below, words, bottom + 2, _SMALL, MUTED)
        return top + height

    def _personas(self, top: float) -> float:
        title = [self._say(mark("Personas"))]
        top = self._lines(title, _MARGIN, top, 18, bold=True) + 10
        per_row = max(2, self._columns // 2)
        width = (self._inner + _GAP) / per_row - _GAP
        personas = self._shown.personas
        for start in range(0, len(personas), per_row):
            frames, bottoms = [], []
            for number, persona in enumerate(personas[start : start + per_row]):
                left = _MARGIN + number * (width + _GAP)
                frames.append(self._rect(left, top, width, 0, GROUND, stroke=LINE))
                bottoms.append(self._persona(persona, left, top, width))
            for frame in frames:
                frame.set("height", _px(max(bottoms) - top))
            top = max(bottoms) + _GAP
        return top - _GAP

    def _persona(
        self, persona: PersonaOnMap, left: float, top: float, width: float
    ) -> float:
        room = width - 2 * _PAD
        left += _PAD
        name = wrap(self._named(persona.names), _HEAD, room)
        bottom = self._lines(name, left, top + _PAD, _HEAD, bold=True) + 2
        motivations = [f"+ {self._named(reason)}" for reason in persona.motivations]
        brakes = [
            f"− {self._brake(reason)}{self._named(reason)}" for reason in persona.brakes
        ]
        for label, reasons in (
            (mark("Motivations"), motivations),
            (mark("Brakes"), brakes),
        ):
            if not reasons:
                continue
            said = [self._say(label)]
            bottom = self._lines(said, left, bottom + 6, _SMALL, MUTED, bold=True) + 2
            for reason in reasons:
                bottom = self._lines(wrap(reason, _NAME, room), left, bottom, _NAME)
        return bottom + _PAD

    def _brake(self, reason: Names) -> str:
        family = self._say(BRAKES[Brake(reason["brake"])])
        return f"{family} · "

    def _legend(self, top: float) -> float:
        middle, left = top + 6, float(_MARGIN)
        for kind, words in KINDS.items():
            self._shape(kind, left + 5, middle)
            left = self._legend_words(words, left, top)
        self._star(left + 6, middle)
        self._legend_words(mark("Moment of truth"), left, top)
        return top + _SMALL * _LEADING

    def _legend_words(self, words: str, left: float, top: float) -> float:
        said = self._say(words)
        self._lines([said], left + _SHAPE, top, _SMALL, MUTED)
        return left + _SHAPE + text_width(said, _SMALL) + 24

    def _arrow(self, left: float, top: float, height: float) -> None:
        """Draw the ground of a phase's name: it points at the next phase."""
        middle, right, tip = top + height / 2, left + _COLUMN, _GAP - 2
        points = [
            (left, top),
            (right - 2, top),
            (right - 2 + tip, middle),
            (right - 2, top + height),
            (left, top + height),
            (left + tip, middle),
        ]
        drawn = " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
        ET.SubElement(self._root, "polygon", {"points": drawn, "fill": ACCENT})

    def _shape(self, kind: Kind, x: float, y: float) -> None:
        """Draw a ring for what is on a screen, a full square for what is not."""
        if kind is Kind.PHYSICAL:
            self._rect(x - 4.5, y - 4.5, 9, 9, ACCENT, radius=1)
            return
        ring = {"cx": _px(x), "cy": _px(y), "r": "4", "fill": "none"}
        ET.SubElement(
            self._root, "circle", {**ring, "stroke": ACCENT, "stroke-width": "2"}
        )

    def _star(self, x: float, y: float) -> None:
        place = f"translate({_px(x)} {_px(y)})"
        ET.SubElement(self._root, "path", {"d": _STAR, "transform": place, "fill": INK})

    def _rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        stroke: str = "none",
        radius: float = 6,
    ) -> ET.Element:
        return ET.SubElement(
            self._root,
            "rect",
            {
                "x": _px(x),
                "y": _px(y),
                "width": _px(width),
                "height": _px(height),
                "rx": _px(radius),
                "fill": fill,
                "stroke": stroke,
            },
        )

    def _lines(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        size: float,
        fill: str = INK,
        *,
        bold: bool = False,
    ) -> float:
        """Write lines below one another; return where the last one ends."""
        for number, line in enumerate(lines):
            baseline = top + (number * _LEADING + 1) * size
            text = ET.SubElement(
                self._root,
                "text",
                {
                    "x": _px(x),
                    "y": _px(baseline),
                    "font-size": _px(size),
                    "font-weight": "600" if bold else "400",
                    "fill": fill,
                },
            )
            text.text = line
        return top + len(lines) * size * _LEADING

    def _named(self, names: Names) -> str:
        words = {key: text for key, text in names.items() if key != "brake"}
        # The narrow no-break space is not in every font.
        return tidy(named(words, self._locale)).replace("\u202f", "\u00a0")

    def _say(self, message: str, **values: object) -> str:
        return gettext(self._locale, message, **values).replace("\u202f", "\u00a0")


def _px(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
