"""Themes of the deployment: added, renamed, hidden, merged, moved, and undone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import OwnPhrase, shipped, shipped_taxonomy
from feedback.voice.taxonomy import (
    find_theme,
    list_phrases,
    list_themes,
    read_taxonomy,
    read_themes,
    theme_name,
)
from feedback.voice.theme_drafts import check_phrase, tidy_phrase
from feedback.voice.theme_history import list_changes, newest_revision, undo
from feedback.voice.theming import (
    ThemeDraft,
    add_phrases,
    add_theme,
    change_theme,
    hide_theme,
    merge_theme,
    move_theme,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TOPIC = OwnPhrase("fr", "Borne .. Retrait")
BROKEN = OwnPhrase("fr", "borne & en panne", Polarity.NEGATIVE)


def add(session: Session, **also: Any) -> str:
    given_: dict[str, Any] = {
        "names": {"fr": "Bornes de retrait", "en": "Lockers"},
        "brake": "service",
        "phrases": [BROKEN],
        "author_id": None,
        "now": NOW,
    }
    return add_theme(session, **(given_ | also))


def draft(session: Session, key: str, **also: Any) -> ThemeDraft:
    theme = read_themes(session).kept[key].theme
    said: dict[str, Any] = {
        "names": theme.names,
        "brake": theme.brake,
        "negative": theme.negative,
        "positive": theme.positive,
    }
    return ThemeDraft(**(said | also))


def test_without_a_change_the_themes_are_the_shipped_ones(session: Session) -> None:
    assert list_themes(session) == shipped_taxonomy()
    assert read_taxonomy(session) == shipped()
    assert read_taxonomy(session).version == ""
    assert newest_revision(session) == 0


def test_an_added_theme_stands_last_with_its_phrases(session: Session) -> None:
    key = add(session)

    assert key == "lockers"
    assert list_themes(session)[-1].key == key
    assert theme_name(session, key, "fr") == "Bornes de retrait"
    assert list_phrases(session) == ((key, BROKEN),)
    assert read_taxonomy(session).version != ""


def test_a_name_in_one_language_stands_for_the_other(session: Session) -> None:
    key = add(session, names={"fr": "Consigne à vélos"})

    assert key == "consigne_a_velos"
    assert theme_name(session, key, "en") == "Consigne à vélos"


def test_phrases_are_added_once(session: Session) -> None:
    add_phrases(session, "queue_wait", [BROKEN], author_id=None, now=NOW)
    add_phrases(session, "queue_wait", [BROKEN], author_id=None, now=NOW)

    assert list_phrases(session) == (("queue_wait", BROKEN),)
    assert newest_revision(session) == 1


def test_a_theme_is_renamed_and_given_another_brake_at_once(session: Session) -> None:
    words = draft(session, "queue_wait", names={"fr": "Files", "en": "Queues"})
    change_theme(session, "queue_wait", words, revision=0, author_id=None, now=NOW)

    assert theme_name(session, "queue_wait", "en") == "Queues"
    assert read_taxonomy(session).version == "", "names are no rule"


def test_a_hidden_theme_is_no_theme_until_it_is_shown_again(session: Session) -> None:
    for hidden, found in ((True, False), (False, True)):
        hide_theme(
            session,
            "queue_wait",
            hidden=hidden,
            revision=None,
            author_id=None,
            now=NOW,
        )
        assert (find_theme(session, "queue_wait") is not None) is found
    assert read_taxonomy(session) == shipped()


def test_a_merged_theme_counts_for_the_last_of_the_chain(session: Session) -> None:
    add(session, names={"en": "Returns"})
    for one, into in (("queue_wait", "process_effort"), ("process_effort", "returns")):
        merge_theme(session, one, into=into, revision=None, author_id=None, now=NOW)

    themes = read_themes(session)
    assert themes.current("queue_wait") == "returns"
    assert set(themes.sources("returns")) == {
        "returns",
        "queue_wait",
        "process_effort",
    }
    assert find_theme(session, "queue_wait") is None


def test_hiding_and_merging_need_no_new_analysis(session: Session) -> None:
    by = {"revision": None, "author_id": None, "now": NOW}
    hide_theme(session, "price_fees", hidden=True, **by)  # type: ignore[arg-type]
    merge_theme(session, "queue_wait", into="process_effort", **by)  # type: ignore[arg-type]

    assert read_taxonomy(session) == shipped()


def test_a_theme_is_not_merged_into_itself_or_into_one_that_is_not_shown(
    session: Session,
) -> None:
    def merge(into: str) -> None:
        merge_theme(
            session, "queue_wait", into=into, revision=None, author_id=None, now=NOW
        )

    with pytest.raises(Conflict, match="merged_into_itself"):
        merge("queue_wait")
    with pytest.raises(NotFound):
        merge("nowhere")
    assert newest_revision(session) == 0


def test_moving_changes_places_with_the_neighbour_of_the_same_brake(
    session: Session,
) -> None:
    before = [theme.key for theme in list_themes(session)]
    move_theme(session, before[1], up=True, revision=None, author_id=None, now=NOW)
    after = [theme.key for theme in list_themes(session)]
    assert after[:2] == [before[1], before[0]]

    move_theme(session, before[1], up=True, revision=None, author_id=None, now=NOW)
    assert [theme.key for theme in list_themes(session)] == after


def test_the_later_of_two_people_is_told(session: Session) -> None:
    add(session, revision=0)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        add(session, revision=0)
    assert len(list_themes(session)) == len(shipped_taxonomy()) + 1


def test_the_last_change_is_undone_and_done_again(session: Session) -> None:
    add(session)
    undo(session, revision=1, author_id=None, now=NOW)
    assert read_taxonomy(session) == shipped()

    undo(session, revision=2, author_id=None, now=NOW)
    assert theme_name(session, "lockers", "en") == "Lockers"
    assert list_phrases(session) == (("lockers", BROKEN),)
    told = list_changes(session, PageRequest(number=1)).items
    assert [one.action for one in told] == [
        "theme_added",
        "undone_theme_added",
        "theme_added",
    ]


def test_there_is_nothing_to_undo_at_first(session: Session) -> None:
    with pytest.raises(Conflict, match="nothing_to_undo"):
        undo(session, revision=0, author_id=None, now=NOW)


def test_the_key_of_a_theme_that_is_gone_is_not_used_again(session: Session) -> None:
    add(session)
    undo(session, revision=1, author_id=None, now=NOW)

    assert add(session) == "lockers_2"


@pytest.mark.parametrize(
    ("pattern", "polarity", "code"),
    [
        ("(borne", Polarity.NEGATIVE, "pattern_syntax"),
        ("borne\\", Polarity.NEGATIVE, "pattern_syntax"),
        ("?", Polarity.NEGATIVE, "pattern_syntax"),
        ("@nobody", Polarity.NEGATIVE, "pattern_group"),
        ("a?b?c?d?e?f?g?h?i?j?k?l?m?n?o?p?", Polarity.NEGATIVE, "pattern_wide"),
        ("borne & ", Polarity.NEGATIVE, "pattern_empty"),
        ("x", Polarity.NEGATIVE, "pattern_empty"),
        ("!!", Polarity.NEGATIVE, "pattern_empty"),
        ("borne & panne", None, "pattern_topic"),
        ("b" * 301, None, "pattern_long"),
    ],
)
def test_a_faulty_phrase_is_refused_at_its_field(
    session: Session, pattern: str, polarity: Polarity | None, code: str
) -> None:
    phrase = OwnPhrase("fr", pattern, polarity)
    with pytest.raises(Invalid) as refused:
        add(session, phrases=[phrase])

    assert refused.value.fields == {f"phrases_fr_{polarity or 'topic'}": code}
    assert newest_revision(session) == 0


@pytest.mark.parametrize(
    ("also", "fields"),
    [
        ({"names": {}}, {"names": "missing"}),
        ({"names": {"fr": "x" * 81}}, {"names": "too_long"}),
        ({"brake": "weather"}, {"brake": "unknown_brake"}),
        ({"negative": {"fr": "x" * 301}}, {"descriptions": "too_long"}),
        ({"split_from": "queue_wait", "phrases": []}, {"phrases": "missing"}),
    ],
)
def test_a_faulty_theme_is_refused(
    session: Session, also: dict[str, object], fields: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        add(session, **also)
    assert refused.value.fields == fields


@given(st.text(alphabet="ab |()?&.@\\é0-", max_size=40))
def test_any_pattern_is_read_or_refused_with_a_code(pattern: str) -> None:
    code = check_phrase(tidy_phrase(OwnPhrase("fr", pattern, Polarity.WISH)))
    assert code is None or code.startswith("pattern_")
