"""Which kind of file a transcript is, how it is encoded, and its turns."""

import codecs

from feedback.core.errors import Invalid
from feedback.interviews.reading.script import read_script
from feedback.interviews.reading.subtitles import is_srt, read_srt, read_vtt
from feedback.interviews.reading.turns import Transcript, put_together
from feedback.interviews.reading.word import read_word

#: bytes of a file
LARGEST_FILE = 8 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_transcript(content: bytes) -> Transcript:
    """Return the turns of a file: .docx, .vtt, .srt or text, told by what is in it.

    Raises:
        Invalid: `file`: `empty_file`, `file_too_large`, `binary_file`,
            `not_a_document`, `document_too_large`, and as `put_together`.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid({"file": "file_too_large"})
    if content.startswith(b"PK\x03\x04"):
        return put_together(read_script(read_word(content)))
    text = decode(content)
    if not text.strip():
        raise Invalid({"file": "empty_file"})
    if text.lstrip().startswith("WEBVTT"):
        return put_together(read_vtt(text))
    if is_srt(text):
        return put_together(read_srt(text))
    return put_together(read_script(text))


def decode(content: bytes) -> str:
    """Return the text of a file: as its mark says, else UTF-8, else Windows-1252.

    Raises:
        Invalid: `file: binary_file`.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise Invalid({"file": "binary_file"}) from error
    if b"\0" in content:
        raise Invalid({"file": "binary_file"})
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
