"""Builders for interviews, in the test's session."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from feedback.interviews.consent import ConsentGiven, give_consent
from feedback.interviews.excerpts import ExcerptDraft, mark_excerpt
from feedback.interviews.planning import InterviewDraft, create_interview
from feedback.interviews.queries import InterviewRead, get_interview, read_turns
from feedback.interviews.spans import Span
from feedback.interviews.talking import name_speakers, take_transcript
from feedback.interviews.terms import ConsentScope, ConsentWay, SpeakerRole, Way
from feedback.journey.models import Touchpoint
from feedback.nlp.annotation import Feeling
from feedback.voice.deciding import DecidedTheme
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories

ZONE = ZoneInfo("Europe/Paris")
TRANSCRIPT = b"""Anna Martin: How was your visit to the shop?
Paul Durand: Far too long a queue at the till. I waited for twenty minutes.
Anna Martin: And the people there?
Paul Durand: Lovely staff, and Julie Moreau was a great help.
"""
ALL = tuple(ConsentScope)


class Talks:
    """Holds interviews about one touchpoint."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session = session
        self.clock = clock
        self.author = factories.account()
        self.journey = factories.journey()
        self.point: Touchpoint = factories.touchpoint(factories.phase(self.journey))
        self.key, self.point_id = self.journey.key, self.point.id
        self._n = 0

    @property
    def now(self) -> datetime:
        """The moment at which the clock stands."""
        return self.clock.now()

    def planned(self, *, contact: str | None = None, guide: str | None = None) -> str:
        """An interview that is planned for now."""
        self._n += 1
        return create_interview(
            self.session,
            self.point.journey_id,
            InterviewDraft(
                alias=f"P{self._n}",
                held_at=self.now,
                language="en",
                way=Way.VIDEO,
                touchpoint_ids=(self.point.id,),
                contact=contact,
                researcher_id=self.author.id,
                guide=guide,
            ),
            actor_id=self.author.id,
            now=self.now,
        )

    def agreed(
        self, scopes: tuple[ConsentScope, ...] = ALL, *, contact: str | None = None
    ) -> str:
        """An interview with a consent."""
        public_id = self.planned(contact=contact)
        give_consent(
            self.session,
            public_id,
            ConsentGiven(
                text="I agree.",
                scopes=scopes,
                given_at=self.now,
                way=ConsentWay.SPOKEN,
            ),
            author_id=self.author.id,
            now=self.now,
        )
        return public_id

    def written_down(
        self,
        worker: Worker,
        scopes: tuple[ConsentScope, ...] = ALL,
        *,
        contact: str | None = None,
        transcript: bytes = TRANSCRIPT,
    ) -> str:
        """An interview of which the transcript is masked and the customer known."""
        public_id = self.agreed(scopes, contact=contact)
        take_transcript(
            self.session,
            public_id,
            "talk.txt",
            transcript,
            author_id=self.author.id,
            now=self.now,
        )
        self.session.commit()
        worker.drain()
        read = self.read(public_id)
        name_speakers(
            self.session,
            public_id,
            (SpeakerRole.INTERVIEWER, SpeakerRole.CUSTOMER)[: len(read.speakers)],
            revision=read.revision,
        )
        self.session.commit()
        return public_id

    def read(self, public_id: str) -> InterviewRead:
        """The interview as it stands."""
        return get_interview(self.session, public_id)

    def texts(self, public_id: str) -> list[str]:
        """What can be read of its turns."""
        turns = read_turns(self.session, self.read(public_id).id)
        return [one.text for one in turns]

    def draft(
        self,
        turn: int,
        *,
        first: int = 0,
        last: int = 10_000,
        themes: tuple[DecidedTheme, ...] = (),
        feeling: Feeling | None = None,
        comment: str = "",
    ) -> ExcerptDraft:
        """Words of one turn."""
        return ExcerptDraft(
            span=Span(
                first_turn=turn,
                first_character=first,
                last_turn=turn,
                last_character=last,
            ),
            touchpoint_id=self.point.id,
            themes=themes,
            feeling=feeling,
            comment=comment,
        )

    def mark(self, public_id: str, draft: ExcerptDraft) -> str:
        """Mark an excerpt."""
        return mark_excerpt(
            self.session,
            public_id,
            draft,
            author_id=self.author.id,
            now=self.now,
            zone=ZONE,
        )
