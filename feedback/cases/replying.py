"""Replies by mail, begun from templates that the house may change."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.notices import queue_mail
from feedback.cases.handling import note_answer
from feedback.cases.models import CaseTemplate
from feedback.cases.queries import get_case, get_reach
from feedback.cases.terms import EntryKind
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record
from feedback.i18n.locales import SUPPORTED

LONGEST_SUBJECT = 200
LONGEST_BODY = 5000
LONGEST_NAME = 120
MOST_TEMPLATES = 100
#: what stands for something in a template
NAME, COMPANY, AGENT = "{name}", "{company}", "{agent}"


@dataclass(frozen=True, kw_only=True)
class TemplateRead:
    """A reply to begin with."""

    public_id: str
    language: str
    name: str
    subject: str
    body: str
    revision: int


SHIPPED = (
    TemplateRead(
        public_id="sorry-fr",
        language="fr",
        name="Présenter des excuses",
        subject="Votre avis sur {company}",
        body=(
            "Bonjour {name},\n\nMerci d’avoir pris le temps de nous répondre. Je suis "
            "désolé de ce que vous avez vécu.\n\n[Ce que nous avons compris, et ce que "
            "nous allons faire]\n\nJe reste à votre disposition.\n\n{agent}\n{company}"
        ),
        revision=0,
    ),
    TemplateRead(
        public_id="ask-fr",
        language="fr",
        name="Demander une précision",
        subject="Une question sur votre avis",
        body=(
            "Bonjour {name},\n\nMerci pour votre avis. Pour pouvoir vous aider, "
            "j’aurais besoin d’une précision :\n\n[Votre question]\n\nIl suffit de "
            "répondre à ce message.\n\n{agent}\n{company}"
        ),
        revision=0,
    ),
    TemplateRead(
        public_id="sorry-en",
        language="en",
        name="Apologise",
        subject="Your feedback on {company}",
        body=(
            "Hello {name},\n\nThank you for taking the time to answer us. I am sorry "
            "about what happened.\n\n[What we have understood, and what we will do]"
            "\n\nDo write to me if anything is open.\n\n{agent}\n{company}"
        ),
        revision=0,
    ),
    TemplateRead(
        public_id="ask-en",
        language="en",
        name="Ask for a detail",
        subject="A question about your feedback",
        body=(
            "Hello {name},\n\nThank you for your feedback. To be able to help, I need "
            "one more detail:\n\n[Your question]\n\nSimply reply to this message."
            "\n\n{agent}\n{company}"
        ),
        revision=0,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A mail to the customer, as somebody wrote it."""

    subject: str
    body: str


def list_templates(session: Session) -> tuple[TemplateRead, ...]:
    """List the templates of the house by language and name, or the shipped ones."""
    rows = session.scalars(
        select(CaseTemplate)
        .order_by(CaseTemplate.language.desc(), CaseTemplate.name, CaseTemplate.id)
        .limit(MOST_TEMPLATES)
    ).all()
    return tuple(map(_as_read, rows)) or SHIPPED


def begin(
    template: TemplateRead, *, name: str | None, company: str, agent: str
) -> Reply:
    """Return a reply as a template begins it, with the names filled in.

    A customer without a name is greeted without one.
    """

    def filled(text: str) -> str:
        text = text.replace(f" {NAME}", f" {name}" if name else "")
        text = text.replace(NAME, name or "")
        return text.replace(COMPANY, company).replace(AGENT, agent)

    return Reply(subject=filled(template.subject), body=filled(template.body))


