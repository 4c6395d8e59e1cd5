"""Transcripts of every kind become turns by speaker, or are refused with a reason."""

import io
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Invalid
from feedback.interviews.reading.files import LARGEST_FILE, read_transcript
from feedback.interviews.reading.word import DOCUMENT, LARGEST_PART

VTT = """WEBVTT - a talk

NOTE recorded on a Monday

1
00:00:01.000 --> 00:00:04.000
<v Anna Martin>How did you find us?</v>

00:00:05.500 --> 00:00:09.000 align:start
<v Participant>Through a <i>friend</i> &amp; an ad.

00:00:09.000 --> 00:00:12.000
<v Participant>Then I waited at the till.
"""
SRT = """1
00:00:01,000 --> 00:00:04,000
Anna: How did you find us?

2
00:01:05,500 --> 00:01:09,000
Paul: Through a friend.
It took a while.

3
00:01:10,000 --> 00:01:12,000
Anna: And then?
"""
SCRIPT = """[00:00:03] Anna : Comment nous avez-vous connus ?
[00:00:09] Paul : Par une amie.
Franchement : j'ai hésité.
[00:01:02] Anna : Pourquoi ?
Paul : Les prix.
"""
TEAMS = """Anna Martin   0:03
How did you find us?

Paul   0:09
Through a friend.
It took a while.
"""


def document(body: str, *, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inner = f"<w:body>{body}</w:body>"
    return packed(
        f'{before}<w:document xmlns:w="{space}">{inner}</w:document>'.encode()
    )


def packed(part: bytes, name: str = DOCUMENT) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return file.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{one}</w:t></w:r>" for one in runs) + "</w:p>"


def said(content: bytes) -> list[tuple[str, str]]:
    read = read_transcript(content)
    return [(read.speakers[place], one.text) for place, one in read.turns]


def test_webvtt_is_read_by_its_voices() -> None:
    assert said(VTT.encode()) == [
        ("Anna Martin", "How did you find us?"),
        ("Participant", "Through a friend & an ad. Then I waited at the till."),
    ]


def test_the_times_of_subtitles_are_kept() -> None:
    turns = read_transcript(SRT.encode()).turns

    assert [one.seconds for _, one in turns] == [1, 65, 70]


def test_subrip_is_read_by_names_before_a_colon() -> None:
    assert said(SRT.encode()) == [
        ("Anna", "How did you find us?"),
        ("Paul", "Through a friend. It took a while."),
        ("Anna", "And then?"),
    ]


def test_plain_text_is_read_line_by_line_and_a_turn_of_phrase_names_nobody() -> None:
    assert said(SCRIPT.encode("cp1252")) == [
        ("Anna", "Comment nous avez-vous connus ?"),
        ("Paul", "Par une amie. Franchement : j'ai hésité."),
        ("Anna", "Pourquoi ?"),
        ("Paul", "Les prix."),
    ]


def test_names_above_the_words_are_read_too() -> None:
    assert said(TEAMS.encode("utf-16")) == [
        ("Anna Martin", "How did you find us?"),
        ("Paul", "Through a friend. It took a while."),
    ]


def test_text_without_names_has_one_speaker() -> None:
    assert said(b"I waited.\nThen I left.") == [("", "I waited. Then I left.")]


def test_a_document_is_read_by_its_paragraphs() -> None:
    body = paragraph("Anna: ", "How?") + paragraph("Paul: By a friend.")
    deleted = "<w:p><w:r><w:delText>Gone</w:delText></w:r></w:p>"

    assert said(document(body + deleted)) == [
        ("Anna", "How?"),
        ("Paul", "By a friend."),
    ]


BOMB = "<!DOCTYPE b [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="empty"),
        pytest.param(b" \n\t\n", "empty_file", id="blank"),
        pytest.param(b"\x00\x01\x02", "binary_file", id="binary"),
        pytest.param(b"WEBVTT\n\nNOTE nothing\n", "nothing_said", id="no words"),
        pytest.param(b"PK\x03\x04rubbish", "not_a_document", id="broken archive"),
        pytest.param(packed(b"<x/>", "a.xml"), "not_a_document", id="other archive"),
        pytest.param(packed(b"<x"), "not_a_document", id="broken document"),
        pytest.param(
            document(paragraph("&b;"), before=BOMB), "not_a_document", id="entities"
        ),
        pytest.param(
            packed(b" " * (LARGEST_PART + 1)), "document_too_large", id="zip bomb"
        ),
        pytest.param(b"a" * (LARGEST_FILE + 1), "file_too_large", id="large"),
        pytest.param(b"word " * 130_000, "transcript_too_long", id="long"),
        pytest.param(
            "\n".join(f"Name {n}: yes\nName {n}: no" for n in range(2600)).encode(),
            "too_many_speakers",
            id="speakers",
        ),
        pytest.param(
            "\n".join("Anna: yes\nPaul: no" for _ in range(2600)).encode(),
            "too_many_turns",
            id="turns",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_transcript(content)

    assert refused.value.fields == {"file": code}


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refused: set[str] = set()
    try:
        turns = len(read_transcript(content).turns)
    except Invalid as error:
        turns, refused = 0, set(error.fields)

    assert bool(turns) != (refused == {"file"})


WORDS = st.text(alphabet="abcdéà ,.!?-'", min_size=1, max_size=60).filter(
    lambda text: text.strip(" ,.!?-'")
)


@given(st.lists(st.tuples(st.sampled_from(["Anna", "Paul"]), WORDS), min_size=2))
def test_no_word_is_lost_and_speakers_alternate(turns: list[tuple[str, str]]) -> None:
    written = "\n".join(f"{name}: {text}" for name, text in turns)

    read = said(written.encode())

    assert (
        " ".join(text for _, text in read).split()
        == " ".join(text for _, text in turns).split()
    )
    assert all(one[0] != other[0] for one, other in pairwise(read))


def test_a_long_turn_is_cut_between_sentences() -> None:
    sentence = "This is said again. "
    read = said((sentence * 500).encode())

    assert len(read) > 1
    assert all(text.endswith(".") for _, text in read)
    assert " ".join(text for _, text in read) == (sentence * 500).strip()
