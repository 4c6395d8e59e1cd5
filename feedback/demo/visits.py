"""How the customers of the made-up company answer: page by page, or not to the end."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.collection.invitations import find_invitation, mark_opened
from feedback.collection.opting_out import refuse
from feedback.collection.recording import Bell
from feedback.collection.responses import Door, Posted, find_opened, take_page
from feedback.collection.steps import Step
from feedback.collection.wishes import Callback, ask_for_callback, ask_to_be_forgotten
from feedback.config import Settings
from feedback.demo.asking import AskedSurvey
from feedback.demo.history import Heard, Storyteller
from feedback.measures.scales import Scale
from feedback.surveys.branching import ShownPage, walk
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions import kind_of
from feedback.surveys.questions.base import field as field_name

SHARE_WITH_TEXT = 0.75
#: of the questions with choices that need no answer, those that get one
SHARE_CHOSEN = 0.8


@dataclass(order=True, kw_only=True)
class Visit:
    """Somebody who will follow a link at a moment."""

    at: datetime
    number: int
    door: Door = field(compare=False)
    survey: AskedSurvey = field(compare=False)
    locale: str = field(compare=False)
    #: how they behave: answer, part, look, no, call, forget
    does: str = field(compare=False)


class Visitors:
    """Follows links as customers do, and answers in their words."""

    def __init__(
        self,
        session: Session,
        tellers: Mapping[str, Storyteller],
        rng: random.Random,
        *,
        settings: Settings,
    ) -> None:
        self._session = session
        self._tellers = tellers
        self._rng = rng
        self._settings = settings
        self._secret = settings.secret()
        self._bell = Bell()

    def come(self, visit: Visit) -> None:
        """Do what somebody does with their link."""
        token = visit.door.token
        invitation = find_invitation(self._session, token) if token else None
        if invitation is not None:
            if not invitation.can_be_answered(visit.at):
                return
            mark_opened(self._session, invitation.id, now=visit.at)
            if visit.does == "no":
                refuse(self._session, invitation.id, now=visit.at, secret=self._secret)
        if visit.does in {"look", "no"}:
            return
        heard = self._tellers[visit.survey.journey].hear(
            visit.survey.touchpoint, visit.locale
        )
        if visit.does == "call":
            heard = Heard(scores=dict.fromkeys(Scale, 1), text=heard.text)
        self._fill_in(visit, heard)
        if invitation is None or invitation.contact_id is None:
            return
        if visit.does == "forget":
            ask_to_be_forgotten(
                self._session,
                invitation.contact_id,
                survey_id=invitation.survey_id,
                now=visit.at,
            )
        if visit.does == "call":
            self._ask_for_call(visit, invitation.contact_name or "")

    def _ask_for_call(self, visit: Visit, name: str) -> None:
        opened = find_opened(
            self._session, visit.door, now=visit.at, secret=self._secret
        )
        if opened is not None:
            reach = f"06 00 00 {visit.number % 100:02} {visit.number // 20:02}"
            ask_for_callback(
                self._session, opened, Callback(name=name, reach=reach), now=visit.at
            )

    def _fill_in(self, visit: Visit, heard: Heard) -> None:
        """Leave page after page, or the first one alone."""
        at = visit.at
        opened = find_opened(
            self._session, visit.door, now=at, secret=self._secret, is_first=True
        )
        if opened is None:
            return
        asked = questionnaire_of(self._session, opened.version_id, opened.checksum)
        known = opened.known_in(visit.locale)
        gone = walk(asked, opened.answers, known, seed=opened.seed)
        page: ShownPage | None = gone.pages[0]
        has_text, is_first = self._rng.random() < SHARE_WITH_TEXT, True
        while page is not None:
            left_at = at + timedelta(seconds=self._rng.randrange(8, 40))
            taken = take_page(
                self._session,
                visit.door,
                Posted(
                    step=Step(
                        version_id=opened.version_id,
                        checksum=opened.checksum,
                        page=page.key,
                        shown=tuple(one.key for one in page.questions),
                        key=visit.door.key,
                        made_at=at,
                        is_first=is_first,
                    ),
                    form={
                        name: values
                        for one in page.questions
                        for name, values in self._say(one, heard, has_text)
                    },
                    language=visit.locale,
                ),
                now=left_at,
                zone=self._settings.zone,
                secret=self._secret,
                bell=self._bell,
            )
            at, is_first = left_at, False
            if taken is None or taken.left is None or visit.does == "part":
                return
            page = taken.left.next

    def _say(
        self, question: Question, heard: Heard, has_text: bool
    ) -> Iterator[tuple[str, list[str]]]:
        """Yield the form fields with which a question is answered."""
        name, rng = field_name(question), self._rng
        scale = kind_of(question).scale
        if scale is not None:
            yield name, [str(heard.scores[scale])]
        elif question.kind in {"short_text", "long_text"}:
            if has_text:
                yield name, [heard.text]
        elif question.choices and (question.required or rng.random() < SHARE_CHOSEN):
            most = 2 if question.kind == "multiple" else 1
            keys = [one.key for one in question.choices]
            yield name, rng.sample(keys, rng.randint(1, most))
