"""Blueprint connections: keys of other systems, and systems that send webhooks."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.api_keys import (
    IssuedKey,
    KeyRead,
    Scope,
    get_key,
    issue_key,
    list_keys,
    revoke_key,
    rotate_key,
)
from feedback.accounts.roles import Permission
from feedback.collection.sources import (
    SECRET_COMES_FROM_THERE,
    SourceRead,
    change_secret,
    close_source,
    create_source,
    get_source,
    list_sources,
    rename_source,
    reopen_source,
    secret_of,
)
from feedback.collection.terms import SourceKind
from feedback.collection.unused import UnusedRead, list_unused
from feedback.collection.webhooks import shopify, woocommerce, zendesk
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.catalogs import mark
from feedback.web.context import current_session, now, principal, settings
from feedback.web.event_words import fault_words, source_kind_name, type_name
from feedback.web.forms.connections import (
    KIND_HINTS,
    SCOPE_NAMES,
    KeyForm,
    SecretForm,
    SourceForm,
    SourceNameForm,
)
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("connections", __name__, url_prefix="/connections")

#: calls of no use are shown for so long
LOOKED_BACK = timedelta(days=7)
#: topics to choose in the other system, by kind
TOPICS = {
    SourceKind.SHOPIFY: shopify.TOPICS,
    SourceKind.WOOCOMMERCE: woocommerce.TOPICS,
}
STANDINGS = {
    "ready": mark("Ready"),
    "waiting": mark("Not finished"),
    "closed": mark("Closed"),
}


@blueprint.app_template_filter("scope")
def scope_name(scope: Scope | str) -> str:
    """Return what a key may do, in words."""
    return gettext(SCOPE_NAMES[Scope(scope)])


@blueprint.app_template_filter("source_kind")
def kind_name(kind: SourceKind | str) -> str:
    """Return what a kind of system is called."""
    return source_kind_name(SourceKind(kind))


@blueprint.app_template_filter("kind_hint")
def kind_hint(kind: SourceKind | str) -> str:
    """Return what a kind of system can tell."""
    return gettext(KIND_HINTS[SourceKind(kind)])


@blueprint.app_template_filter("event_fault")
def event_fault(code: str) -> str:
    """Return why a call was refused, or came to nothing."""
    return fault_words(code)


@blueprint.app_template_filter("event_type")
def event_type(kind: str) -> str:
    """Return what a type of event is called."""
    return type_name(kind)


@blueprint.app_template_filter("source_standing")
def source_standing(source: SourceRead) -> str:
    """Return `ready`, `waiting` or `closed`."""
    if source.closed_at is not None:
        return "closed"
    return "ready" if source.is_ready else "waiting"


@blueprint.app_template_filter("standing_words")
def standing_words(standing: str) -> str:
    """Return what the standing of a connection is called."""
    return gettext(STANDINGS[standing])


@blueprint.get("/")
@requires(Permission.CONNECT_SYSTEMS)
def index() -> str:
    """List the systems that send webhooks, and the keys of those that call."""
    session = current_session()
    return render_template(
        "connections/index.html",
        sources=list_sources(session),
        keys=[one for one in list_keys(session) if _works(one)],
        revoked=[one for one in list_keys(session) if not _works(one)],
        refused=_refused_by_sender(),
    )


def _works(key: KeyRead) -> bool:
    return key.revoked_at is None or key.revoked_at > now()


def _refused_by_sender() -> dict[str, int]:
    counts: dict[str, int] = {}
    for line in list_unused(current_session(), since=now() - LOOKED_BACK):
        if line.is_refused:
            counts[line.sender] = counts.get(line.sender, 0) + line.count
    return counts


@blueprint.route("/keys/new", methods=["GET", "POST"])
@requires(Permission.CONNECT_SYSTEMS)
def new_key() -> str | tuple[str, int]:
    """Make a key, and show it this once."""
    form = KeyForm()
    if not form.validate_on_submit():
        return _form_page("connections/new_key.html", form=form)
    try:
        issued = issue_key(
            current_session(),
            name=form.name.data,
            scopes=[Scope(one) for one in form.scopes.data],
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _form_page("connections/new_key.html", form=form)
    return _issued(issued)


@blueprint.get("/keys/<public_id>")
@requires(Permission.CONNECT_SYSTEMS)
def key(public_id: str) -> str:
    """Show what a key may do, and since when it was not used."""
    found = get_key(current_session(), public_id)
    return render_template(
        "connections/key.html",
        key=found,
        works=_works(found),
        unused=_unused(f"key:{public_id}"),
    )


@blueprint.post("/keys/<public_id>/rotate")
@requires(Permission.CONNECT_SYSTEMS)
def rotate(public_id: str) -> str:
    """Renew a key, and show the new one this once."""
    issued = rotate_key(
        current_session(), public_id, actor_id=principal().id, now=now()
    )
    return _issued(issued, is_renewed=True)


@blueprint.post("/keys/<public_id>/revoke")
@requires(Permission.CONNECT_SYSTEMS)
def revoke(public_id: str) -> Response:
    """Refuse a key from now on."""
    revoke_key(current_session(), public_id, actor_id=principal().id, now=now())
    flash(gettext("The key is revoked: every call with it is refused."), "success")
    return redirect(url_for("connections.index"))


def _issued(issued: IssuedKey, *, is_renewed: bool = False) -> str:
    found = get_key(current_session(), issued.public_id)
    return render_template(
        "connections/issued.html",
        issued=issued,
        key=found,
        is_renewed=is_renewed,
        can_send=Scope.EVENTS_WRITE in found.scopes,
        base_url=settings().base_url.rstrip("/"),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CONNECT_SYSTEMS)
def new() -> str | tuple[str, int] | Response:
    """Connect a system that sends webhooks."""
    wanted = request.args.get("kind", "")
    form = SourceForm(kind=wanted if wanted in set(SourceKind) else None)
    if not form.validate_on_submit():
        return _form_page("connections/new.html", form=form)
    try:
        public_id = create_source(
            current_session(),
            name=form.name.data,
            kind=SourceKind(form.kind.data),
            sealing=settings().secret(),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _form_page("connections/new.html", form=form)
    return redirect(url_for("connections.source", public_id=public_id))


@blueprint.get("/<public_id>")
@requires(Permission.CONNECT_SYSTEMS)
def source(public_id: str) -> str:
    """Show step by step what to paste where, and what has arrived."""
    return _source_page(public_id, SecretForm(formdata=None))


def _source_page(public_id: str, form: SecretForm) -> str:
    found = get_source(current_session(), public_id)
    return render_template(
        "connections/source.html",
        source=found,
        form=form,
        name_form=SourceNameForm(formdata=None, name=found.name),
        steps=f"connections/steps_{found.kind.value}.html",
        address=hook_address(public_id),
        topics=TOPICS.get(found.kind, ()),
        trigger_body=zendesk.TRIGGER_BODY,
        secret=_own_secret(found),
        pastes_secret=found.kind in SECRET_COMES_FROM_THERE,
        unused=_unused(f"source:{public_id}"),
    )


def hook_address(public_id: str) -> str:
    """Return the address to which a system sends its webhooks."""
    path = url_for("api.hook", source=public_id)
    return settings().base_url.rstrip("/") + path


def _own_secret(found: SourceRead) -> str | None:
    """Return the secret that was made here, to be pasted there."""
    if found.kind in SECRET_COMES_FROM_THERE or not found.has_secret:
        return None
    try:
        return secret_of(
            current_session(), found.public_id, sealing=settings().secret()
        )
    except Conflict:
        return None


def _unused(sender: str) -> tuple[UnusedRead, ...]:
    return list_unused(current_session(), sender=sender, since=now() - LOOKED_BACK)


@blueprint.post("/<public_id>/secret")
@requires(Permission.CONNECT_SYSTEMS)
def secret(public_id: str) -> str | tuple[str, int] | Response:
    """Keep the secret with which the other system signs."""
    form = SecretForm()
    if not form.validate_on_submit():
        return _source_page(public_id, form), 422
    try:
        change_secret(
            current_session(),
            public_id,
            form.secret.data,
            sealing=settings().secret(),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _source_page(public_id, form), 422
    flash(gettext("The secret is kept, encrypted."), "success")
    return redirect(url_for("connections.source", public_id=public_id))


@blueprint.post("/<public_id>/name")
@requires(Permission.CONNECT_SYSTEMS)
def rename(public_id: str) -> Response:
    """Give a connection another name."""
    rename_source(current_session(), public_id, request.form.get("name", ""))
    return redirect(url_for("connections.source", public_id=public_id))


@blueprint.post("/<public_id>/close")
@requires(Permission.CONNECT_SYSTEMS)
def close(public_id: str) -> Response:
    """Refuse what a system sends from now on."""
    found = get_source(current_session(), public_id)
    close_source(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("“%(name)s” is closed: what it sends is refused.", name=found.name))
    return redirect(url_for("connections.source", public_id=public_id))


@blueprint.post("/<public_id>/reopen")
@requires(Permission.CONNECT_SYSTEMS)
def reopen(public_id: str) -> Response:
    """Believe a system again."""
    found = get_source(current_session(), public_id)
    reopen_source(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("“%(name)s” is open again.", name=found.name), "success")
    return redirect(url_for("connections.source", public_id=public_id))


def _form_page(template: str, **values: Any) -> str | tuple[str, int]:
    """Show a form: as it is asked for, or with status 422 when it had faults."""
    page = render_template(template, **values)
    return (page, 422) if request.method == "POST" else page
