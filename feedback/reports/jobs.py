"""The work that reports owe: building one that was asked for, sending the month's."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from feedback.accounts.notices import StoredFile, queue_mail
from feedback.core.errors import Conflict, NotFound
from feedback.i18n.formats import format_month
from feedback.i18n.locales import named
from feedback.jobs.work import GiveUp, Work
from feedback.journey.queries import get_map
from feedback.reports.html import ReportFigures, headlines
from feedback.reports.pdf import Pdf
from feedback.reports.queries import Subscriber, list_subscribers
from feedback.reports.service import (
    BuiltReport,
    keep_report,
    mark_sent,
    newest_settled_month,
    print_report,
    read_report,
)

MAIL = "monthly_report"


def build(work: Work) -> None:
    """Build the report of the payload: journey, month, language, who asked for it.

    Raises:
        GiveUp: there is no such journey, or nothing was said in that month.
    """
    wanted, settings = work.payload, work.settings
    try:
        figures = read_report(
            work.session,
            wanted["journey"],
            date.fromisoformat(wanted["month"]),
            settings=settings,
            now=work.now(),
        )
    except (NotFound, Conflict) as error:
        raise GiveUp(error.code) from error
    work.step(1, 3)
    pdf = print_report(figures, wanted["locale"], settings=settings, now=work.now())
    work.step(2, 3)
    keep_report(
        work.session,
        figures,
        pdf,
        wanted["locale"],
        settings=settings,
        now=work.now(),
        author_id=wanted["author_id"],
    )


def build_due(work: Work) -> None:
    """Build the newest month whose answers are in, and mail it to who is subscribed.

    Each gets it in their own language, and no month twice. A machine that slept
    through some months sends the newest alone. Of a month in which nobody said
    anything the mail tells just that.

    Raises:
        GiveUp: the journey is no more.
    """
    key = work.payload["journey"]
    month = newest_settled_month(settings=work.settings, now=work.now())
    try:
        journey = get_map(work.session, key)
    except NotFound as error:
        raise GiveUp(error.code) from error
    readers = [
        reader
        for reader in list_subscribers(work.session, journey.id)
        if reader.sent_month is None or reader.sent_month < month
    ]
    if not readers:
        return
    try:
        figures = read_report(
            work.session, key, month, settings=work.settings, now=work.now()
        )
    except Conflict:
        built: Mapping[str, BuiltReport] = {}
        contexts: Mapping[str, Mapping[str, Any]] = {}
    else:
        locales = sorted({reader.locale for reader in readers})
        built = _build_all(work, figures, locales)
        contexts = {locale: asdict(headlines(figures, locale)) for locale in locales}
    for reader in readers:
        _mail(
            work,
            reader,
            built.get(reader.locale),
            {
                "journey": named(journey.names, reader.locale),
                "journey_key": key,
                "month": format_month(month, reader.locale),
                **contexts.get(reader.locale, {"scores": (), "question": None}),
            },
            dedupe_key=f"{MAIL}:{journey.id}:{month:%Y-%m}:{reader.account_id}",
        )
    mark_sent(
        work.session, journey.id, [reader.account_id for reader in readers], month
    )


def _build_all(
    work: Work, figures: ReportFigures, locales: list[str]
) -> Mapping[str, BuiltReport]:
    """Print each language, nothing written meanwhile; then keep them all."""
    printed: dict[str, Pdf] = {}
    for locale in locales:
        work.step(len(printed), len(locales))
        printed[locale] = print_report(
            figures, locale, settings=work.settings, now=work.now()
        )
    return {
        locale: keep_report(
            work.session,
            figures,
            pdf,
            locale,
            settings=work.settings,
            now=work.now(),
        )
        for locale, pdf in printed.items()
    }


def _mail(
    work: Work,
    reader: Subscriber,
    built: BuiltReport | None,
    context: Mapping[str, Any],
    *,
    dedupe_key: str,
) -> None:
    files = []
    if built is not None:
        path = built.path.resolve().relative_to(work.settings.data_dir.resolve())
        files.append(
            StoredFile(
                path=path.as_posix(), name=built.file_name, type="application/pdf"
            )
        )
    queue_mail(
        work.session,
        MAIL,
        to=reader.email,
        locale=reader.locale,
        now=work.now(),
        context={"name": reader.name, "has_report": built is not None, **context},
        attachments=files,
        dedupe_key=dedupe_key,
    )
