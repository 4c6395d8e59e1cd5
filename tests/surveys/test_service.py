"""Surveys: written by several people, published for good, closed and brought back."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.core.pagination import PageRequest
from feedback.db.audit import AuditEntry
from feedback.db.session import Database
from feedback.surveys import editing, edits, service
from feedback.surveys.editing import Edit
from feedback.surveys.models import Survey, SurveyEdit, SurveyState
from feedback.surveys.queries import (
    get_survey,
    get_version,
    list_surveys,
    list_versions,
    open_version,
    questionnaire_of,
)
from feedback.surveys.questionnaire import Ending, Questionnaire, Theme
from feedback.surveys.review import review
from feedback.surveys.taken_keys import used_keys
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment


def _reword(key: str, words: str, *, action: str = "question_changed") -> Edit:
    """Return the edit that gives a question other English words."""

    def apply(draft: Questionnaire) -> Questionnaire:
        pages = tuple(
            replace(
                page,
                questions=tuple(
                    replace(one, text={**one.text, "en": words})
                    if one.key == key
                    else one
                    for one in page.questions
                ),
            )
            for page in draft.pages
        )
        return replace(draft, pages=pages)

    return Edit(action=action, subject=key, apply=apply, is_of_question=True)


def _retitle(words: str) -> Edit:
    return Edit(
        action="title_changed",
        apply=lambda draft: replace(draft, title={**draft.title, "fr": words}),
    )


class Desk:
    """Somebody who writes at a survey."""

    def __init__(self, session: Session, clock: StoppedClock, survey: Survey) -> None:
        self.session, self.clock = session, clock
        self.public_id = survey.public_id

    def change(self, edit: Edit, revision: int | None = None) -> int:
        """Change the draft, a minute after the last time."""
        self.clock.advance(seconds=60)
        return service.change(
            self.session,
            self.public_id,
            edit,
            revision=revision,
            author_id=None,
            now=self.clock.now(),
        )

    def publish(self) -> int:
        """Publish the draft."""
        return service.publish(
            self.session, self.public_id, author_id=None, now=self.clock.now()
        )

    def words(self, key: str) -> str:
        """Return the English words of a question of the draft."""
        found = get_survey(self.session, self.public_id).questionnaire.question(key)
        assert found is not None
        return found.text["en"]


@pytest.fixture
def desk(session: Session, clock: StoppedClock, factories: Factories) -> Desk:
    return Desk(session, clock, factories.survey(published=False))


def test_a_new_survey_is_a_draft_that_nobody_can_answer(
    session: Session, factories: Factories
) -> None:
    survey = factories.survey(published=False)

    found = get_survey(session, survey.public_id)

    assert (found.state, found.version, found.name) == (
        SurveyState.DRAFT,
        None,
        "Votre avis",
    )
    assert found.is_changed
    with pytest.raises(NotFound, match="survey"):
        open_version(session, survey.id)


def test_a_new_anonymous_survey_offers_no_call_and_can_be_published(
    session: Session, factories: Factories
) -> None:
    offers = Ending(key="sorry", title={"fr": "Désolé"}, callback=True)
    asked = replace(score_and_comment(), endings=(offers,))

    anonymous = factories.survey(questionnaire=asked, anonymous=True)
    named = factories.survey(questionnaire=asked)

    draft = get_survey(session, anonymous.public_id).questionnaire
    assert draft.endings == (replace(offers, callback=False),)
    assert not review(draft, anonymous=True).errors
    assert get_survey(session, named.public_id).questionnaire.endings == (offers,)


def test_the_touchpoint_must_be_of_the_journey(
    session: Session, clock: StoppedClock, factories: Factories
) -> None:
    survey = factories.survey()
    elsewhere = factories.touchpoint()

    with pytest.raises(NotFound, match="touchpoint"):
        service.settle(
            session,
            survey.public_id,
            touchpoint_id=elsewhere.id,
            anonymous=False,
            author_id=None,
            now=clock.now(),
        )


def test_the_later_of_two_people_is_told(desk: Desk) -> None:
    desk.change(_retitle("Un"), revision=0)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        desk.change(_retitle("Deux"), revision=0)

    assert get_survey(desk.session, desk.public_id).name == "Un"


def test_two_people_can_write_at_two_questions_at_once(desk: Desk) -> None:
    desk.change(_reword("score", "Recommend?"), revision=0)

    revision = desk.change(_reword("comment", "Tell us why"), revision=0)

    assert revision == 2
    assert desk.words("score") == "Recommend?"
    assert desk.words("comment") == "Tell us why"


def test_of_two_who_save_at_the_same_moment_the_later_is_told(
    database: Database, desk: Desk
) -> None:
    desk.session.commit()
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def save(words: str) -> None:
        together.wait(timeout=10)
        with database.session(writes=True) as session:
            try:
                service.change(
                    session,
                    desk.public_id,
                    _retitle(words),
                    revision=0,
                    author_id=None,
                    now=desk.clock.now(),
                )
                session.commit()
                outcomes.append("saved")
            except Conflict as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=save, args=(word,)) for word in ("Un", "Deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["changed_meanwhile", "saved"]
    assert get_survey(desk.session, desk.public_id).revision == 1


def test_two_people_at_one_question_are_told(desk: Desk) -> None:
    desk.change(_reword("score", "Recommend?"), revision=0)
    desk.change(_reword("comment", "Why then?"), revision=1)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        desk.change(_reword("score", "Would you?"), revision=0)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        desk.change(_reword("comment", "Would you?"), revision=1)


def test_an_edit_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    desk.change(_retitle("Un"))

    assert desk.change(_retitle("Un")) == 1
    assert not desk.session.scalars(select(SurveyEdit).offset(1)).all()


def test_edits_are_undone_and_done_again_one_by_one(desk: Desk) -> None:
    for words in ("one", "two", "three"):
        desk.change(_reword("score", words))

    service.undo(desk.session, desk.public_id, revision=3)
    service.undo(desk.session, desk.public_id, revision=4)
    assert desk.words("score") == "one"
    service.redo(desk.session, desk.public_id, revision=5)
    assert desk.words("score") == "two"
    service.redo(desk.session, desk.public_id, revision=6)
    assert desk.words("score") == "three"
    with pytest.raises(Conflict, match="nothing_to_redo"):
        service.redo(desk.session, desk.public_id, revision=7)

    for revision in (7, 8, 9):
        service.undo(desk.session, desk.public_id, revision=revision)
    assert desk.words("score") == "Would you recommend us to a friend?"
    with pytest.raises(Conflict, match="nothing_to_undo"):
        service.undo(desk.session, desk.public_id, revision=10)


def test_a_new_edit_forgets_what_was_undone(desk: Desk) -> None:
    desk.change(_reword("score", "one"))
    service.undo(desk.session, desk.public_id, revision=1)
    desk.change(_reword("score", "two"))

    found = get_survey(desk.session, desk.public_id)

    assert found.can_undo
    assert not found.can_redo
    service.undo(desk.session, desk.public_id, revision=3)
    assert desk.words("score") == "Would you recommend us to a friend?"


def test_who_saw_what_was_undone_since_is_told(desk: Desk) -> None:
    desk.change(_reword("score", "one"))
    desk.change(_reword("score", "two"))
    service.undo(desk.session, desk.public_id, revision=2)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        desk.change(_reword("score", "three"), revision=2)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        service.undo(desk.session, desk.public_id, revision=2)


def test_what_one_person_types_within_seconds_is_one_edit(
    desk: Desk, factories: Factories
) -> None:
    nell, omar = factories.account().id, factories.account().id
    for author, words in ((nell, "R"), (nell, "Re"), (omar, "Rec"), (omar, "Reco")):
        service.change(
            desk.session,
            desk.public_id,
            _reword("score", words),
            revision=None,
            author_id=author,
            now=desk.clock.now() + timedelta(seconds=1),
        )

    service.undo(desk.session, desk.public_id, revision=4)

    assert desk.words("score") == "Re"


def test_the_last_200_edits_are_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "MOST_EDITS", 3)
    for number in range(6):
        desk.change(_reword("score", f"version {number}"))

    for revision in (6, 7, 8):
        service.undo(desk.session, desk.public_id, revision=revision)

    assert desk.words("score") == "version 2"
    with pytest.raises(Conflict, match="nothing_to_undo"):
        service.undo(desk.session, desk.public_id, revision=9)


def test_a_published_version_never_changes(desk: Desk) -> None:
    assert desk.publish() == 1
    survey = get_survey(desk.session, desk.public_id)
    first = open_version(desk.session, survey.id)
    desk.change(_reword("score", "Would you come back?"))

    opened = open_version(desk.session, survey.id)
    asked = questionnaire_of(desk.session, opened.version_id, opened.checksum)

    assert opened == first
    assert opened.state is SurveyState.OPEN
    assert (score := asked.question("score"))
    assert score.text["en"] == "Would you recommend us to a friend?"
    assert get_survey(desk.session, desk.public_id).is_changed
    assert get_version(desk.session, survey.id, 1).is_intact


def test_a_change_of_words_breaks_the_trend_of_that_question(desk: Desk) -> None:
    desk.publish()
    desk.change(_reword("score", "Would you come back?"))
    desk.change(_reword("comment", "What is the reason?"))

    assert desk.publish() == 2

    survey = get_survey(desk.session, desk.public_id)
    versions = list_versions(desk.session, survey.id)
    assert [(one.number, one.breaks) for one in versions] == [(2, ("score",)), (1, ())]
    assert used_keys(desk.session, survey.id) == {"score", "comment"}


def test_publishing_twice_makes_one_version(desk: Desk) -> None:
    assert (desk.publish(), desk.publish()) == (1, 1)
    assert not get_survey(desk.session, desk.public_id).is_changed


def test_a_draft_with_faults_is_not_published(desk: Desk) -> None:
    desk.change(editing.set_theme(Theme(text="#eeeeee")))
    desk.change(_reword("score", "one"))

    with pytest.raises(Conflict, match="survey_has_faults") as refused:
        desk.publish()

    faults = refused.value.values["findings"]
    assert isinstance(faults, tuple)
    assert {one.code for one in faults} == {"low_contrast"}
    assert get_survey(desk.session, desk.public_id).version is None


def test_publishing_a_draft_that_somebody_changed_since_is_told(desk: Desk) -> None:
    desk.change(_retitle("Un"))

    with pytest.raises(Conflict, match="changed_meanwhile"):
        service.publish(
            desk.session,
            desk.public_id,
            author_id=None,
            now=desk.clock.now(),
            revision=0,
        )


def test_anonymity_is_fixed_by_the_first_version(
    desk: Desk, clock: StoppedClock
) -> None:
    survey = get_survey(desk.session, desk.public_id)

    def settle(anonymous: bool) -> None:
        service.settle(
            desk.session,
            desk.public_id,
            touchpoint_id=survey.touchpoint_id,
            anonymous=anonymous,
            author_id=None,
            now=clock.now(),
        )

    settle(True)
    desk.publish()
    assert open_version(desk.session, survey.id).anonymous
    with pytest.raises(Conflict, match="anonymity_is_fixed"):
        settle(False)


def test_a_survey_is_closed_reopened_archived_and_brought_back(
    desk: Desk, clock: StoppedClock
) -> None:
    with pytest.raises(Conflict, match="survey_not_published"):
        service.reopen(desk.session, desk.public_id, author_id=None, now=clock.now())
    desk.publish()
    survey = get_survey(desk.session, desk.public_id)

    def state() -> SurveyState:
        return open_version(desk.session, survey.id).state

    service.close(desk.session, desk.public_id, author_id=None, now=clock.now())
    assert state() is SurveyState.CLOSED
    service.reopen(desk.session, desk.public_id, author_id=None, now=clock.now())
    assert service.archive(
        desk.session, desk.public_id, author_id=None, now=clock.now()
    )
    assert state() is SurveyState.CLOSED
    with pytest.raises(NotFound, match="survey"):
        desk.change(_retitle("Un"))
    assert list_surveys(desk.session, PageRequest(number=1, size=10)).items == ()
    service.restore(
        desk.session,
        desk.public_id,
        reopened=True,
        author_id=None,
        now=clock.now(),
    )
    assert state() is SurveyState.OPEN
    assert [one.action for one in desk.session.scalars(select(AuditEntry))] == [
        "survey_created",
        "survey_published",
        "survey_closed",
        "survey_reopened",
        "survey_archived",
        "survey_restored",
    ]


def test_a_duplicate_is_a_draft_of_its_own(desk: Desk, clock: StoppedClock) -> None:
    desk.publish()

    made = service.duplicate(
        desk.session, desk.public_id, author_id=None, now=clock.now()
    )

    copy = get_survey(desk.session, made)
    assert (copy.state, copy.version) == (SurveyState.DRAFT, None)
    assert copy.questionnaire == get_survey(desk.session, desk.public_id).questionnaire
