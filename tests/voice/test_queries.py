"""The explorer's queries: each filter, full text, counts, typical verbatims."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.pagination import PageRequest
from feedback.core.periods import Period
from feedback.journey.models import Journey
from feedback.measures.scales import Scale, ScoreClass
from feedback.nlp.annotation import Feeling, PersonalData, Polarity, Reason
from feedback.voice.corrections import correct_feeling, reject_theme
from feedback.voice.highlighting import cut
from feedback.voice.models import AnnotationRecord, Feedback, Verbatim
from feedback.voice.queries import (
    VerbatimFilter,
    count_themes,
    count_unrated,
    count_verbatims,
    count_waiting,
    get_verbatim,
    is_search_cut,
    iterate_verbatims,
    list_explained,
    list_verbatims,
    typical_verbatims,
)
from feedback.voice.reading import MentionInText
from feedback.voice.search import parse_words
from feedback.voice.taxonomy import Stance, find_theme, list_themes, theme_name
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import annotation, mention, store


class Said:
    """Feedback of one journey with two touchpoints, analysed as each test says."""

    def __init__(
        self, session: Session, factories: Factories, clock: StoppedClock
    ) -> None:
        self.session, self.factories, self.clock = session, factories, clock
        self.journey: Journey = factories.journey()
        #: told without a query, which would take the test's session's lock again
        self.key, self.journey_id = self.journey.key, self.journey.id
        phase = factories.phase(self.journey)
        self.till = factories.touchpoint(phase, "till")
        self.site = factories.touchpoint(phase, "site", channel="website")

    def add(
        self,
        text: str,
        feeling: Feeling = Feeling.NEGATIVE,
        *,
        themes: tuple[Any, ...] = (),
        reasons: tuple[Reason, ...] = (),
        personal_data: tuple[PersonalData, ...] = (),
        analysed_as: str = "fr",
        **options: Any,
    ) -> str:
        """Say a text at the till unless told otherwise; return its public id."""
        feedback: Feedback = self.factories.feedback(
            options.pop("touchpoint", self.till), text=text, **options
        )
        verbatim = feedback.verbatims[0]
        said = annotation(
            feeling,
            themes=themes,
            reasons=reasons,
            personal_data=personal_data,
            language=analysed_as,
        )
        store(self.session, self.clock, verbatim, said)
        return verbatim.public_id

    def find(self, **wanted: Any) -> list[str]:
        """Return the texts that a filter finds."""
        page = list_verbatims(
            self.session,
            VerbatimFilter(journey_id=self.journey_id, **wanted),
            PageRequest(size=100),
        )
        return [item.text for item in page.items]

    def filter(self, **wanted: Any) -> VerbatimFilter:
        """Return a filter on this journey."""
        return VerbatimFilter(journey_id=self.journey_id, **wanted)


@pytest.fixture
def said(session: Session, factories: Factories, clock: StoppedClock) -> Said:
    """With the noise of another journey, which no filter may let through."""
    told = Said(session, factories, clock)
    noise = Said(session, factories, clock)
    noise.add("Attente ailleurs", themes=(mention(),), nps=2, language="fr")
    return told


def on(day: int) -> datetime:
    return datetime(2026, 10, day, 12, tzinfo=UTC)


def test_the_newest_come_first_and_pages_do_not_overlap(
    session: Session, said: Said
) -> None:
    for day in (3, 1, 2):
        said.add(f"le {day}", said_at=on(day))

    assert said.find() == ["le 3", "le 2", "le 1"]
    pages = [
        list_verbatims(session, said.filter(), PageRequest(number=number, size=2))
        for number in (1, 2)
    ]
    assert [[item.text for item in page.items] for page in pages] == [
        ["le 3", "le 2"],
        ["le 1"],
    ]
    assert [page.has_next for page in pages] == [True, False]


def test_nothing_is_shown_before_it_is_analysed_and_what_waits_is_counted(
    session: Session, said: Said
) -> None:
    said.factories.feedback(said.till, text="pas encore analysé")
    said.add("analysé")

    assert said.find() == ["analysé"]
    assert said.find(text="encore") == []
    assert count_waiting(session, said.journey.id).n == 1


def test_each_filter_keeps_what_it_asks_for(said: Said, factories: Factories) -> None:
    persona = factories.persona(said.journey)
    said.add(
        "a",
        Feeling.POSITIVE,
        touchpoint=said.site,
        said_at=on(5),
        language="en",
        persona=persona,
        nps=10,
        themes=(mention("price_fees", Polarity.POSITIVE, 0, 1),),
    )
    said.add(
        "b",
        said_at=on(6),
        language="fr",
        nps=0,
        themes=(mention("price_fees", Polarity.WISH, 0, 1), mention(end=1)),
    )

    assert said.find(period=Period(date(2026, 10, 5), date(2026, 10, 6))) == ["a"]
    assert said.find(touchpoint_ids=(said.site.id,)) == ["a"]
    assert said.find(touchpoint_ids=(said.site.id, said.till.id)) == ["b", "a"]
    assert said.find(touchpoint_ids=()) == []
    assert said.find(channel="website") == ["a"]
    assert said.find(persona_id=persona.id) == ["a"]
    assert said.find(language="fr") == ["b"]
    assert said.find(source="import") == ["b", "a"]
    assert said.find(source="survey") == []
    assert said.find(feeling=Feeling.POSITIVE) == ["a"]
    assert said.find(score_class=ScoreClass.LOW) == ["b"]
    assert said.find(theme="price_fees") == ["b", "a"]
    assert said.find(theme="price_fees", stance=Stance.FRICTION) == ["b"]
    assert said.find(theme="price_fees", stance=Stance.PRAISE) == ["a"]
    assert said.find(theme="queue_wait") == ["b"]
    assert said.find(theme="queue_wait", channel="website") == []


def test_a_verbatim_that_speaks_twice_of_a_theme_is_listed_and_counted_once(
    session: Session, said: Said
) -> None:
    twice = (mention(start=0, end=3), mention(start=4, end=7))
    said.add("attente, attente", themes=twice)

    wanted = said.filter(theme="queue_wait")
    assert said.find(theme="queue_wait") == ["attente, attente"]
    assert count_verbatims(session, wanted).n == 1
    (counted,) = count_themes(session, wanted)
    assert (counted.theme, counted.frictions, counted.praises) == ("queue_wait", 1, 0)


def test_a_rejected_theme_is_not_found_shown_or_counted(
    session: Session, said: Said, factories: Factories, clock: StoppedClock
) -> None:
    public_id = said.add("attente", themes=(mention(),))
    author = factories.account()

    reject_theme(
        session,
        public_id,
        "queue_wait",
        Polarity.NEGATIVE,
        author_id=author.id,
        now=clock.now(),
    )

    assert said.find(theme="queue_wait") == []
    assert count_themes(session, said.filter()) == ()
    (item,) = list_verbatims(session, said.filter(), PageRequest()).items
    assert item.mentions == ()
    assert item.is_corrected
    detail = get_verbatim(session, said.journey.id, public_id)
    assert [one.rejected for one in detail.mentions] == [True]


def test_a_verbatim_is_read_with_the_machine_beside_the_analyst(
    session: Session, said: Said, factories: Factories, clock: StoppedClock
) -> None:
    public_id = said.add(
        "attente",
        themes=(mention(),),
        nps=3,
        ratings=[(Scale.CES, 2)],
        question="Pourquoi ?",
        attributes={"magasin": "Lille"},
    )
    author = factories.account()
    correct_feeling(
        session,
        public_id,
        Feeling.MIXED,
        seen=Feeling.NEGATIVE,
        author_id=author.id,
        now=clock.now(),
    )

    detail = get_verbatim(session, said.journey.id, public_id)

    assert detail.shown.feeling == Feeling.MIXED
    assert detail.machine.feeling == Feeling.NEGATIVE
    assert [tuple(rating) for rating in detail.shown.ratings] == [
        (Scale.NPS, 3),
        (Scale.CES, 2),
    ]
    assert detail.shown.question == "Pourquoi ?"
    assert detail.attributes == {"magasin": "Lille"}
    assert detail.mentions[0].origin == "rule:test"
    (kept,) = detail.corrections
    assert (kept.author, kept.created_at) == (author.name, clock.now())


def test_reasons_are_read_the_heaviest_first_and_none_where_none_were_kept(
    session: Session, said: Said
) -> None:
    light = Reason(start=0, end=3, source="weights", weight=0.2)
    heavy = Reason(start=4, end=9, source="lexicon", weight=-1.4)
    known = said.add("Bon trop long", reasons=(light, heavy))
    old = said.add("Avant")
    session.execute(
        update(AnnotationRecord)
        .where(
            AnnotationRecord.verbatim_id.in_(
                select(Verbatim.id).where(Verbatim.public_id == old)
            )
        )
        .values(reasons=null())
    )
    session.expire_all()

    page = list_explained(session, said.filter(), PageRequest())

    reasons = {one.shown.public_id: one.machine.reasons for one in page.items}
    assert reasons == {known: (heavy, light), old: None}
    assert get_verbatim(session, said.journey.id, known).machine.reasons == (
        heavy,
        light,
    )


def test_those_without_a_feeling_are_counted_among_those_wanted(
    session: Session, said: Said
) -> None:
    said.add("Attente", themes=(mention(),))
    said.add("???", Feeling.UNRATED)
    said.add("Attesa", Feeling.UNRATED, analysed_as="it", themes=(mention(),))

    assert count_unrated(session, said.filter()) == (2, 3)
    assert count_unrated(session, said.filter(theme="queue_wait")) == (1, 2)
    assert count_unrated(session, said.filter(theme="price_fees")) == (0, 0)


def test_a_verbatim_of_another_journey_or_not_analysed_is_not_found(
    session: Session, said: Said, factories: Factories
) -> None:
    public_id = said.add("ici")
    waiting = factories.feedback(said.till, text="attend").verbatims[0]

    with pytest.raises(NotFound):
        get_verbatim(session, said.journey.id + 1, public_id)
    with pytest.raises(NotFound):
        get_verbatim(session, said.journey.id, waiting.public_id)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ete", True),
        ("ÉTÉ", True),
        ("rendez-vous", True),
        ("rend", True),
        ("l'accueil", True),
        ("vous rendez", True),
        ('"rendez-vous manqué"', True),
        ("« rendez vous manque »", True),
        ('"vous rendez"', False),
        ('"rendez-vous manq"', False),
        ("ccueil", False),
        ("accueil absent", False),
        ("!!!", False),
        ('""', False),
    ],
)
def test_search_forgives_accents_case_and_word_ends(
    said: Said, typed: str, found: bool
) -> None:
    said.add("Rendez-vous manqué cet été, malgré l’accueil.")
    said.add("Rien à voir")

    expected = ["Rendez-vous manqué cet été, malgré l’accueil."] if found else []
    assert said.find(text=typed) == expected


def test_search_is_narrowed_by_every_other_filter(session: Session, said: Said) -> None:
    said.add("attente un", said_at=on(1), themes=(mention(),))
    said.add("attente deux", Feeling.POSITIVE, said_at=on(2), touchpoint=said.site)

    assert said.find(text="attente") == ["attente deux", "attente un"]
    assert said.find(text="attente", theme="queue_wait") == ["attente un"]
    assert said.find(text="attente", touchpoint_ids=(said.site.id,)) == ["attente deux"]
    assert said.find(text="attente", feeling=Feeling.NEGATIVE) == ["attente un"]
    october_first = Period(date(2026, 10, 1), date(2026, 10, 2))
    assert said.find(text="attente", period=october_first) == ["attente un"]
    assert not is_search_cut(session, said.filter(text="attente"))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=st.text(max_size=60) | st.text("\"'«»*:()&|!<->\\%\0 aé-", max_size=40))
def test_whatever_is_typed_is_no_error(said: Said, typed: str) -> None:
    said.find(text=typed)


@given(st.text())
def test_words_wanted_hold_letters_and_digits_only(typed: str) -> None:
    wanted = parse_words(typed)

    for word in (*wanted.beginnings, *(w for phrase in wanted.phrases for w in phrase)):
        assert word.isalnum()


def test_typical_verbatims_can_be_quoted_and_share_the_theme_of_most(
    session: Session, said: Said
) -> None:
    wait = "L’attente à la caisse du magasin est vraiment trop longue, {}"
    typical = [
        said.add(wait.format(n), themes=(mention(),)) for n in ("encore", "hélas")
    ]
    said.add("Trop long.", themes=(mention(),))
    said.add(wait.format("encore"), themes=(mention(),))
    said.add("Les prix ont encore monté cette année, c’est dommage pour nous tous.")

    chosen = typical_verbatims(session, said.filter(), limit=2)
    again = typical_verbatims(session, said.filter(), limit=2)

    assert chosen == again
    assert {item.text for item in chosen} == {
        wait.format("encore"),
        wait.format("hélas"),
    }
    assert typical[1] in {item.public_id for item in chosen}


def test_an_empty_cell_has_no_typical_verbatim(session: Session, said: Said) -> None:
    assert typical_verbatims(session, said.filter(theme="price_fees")) == ()


def test_every_verbatim_is_iterated_in_the_order_of_the_list(
    session: Session, said: Said
) -> None:
    for day in (1, 2, 3):
        said.add(f"le {day}", said_at=on(day))

    texts = [item.text for item in iterate_verbatims(session, said.filter())]
    assert texts == said.find()


def spoken(start: int, end: int, polarity: Polarity) -> MentionInText:
    return MentionInText(
        theme=f"theme_{polarity}",
        polarity=polarity,
        start=start,
        end=end,
        origin="rule",
        confidence=1.0,
        rejected=False,
    )


@given(
    st.text(max_size=30),
    st.lists(
        st.builds(
            lambda start, length, polarity: spoken(start, start + length, polarity),
            st.integers(0, 30),
            st.integers(1, 30),
            st.sampled_from(Polarity),
        ),
        max_size=5,
    ),
)
def test_a_cut_text_is_the_text_and_only_spoken_words_are_marked(
    text: str, mentions: list[MentionInText]
) -> None:
    stretches = cut(text, mentions)

    assert "".join(stretch.text for stretch in stretches) == text
    assert all(stretch.text for stretch in stretches)
    for stretch in stretches:
        assert (stretch.polarity is None) == (not stretch.themes)


def test_where_themes_share_words_the_complaint_is_underlined() -> None:
    stretches = cut(
        "attente longue",
        [spoken(0, 14, Polarity.POSITIVE), spoken(8, 14, Polarity.NEGATIVE)],
    )

    assert [(one.text, one.polarity) for one in stretches] == [
        ("attente ", Polarity.POSITIVE),
        ("longue", Polarity.NEGATIVE),
    ]
    assert stretches[1].themes == ("theme_positive", "theme_negative")


def test_every_theme_has_a_name_and_an_unknown_one_is_called_by_its_key(
    session: Session,
) -> None:
    assert {theme_name(session, theme.key, "fr") for theme in list_themes(session)}
    assert find_theme(session, "queue_wait") is not None
    assert find_theme(session, "gone") is None
    assert theme_name(session, "gone", "fr") == "gone"
