"""Blueprint people: who has an account, which role, and the log of acts."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.notices import queue_mail
from feedback.accounts.queries import (
    Person,
    Standing,
    get_person,
    get_person_by_id,
    list_history,
    list_people,
)
from feedback.accounts.roles import Permission, Role
from feedback.accounts.service import (
    add_person,
    change_role,
    close_account,
    reopen_account,
)
from feedback.core.errors import Conflict, Invalid
from feedback.db.audit import record
from feedback.i18n.catalogs import mark
from feedback.web.context import (
    current_session,
    now,
    principal,
    settings,
)
from feedback.web.forms.accounts import (
    LANGUAGE_NAMES,
    ROLE_NAMES,
    InvitationForm,
    RoleForm,
)
from feedback.web.language import gettext
from feedback.web.login import password_link
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("people", __name__, url_prefix="/people")

STANDINGS = {
    Standing.INVITED: mark("Invited"),
    Standing.ACTIVE: mark("Active"),
    Standing.CLOSED: mark("Closed"),
}
#: what the acts of this package are called; those of others speak for themselves
ACTS = {
    "person_added": mark("Added a person"),
    "invitation_sent": mark("Sent the invitation again"),
    "role_changed": mark("Changed a role"),
    "account_closed": mark("Closed an account"),
    "account_reopened": mark("Reopened an account"),
    "password_set": mark("Set a new password"),
    "survey_created": mark("Created a survey"),
    "survey_published": mark("Published a survey"),
    "survey_closed": mark("Closed a survey"),
    "survey_reopened": mark("Opened a survey again"),
    "survey_archived": mark("Archived a survey"),
    "survey_restored": mark("Brought a survey back"),
    "survey_anonymity_changed": mark("Changed whether a survey is anonymous"),
    "link_made": mark("Made a link"),
    "link_closed": mark("Closed a link"),
    "link_reopened": mark("Opened a link again"),
    "contact_erased": mark("Erased a customer"),
    "contact_stopped": mark("Had a customer asked no more"),
    "request_handled": mark("Did what a customer asked"),
    "customer_originals_read": mark("Took along all that is kept, texts as given"),
    "original_read": mark("Read a text as it was given"),
    "masking_word_added": mark("Had a word masked"),
    "masking_word_removed": mark("Had a word masked no more"),
    "spared_word_added": mark("Said that a word is nobody’s name"),
    "spared_word_removed": mark("Took back that a word is nobody’s name"),
    "agreement_closed": mark("Closed a round of blind labelling"),
    "case_calendar_changed": mark("Changed the working hours of cases"),
    "case_rules_changed": mark("Changed what opens a case"),
    "case_template_saved": mark("Wrote a template of reply"),
    "case_template_removed": mark("Removed a template of reply"),
    "rule_added": mark("Wrote a rule"),
    "rule_changed": mark("Changed a rule"),
    "rule_switched_on": mark("Switched a rule on"),
    "rule_switched_off": mark("Switched a rule off"),
    "rule_archived": mark("Put a rule away"),
    "endpoint_added": mark("Added a receiver of webhooks"),
    "endpoint_changed": mark("Changed a receiver of webhooks"),
    "endpoint_secret_renewed": mark("Renewed the secret of a receiver"),
    "endpoint_stopped": mark("Stopped a receiver of webhooks"),
    "endpoint_resumed": mark("Started a receiver of webhooks again"),
    "endpoint_gone": mark("A receiver of webhooks wants no more"),
    "deliveries_replayed": mark("Sent webhooks again"),
    "interview_planned": mark("Planned an interview"),
    "interview_cancelled": mark("Cancelled an interview"),
    "consent_noted": mark("Noted a consent"),
    "consent_withdrawn": mark("Erased an interview, as its consent was taken back"),
    "transcript_taken": mark("Brought a transcript in"),
    "excerpt_removed": mark("Took an excerpt back"),
    "guide_made": mark("Made an interview guide"),
    "guide_changed": mark("Changed an interview guide"),
    "guide_archived": mark("Put an interview guide away"),
    "appeal_made": mark("Looked for people to talk with"),
    "api_key_issued": mark("Made a key"),
    "api_key_rotated": mark("Renewed a key"),
    "api_key_revoked": mark("Revoked a key"),
}


@blueprint.app_template_filter("role")
def role_name(role: Role | str) -> str:
    """Return what a role is called."""
    return gettext(ROLE_NAMES[Role(role)])


@blueprint.app_template_filter("standing")
def standing_name(standing: Standing) -> str:
    """Return whether a person can log in, in words."""
    return gettext(STANDINGS[standing])


@blueprint.app_template_filter("act")
def act_name(action: str) -> str:
    """Return what an act is called; one that has no words yet shows its code."""
    return gettext(ACTS[action]) if action in ACTS else action.replace("_", " ")


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """Return a language's name in itself."""
    return LANGUAGE_NAMES[code]


