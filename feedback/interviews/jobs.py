"""Jobs of interviews: mask and read what was said, forget whose it was."""

from feedback.interviews import booking
from feedback.interviews.consent import withdraw
from feedback.interviews.erasure import forget_who, list_of_contacts
from feedback.interviews.masking import (
    end_reading,
    next_turns,
    store_turns,
    with_speakers,
)
from feedback.interviews.terms import InterviewState
from feedback.jobs.work import Work
from feedback.voice.annotating import analyse_texts
from feedback.voice.house.queries import read_houses
from feedback.voice.masking import masking_rules
from feedback.voice.taxonomy import read_taxonomy


def read(work: Work) -> None:
    """Mask the turns of `interview`, a public id, and hear what they speak of."""
    public_id, done = work.payload["interview"], 0
    while texts := next_turns(work.session, public_id):
        taxonomy, houses = read_taxonomy(work.session), read_houses(work.session)
        rules = masking_rules(work.session, orders=work.settings.order_forms)
        rules = with_speakers(work.session, public_id, rules)
        work.let_others_write()
        analysed = analyse_texts(texts, taxonomy, rules, houses)
        store_turns(work.session, analysed)
        done += len(texts)
        work.step(done, None)
    end_reading(work.session, public_id)


def remind(work: Work) -> None:
    """Remind somebody of their appointment the day before."""
    booking.remind(work.session, work.payload, now=work.now())


def forget(work: Work) -> None:
    """Forget the customers `contacts`, public ids; with what they said if `words`."""
    contacts = work.payload["contacts"]
    if work.payload["words"]:
        for interview in list_of_contacts(work.session, contacts):
            if interview.state != InterviewState.WITHDRAWN:
                withdraw(work.session, interview, actor_id=None, now=work.now())
    forget_who(work.session, contacts)
