"""Blueprint interviews: planned, agreed to, held, written down, taken back."""

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.collection.customers import list_customers
from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import PageRequest
from feedback.interviews.consent import (
    consent_text,
    find_consent,
    give_consent,
    withdraw_consent,
)
from feedback.interviews.excerpt_queries import list_excerpts
from feedback.interviews.guides import list_guides
from feedback.interviews.planning import (
    cancel_interview,
    change_interview,
    create_interview,
)
from feedback.interviews.queries import (
    InterviewRead,
    get_interview,
    list_interviews,
    read_turns,
)
from feedback.interviews.talking import (
    name_speakers,
    take_transcript,
)
from feedback.interviews.terms import (
    SpeakerRole,
    TranscriptState,
)
from feedback.journey.queries import get_map, list_journeys
from feedback.web.context import (
    current_session,
    locale,
    now,
    principal,
    settings,
)
from feedback.web.errors import words_for
from feedback.web.forms.interviews import (
    ConsentForm,
    InterviewForm,
    TranscriptForm,
)
from feedback.web.interview_words import FILTERS, speech
from feedback.web.interviews_view import (
    ROLES,
    guide_of,
    journey_of,
    places_of,
    show_turns,
    speaker_names,
)
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.saturation_view import show_saturation
from feedback.web.security import requires

blueprint = Blueprint("interviews", __name__)
Answer = str | tuple[str, int] | Response

ONE = "/interviews/<public_id>"
TURNS_SHOWN = 3


for _name, _say in FILTERS.items():
    blueprint.add_app_template_filter(_say, _name)
blueprint.app_context_processor(speech)


@blueprint.get("/interviews/")
@requires(Permission.HOLD_INTERVIEWS)
def home() -> Response:
    """Lead to the interviews of the first journey, or to drawing one."""
    journeys = list_journeys(current_session())
    if not journeys:
        return redirect(url_for("dashboards.home"))
    return redirect(url_for("interviews.index", key=journeys[0].key))


@blueprint.get("/journeys/<key>/interviews/")
@requires(Permission.HOLD_INTERVIEWS)
def index(key: str) -> str:
    """List the interviews of a journey, with what the last ones brought."""
    session = current_session()
    journey = get_map(session, key, archived=True)
    return render_template(
        "interviews/index.html",
        journey=journey,
        places=places_of(journey),
        interviews=turned(list_interviews(session, journey.id, wanted_page())),
        saturation=show_saturation(session, journey.id),
    )


@blueprint.route("/journeys/<key>/interviews/new", methods=["GET", "POST"])
@requires(Permission.HOLD_INTERVIEWS)
def new(key: str) -> Answer:
    """Plan an interview."""
    session = current_session()
    journey = get_map(session, key)
    form = InterviewForm()
    form.offer(journey, list_guides(session))
    if not form.is_submitted():
        form.language.data = locale()
        form.guide.data = request.args.get("guide", "")
        return render_template(
            "interviews/form.html", form=form, journey=journey, interview=None
        )
    if form.validate():
        try:
            public_id = create_interview(
                session,
                journey.id,
                form.draft(
                    settings().zone,
                    contact=_contact(form),
                    researcher_id=principal().id,
                ),
                actor_id=principal().id,
                now=now(),
            )
        except Invalid as error:
            form.show_faults(error.fields)
        else:
            flash(gettext("The interview is planned."), "success")
            return redirect(url_for("interviews.show", public_id=public_id))
    page = render_template(
        "interviews/form.html", form=form, journey=journey, interview=None
    )
    return page, 422


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@requires(Permission.HOLD_INTERVIEWS)
def edit(public_id: str) -> Answer:
    """Change what is planned, or known, of an interview."""
    session = current_session()
    interview = get_interview(session, public_id)
    journey = journey_of(interview.journey_id)
    guide = guide_of(interview)
    form = InterviewForm()
    form.offer(journey, list_guides(session))
    status = 422
    if not form.is_submitted():
        form.fill(interview, guide, settings().zone)
        status = 200
    elif form.validate():
        try:
            change_interview(
                session,
                public_id,
                form.draft(
                    settings().zone,
                    contact=_contact(form) or interview.contact,
                    researcher_id=interview.researcher_id,
                    standing=guide,
                ),
                revision=request.form.get("revision", -1, type=int),
                now=now(),
            )
        except Invalid as error:
            form.show_faults(error.fields)
        except Conflict as error:
            form.show_faults({"": error.code})
            status = 409
        else:
            flash(gettext("The interview is changed."), "success")
            return redirect(url_for("interviews.show", public_id=public_id))
    page = render_template(
        "interviews/form.html", form=form, journey=journey, interview=interview
    )
    return page, status


@blueprint.get(ONE)
@requires(Permission.HOLD_INTERVIEWS)
def show(public_id: str) -> str:
    """Show an interview: what was agreed to, what was said, what was marked."""
    return _page(get_interview(current_session(), public_id))


