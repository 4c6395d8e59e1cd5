"""Copies the front-end files that the application serves out of node_modules.

``npm ci`` fetches what package-lock.json pins; this script keeps only what a page
asks for, beside the licences, and writes manifest.json with the SHA-384 of every
copy. The copies are committed, so that Node is never needed to run the application.
"""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
SVG = "{http://www.w3.org/2000/svg}"

#: Package -> (folder name without version, files as found in the package).
FILES: dict[str, tuple[str, tuple[str, ...]]] = {
    "@tabler/core": ("tabler-core", ("dist/css/tabler.min.css",)),
    "sortablejs": ("sortablejs", ("Sortable.min.js", "LICENSE")),
    "@fontsource-variable/inter": (
        "inter",
        (
            "files/inter-latin-wght-normal.woff2",
            "files/inter-latin-ext-wght-normal.woff2",
            "LICENSE",
        ),
    ),
    "@fontsource-variable/source-serif-4": (
        "source-serif-4",
        (
            "files/source-serif-4-latin-wght-normal.woff2",
            "files/source-serif-4-latin-ext-wght-normal.woff2",
            "files/source-serif-4-latin-wght-italic.woff2",
            "files/source-serif-4-latin-ext-wght-italic.woff2",
            "LICENSE",
        ),
    ),
    "@tabler/icons": ("tabler-icons", ("LICENSE",)),
}

#: Licences that a package names without shipping their text.
LICENCES = {"@tabler/core": HERE / "licences" / "tabler-core.txt"}

#: The outline icons that become the symbols of icons.svg, one a line.
ICONS = HERE / "icons.txt"

#: Our own signs of feeling: a shape each, so that colour never speaks alone.
SIGNS = {
    "sign-negative": "M4 6h16l-8 13z",
    "sign-mixed": "M12 3l8 9l-8 9l-8 -9z",
    "sign-neutral": "M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0 -14z",
    "sign-positive": "M4 18h16l-8 -13z",
}


def version(package: str) -> str:
    """The installed version of a package."""
    facts = json.loads((MODULES / package / "package.json").read_text("utf-8"))
    return str(facts["version"])


def folder(package: str) -> Path:
    """Where the copies of a package stand: ``<name>-<version>``."""
    return HERE / f"{FILES[package][0]}-{version(package)}"


def copy(source: Path, target: Path) -> None:
    """Copy a file; text loses its pointer to a source map that is not served."""
    if source.suffix not in {".css", ".js"}:
        shutil.copyfile(source, target)
        return
    text = source.read_text("utf-8")
    text = re.sub(r"\n?/\*# sourceMappingURL=.*?\*/", "", text)
    text = re.sub(r"\n?//# sourceMappingURL=\S+", "", text)
    target.write_text(text.rstrip() + "\n", "utf-8")


def symbol(name: str) -> str:
    """One outline icon as a ``<symbol>``, without its invisible bounding box."""
    path = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
    shapes = [
        f'<path d="{shape.attrib["d"]}"/>'
        for shape in ET.parse(path).iter(f"{SVG}path")  # noqa: S314 - a pinned, hashed package
        if shape.get("stroke") != "none"
    ]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


def sprite() -> str:
    """All icons and signs as one SVG document of symbols."""
    symbols = [symbol(name) for name in ICONS.read_text("utf-8").split()]
    symbols += [
        f'<symbol id="{name}" viewBox="0 0 24 24"><path fill="currentColor" '
        f'd="{path}"/></symbol>'
        for name, path in SIGNS.items()
    ]
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *symbols, "</svg>", ""])


def sha384(path: Path) -> str:
    """The digest of a file in the form that ``integrity`` attributes use."""
    digest = hashlib.sha384(path.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode("ascii")


def main() -> None:
    """Replace all copies and write the manifest."""
    for old in HERE.glob("*-[0-9]*"):
        shutil.rmtree(old)
    for package, (_, files) in FILES.items():
        target = folder(package)
        target.mkdir()
        for name in files:
            source = MODULES / package / name
            copy(source, target / source.name)
        if package in LICENCES:
            copy(LICENCES[package], target / "LICENSE")
    (folder("@tabler/icons") / "icons.svg").write_text(sprite(), "utf-8")
    copies = sorted(path for path in HERE.glob("*-[0-9]*/*") if path.is_file())
    digests = {path.relative_to(HERE).as_posix(): sha384(path) for path in copies}
    (HERE / "manifest.json").write_text(json.dumps(digests, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
