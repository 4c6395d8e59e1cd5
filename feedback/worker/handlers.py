"""Job name to function: the whole table in one place."""

from collections.abc import Mapping

from feedback.jobs.work import Handler

HANDLERS: Mapping[str, Handler] = {}