@blueprint.post(f"{ONE}/cancel")
@requires(Permission.HOLD_INTERVIEWS)
def cancel(public_id: str) -> Response:
    """Say that an interview will not take place."""
    cancel_interview(current_session(), public_id, actor_id=principal().id, now=now())
    flash(gettext("The interview is cancelled."), "success")
    return redirect(url_for("interviews.show", public_id=public_id))


@blueprint.post(f"{ONE}/consent")
@requires(Permission.HOLD_INTERVIEWS)
def consent(public_id: str) -> Answer:
    """Note what the participant agreed to."""
    form = _consent_form()
    interview = get_interview(current_session(), public_id)
    if not form.validate_on_submit():
        return _page(interview, consent_form=form), 422
    try:
        give_consent(
            current_session(),
            public_id,
            form.given(settings().zone),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(interview, consent_form=form), 422
    flash(gettext("The consent is noted."), "success")
    return redirect(url_for("interviews.show", public_id=public_id))


@blueprint.post(f"{ONE}/withdraw")
@requires(Permission.HOLD_INTERVIEWS)
def withdraw(public_id: str) -> Response:
    """Erase what was said, because the participant takes their consent back."""
    withdraw_consent(current_session(), public_id, actor_id=principal().id, now=now())
    flash(gettext("What was said in this interview is erased."), "success")
    return redirect(url_for("interviews.show", public_id=public_id))


@blueprint.post(f"{ONE}/transcript")
@requires(Permission.HOLD_INTERVIEWS)
def transcript(public_id: str) -> Answer:
    """Take a transcript in."""
    form = TranscriptForm()
    interview = get_interview(current_session(), public_id)
    if not form.validate_on_submit():
        return _page(interview, transcript_form=form), 422
    try:
        take_transcript(
            current_session(),
            public_id,
            form.file.data.filename or "",
            form.file.data.read(),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(interview, transcript_form=form), 422
    return redirect(url_for("interviews.show", public_id=public_id))


@blueprint.get(f"{ONE}/waiting")
@requires(Permission.HOLD_INTERVIEWS)
def waiting(public_id: str) -> str:
    """Tell whether the words can be read yet, for a page that asks again."""
    interview = get_interview(current_session(), public_id)
    return render_template("interviews/_waiting.html", interview=interview)


@blueprint.post(f"{ONE}/speakers")
@requires(Permission.HOLD_INTERVIEWS)
def speakers(public_id: str) -> Answer:
    """Remember who of the speakers is the customer."""
    session = current_session()
    interview = get_interview(session, public_id)
    sent = [
        request.form.get(f"role-{place}") for place in range(len(interview.speakers))
    ]
    try:
        name_speakers(
            session,
            public_id,
            tuple(SpeakerRole(str(one)) for one in sent),
            revision=request.form.get("revision", -1, type=int),
        )
    except ValueError:
        return _page(interview, fault=words_for("unknown_choice")), 422
    except Invalid as error:
        return _page(interview, fault=words_for(error.fields["roles"])), 422
    flash(gettext("Now mark what matters."), "success")
    return redirect(url_for("interviews.show", public_id=public_id))


def _page(
    interview: InterviewRead,
    *,
    consent_form: ConsentForm | None = None,
    transcript_form: TranscriptForm | None = None,
    fault: str | None = None,
) -> str:
    session = current_session()
    journey = journey_of(interview.journey_id)
    places = places_of(journey)
    turns = read_turns(session, interview.id)
    excerpts = list_excerpts(session, interview.id)
    is_waiting = interview.transcript == TranscriptState.WAITING
    return render_template(
        "interviews/show.html",
        interview=interview,
        journey=journey,
        places=places,
        guide=guide_of(interview),
        consent=find_consent(session, interview.id),
        consent_form=consent_form or _consent_form(interview),
        transcript_form=transcript_form or TranscriptForm(),
        excerpts=excerpts,
        turns=()
        if is_waiting or not interview.is_customer_known
        else show_turns(interview, turns, excerpts, places),
        speakers=speaker_names(interview.speakers, interview.alias),
        first_words={
            place: [one.text for one in turns if one.speaker == place][:TURNS_SHOWN]
            for place in range(len(interview.speakers))
        }
        if not is_waiting
        else {},
        roles={role.value: gettext(words) for role, words in ROLES.items()},
        fault=fault,
    )


def _consent_form(interview: InterviewRead | None = None) -> ConsentForm:
    form = ConsentForm()
    form.offer()
    if not form.is_submitted():
        language = interview.language if interview else locale()
        form.text.data = consent_text(settings().company_name, language)
        form.given_at.data = now().astimezone(settings().zone).replace(tzinfo=None)
    return form


def _contact(form: InterviewForm) -> str | None:
    """Return the public id of the customer who was named.

    Raises:
        Invalid: `contact: contact`, unless exactly one customer is meant.
    """
    typed = (form.contact.data or "").strip()
    if not typed:
        return None
    found = list_customers(current_session(), PageRequest(size=2), looked_for=typed)
    if len(found.items) != 1:
        raise Invalid({"contact": "contact"})
    return found.items[0].public_id
