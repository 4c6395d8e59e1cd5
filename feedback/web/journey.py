"""Blueprint journey: the list of journeys; maps made new, brought in, taken out."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.catalogs import mark
from feedback.journey.exporting import FORMATS, export_map
from feedback.journey.importing import import_file
from feedback.journey.queries import get_map, list_shelf
from feedback.journey.service import archive_journey, create_journey, restore_journey
from feedback.web.context import current_session, locale, now, principal
from feedback.web.errors import words_for
from feedback.web.forms.journey import MapFileForm, NewJourneyForm
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("journey", __name__, url_prefix="/journeys")

#: what may be wrong with a file, and with a place in it
FAULTS = {
    "too_large": mark("The file is larger than one megabyte."),
    "not_json": mark("This is not a JSON file."),
    "wrong_schema": mark("This JSON file is not a map that was exported here."),
    "not_a_table": mark(
        "The first line must name the columns: phase, touchpoint, channel, kind."
    ),
    "no_line": mark("The table has no line below its first."),
    "missing": mark("something is missing here"),
    "too_long": mark("the text is too long"),
    "too_many": mark(
        "too many; a map has at most 12 phases, 60 touchpoints a phase and 20 personas"
    ),
    "unknown_language": mark("names are in “fr” and “en” only"),
    "unknown_brake": mark("the brake is none of psychology, time, money, choice"),
    "unknown_kind": mark("the kind is neither digital nor physical"),
    "unknown_field": mark("nobody knows this field"),
    "bad_key": mark("keys are small letters, digits, - and _, at most 60"),
    "repeated_key": mark("a key stands there twice"),
    "not_an_object": mark("an object in braces belongs here"),
    "not_a_list": mark("a list in brackets belongs here"),
    "not_text": mark("a text belongs here"),
    "not_yes_or_no": mark("true or false belongs here"),
}
#: faults shown at most
_MOST_FAULTS = 20


@blueprint.get("/")
@requires(Permission.READ_FEEDBACK)
def index() -> str:
    """List the journeys."""
    return render_template("journey/index.html", shelf=list_shelf(current_session()))


@blueprint.get("/archived")
@requires(Permission.CHANGE_JOURNEY)
def archived_journeys() -> str:
    """List the journeys that were archived."""
    shelf = list_shelf(current_session(), archived=True)
    return render_template("journey/archived_journeys.html", shelf=shelf)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def new() -> str | tuple[str, int] | AnyResponse:
    """Create a journey, from the five phases or empty."""
    form = NewJourneyForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("journey/new.html", form=form), status
    key = create_journey(
        current_session(),
        names=form.names(),
        offers=form.names("offer"),
        template=form.start.data == "template",
        author_id=principal().id,
        now=now(),
    )
    return redirect(url_for("board.index", key=key))


@blueprint.route("/import", methods=["GET", "POST"], defaults={"key": None})
@blueprint.route("/<key>/import", methods=["GET", "POST"])
@requires(Permission.CHANGE_JOURNEY)
def import_map(key: str | None) -> str | tuple[str, int] | AnyResponse:
    """Bring a map in from a file, as a new journey or in the place of another map."""
    shown = get_map(current_session(), key) if key else None
    form = MapFileForm()
    faults: list[str] = []
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            made = import_file(
                current_session(),
                form.file.data.read(),
                file_name=form.file.data.filename,
                locale=locale(),
                journey_key=key,
                author_id=principal().id,
                now=now(),
                revision=_seen(),
            )
            return redirect(url_for("board.index", key=made, done=1))
        except Invalid as error:
            found = list(error.fields.items())[:_MOST_FAULTS]
            faults, status = [_fault_words(fault) for fault in found], 422
        except Conflict as error:
            faults, status = [words_for(error.code)], 409
    page = render_template("journey/import.html", form=form, map=shown, faults=faults)
    return page, status


@blueprint.post("/<key>/archive")
@requires(Permission.CHANGE_JOURNEY)
def archive(key: str) -> AnyResponse:
    """Put a journey out of sight."""
    archive_journey(
        current_session(),
        key,
        author_id=principal().id,
        now=now(),
        revision=_seen(),
    )
    return redirect(url_for("journey.archived_journeys"))


@blueprint.post("/<key>/restore")
@requires(Permission.CHANGE_JOURNEY)
def bring_back(key: str) -> AnyResponse:
    """Bring an archived journey back."""
    restore_journey(current_session(), key, author_id=principal().id, now=now())
    return redirect(url_for("board.index", key=key, done=1))


@blueprint.get("/<key>/export.<any(json, svg, png, pdf):form>")
@requires(Permission.READ_FEEDBACK)
def export(key: str, form: str) -> Response:
    """Download the map as a document or as a picture."""
    shown = get_map(current_session(), key)
    response = make_response(export_map(shown, form, locale=locale()))
    response.mimetype = FORMATS[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.{form}"'
    return response


def _fault_words(fault: tuple[str, str]) -> str:
    place, code = fault
    words = gettext(FAULTS[code])
    if place == "file":
        return words
    if place.startswith("line "):
        return gettext(
            "Line %(number)s: %(fault)s",
            number=place.removeprefix("line "),
            fault=words,
        )
    return gettext("%(place)s: %(fault)s", place=place, fault=words)


def _seen() -> int | None:
    return request.form.get("revision", type=int)
