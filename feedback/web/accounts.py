"""Blueprint accounts: one's own name and language, and the way to the rest."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.queries import get_person_by_id
from feedback.accounts.roles import Permission
from feedback.accounts.service import change_locale, rename
from feedback.web.context import current_session, principal, remember_locale
from feedback.web.forms.accounts import ProfileForm
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("accounts", __name__, url_prefix="/account")


@blueprint.route("/profile", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def profile() -> str | tuple[str, int] | Response:
    """Show one's own account, and change its name and language."""
    own = get_person_by_id(current_session(), principal().id)
    form = ProfileForm(name=own.name, locale=own.locale)
    if not form.validate_on_submit():
        page = render_template("accounts/profile.html", form=form, own=own)
        return (page, 422) if request.method == "POST" else page
    rename(current_session(), own.id, form.name.data)
    change_locale(current_session(), own.id, form.locale.data)
    remember_locale(form.locale.data)
    flash(gettext("Saved."), "success")
    return redirect(url_for("accounts.profile"))
