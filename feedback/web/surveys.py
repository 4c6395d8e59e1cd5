"""Blueprint surveys: the list, new ones, their versions, files, opening and closing."""

from collections.abc import Callable

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.roles import Permission
from feedback.core.errors import Invalid
from feedback.core.ids import slug
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.surveys import service
from feedback.surveys.exchange import read_file, write_file
from feedback.surveys.library import get_template
from feedback.surveys.queries import (
    get_survey,
    get_version,
    list_surveys,
    list_versions,
)
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.starting import blank
from feedback.web.builder_check import check
from feedback.web.builder_view import language_tabs
from feedback.web.context import current_session, locale, now, principal
from feedback.web.forms.surveys import BlankForm, PlaceForm, SurveyFileForm
from feedback.web.language import gettext, named
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires
from feedback.web.survey_words import fault_words
from feedback.web.surveys_view import (
    count_answers,
    list_asked,
    list_gallery,
    read_version,
    remark_lines,
    touchpoint_for,
)

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")
Answer = str | tuple[str, int] | AnyResponse
#: faults of a file shown at most
_MOST_FAULTS = 20


@blueprint.get("/")
@requires(Permission.READ_FEEDBACK)
def index() -> str:
    """List the surveys, with where they are asked and how many answered."""
    surveys = turned(list_surveys(current_session(), wanted_page()))
    gone = request.args.get("archived", "")
    return render_template(
        "surveys/index.html",
        surveys=surveys,
        answers=count_answers(surveys.items),
        archived_now=get_survey(current_session(), gone) if gone else None,
        was_open="open" in request.args,
    )


@blueprint.get("/archived")
@requires(Permission.DESIGN_SURVEYS)
def archived() -> str:
    """List the surveys that were archived."""
    found = list_surveys(current_session(), wanted_page(), archived=True)
    return render_template("surveys/archived.html", surveys=turned(found))


@blueprint.get("/new")
@requires(Permission.DESIGN_SURVEYS)
def gallery() -> str:
    """Show what a survey can begin with."""
    return render_template("surveys/gallery.html", groups=list_gallery())


@blueprint.route("/new/blank", methods=["GET", "POST"])
@requires(Permission.DESIGN_SURVEYS)
def new_blank() -> Answer:
    """Begin a survey that asks nothing yet."""
    form = BlankForm()
    form.offer(_maps())
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.languages.data = [locale()]
        return _form("surveys/new.html", form, heading=gettext("Empty survey"))
    first = locale() if locale() in form.languages.data else form.languages.data[0]
    others = [code for code in form.languages.data if code != first]
    questionnaire = blank({first: form.title.data}, [first, *others])
    return redirect(_builder(_create(questionnaire, form)))


@blueprint.route("/new/<template>", methods=["GET", "POST"])
@requires(Permission.DESIGN_SURVEYS)
def new(template: str) -> Answer:
    """Begin a survey with a template."""
    chosen = get_template(template)
    maps = _maps()
    form = PlaceForm()
    form.offer(maps)
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.touchpoint.data = touchpoint_for(chosen, maps)
        return _form(
            "surveys/new.html",
            form,
            heading=named(chosen.names),
            chosen=chosen,
            asked=list_asked(chosen.questionnaire),
        )
    return redirect(_builder(_create(chosen.questionnaire, form)))


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.DESIGN_SURVEYS)
def import_survey() -> Answer:
    """Bring a survey in from a file, and say what of it was left out."""
    form = SurveyFileForm()
    form.offer(_maps())
    if not form.validate_on_submit():
        return _form("surveys/import.html", form, faults=())
    try:
        file = form.file.data
        imported = read_file(file.read(), file.filename or "")
    except Invalid as error:
        found = list(error.fields.items())[:_MOST_FAULTS]
        faults = [
            fault_words(code)
            if place == "file"
            else gettext("%(place)s: %(fault)s", place=place, fault=fault_words(code))
            for place, code in found
        ]
        return _form("surveys/import.html", form, faults=faults)
    public_id = _create(imported.questionnaire, form)
    if not imported.remarks:
        return redirect(_builder(public_id))
    return render_template(
        "surveys/imported.html",
        survey=get_survey(current_session(), public_id),
        remarks=remark_lines(imported.remarks),
    )


