"""Blueprint reports: the reports built, one more, and who gets them each month."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.queries import Person, Standing, get_person, list_people
from feedback.accounts.roles import Permission
from feedback.core.errors import Forbidden, NotFound
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.i18n.catalogs import mark
from feedback.insights.segments import find_span, period_choices
from feedback.jobs.queries import JobState, OwedWork, get_job
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.reports.queries import (
    find_next_sending,
    get_report,
    list_reports,
    list_subscribers,
)
from feedback.reports.service import (
    BUILD,
    newest_settled_month,
    order_report,
    subscribe,
    unsubscribe,
)
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.forms.reports import BuildForm, SubscribeForm
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("reports", __name__)

#: why a report could not be built, by the code that its work gave up with
REASONS = {
    "no_answers": mark("Nobody answered in that month: there is nothing to report."),
    "month_not_begun": mark("That month has not begun yet."),
    "journey": mark("This journey does not exist, or was archived."),
}


@blueprint.get("/reports/")
@requires(Permission.READ_REPORTS)
def home() -> str | AnyResponse:
    """Go to the reports of the first journey."""
    journeys = list_journeys(current_session())
    if not journeys:
        return render_template("reports/none.html")
    return redirect(url_for("reports.index", key=journeys[0].key))


@blueprint.get("/journeys/<key>/reports/")
@requires(Permission.READ_REPORTS)
def index(key: str) -> str:
    """List the reports of a journey, and who gets them."""
    journey = get_map(current_session(), key)
    return _page(journey, _build_form(journey))


@blueprint.post("/journeys/<key>/reports/")
@requires(Permission.BUILD_REPORTS)
def build(key: str) -> tuple[str, int] | AnyResponse:
    """Have a report built, and lead to its progress."""
    journey = get_map(current_session(), key)
    form = _build_form(journey)
    if not form.validate_on_submit():
        return _page(journey, form), 422
    job_id = order_report(
        current_session(),
        journey.id,
        form.wanted_month(),
        form.language.data,
        author_id=principal().id,
        now=now(),
    )
    if job_id is None:
        flash(gettext("This report is waiting to be built already."), "info")
        return redirect(url_for("reports.index", key=key))
    return redirect(url_for("reports.building", key=key, job_id=job_id))


@blueprint.get("/journeys/<key>/reports/building/<int:job_id>")
@requires(Permission.READ_REPORTS)
def building(key: str, job_id: int) -> str:
    """Show how far a report is."""
    journey = get_map(current_session(), key)
    return render_template(
        "reports/building.html", journey=journey, **_progress(job_id)
    )


@blueprint.get("/journeys/<key>/reports/building/<int:job_id>/progress")
@requires(Permission.READ_REPORTS)
def progress(key: str, job_id: int) -> str:
    """Show the part of the page that changes by itself."""
    journey = get_map(current_session(), key)
    return render_template(
        "reports/_progress.html", journey=journey, **_progress(job_id)
    )


@blueprint.get("/journeys/<key>/reports/<public_id>.pdf")
@requires(Permission.READ_REPORTS)
def download(key: str, public_id: str) -> Response:
    """Hand over the PDF."""
    journey = get_map(current_session(), key)
    report = get_report(current_session(), journey.id, public_id)
    path = settings().data_dir.resolve() / report.stored_as
    if not path.is_file():
        raise NotFound("report_file")
    return send_file(
        path,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{key}-{report.month:%Y-%m}-{report.locale}.pdf",
        max_age=0,
    )


@blueprint.post("/journeys/<key>/reports/readers")
@requires(Permission.BUILD_REPORTS)
def add_reader(key: str) -> tuple[str, int] | AnyResponse:
    """Send the report to a person each month."""
    journey = get_map(current_session(), key)
    form = SubscribeForm()
    form.offer(_people())
    if not form.validate_on_submit():
        return _page(journey, _build_form(journey), form), 422
    person = get_person(current_session(), form.person.data)
    subscribe(current_session(), journey.id, person.id, settings=settings(), now=now())
    flash(gettext("%(name)s gets the report each month.", name=person.name), "success")
    return redirect(url_for("reports.index", key=key))


@blueprint.post("/journeys/<key>/reports/readers/<int:account_id>/remove")
@requires(Permission.READ_REPORTS)
def remove_reader(key: str, account_id: int) -> AnyResponse:
    """Send it to a person no more; everybody may do so for themselves."""
    asking = principal()
    if account_id != asking.id and not asking.may(Permission.BUILD_REPORTS):
        raise Forbidden("not_allowed")
    journey = get_map(current_session(), key)
    unsubscribe(current_session(), journey.id, account_id)
    flash(gettext("The report will not be sent to this person any more."), "success")
    return redirect(url_for("reports.index", key=key))


def _page(
    journey: JourneyMap, form: BuildForm, subscribe_form: SubscribeForm | None = None
) -> str:
    session = current_session()
    readers = list_subscribers(session, journey.id)
    reading = {reader.account_id for reader in readers}
    if subscribe_form is None:
        subscribe_form = SubscribeForm(formdata=None)
        subscribe_form.offer([one for one in _people() if one.id not in reading])
    return render_template(
        "reports/index.html",
        journey=journey,
        reports=turned(list_reports(session, journey.id, wanted_page())),
        readers=readers,
        next_sending=find_next_sending(session, journey.id),
        form=form,
        subscribe_form=subscribe_form,
    )


def _build_form(journey: JourneyMap) -> BuildForm:
    settled = newest_settled_month(settings=settings(), now=now())
    form = BuildForm(month=f"{settled:%Y-%m}", language=locale())
    span = find_span(current_session(), journey.id)
    form.offer(period_choices(span).months if span else (), locale=locale())
    return form


def _people() -> list[Person]:
    everybody = list_people(current_session(), PageRequest(size=LARGEST_PAGE))
    return [one for one in everybody.items if one.standing is not Standing.CLOSED]


def _progress(job_id: int) -> dict[str, Any]:
    job = _job(job_id)
    reason = REASONS.get((job.last_error or "").strip())
    return {
        "job": job,
        "job_id": job_id,
        "is_over": job.state in {JobState.DONE, JobState.FAILED},
        "has_failed": job.state is JobState.FAILED,
        "reason": gettext(reason) if reason else None,
    }


def _job(job_id: int) -> OwedWork:
    job = get_job(current_session(), job_id)
    if job.name != BUILD:
        raise NotFound("job")
    return job