def send_reply(
    session: Session,
    case: str,
    reply: Reply,
    *,
    locale: str,
    author_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> None:
    """Owe a mail to the customer of a case, and note it in the history.

    Raises:
        NotFound: `case`.
        Conflict: `no_mail_address`, when nobody knows where to write to.
        Invalid: `subject`, `body`: `missing`, `too_long`.
    """
    subject, body = " ".join(reply.subject.split()), reply.body.strip()
    faults = {
        **_faults("subject", subject, LONGEST_SUBJECT),
        **_faults("body", body, LONGEST_BODY - LONGEST_SUBJECT - 2),
    }
    if faults:
        raise Invalid(faults)
    reach = get_reach(session, get_case(session, case))
    if reach.address is None:
        raise Conflict("no_mail_address")
    body = body.replace("\r\n", "\n")
    queue_mail(
        session,
        "case_reply",
        to=reach.address,
        locale=locale,
        now=now,
        context={"subject": subject, "body": body},
    )
    note_answer(
        session,
        case,
        EntryKind.REPLY,
        f"{subject}\n\n{body}",
        author_id=author_id,
        now=now,
        zone=zone,
    )


def save_template(
    session: Session,
    given: TemplateRead,
    *,
    author_id: int | None,
    now: datetime,
) -> str:
    """Keep a template: another one, or a newer state of one that there is.

    The first time, the shipped templates become the house's own.

    Args:
        session: the caller's transaction.
        given: as it was typed; an empty `public_id` is a new one, and `revision` the
            one that the person saw.
        author_id: who writes it.
        now: the moment.

    Raises:
        NotFound: `case_template`.
        Conflict: `changed_meanwhile`, `too_many_templates`.
        Invalid: `name`, `subject`, `body`: `missing`, `too_long`; `language`:
            `missing`.
    """
    _check(given)
    _own(session, now=now)
    record(session, "case_template_saved", given.name, actor_id=author_id, now=now)
    if not given.public_id:
        count = session.scalar(select(func.count()).select_from(CaseTemplate)) or 0
        if count >= MOST_TEMPLATES:
            raise Conflict("too_many_templates")
        row = CaseTemplate(created_at=now, revision=0)
        session.add(row)
    else:
        row = _get(session, given.public_id)
        if row.revision != given.revision:
            raise Conflict("changed_meanwhile")
    row.language, row.name = given.language, given.name.strip()
    row.subject, row.body = given.subject.strip(), given.body.strip()
    row.revision += 1
    session.flush()
    return row.public_id


def remove_template(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Take a template away; replies that began with it stay."""
    _own(session, now=now)
    row = _get(session, public_id)
    record(session, "case_template_removed", row.name, actor_id=author_id, now=now)
    session.delete(row)
    session.flush()


def _own(session: Session, *, now: datetime) -> None:
    """Keep the shipped templates as rows, so that they can be changed."""
    if session.scalar(select(CaseTemplate.id).limit(1)) is not None:
        return
    for one in SHIPPED:
        session.add(
            CaseTemplate(
                public_id=one.public_id,
                language=one.language,
                name=one.name,
                subject=one.subject,
                body=one.body,
                revision=0,
                created_at=now,
            )
        )
    session.flush()


def _check(given: TemplateRead) -> None:
    faults = {
        **_faults("name", given.name, LONGEST_NAME),
        **_faults("subject", given.subject, LONGEST_SUBJECT),
        **_faults("body", given.body, LONGEST_BODY),
    }
    if given.language not in SUPPORTED:
        faults["language"] = "missing"
    if faults:
        raise Invalid(faults)


def _faults(field: str, text: str, longest: int) -> dict[str, str]:
    if not text.strip():
        return {field: "missing"}
    return {field: "too_long"} if len(text) > longest else {}


def _get(session: Session, public_id: str) -> CaseTemplate:
    row = session.scalar(
        select(CaseTemplate).where(CaseTemplate.public_id == public_id)
    )
    if row is None:
        raise NotFound("case_template")
    return row


def _as_read(row: CaseTemplate) -> TemplateRead:
    return TemplateRead(
        public_id=row.public_id,
        language=row.language,
        name=row.name,
        subject=row.subject,
        body=row.body,
        revision=row.revision,
    )
