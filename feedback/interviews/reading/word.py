"""Documents of a word processor (.docx): their paragraphs, and nothing else of them.

The file comes from outside: what it unpacks to is bounded before it is unpacked, and a
document that declares entities or a document type is refused.
"""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from xml.parsers import expat

from feedback.core.errors import Invalid

DOCUMENT = "word/document.xml"
#: bytes of the one part that is read, unpacked
LARGEST_PART = 16 * 1024 * 1024
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SEPARATOR = " "


def read_word(content: bytes) -> str:
    """Return the paragraphs of a document, one a line.

    Raises:
        Invalid: `file`: `not_a_document`, `document_too_large`.
    """
    reader = _Paragraphs()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(_document(content), True)
    except expat.ExpatError as error:
        raise Invalid({"file": "not_a_document"}) from error
    return "\n".join(reader.lines)


def _document(content: bytes) -> bytes:
    try:
        with (
            zipfile.ZipFile(BytesIO(content)) as archive,
            archive.open(DOCUMENT) as part,
        ):
            unpacked = part.read(LARGEST_PART + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Invalid({"file": "not_a_document"}) from error
    if len(unpacked) > LARGEST_PART:
        raise Invalid({"file": "document_too_large"})
    return unpacked


def _refuse(*_declared: object) -> None:
    raise Invalid({"file": "not_a_document"})


class _Paragraphs:
    """Collects the text of paragraphs; what was deleted in them is left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._parts: list[str] = []
        self._in_text = False

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        local = _local(name)
        self._in_text = local == "t"
        if local == "tab":
            self._parts.append(" ")
        elif local in {"br", "cr"}:
            self._end_line()

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._in_text = False
        elif local == "p":
            self._end_line()

    def text(self, data: str) -> None:
        if self._in_text:
            self._parts.append(data)

    def _end_line(self) -> None:
        self.lines.append("".join(self._parts))
        self._parts = []


def _local(name: str) -> str:
    space, _, local = name.rpartition(_SEPARATOR)
    return local if space == _SPACE else ""
