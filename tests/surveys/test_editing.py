"""Edits of a questionnaire: what moves, what stays, what is never lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.surveys import editing, languages, starting
from feedback.surveys.comparing import checksum, find_breaks, find_changes
from feedback.surveys.questionnaire import (
    Choice,
    Ending,
    Page,
    Question,
    Questionnaire,
    Theme,
    WordingByScore,
    read_questionnaire,
    write_questionnaire,
)
from feedback.surveys.questions import KINDS
from tests.factories import score_and_comment


def _keys(draft: Questionnaire) -> list[list[str]]:
    return [[one.key for one in page.questions] for page in draft.pages]


def _two_pages() -> Questionnaire:
    draft = editing.add_page().apply(score_and_comment())
    for key in ("reason", "contact"):
        question = Question(key=key, kind="short_text", text={"en": key})
        draft = editing.add_question("page-2", question).apply(draft)
    return draft


@pytest.mark.parametrize(
    ("key", "step", "expected"),
    [
        ("comment", -1, [["comment", "score"], ["reason", "contact"]]),
        ("comment", 1, [["score"], ["comment", "reason", "contact"]]),
        ("reason", -1, [["score", "comment", "reason"], ["contact"]]),
        ("score", -1, [["score", "comment"], ["reason", "contact"]]),
        ("contact", 1, [["score", "comment"], ["reason", "contact"]]),
    ],
)
def test_a_question_steps_up_and_down_over_the_edges_of_pages(
    key: str, step: int, expected: list[list[str]]
) -> None:
    assert _keys(editing.step_question(key, step).apply(_two_pages())) == expected


@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["score", "comment", "reason", "contact"]),
            st.sampled_from(["page-1", "page-2"]),
            st.integers(-2, 6),
        )
    )
)
def test_moving_loses_no_question_and_doubles_none(
    moves: list[tuple[str, str, int]],
) -> None:
    draft = _two_pages()
    before = {one.key: one for one in draft.questions()}

    for key, page, position in moves:
        draft = editing.move_question(key, page, position).apply(draft)

    assert {one.key: one for one in draft.questions()} == before
    assert sum(1 for _ in draft.questions()) == 4
    assert read_questionnaire(write_questionnaire(draft)) == draft


def test_a_duplicate_stands_below_its_original() -> None:
    draft = editing.duplicate_question("score", "score-2").apply(_two_pages())

    assert _keys(draft)[0] == ["score", "score-2", "comment"]
    assert (copy := draft.question("score-2"))
    assert replace(copy, key="score") == draft.question("score")


def test_pages_are_added_moved_and_removed_but_for_the_last() -> None:
    draft = editing.add_page(after="page-1").apply(_two_pages())
    assert [page.key for page in draft.pages] == ["page-1", "page-3", "page-2"]
    draft = editing.move_page("page-2", 0).apply(draft)
    draft = editing.put_page("page-2", shuffle=True).apply(draft)
    assert draft.pages[0] == Page(
        key="page-2", shuffle=True, questions=draft.pages[0].questions
    )
    for key in ("page-2", "page-3"):
        draft = editing.remove_page(key).apply(draft)
    with pytest.raises(Conflict, match="last_page"):
        editing.remove_page("page-1").apply(draft)


def test_endings_are_added_before_the_one_that_takes_everybody() -> None:
    draft = editing.add_ending({"en": "Sorry!", "fr": " "}).apply(score_and_comment())
    assert [one.key for one in draft.endings] == ["ending-1", "thanks"]
    assert draft.endings[0].title == {"en": "Sorry!"}
    changed = Ending(key="ending-1", title={"en": "Oh!"}, callback=True)
    draft = editing.put_ending(changed).apply(draft)
    draft = editing.move_ending("ending-1", 9).apply(draft)
    assert draft.endings[1] == changed
    draft = editing.remove_ending("ending-1").apply(draft)
    assert [one.key for one in draft.endings] == ["thanks"]


@pytest.mark.parametrize(
    ("edit", "missing"),
    [
        (editing.move_question("nothing", "page-1", 0), "question"),
        (editing.move_question("score", "nothing", 0), "page"),
        (editing.add_page(after="nothing"), "page"),
        (editing.remove_ending("nothing"), "ending"),
        (languages.set_default_language("de"), "language"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused(
    edit: editing.Edit, missing: str
) -> None:
    with pytest.raises(NotFound, match=missing):
        edit.apply(score_and_comment())


def test_keys_are_numbered_above_those_that_are_taken() -> None:
    assert editing.free_key("nps", ("csat",)) == "nps"
    assert editing.free_key("nps", ("nps", "nps-2")) == "nps-3"
    assert editing.numbered_key("choice", ["choice-2", "other", "choice-x"]) == (
        "choice-3"
    )


def test_a_choice_is_added_with_a_key_of_its_own() -> None:
    question = Question(
        key="which", kind="single", text={}, choices=(Choice(key="choice-7", text={}),)
    )

    made = editing.add_choices(question, [{"en": "Tea"}, {"en": ""}], rows=False)

    assert [(one.key, one.text) for one in made.choices] == [
        ("choice-7", {}),
        ("choice-8", {"en": "Tea"}),
        ("choice-9", {}),
    ]


def _translated() -> Questionnaire:
    """A questionnaire with words in every place where there can be some."""
    words = {"fr": "mots", "en": "words"}
    question = Question(
        key="which",
        kind="matrix",
        text=words,
        help=words,
        choices=(Choice(key="choice-1", text=words),),
        rows=(Choice(key="row-1", text=words),),
        wording=WordingByScore(question="score", texts={"low": words}),
        options={"low": words, "shuffle": True, "look": "stars"},
    )
    draft = editing.add_question("page-1", question).apply(score_and_comment())
    ending = Ending(key="thanks", title=words, text=words)
    return editing.put_ending(ending).apply(replace(draft, introduction=words))


def test_another_default_language_loses_no_words() -> None:
    draft = _translated()

    changed = languages.set_default_language("en").apply(draft)

    assert replace(changed, default_language="fr") == draft


def test_a_language_goes_with_its_words_and_only_with_them() -> None:
    draft = _translated()
    assert languages.count_texts(draft) == {"fr": 12, "en": 12}

    without = languages.remove_language("en").apply(draft)

    assert without.languages == ("fr",)
    assert languages.count_texts(without) == {"fr": 12}
    assert not any("en" in text for text in languages.texts_of(without))
    with pytest.raises(Conflict, match="language_is_default"):
        languages.remove_language("fr").apply(draft)


def test_a_language_is_added_once_and_kept_in_one_spelling() -> None:
    draft = languages.add_language("PT_br").apply(score_and_comment())
    assert draft.languages == ("fr", "en", "pt-BR")
    assert languages.add_language("pt-br").apply(draft) == draft
    for nonsense in ("", "x", "français", "en-", "a b", "en-US-x"):
        with pytest.raises(Invalid, match="not_a_language"):
            languages.add_language(nonsense)


def _breaks(after: Questionnaire, before: Questionnaire | None = None) -> list[str]:
    return list(find_breaks(before or _translated(), after))


def test_what_people_see_of_a_counted_question_breaks_its_trend() -> None:
    draft = _translated()
    which = draft.question("which")
    assert which is not None
    for changed in (
        replace(which, text={"fr": "autres", "en": "words"}),
        replace(which, kind="single"),
        replace(which, choices=()),
        replace(which, rows=(Choice(key="row-2", text={"en": "words"}),)),
        replace(which, options={**which.options, "look": "faces"}),
        replace(which, options={**which.options, "low": {"fr": "mots", "en": "w"}}),
        replace(which, wording=None),
    ):
        assert _breaks(editing.put_question(changed).apply(draft)) == ["which"]


def test_what_does_not_change_the_question_breaks_no_trend() -> None:
    draft = _translated()
    which = draft.question("which")
    assert which is not None
    for changed in (
        replace(which, help={}),
        replace(which, required=True),
        replace(which, text={"fr": " mots ", "en": "words"}),
    ):
        assert _breaks(editing.put_question(changed).apply(draft)) == []
    assert _breaks(editing.move_question("which", "page-1", 0).apply(draft)) == []
    assert _breaks(languages.add_language("de").apply(draft)) == []
    assert _breaks(languages.remove_language("en").apply(draft)) == []


def test_a_translation_that_was_missing_breaks_the_trend() -> None:
    before = _translated()
    which = before.question("which")
    assert which is not None
    without = editing.put_question(replace(which, text={"fr": "mots"})).apply(before)

    assert _breaks(before, without) == ["which"]


def test_the_order_of_names_does_not_change_the_checksum() -> None:
    draft = score_and_comment()
    turned = replace(draft, title=dict(reversed(list(draft.title.items()))))

    assert checksum(turned) == checksum(draft)
    assert checksum(editing.remove_question("comment").apply(draft)) != checksum(draft)


def test_what_differs_is_told_question_by_question() -> None:
    before = _two_pages()
    score = before.question("score")
    assert score is not None
    after = editing.put_question(replace(score, required=False)).apply(before)
    after = editing.remove_question("contact").apply(after)
    after = editing.duplicate_question("comment", "more").apply(after)
    after = editing.set_theme(Theme(accent="#000000")).apply(after)

    found = find_changes(before, after)

    assert [one.key for one in found.added] == ["more"]
    assert [one.key for one in found.removed] == ["contact"]
    assert [one.key for one in found.changed] == ["score"]
    assert found.breaks == ()
    assert found.elsewhere == ("theme",)
    assert not find_changes(before, before)
    moved = editing.move_question("score", "page-2", 0).apply(before)
    assert find_changes(before, moved).elsewhere == ("order",)


def test_choices_of_another_kind_take_no_key_that_was_used() -> None:
    text = starting.new_question("long_text", "which", ("en",))
    used = frozenset({"choice-1", "choice-4", "row-2"})

    matrix = starting.with_kind(text, "matrix", ("en",), used=used)

    assert [one.key for one in matrix.choices] == ["choice-5", "choice-6"]
    assert [one.key for one in matrix.rows] == ["row-3", "row-4"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_question_of_each_kind_can_be_kept(kind: str) -> None:
    question = starting.new_question(kind, "new", ("fr",))

    draft = editing.add_question("page-1", question).apply(
        starting.blank({"fr": "Avis"}, ("fr",))
    )

    assert read_questionnaire(write_questionnaire(draft)) == draft
    assert all(set(text) <= {"fr"} for text in languages.texts_of(draft))


def test_a_question_of_another_kind_keeps_what_both_know() -> None:
    single = starting.new_question("single", "which", ("en",))
    single = editing.add_choices(single, [{"en": "Tea"}], rows=False)
    single = replace(single, text={"en": "Which?"}, options={"shuffle": True})

    multiple = starting.with_kind(single, "multiple", ("en",))
    text = starting.with_kind(multiple, "long_text", ("en",))
    statement = starting.with_kind(replace(text, required=True), "statement", ("en",))

    assert multiple.choices == single.choices
    assert multiple.options["shuffle"] is True
    assert (text.choices, text.text) == ((), {"en": "Which?"})
    assert not statement.required


def test_each_scale_has_its_own_words_at_its_ends() -> None:
    nps = starting.new_question("nps", "score", ("en",))

    csat = starting.with_kind(nps, "csat", ("en",))

    assert csat.options["low"] == {"en": "Very dissatisfied"}
