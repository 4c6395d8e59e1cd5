"""Job name to function: the whole table in one place."""

from collections.abc import Mapping

from feedback.accounts.jobs import send_mail
from feedback.accounts.notices import SEND_MAIL
from feedback.insights.jobs import REFRESH, refresh
from feedback.jobs.work import Handler
from feedback.reports.jobs import build, build_due
from feedback.reports.service import BUILD, BUILD_DUE
from feedback.voice.imports.service import IMPORT
from feedback.voice.jobs import annotate, annotate_again, run_import

HANDLERS: Mapping[str, Handler] = {
    REFRESH: refresh,
    SEND_MAIL: send_mail,
    "voice.annotate": annotate,
    "voice.annotate_again": annotate_again,
    IMPORT: run_import,
    BUILD: build,
    BUILD_DUE: build_due,
}
