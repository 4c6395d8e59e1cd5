"""Job name to function: the whole table in one place."""

from collections.abc import Mapping

from feedback.accounts.jobs import send_mail
from feedback.accounts.notices import SEND_MAIL
from feedback.jobs.work import Handler

HANDLERS: Mapping[str, Handler] = {
    SEND_MAIL: send_mail,
}
