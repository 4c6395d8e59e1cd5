"""You said, we did: whom an outcome can be told, in which words, once."""

from flask import flash, redirect, render_template, url_for
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.catalogs import gettext as say
from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.improvements.queries import ImprovementRead, get_improvement
from feedback.improvements.telling import (
    find_audience,
    find_sent,
    tell_customers,
)
from feedback.voice.taxonomy import theme_name
from feedback.web.context import current_session, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.event_words import reason_words
from feedback.web.forms.improvements import FaultyForm
from feedback.web.improvement_verdicts import blueprint
from feedback.web.improvements import Answer
from feedback.web.language import gettext, lazy, ngettext
from feedback.web.security import requires

__all__ = ["blueprint"]

_MISSING = lazy(mark("This must be filled in."))
_DONE = mark("We have done something about it: %(title)s.")
OWN_REASONS = {
    "no_address": mark("no mail address is known"),
    "stopped": mark("they want no more mail"),
    "same_address": mark("somebody else has the same address"),
}


class TellForm(FaultyForm):
    """What customers are told, in both languages."""

    words_fr = TextAreaField(
        lazy(mark("In French")),
        validators=[DataRequired(_MISSING)],
        render_kw={"rows": 5},
    )
    words_en = TextAreaField(
        lazy(mark("In English")),
        validators=[DataRequired(_MISSING)],
        render_kw={"rows": 5},
    )


@blueprint.route("/<public_id>/tell", methods=["GET", "POST"])
@requires(Permission.IMPROVE)
def tell(public_id: str) -> Answer:
    """Show how many can be told, and what; send it once."""
    one = get_improvement(current_session(), public_id)
    form = TellForm()
    if not form.is_submitted():
        for language in SUPPORTED:
            form[f"words_{language}"].data = _proposed(one, language)
    if not form.validate_on_submit():
        return _page(form, one)
    try:
        sent = tell_customers(
            current_session(),
            public_id,
            {code: form[f"words_{code}"].data for code in SUPPORTED},
            author_id=principal().id,
            settings=settings(),
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(form, one)
    except Conflict as error:
        form.form_errors.append(words_for(error.code))
        return _page(form, one)
    flash(
        ngettext(
            "%(told)s customer is told, by one mail.",
            "%(told)s customers are told, by one mail each.",
            sent.told,
            told=sent.told,
        ),
        "success",
    )
    return redirect(url_for("improvements.tell", public_id=public_id))


def _page(form: TellForm, one: ImprovementRead) -> Answer:
    session = current_session()
    try:
        audience = find_audience(session, one.public_id, settings=settings(), now=now())
    except Conflict as error:
        flash(words_for(error.code), "error")
        return redirect(url_for("improvements.show", public_id=one.public_id))
    page = render_template(
        "improvements/tell.html",
        form=form,
        one=one,
        audience=audience,
        sent=find_sent(session, one.id),
        previews=[
            (
                code,
                theme_name(session, one.theme_key or "", code),
                form[f"words_{code}"],
            )
            for code in SUPPORTED
        ],
        why=_why,
        say=say,
    )
    return (page, 422) if form.is_submitted() else page


def _why(reason: str) -> str:
    if reason in OWN_REASONS:
        return gettext(OWN_REASONS[reason])
    return reason_words(reason)


def _proposed(one: ImprovementRead, language: str) -> str:
    """Return what was done, in the words of the team, to be put right by hand."""
    said = say(language, _DONE, title=one.title)
    return f"{said}\n\n{one.what}".strip()
