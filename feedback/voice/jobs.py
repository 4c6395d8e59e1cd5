"""Jobs of voice: analyse new texts, analyse everything again, bring files in."""

from collections.abc import Sequence

from sqlalchemy import func, select

from feedback.jobs.work import Work
from feedback.voice.annotating import analyse_texts, read_texts, store_annotations
from feedback.voice.imports.loading import break_off, load
from feedback.voice.intake import ANALYSED_AT_ONCE
from feedback.voice.models import Feedback, Verbatim


def annotate(work: Work) -> None:
    """Analyse the texts of `verbatims`, a list of their numbers."""
    _annotate(work, work.payload["verbatims"])


def annotate_again(work: Work) -> None:
    """Analyse again what is shown, of journey `journey_id` or of all.

    The old answers stand until the new ones take their place, batch by batch.
    """
    wanted = select(Verbatim.id).join(Feedback).where(Verbatim.text.is_not(None))
    journey_id = work.payload.get("journey_id")
    if journey_id is not None:
        wanted = wanted.where(Feedback.journey_id == journey_id)
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery()))
    done, last = 0, 0
    while batch := work.session.scalars(
        wanted.where(Verbatim.id > last).order_by(Verbatim.id).limit(ANALYSED_AT_ONCE)
    ).all():
        _annotate(work, batch)
        done, last = done + len(batch), batch[-1]
        work.step(done, total)


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


def _annotate(work: Work, verbatim_ids: Sequence[int]) -> None:
    texts = read_texts(work.session, verbatim_ids)
    work.let_others_write()
    store_annotations(work.session, analyse_texts(texts), now=work.now())
