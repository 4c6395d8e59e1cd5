"""Blueprint imports: bring files in, look before, follow, see what was refused."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.wrappers import Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.roles import Permission
from feedback.core.errors import Invalid
from feedback.db.session import Database
from feedback.i18n.catalogs import mark
from feedback.journey.channels import CHANNELS
from feedback.journey.queries import get_map, list_journeys
from feedback.voice.imports import service, words
from feedback.voice.imports.layout import Layout
from feedback.voice.imports.preview import preview
from feedback.voice.imports.queries import (
    ImportedFile,
    ImportState,
    count_reasons,
    count_to_analyse,
    get_import,
    iterate_refused,
    list_imports,
    list_refused,
)
from feedback.voice.imports.reading import read_sample
from feedback.web.context import (
    current_session,
    locale,
    now,
    principal,
    services,
    settings,
)
from feedback.web.forms.imports import (
    USES,
    UploadForm,
    choice_for,
    read_mapping,
    uses_of,
)
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

STATES = {
    ImportState.PREPARED: mark("To be checked"),
    ImportState.RUNNING: mark("Running"),
    ImportState.DONE: mark("Done"),
    ImportState.FAILED: mark("Failed"),
}


@blueprint.app_template_filter("import_state")
def state_name(state: ImportState) -> str:
    """Return where an import stands, in words."""
    return gettext(STATES[state])


@blueprint.app_template_filter("refusal")
def refusal_words(code: str) -> str:
    """Return why a line is refused."""
    return words.say(words.REASONS, code, locale())


@blueprint.app_template_filter("import_fault")
def fault_words(code: str) -> str:
    """Return why a file or a mapping is refused."""
    return words.say(words.FAULTS, code, locale())


@blueprint.app_template_filter("doubt")
def doubt_words(code: str) -> str:
    """Return what a person should look at."""
    return words.say(words.DOUBTS, code, locale())


@blueprint.app_template_filter("layout")
def layout_words(layout: Layout) -> str:
    """Return how a file is written."""
    return words.describe_layout(layout, locale())


@blueprint.get("/")
@requires(Permission.IMPORT_FEEDBACK)
def index() -> str:
    """List the imports."""
    found = list_imports(current_session(), wanted_page())
    return render_template("imports/index.html", imports=turned(found))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.IMPORT_FEEDBACK)
def new() -> str | tuple[str, int] | AnyResponse:
    """Take a file in, and lead to what will become of it."""
    form = UploadForm()
    form.offer(list_journeys(current_session()))
    if not form.validate_on_submit():
        return _upload_page(form), 422 if form.is_submitted() else 200
    try:
        public_id = service.prepare(
            current_session(),
            form.journey.data,
            file_name=form.file.data.filename,
            source=form.file.data.stream,
            settings=settings(),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.file.errors = [fault_words(code) for code in error.fields.values()]
        return _upload_page(form), 422
    return redirect(url_for("imports.show", public_id=public_id))


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say how large a file may be."""
    return render_template(
        "imports/too_large.html", largest=settings().largest_upload_mb
    ), 413


@blueprint.get("/<public_id>")
@requires(Permission.IMPORT_FEEDBACK)
def show(public_id: str) -> str | AnyResponse:
    """Show what an import will do, does, or has done."""
    found = get_import(current_session(), public_id)
    if found.state is ImportState.PREPARED:
        return _prepared_page(found)
    return render_template(
        "imports/show.html",
        file=found,
        reasons=count_reasons(current_session(), found.id),
        refused=turned(list_refused(current_session(), found.id, wanted_page())),
        to_analyse=count_to_analyse(current_session(), found.id),
    )


@blueprint.get("/<public_id>/progress")
@requires(Permission.IMPORT_FEEDBACK)
def progress(public_id: str) -> str | AnyResponse:
    """Show how far an import is; the page of a running one is left when it is over."""
    found = get_import(current_session(), public_id)
    if found.is_over and "running" in request.args:
        return redirect(url_for("imports.show", public_id=public_id))
    return render_template(
        "imports/_progress.html",
        file=found,
        to_analyse=count_to_analyse(current_session(), found.id),
    )


@blueprint.post("/<public_id>/columns")
@requires(Permission.IMPORT_FEEDBACK)
def columns(public_id: str) -> AnyResponse:
    """Keep what the columns are, and start the import when that was asked for."""
    session = current_session()
    found = get_import(session, public_id)
    # What was chosen is kept in any case; the page says what is still missing.
    with suppress(Invalid):
        sample = read_sample(service.path_of(found, settings()), found.layout)
        mapping = read_mapping(request.form, found.mapping, sample)
        service.remap(session, public_id, mapping)
        if "start" in request.form:
            service.start(
                session,
                public_id,
                settings=settings(),
                author_id=principal().id,
                now=now(),
            )
    return redirect(url_for("imports.show", public_id=public_id))


@blueprint.post("/<public_id>/discard")
@requires(Permission.IMPORT_FEEDBACK)
def discard(public_id: str) -> AnyResponse:
    """Throw a prepared file away."""
    service.discard(current_session(), public_id, settings=settings())
    flash(gettext("The file was thrown away; nothing of it was imported."), "success")
    return redirect(url_for("imports.index"))


@blueprint.get("/<public_id>/refused.csv")
@requires(Permission.IMPORT_FEEDBACK)
def refused(public_id: str) -> Response:
    """Download the lines that were refused, with their numbers and the reasons."""
    found = get_import(current_session(), public_id)
    response = Response(
        _refused_file(services().database, found.id, locale()), mimetype="text/csv"
    )
    name = f"{Path(found.file_name).stem}-{gettext('refused')}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _refused_file(database: Database, import_id: int, language: str) -> Iterator[bytes]:
    """Yield the file while it is sent: the request and its session are over then."""
    with database.transaction(writes=False) as session:
        lines = iterate_refused(session, import_id)
        yield from words.refused_as_csv(lines, language)


def _upload_page(form: UploadForm) -> str:
    return render_template(
        "imports/new.html", form=form, largest=settings().largest_upload_mb
    )


def _prepared_page(found: ImportedFile) -> str:
    session = current_session()
    journey = get_map(session, found.journey_key)
    path = service.path_of(found, settings())
    try:
        seen = preview(path, found, journey, zone=settings().zone, now=now())
    except Invalid as error:
        faults = error.fields
        return render_template("imports/lost.html", file=found, faults=faults)
    return render_template(
        "imports/prepared.html",
        file=found,
        mapping=found.mapping,
        journey=journey,
        preview=seen,
        missing=_missing(found),
        uses=USES,
        uses_now=uses_of(found.mapping),
        questions={one.column: one.question for one in found.mapping.texts},
        date_readings=_date_readings(found),
        channels=CHANNELS,
        choice_for=choice_for,
    )


def _missing(found: ImportedFile) -> dict[str, str]:
    """Return what still has to be said before the import can start."""
    try:
        service.check(current_session(), found, settings=settings())
    except Invalid as error:
        return error.fields
    return {}


def _date_readings(found: ImportedFile) -> dict[str, Any]:
    given = found.mapping.date_reading
    return {given: given} | {
        code: words.say(words.DATE_READINGS, code, locale())
        for code in words.DATE_READINGS
    }