@blueprint.get("/")
@requires(Permission.MANAGE_PEOPLE)
def index() -> str:
    """List everybody with an account."""
    people = turned(list_people(current_session(), wanted_page()))
    return render_template("people/index.html", people=people)


@blueprint.get("/history")
@requires(Permission.MANAGE_PEOPLE)
def history() -> str:
    """List who did what, newest first."""
    acts = turned(list_history(current_session(), wanted_page()))
    return render_template("people/history.html", acts=acts)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def new() -> str | tuple[str, int] | Response:
    """Add a person, and send the mail that lets them choose a password."""
    form = InvitationForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.locale.data = settings().locale
        return _refused("people/new.html", form=form)
    try:
        account_id = add_person(
            current_session(),
            email=form.email.data,
            name=form.name.data,
            role=Role(form.role.data),
            locale=form.locale.data,
            now=now(),
            actor_id=principal().id,
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _refused("people/new.html", form=form)
    _invite(get_person_by_id(current_session(), account_id))
    return redirect(url_for("people.index"))


@blueprint.get("/<public_id>")
@requires(Permission.MANAGE_PEOPLE)
def person(public_id: str) -> str:
    """Show one person, and what can be changed."""
    found = get_person(current_session(), public_id)
    return render_template(
        "people/person.html", person=found, form=RoleForm(role=found.role.value)
    )


@blueprint.post("/<public_id>/role")
@requires(Permission.MANAGE_PEOPLE)
def role(public_id: str) -> Response:
    """Give a person another role."""
    found = get_person(current_session(), public_id)
    form = RoleForm()
    if not form.validate_on_submit():
        raise Invalid({"role": "missing"})
    change_role(
        current_session(),
        found.id,
        Role(form.role.data),
        actor_id=principal().id,
        now=now(),
    )
    flash(gettext("%(name)s has a new role.", name=found.name), "success")
    return redirect(url_for("people.person", public_id=public_id))


@blueprint.post("/<public_id>/close")
@requires(Permission.MANAGE_PEOPLE)
def close(public_id: str) -> Response:
    """Close an account; the person's sessions end at once."""
    found = get_person(current_session(), public_id)
    close_account(current_session(), found.id, actor_id=principal().id, now=now())
    flash(gettext("The account of %(name)s is closed.", name=found.name), "success")
    return redirect(url_for("people.person", public_id=public_id))


@blueprint.post("/<public_id>/reopen")
@requires(Permission.MANAGE_PEOPLE)
def reopen(public_id: str) -> Response:
    """Let a person log in again."""
    found = get_person(current_session(), public_id)
    reopen_account(current_session(), found.id, actor_id=principal().id, now=now())
    flash(gettext("The account of %(name)s is open again.", name=found.name), "success")
    return redirect(url_for("people.person", public_id=public_id))


@blueprint.post("/<public_id>/invitation")
@requires(Permission.MANAGE_PEOPLE)
def invitation(public_id: str) -> Response:
    """Send the invitation once more, with a fresh link."""
    found = get_person(current_session(), public_id)
    if found.standing is not Standing.INVITED:
        raise Conflict("not_invited")
    record(
        current_session(),
        "invitation_sent",
        found.email,
        actor_id=principal().id,
        now=now(),
    )
    _invite(found)
    return redirect(url_for("people.person", public_id=public_id))


def _refused(template: str, **values: Any) -> str | tuple[str, int]:
    """Show a form: as it is asked for, or with status 422 when it had faults."""
    page = render_template(template, **values)
    return (page, 422) if request.method == "POST" else page


def _invite(invited: Person) -> None:
    queue_mail(
        current_session(),
        "invitation",
        to=invited.email,
        locale=invited.locale,
        now=now(),
        context={
            "name": invited.name,
            "inviter": principal().name,
            "link": password_link(invited.id),
        },
    )
    if settings().smtp_host:
        flash(
            gettext(
                "A mail with a link is on its way to %(email)s.", email=invited.email
            ),
            "success",
        )
    else:
        flash(
            gettext(
                "No mail server is set up: the mail for %(email)s will lie in the "
                "folder outbox of the data folder.",
                email=invited.email,
            ),
            "warning",
        )
