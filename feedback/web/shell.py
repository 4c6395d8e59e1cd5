"""What every page stands in: navigation, company, filters, addresses of assets."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.i18n.catalogs import mark
from feedback.journey.queries import list_journeys
from feedback.web import filters
from feedback.web.context import (
    current_session,
    find_principal,
    locale,
    now,
    settings,
)
from feedback.web.language import form, gettext, named

#: static files that are worth compressing
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry of the navigation, for those who have the permission."""

    blueprint: str
    endpoint: str
    label: str
    icon: str
    permission: Permission
    #: further blueprints that stand under the entry
    also: tuple[str, ...] = ()


PLACES: tuple[Place, ...] = (
    Place(
        blueprint="dashboards",
        endpoint="dashboards.home",
        label=mark("Map"),
        icon="map",
        permission=Permission.READ_FEEDBACK,
        also=("discovery",),
    ),
    Place(
        blueprint="explorer",
        endpoint="explorer.home",
        label=mark("Verbatims"),
        icon="message",
        permission=Permission.READ_FEEDBACK,
        also=("masking",),
    ),
    Place(
        blueprint="agreement",
        endpoint="agreement.index",
        label=mark("Agreement"),
        icon="scale",
        permission=Permission.CORRECT_ANALYSIS,
    ),
    Place(
        blueprint="surveys",
        endpoint="surveys.index",
        label=mark("Surveys"),
        icon="forms",
        permission=Permission.READ_FEEDBACK,
        also=("builder", "links", "results"),
    ),
    Place(
        blueprint="interviews",
        endpoint="interviews.home",
        label=mark("Interviews"),
        icon="microphone",
        permission=Permission.HOLD_INTERVIEWS,
        also=(
            "interview_excerpts",
            "interview_guides",
            "interview_notes",
            "interview_appeals",
        ),
    ),
    Place(
        blueprint="reports",
        endpoint="reports.home",
        label=mark("Reports"),
        icon="report-analytics",
        permission=Permission.READ_REPORTS,
    ),
    Place(
        blueprint="journey",
        endpoint="journey.index",
        label=mark("Journeys"),
        icon="route",
        permission=Permission.READ_FEEDBACK,
        also=("board",),
    ),
    Place(
        blueprint="taxonomy",
        endpoint="taxonomy.index",
        label=mark("Taxonomy"),
        icon="tags",
        permission=Permission.CORRECT_ANALYSIS,
        also=("own_model",),
    ),
    Place(
        blueprint="imports",
        endpoint="imports.index",
        label=mark("Imports"),
        icon="upload",
        permission=Permission.IMPORT_FEEDBACK,
    ),
    Place(
        blueprint="triggers",
        endpoint="triggers.index",
        label=mark("Triggers"),
        icon="send",
        permission=Permission.ASK_CUSTOMERS,
        also=("invitations",),
    ),
    Place(
        blueprint="customers",
        endpoint="customers.index",
        label=mark("Customers"),
        icon="user-circle",
        permission=Permission.READ_CONTACTS,
    ),
    Place(
        blueprint="event_log",
        endpoint="event_log.index",
        label=mark("Events"),
        icon="bell",
        permission=Permission.ASK_CUSTOMERS,
    ),
    Place(
        blueprint="connections",
        endpoint="connections.index",
        label=mark("Connections"),
        icon="plug",
        permission=Permission.CONNECT_SYSTEMS,
    ),
    Place(
        blueprint="people",
        endpoint="people.index",
        label=mark("People"),
        icon="users",
        permission=Permission.MANAGE_PEOPLE,
    ),
    Place(
        blueprint="work",
        endpoint="work.index",
        label=mark("Work"),
        icon="activity",
        permission=Permission.WATCH_WORK,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose installation this is."""

    name: str
    is_demo: bool


def init_app(app: Flask) -> None:
    """Give templates their language, filters and surroundings."""
    environment = app.jinja_env
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, form, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.globals["asset"] = asset
    environment.filters.update(filters.FILTERS)
    environment.filters["named"] = named
    app.context_processor(_surroundings)
    app.after_request(_keep_assets)


def asset(path: str) -> str:
    """Return the address of a static file; it changes with the file's content."""
    folder = current_app.static_folder or ""
    return url_for("static", filename=path, v=_fingerprint(Path(folder) / path))


def _keep_assets(response: Response) -> Response:
    """Have a browser keep a static file whose address changes with its content."""
    named_by_content = "v" in request.args or request.path.startswith("/static/vendor/")
    if request.endpoint == "static" and named_by_content and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return _smaller(response) if request.endpoint == "static" else response


def _smaller(response: Response) -> Response:
    """Compress a static text, once a process.

    Pages are left as they are: a compressed page that holds a secret and repeats what
    was typed tells the secret by its length.
    """
    accepted = request.accept_encodings.best_match(["gzip"]) is not None
    if response.status_code != 200 or response.mimetype not in COMPRESSED:
        return response
    response.headers["Vary"] = "Accept-Encoding"
    if accepted:
        folder = current_app.static_folder or ""
        path = Path(folder) / (request.view_args or {})["filename"]
        response.close()
        response.direct_passthrough = False
        response.set_data(_compressed(path, path.stat().st_mtime_ns))
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _surroundings() -> dict[str, Any]:
    asking = find_principal()
    journeys = list_journeys(current_session())
    return {
        "locale": locale(),
        "now": now(),
        "principal": asking,
        "journeys": journeys if asking else (),
        "navigation": _navigation() if asking else [],
        "company": Company(
            name=settings().company_name,
            is_demo=any(journey.is_demo for journey in journeys),
        ),
    }


def _navigation() -> list[dict[str, object]]:
    asking = find_principal()
    return [
        {
            "label": gettext(place.label),
            "url": url_for(place.endpoint),
            "icon": place.icon,
            "active": request.blueprint in {place.blueprint, *place.also},
        }
        for place in PLACES
        if asking and asking.may(place.permission)
    ]
