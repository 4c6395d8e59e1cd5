"""Where one can go: the entries of the navigation, by what people come for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import request, url_for

from feedback.accounts.roles import Permission
from feedback.core.periods import local_day
from feedback.i18n.catalogs import mark
from feedback.insights.alerts.queries import count_open
from feedback.web.context import current_session, find_principal, now, settings
from feedback.web.language import gettext


class Room(StrEnum):
    """A part of the navigation: what people come for."""

    LISTEN = mark("Understand")
    ASK = mark("Ask")
    ACT = mark("Act")
    SET_UP = mark("Set up")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry of the navigation, for those who have the permission."""

    room: Room
    blueprint: str
    endpoint: str
    label: str
    icon: str
    permission: Permission
    #: further blueprints that stand under the entry
    also: tuple[str, ...] = ()
    #: how many things wait there, and what they are called
    waiting: Callable[[], int] | None = None
    waiting_words: str = ""


def _open_alerts() -> int:
    today = local_day(now(), settings().zone)
    return count_open(current_session(), today=today)


PLACES: tuple[Place, ...] = (
    Place(
        room=Room.LISTEN,
        blueprint="dashboards",
        endpoint="dashboards.home",
        label=mark("Map"),
        icon="map",
        permission=Permission.READ_FEEDBACK,
        also=("discovery", "drivers"),
    ),
    Place(
        room=Room.LISTEN,
        blueprint="explorer",
        endpoint="explorer.home",
        label=mark("Verbatims"),
        icon="message",
        permission=Permission.READ_FEEDBACK,
        also=("masking",),
    ),
    Place(
        room=Room.LISTEN,
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
        room=Room.LISTEN,
        blueprint="alerts",
        endpoint="alerts.home",
        label=mark("Alerts"),
        icon="alert-circle",
        permission=Permission.READ_FEEDBACK,
        waiting=_open_alerts,
        waiting_words=mark("open alerts"),
    ),
    Place(
        room=Room.LISTEN,
        blueprint="reports",
        endpoint="reports.home",
        label=mark("Reports"),
        icon="report-analytics",
        permission=Permission.READ_REPORTS,
    ),
    Place(
        room=Room.ASK,
        blueprint="surveys",
        endpoint="surveys.index",
        label=mark("Surveys"),
        icon="forms",
        permission=Permission.READ_FEEDBACK,
        also=("builder", "links", "results"),
    ),
    Place(
        room=Room.ASK,
        blueprint="triggers",
        endpoint="triggers.index",
        label=mark("Triggers"),
        icon="send",
        permission=Permission.ASK_CUSTOMERS,
        also=("invitations",),
    ),
    Place(
        room=Room.ASK,
        blueprint="customers",
        endpoint="customers.index",
        label=mark("Customers"),
        icon="user-circle",
        permission=Permission.READ_CONTACTS,
    ),
    Place(
        room=Room.ASK,
        blueprint="event_log",
        endpoint="event_log.index",
        label=mark("Events"),
        icon="bell",
        permission=Permission.ASK_CUSTOMERS,
    ),
    Place(
        room=Room.ACT,
        blueprint="improvements",
        endpoint="improvements.index",
        label=mark("Improvements"),
        icon="target",
        permission=Permission.READ_FEEDBACK,
    ),
    Place(
        room=Room.ACT,
        blueprint="cases",
        endpoint="cases.index",
        label=mark("Cases"),
        icon="headset",
        permission=Permission.HANDLE_CASES,
        also=("case_settings",),
    ),
    Place(
        room=Room.ACT,
        blueprint="automation",
        endpoint="automation.index",
        label=mark("Rules"),
        icon="tool",
        permission=Permission.AUTOMATE,
    ),
    Place(
        room=Room.SET_UP,
        blueprint="journey",
        endpoint="journey.index",
        label=mark("Journeys"),
        icon="route",
        permission=Permission.READ_FEEDBACK,
        also=("board",),
    ),
    Place(
        room=Room.SET_UP,
        blueprint="taxonomy",
        endpoint="taxonomy.index",
        label=mark("Taxonomy"),
        icon="tags",
        permission=Permission.CORRECT_ANALYSIS,
        also=("own_model",),
    ),
    Place(
        room=Room.SET_UP,
        blueprint="agreement",
        endpoint="agreement.index",
        label=mark("Agreement"),
        icon="scale",
        permission=Permission.CORRECT_ANALYSIS,
    ),
    Place(
        room=Room.SET_UP,
        blueprint="imports",
        endpoint="imports.index",
        label=mark("Imports"),
        icon="upload",
        permission=Permission.IMPORT_FEEDBACK,
    ),
    Place(
        room=Room.SET_UP,
        blueprint="connections",
        endpoint="connections.index",
        label=mark("Connections"),
        icon="plug",
        permission=Permission.CONNECT_SYSTEMS,
        also=("receivers",),
    ),
    Place(
        room=Room.SET_UP,
        blueprint="people",
        endpoint="people.index",
        label=mark("People"),
        icon="users",
        permission=Permission.MANAGE_PEOPLE,
    ),
    Place(
        room=Room.SET_UP,
        blueprint="work",
        endpoint="work.index",
        label=mark("Work"),
        icon="activity",
        permission=Permission.WATCH_WORK,
    ),
)


def navigation() -> list[dict[str, Any]]:
    """Return the rooms that hold a place for who asks, with their places."""
    asking = find_principal()
    rooms: list[dict[str, Any]] = [
        {
            "key": room.name.lower(),
            "label": gettext(room.value),
            "places": [
                _shown(place)
                for place in PLACES
                if place.room is room and asking and asking.may(place.permission)
            ],
        }
        for room in Room
    ]
    return [room for room in rooms if room["places"]]


def _shown(place: Place) -> dict[str, object]:
    return {
        "label": gettext(place.label),
        "url": url_for(place.endpoint),
        "icon": place.icon,
        "active": request.blueprint in {place.blueprint, *place.also},
        "waiting": place.waiting() if place.waiting else 0,
        "waiting_words": gettext(place.waiting_words) if place.waiting_words else "",
    }
