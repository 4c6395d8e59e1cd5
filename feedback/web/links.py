"""Blueprint links: the open links of a survey, their QR codes and sheets to print."""

import io

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from feedback.accounts.roles import Permission
from feedback.collection.links import (
    LinkOnList,
    close_link,
    create_link,
    get_link,
    list_links,
    reopen_link,
)
from feedback.collection.terms import LinkKind
from feedback.core.errors import Invalid
from feedback.core.ids import slug
from feedback.i18n.catalogs import gettext as translated
from feedback.i18n.catalogs import mark
from feedback.journey.queries import get_map
from feedback.surveys.queries import SurveyDraft, get_survey
from feedback.web.context import current_session, now, principal, settings
from feedback.web.forms.links import KINDS, LinkForm
from feedback.web.language import gettext
from feedback.web.respondent import interface_of
from feedback.web.security import requires

blueprint = Blueprint("links", __name__, url_prefix="/surveys/<public_id>/links")
Answer = str | tuple[str, int] | AnyResponse

CALL = mark("Scan the code with your phone, or type the address. It takes a minute.")
#: languages that a sheet speaks at once
MOST_ON_SHEET = 2
#: pixels of a module: prints sharply at four centimetres and more
PNG_SCALE = 12
#: a quarter of the code may be dirty or torn and it is still read
CORRECTION = "q"
DOORS = {LinkKind.LINK: "s", LinkKind.KIOSK: "k", LinkKind.WIDGET: "w"}


@blueprint.app_template_filter("link_kind")
def kind_name(kind: LinkKind) -> str:
    """Return what a kind of link is called."""
    return gettext(KINDS[kind])


@blueprint.app_template_filter("link_address")
def address(link: LinkOnList) -> str:
    """Return the whole address of a link."""
    return f"{settings().base_url.rstrip('/')}/{DOORS[link.kind]}/{link.slug}"


@blueprint.app_template_filter("widget_tag")
def widget_tag(link: LinkOnList) -> str:
    """Return the line that a site puts into its pages to show the widget."""
    base = settings().base_url.rstrip("/")
    return f'<script src="{base}/widget.js" data-feedback="{link.slug}" async></script>'


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.DESIGN_SURVEYS)
def index(public_id: str) -> Answer:
    """List the links of a survey, and make another one."""
    survey = get_survey(current_session(), public_id)
    form = LinkForm()
    shown = get_map(current_session(), survey.journey_key)
    form.offer(shown.touchpoints, chosen=survey.touchpoint_id)
    if not form.validate_on_submit():
        return _page(survey, form)
    try:
        create_link(
            current_session(),
            public_id,
            name=form.name.data,
            kind=LinkKind(form.kind.data),
            touchpoint_id=form.touchpoint.data,
            origins=form.sites(),
            closes_at=form.closes_at(settings().zone),
            actor_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(survey, form)
    flash(gettext("The link is made."), "success")
    return redirect(url_for("links.index", public_id=public_id))


@blueprint.get("/<link>/sheet")
@requires(Permission.DESIGN_SURVEYS)
def sheet(public_id: str, link: str) -> str:
    """Show a sheet to print, with the QR code and the address to type."""
    survey = get_survey(current_session(), public_id)
    languages = survey.questionnaire.languages[:MOST_ON_SHEET]
    return render_template(
        "links/sheet.html",
        survey=survey,
        link=get_link(current_session(), public_id, link),
        languages=languages,
        calls={code: translated(interface_of(code), CALL) for code in languages},
    )


@blueprint.get("/<link>/qr.<any(svg, png):kind>")
@requires(Permission.DESIGN_SURVEYS)
def code(public_id: str, link: str, kind: str) -> Response:
    """Give the QR code of a link as a picture."""
    found = get_link(current_session(), public_id, link)
    drawn = segno.make(address(found), error=CORRECTION, micro=False)
    out = io.BytesIO()
    if kind == "svg":
        drawn.save(out, kind="svg", border=4, xmldecl=False, omitsize=True)
    else:
        drawn.save(out, kind="png", border=4, scale=PNG_SCALE)
    response = make_response(out.getvalue())
    response.mimetype = {"svg": "image/svg+xml", "png": "image/png"}[kind]
    response.headers["Content-Disposition"] = (
        f'inline; filename="{slug(found.name)}.{kind}"'
    )
    return response


@blueprint.post("/<link>/<any(close, reopen):deed>")
@requires(Permission.DESIGN_SURVEYS)
def turn(public_id: str, link: str, deed: str) -> AnyResponse:
    """Answer a link no more, or again."""
    run = close_link if deed == "close" else reopen_link
    run(current_session(), public_id, link, actor_id=principal().id, now=now())
    words = {
        "close": gettext("The link is closed: whoever follows it is told so kindly."),
        "reopen": gettext("The link is open again."),
    }
    flash(words[deed], "success")
    return redirect(url_for("links.index", public_id=public_id))


def _page(survey: SurveyDraft, form: LinkForm) -> Answer:
    page = render_template(
        "links/index.html",
        survey=survey,
        form=form,
        links=list_links(current_session(), survey.public_id),
        at=now(),
    )
    return (page, 422) if form.is_submitted() else page
