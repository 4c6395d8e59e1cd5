"""Where a finding becomes an improvement, when there are pages for improvements."""

from typing import Any

from flask import current_app, url_for

ENDPOINT = "improvements.new"


def improve_url(**finding: str) -> str | None:
    """Return the address at which an improvement is begun from a finding.

    None while there is no such page.
    """
    if ENDPOINT not in current_app.view_functions:
        return None
    values: dict[str, Any] = dict(finding)
    return url_for(ENDPOINT, **values)
