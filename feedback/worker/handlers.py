"""Job name to function: the whole table in one place."""

from collections.abc import Mapping

from feedback.accounts.jobs import send_mail
from feedback.accounts.notices import SEND_MAIL
from feedback.automation.jobs import run as run_rules
from feedback.cases.escalation import ESCALATE
from feedback.cases.jobs import escalate
from feedback.cases.jobs import forget as forget_cases
from feedback.cases.jobs import look as look_for_cases
from feedback.collection.deliveries import ABANDONED_CART
from feedback.collection.delivery import send_due
from feedback.collection.erasure import FORGET, FORGET_INTERVIEWS
from feedback.collection.jobs import (
    abandoned_cart,
    expire,
    forget,
    plan,
    record_responses,
    take_events,
)
from feedback.collection.owing import EXPIRE, PLAN, SEND, TAKE
from feedback.collection.recording import RECORD
from feedback.happenings.jobs import spread
from feedback.happenings.service import SPREAD
from feedback.improvements.evaluating import EVALUATE
from feedback.improvements.jobs import evaluate_due
from feedback.insights.alerts.service import ALERTS
from feedback.insights.discovery.service import DISCOVER
from feedback.insights.jobs import REFRESH, alerts, discover, refresh
from feedback.interviews import jobs as interviews
from feedback.interviews.booking import REMIND
from feedback.interviews.talking import READ
from feedback.jobs.work import Handler
from feedback.reports.jobs import build, build_due
from feedback.reports.service import BUILD, BUILD_DUE
from feedback.voice.house.service import LEARN
from feedback.voice.imports.service import IMPORT
from feedback.voice.jobs import (
    annotate,
    annotate_again,
    forget_originals,
    learn_models,
    run_import,
)
from feedback.voice.originals import FORGET_ORIGINALS
from feedback.webhooks.delivering import DELIVER
from feedback.webhooks.jobs import deliver
from feedback.webhooks.jobs import take as take_happenings

HANDLERS: Mapping[str, Handler] = {
    TAKE: take_events,
    PLAN: plan,
    SEND: send_due,
    EXPIRE: expire,
    ABANDONED_CART: abandoned_cart,
    RECORD: record_responses,
    FORGET: forget,
    SPREAD: spread,
    "cases.look": look_for_cases,
    "cases.forget": forget_cases,
    ESCALATE: escalate,
    "webhooks.take": take_happenings,
    "automation.run": run_rules,
    DELIVER: deliver,
    READ: interviews.read,
    REMIND: interviews.remind,
    FORGET_INTERVIEWS: interviews.forget,
    REFRESH: refresh,
    DISCOVER: discover,
    ALERTS: alerts,
    EVALUATE: evaluate_due,
    SEND_MAIL: send_mail,
    "voice.annotate": annotate,
    "voice.annotate_again": annotate_again,
    FORGET_ORIGINALS: forget_originals,
    LEARN: learn_models,
    IMPORT: run_import,
    BUILD: build,
    BUILD_DUE: build_due,
}
