"""Blueprint work: what waits, runs and failed, for the administrator."""

from datetime import datetime
from typing import Any

from babel.dates import format_timedelta
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.i18n.catalogs import mark
from feedback.i18n.locales import babel_locale
from feedback.jobs.ledger import retry as retry_job
from feedback.jobs.queries import JobState, count_by_state, list_jobs
from feedback.jobs.schedules import list_planned
from feedback.voice.reanalysis import find_newest
from feedback.web.context import current_session, locale, now
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("work", __name__, url_prefix="/work")

JOBS = {
    "mail.send": mark("Send a mail"),
    "voice.annotate": mark("Analyse texts"),
    "voice.annotate_again": mark("Analyse texts again"),
    "insights.refresh": mark("Recount the figures"),
    "voice.forget_originals": mark("Empty texts as given that were kept long enough"),
    "insights.discover": mark("Group what has no theme"),
    "insights.alerts": mark("Look for what has changed"),
    "improvements.evaluate": mark("Judge whether improvements worked"),
    "voice.learn": mark("Learn from the answers of the house"),
    "voice.import": mark("Import a file"),
    "reports.build": mark("Build a report"),
    "reports.build_due": mark("Build the monthly report"),
    "happenings.spread": mark("Tell those who listen of what happened"),
    "webhooks.take": mark("Owe webhooks to those who want them"),
    "webhooks.deliver": mark("Send a webhook"),
    "cases.look": mark("See whether a response calls for a case"),
    "cases.escalate": mark("Tell of cases that are late"),
    "cases.forget": mark("Empty the cases of forgotten customers"),
    "automation.run": mark("Have the rules look at what happened"),
    "collection.take_events": mark("Look at new events"),
    "collection.plan": mark("Decide about invitations"),
    "collection.send": mark("Send mails and text messages to customers"),
    "collection.expire": mark("Let invitations expire"),
    "collection.forget": mark("Forget what is too old"),
    "collection.abandoned_cart": mark("See whether a cart was abandoned"),
    "collection.record": mark("Take over answers of surveys"),
    "interviews.read": mark("Mask and read an interview"),
    "interviews.remind": mark("Remind somebody of an interview"),
    "interviews.forget": mark("Forget whose interviews they are"),
}
STATES = {
    JobState.DUE: mark("Waiting"),
    JobState.RUNNING: mark("Running"),
    JobState.FAILED: mark("Failed"),
    JobState.DONE: mark("Done"),
}


@blueprint.app_template_filter("job")
def job_name(name: str) -> str:
    """Return what a job is called; one that has no words yet shows its own name."""
    return gettext(JOBS[name]) if name in JOBS else name


@blueprint.app_template_filter("job_state")
def state_name(state: JobState) -> str:
    """Return where a job stands, in words."""
    return gettext(STATES[state])


@blueprint.app_template_filter("ago")
def ago(moment: datetime) -> str:
    """Return how long ago a moment was, or how long it is until then."""
    return format_timedelta(
        moment - now(), add_direction=True, locale=babel_locale(locale())
    )


@blueprint.get("/")
@requires(Permission.WATCH_WORK)
def index() -> str:
    """Show the work owed, of one state or of all, and what is planned."""
    session = current_session()
    state = _wanted_state()
    return render_template(
        "work/index.html",
        state=state,
        **_now(),
        jobs=turned(list_jobs(session, wanted_page(), state=state)),
        planned=list_planned(session),
    )


@blueprint.get("/now")
@requires(Permission.WATCH_WORK)
def present() -> str:
    """Show the part of the page that changes by itself."""
    return render_template(
        "work/_now.html",
        state=_wanted_state(),
        **_now(),
    )


@blueprint.post("/<public_id>/retry")
@requires(Permission.WATCH_WORK)
def retry(public_id: str) -> Response:
    """Have a failed job done again, with all its attempts."""
    retry_job(current_session(), public_id, now=now())
    flash(gettext("The job is waiting for its turn again."), "success")
    return redirect(url_for("work.index", state=_wanted_state()))


def _wanted_state() -> JobState | None:
    named = request.args.get("state", "")
    return JobState(named) if named in set(JobState) else None


def _now() -> dict[str, Any]:
    counts = count_by_state(current_session())
    wanted = PageRequest(size=LARGEST_PAGE)
    running = list_jobs(current_session(), wanted, state=JobState.RUNNING)
    return {
        "states": STATES,
        "counts": counts,
        "all": sum(counts.values()),
        "running": running.items,
        "run": find_newest(current_session()),
    }
