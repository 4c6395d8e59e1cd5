"""Where a finding becomes an improvement."""

from typing import Any

from flask import url_for

from feedback.accounts.roles import Permission
from feedback.web.context import find_principal


def improve_url(**finding: str | None) -> str | None:
    """Return the address at which an improvement is begun from a finding.

    None for whoever may not begin one.
    """
    asking = find_principal()
    if asking is None or not asking.may(Permission.IMPROVE):
        return None
    values: dict[str, Any] = dict(finding)
    return url_for("improvements.new", **values)
