"""The work that this package owes: sending a mail."""

from collections.abc import Mapping, Sequence

from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid
from feedback.i18n.rendering import environment
from feedback.jobs.work import GiveUp, Work
from feedback.mail.message import Attachment, Message, as_email, compose
from feedback.mail.transport import transport_for


def send_mail(work: Work) -> None:
    """Send the mail of the payload that `notices.queue_mail` wrote.

    Raises:
        GiveUp: the mail itself is wrong, or its reader's server refuses it.
        OSError: the server is away or asks to come back later; tried again.
    """
    payload, settings = work.payload, work.settings
    try:
        message = _compose(payload, settings)
        email = as_email(
            message,
            sender=settings.mail_from,
            sender_name=settings.company_name,
            key=payload["key"],
            now=work.now(),
        )
        transport_for(settings).deliver([email])
    except (Conflict, Invalid) as error:
        raise GiveUp(str(error.values.get("reason", error))) from error


def _compose(payload: Mapping[str, object], settings: Settings) -> Message:
    context = payload["context"]
    files = payload["attachments"]
    assert isinstance(context, Mapping)  # noqa: S101 - queue_mail wrote it so
    assert isinstance(files, Sequence)  # noqa: S101 - the same
    inline = payload.get("inline", ())
    assert isinstance(inline, Sequence)  # noqa: S101 - the same
    return compose(
        environment(settings.templates, str(payload["locale"]), zone=settings.zone),
        str(payload["template"]),
        {
            "company": settings.company_name,
            "base_url": settings.base_url,
            **context,
        },
        to=str(payload["to"]),
        attachments=(
            *(_read(file, settings) for file in files),
            *(
                Attachment(
                    name=one["name"], type=one["type"], content=one["text"].encode()
                )
                for one in inline
            ),
        ),
    )


def _read(file: Mapping[str, str], settings: Settings) -> Attachment:
    """Read an attachment, which must lie below the data folder."""
    folder = settings.data_dir.resolve()
    path = (folder / file["path"]).resolve()
    if not path.is_relative_to(folder):
        raise Invalid({"attachment": "outside_data_folder"})
    return Attachment(name=file["name"], type=file["type"], content=path.read_bytes())