@blueprint.get("/<public_id>/")
@requires(Permission.READ_FEEDBACK)
def show(public_id: str) -> str:
    """Show a survey: its state, its figures, its versions."""
    survey = get_survey(current_session(), public_id)
    return render_template(
        "surveys/show.html",
        survey=survey,
        answers=count_answers([survey]),
        question_count=sum(1 for _ in survey.questionnaire.questions()),
        languages=language_tabs(survey.questionnaire, ""),
        minutes=check(survey.questionnaire, anonymous=survey.anonymous).minutes,
        versions=list_versions(current_session(), survey.id),
    )


@blueprint.get("/<public_id>/versions/<int:number>")
@requires(Permission.READ_FEEDBACK)
def version(public_id: str, number: int) -> str:
    """Show what a version asks, in one of its languages."""
    survey = get_survey(current_session(), public_id)
    found = get_version(current_session(), survey.id, number)
    return render_template(
        "surveys/version.html",
        survey=survey,
        version=found,
        read=read_version(found, request.args.get("language", "")),
    )


@blueprint.get("/<public_id>/export.json")
@requires(Permission.READ_FEEDBACK)
def export(public_id: str) -> Response:
    """Download the draft, or a `version`, as a file that can be imported."""
    survey = get_survey(current_session(), public_id)
    number = request.args.get("version", type=int)
    questionnaire = (
        survey.questionnaire
        if number is None
        else get_version(current_session(), survey.id, number).questionnaire
    )
    response = make_response(write_file(questionnaire))
    response.mimetype = "application/json"
    name = slug(survey.name) if survey.name else "survey"
    tail = "" if number is None else f"-v{number}"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{name}{tail}.json"'
    )
    return response


@blueprint.post("/<public_id>/<any(close, reopen):deed>")
@requires(Permission.DESIGN_SURVEYS)
def turn(public_id: str, deed: str) -> AnyResponse:
    """Let nobody answer any more, or let people answer again."""
    run: Callable[..., None] = service.close if deed == "close" else service.reopen
    run(current_session(), public_id, author_id=principal().id, now=now())
    words = {
        "close": gettext("The survey is closed: links say so kindly."),
        "reopen": gettext("The survey is open for answers again."),
    }
    flash(words[deed], "success")
    return redirect(url_for("surveys.show", public_id=public_id))


@blueprint.post("/<public_id>/archive")
@requires(Permission.DESIGN_SURVEYS)
def archive(public_id: str) -> AnyResponse:
    """Put a survey out of sight, and offer to bring it back."""
    was_open = service.archive(
        current_session(), public_id, author_id=principal().id, now=now()
    )
    return redirect(
        url_for("surveys.index", archived=public_id, open=1 if was_open else None)
    )


@blueprint.post("/<public_id>/restore")
@requires(Permission.DESIGN_SURVEYS)
def restore(public_id: str) -> AnyResponse:
    """Bring an archived survey back, `open` again if it was."""
    service.restore(
        current_session(),
        public_id,
        reopened="open" in request.form,
        author_id=principal().id,
        now=now(),
    )
    return redirect(url_for("surveys.show", public_id=public_id))


@blueprint.post("/<public_id>/duplicate")
@requires(Permission.DESIGN_SURVEYS)
def duplicate(public_id: str) -> AnyResponse:
    """Make a new draft of what the draft says, and open it."""
    made = service.duplicate(
        current_session(), public_id, author_id=principal().id, now=now()
    )
    flash(gettext("This is the copy: a draft of its own."), "success")
    return redirect(url_for("builder.index", public_id=made, at="start"))


def _create(questionnaire: Questionnaire, form: PlaceForm) -> str:
    touchpoint_id = form.touchpoint.data
    journey_id = next(
        shown.id
        for shown in _maps()
        if any(point.id == touchpoint_id for point in shown.touchpoints)
    )
    if form.is_anonymous and any(one.callback for one in questionnaire.endings):
        words = gettext(
            "The offer to call back was left out: an anonymous survey cannot make it."
        )
        flash(words, "info")
    return service.create_survey(
        current_session(),
        journey_id,
        touchpoint_id,
        questionnaire,
        anonymous=form.is_anonymous,
        author_id=principal().id,
        now=now(),
    )


def _maps() -> list[JourneyMap]:
    session = current_session()
    return [get_map(session, one.key) for one in list_journeys(session)]


def _builder(public_id: str) -> str:
    return url_for("builder.index", public_id=public_id)


def _form(template: str, form: PlaceForm, **values: object) -> tuple[str, int]:
    status = 422 if form.is_submitted() else 200
    return render_template(template, form=form, **values), status
