"""Jobs of voice: analyse new texts, analyse everything again, bring files in."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from feedback.jobs.ledger import enqueue
from feedback.jobs.work import Work
from feedback.nlp.languages import SUPPORTED
from feedback.voice.annotating import (
    analyse_texts,
    answered_by,
    read_texts,
    store_annotations,
    version_of,
)
from feedback.voice.house.queries import read_houses
from feedback.voice.house.service import is_worth_it, keep, learn
from feedback.voice.imports.loading import break_off, load
from feedback.voice.intake import ANALYSED_AT_ONCE
from feedback.voice.masking import masking_rules
from feedback.voice.originals import empty_originals
from feedback.voice.own_answers import read_own_answers
from feedback.voice.reanalysis import (
    ReanalysisRead,
    ReanalysisState,
    begin_anew,
    end,
    get,
    keep_answers,
    next_texts,
    owe,
    turn,
)
from feedback.voice.staging import put_in_place, throw_away
from feedback.voice.taxonomy import read_taxonomy

#: batches of an analysis made again before other work has its turn
BATCHES_A_PART = 20
PLACED_AT_ONCE = 1000
THROWN_AT_ONCE = 5000


def annotate(work: Work) -> None:
    """Analyse the texts of `verbatims`, a list of their numbers."""
    _annotate(work, work.payload["verbatims"])


def annotate_again(work: Work) -> None:
    """Do the next part of the analysis `reanalysis_id`, and owe the one after it.

    New answers are put aside until all are there; then they take the places of the old
    ones without a pause, so that both are seen beside each other for moments only.
    What other work is due comes between two parts.
    """
    found = get(work.session, work.payload["reanalysis_id"])
    if found is None:
        return
    if found.state == ReanalysisState.APPLYING:
        _put_in_place(work, found)
    elif found.state != ReanalysisState.ANALYSING:
        _throw_away(work, found)
    else:
        try:
            _analyse_part(work, found)
        except Exception:
            if work.is_last_attempt:
                _break_off(work, found)
            raise


def _break_off(work: Work, found: ReanalysisRead) -> None:
    """Have an analysis that cannot go on end, and its answers thrown away."""
    work.session.rollback()
    end(work.session, found.id, ReanalysisState.FAILED, now=work.now())
    owe(work.session, found.id, now=work.now())
    work.session.commit()


def _analyse_part(work: Work, found: ReanalysisRead) -> None:
    session, done = work.session, found.done
    for _ in range(BATCHES_A_PART):
        taxonomy, houses = read_taxonomy(session), read_houses(session)
        version = version_of(taxonomy, houses)
        if version != found.version:
            _throw_away(work, found)
            begin_anew(session, found.id, version)
            break
        texts = read_texts(
            session, next_texts(session, found.id, most=ANALYSED_AT_ONCE)
        )
        if not texts:
            turn(session, found.id, ReanalysisState.APPLYING)
            break
        masking = masking_rules(session, orders=work.settings.order_forms)
        work.let_others_write()
        analysed = analyse_texts(texts, taxonomy, masking, houses)
        if not keep_answers(session, found.id, analysed):
            break
        done += len(texts)
        work.step(done, found.total)
    owe(session, found.id, now=work.now())


def _put_in_place(work: Work, found: ReanalysisRead) -> None:
    done = 0
    while placed := put_in_place(
        work.session, found.id, most=PLACED_AT_ONCE, now=work.now()
    ):
        done += placed
        work.step(done, found.total)
    end(work.session, found.id, ReanalysisState.DONE, now=work.now())


def _throw_away(work: Work, found: ReanalysisRead) -> None:
    while throw_away(work.session, found.id, most=THROWN_AT_ONCE):
        work.step(found.done, found.total)


def run_import(work: Work) -> None:
    """Bring in the file of import `import_id`, from where an earlier run stopped."""
    import_id = work.payload["import_id"]
    try:
        load(
            work.session,
            import_id,
            settings=work.settings,
            now=work.now(),
            step=work.step,
        )
    except Exception:
        if work.is_last_attempt:
            break_off(work.session, import_id, now=work.now(), step=work.step)
        raise


def forget_originals(work: Work) -> None:
    """Empty the texts as given that were kept for long enough."""
    before = work.now() - timedelta(days=work.settings.original_days)
    done, last = 0, 0
    while numbers := empty_originals(work.session, received_before=before, after=last):
        done, last = done + len(numbers), numbers[-1]
        work.step(done, None)


def learn_models(work: Work) -> None:
    """Learn from the deployment's own answers, language by language.

    Without `author_id` it is the schedule that asks, and learns only when there is
    more to learn from.
    """
    author_id = work.payload.get("author_id")
    for done, language in enumerate(SUPPORTED):
        answers = read_own_answers(work.session, language)
        if author_id is None and not is_worth_it(
            work.session, language, answers, now=work.now()
        ):
            continue
        work.let_others_write()
        learned = learn(
            language, answers, alive=partial(work.step, done, len(SUPPORTED))
        )
        keep(work.session, learned, author_id=author_id, now=work.now())
        work.step(done + 1, len(SUPPORTED))


def _annotate(work: Work, verbatim_ids: Sequence[int]) -> None:
    texts = read_texts(work.session, verbatim_ids)
    taxonomy, houses = read_taxonomy(work.session), read_houses(work.session)
    masking = masking_rules(work.session, orders=work.settings.order_forms)
    work.let_others_write()
    analysed = analyse_texts(texts, taxonomy, masking, houses)
    store_annotations(work.session, analysed, now=work.now())
    responses = answered_by(work.session, verbatim_ids)
    if responses:
        told = {"responses": responses}
        enqueue(work.session, "cases.look", told, due_at=work.now())
