"""What is served as a static file: whole, listed, and nothing inside the pages."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "feedback" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: A mail carries its style in itself, as mail programs want it; a page never does.
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
MANIFEST: dict[str, str] = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_vendored_file_is_the_one_that_was_collected() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode("ascii")
        for path in VENDOR.glob("*-[0-9]*/*")
    }

    assert found == MANIFEST


def test_every_vendored_package_stands_beside_its_licence() -> None:
    folders = {name.split("/")[0] for name in MANIFEST}

    assert folders
    assert all(f"{folder}/LICENSE" in MANIFEST for folder in folders)


def test_no_style_sheet_or_script_points_at_a_source_map() -> None:
    files = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"}]
    served = [path for path in files if "node_modules" not in path.parts]

    assert [name_of(p) for p in served if b"sourceMappingURL" in p.read_bytes()] == []


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((VENDOR / "package-lock.json").read_text("utf-8"))

    assert not [name for name, facts in lock["packages"].items() if "resolved" in facts]
    assert all("integrity" in facts for name, facts in lock["packages"].items() if name)


def test_every_icon_that_a_template_asks_for_is_in_the_sprite() -> None:
    (sprite,) = VENDOR.glob("tabler-icons-*/icons.svg")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text("utf-8")))
    asked = {
        (name_of(path), icon)
        for path in TEMPLATES
        for icon in re.findall(
            r"""\bicon\(\s*["']([a-z0-9-]+)["']\s*[,)]""", path.read_text("utf-8")
        )
    }

    assert asked
    assert {(page, icon) for page, icon in asked if icon not in drawn} == set()


def test_every_static_file_that_a_template_or_style_sheet_names_exists() -> None:
    asked = {
        STATIC / name
        for path in TEMPLATES
        for name in re.findall(r"""asset\(["']([^"']+)["']\)""", path.read_text())
    }
    for sheet in (STATIC / "css").glob("*.css"):
        urls = re.findall(r"""url\(["']?(?!data:)([^"')]+)["']?\)""", sheet.read_text())
        asked |= {(sheet.parent / url).resolve() for url in urls}
    for script in (STATIC / "js").glob("*.js"):
        urls = re.findall(
            r'new URL\("([^"]+)", import\.meta\.url\)', script.read_text()
        )
        asked |= {(script.parent / url).resolve() for url in urls}

    assert asked
    assert [str(path) for path in sorted(asked) if not path.is_file()] == []


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(r"<style\b", id="style element"),
        pytest.param(r"<script(?![^>]*\bsrc=)[^>]*>", id="inline script"),
        pytest.param(r"<[^>]*\sstyle\s*=", id="style attribute"),
        pytest.param(r"<[^>]*\son[a-z]+\s*=\s*[\"']", id="event attribute"),
        pytest.param(r"""(?:href|src)=["']javascript:""", id="javascript address"),
        pytest.param(r"""(?:href|src)=["'](?:https?:)?//""", id="foreign host"),
        pytest.param(r"\bdata-bs-", id="behaviour of Bootstrap's script"),
    ],
)
def test_no_page_holds_what_the_content_policy_forbids(forbidden: str) -> None:
    guilty = [
        name_of(path)
        for path in PAGES
        if re.search(forbidden, path.read_text("utf-8"), re.IGNORECASE)
    ]

    assert guilty == []


def tokens() -> dict[str, tuple[str, str]]:
    sheet = (STATIC / "css" / "tokens.css").read_text("utf-8")
    pairs = re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);", sheet
    )
    return {name: (light, dark) for name, light, dark in pairs}


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of ``#rgb`` or ``#rrggbb``."""
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    shares = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("paper", "surface", "sunken", "words", "accent-soft")
SIGNS = ("negative", "mixed", "neutral", "positive")


def text_pairs() -> Iterator[tuple[str, str]]:
    for ground in GROUNDS:
        for text in ("ink", "muted", "accent", "accent-strong", "words-mark", *SIGNS):
            yield text, ground
    for sign in ("accent", *SIGNS):
        yield sign, f"{sign}-soft"
        yield "ink", f"{sign}-soft"
        yield "muted", f"{sign}-soft"
        yield "on-accent" if sign == "accent" else "on-sign", sign
    yield "on-accent", "accent-strong"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_token_reads_on_every_ground(theme: int) -> None:
    colours = tokens()
    ratios = {
        pair: contrast(colours[pair[0]][theme], colours[pair[1]][theme])
        for pair in text_pairs()
    }

    assert {pair: r for pair, r in ratios.items() if r < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_the_borders_of_controls_stand_out(theme: int, ground: str) -> None:
    colours = tokens()

    assert contrast(colours["line-strong"][theme], colours[ground][theme]) >= 3
