"""Guides: what is asked in an interview, version by version, in both languages.

Ten come with the product. One of these becomes a row when somebody edits it or talks by
it; until then it is read from its file, so that a better wording reaches everybody who
has not changed it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.ids import new_public_id
from feedback.db.audit import record
from feedback.db.inserts import insert_missing
from feedback.interviews.guide_text import (
    GuideText,
    check_guide,
    read_guide,
    shipped_guides,
    write_guide,
)
from feedback.interviews.models import Guide, GuideVersion
from feedback.interviews.terms import Stage

#: guides of a deployment that are not put away
MOST_GUIDES = 200


@dataclass(frozen=True, kw_only=True)
class GuideRead:
    """A guide as it stands, or as a version of it stood.

    `reference` names it in addresses: its public id, or the key of one that came with
    the product. `version_id` is None of one that nobody has used or changed.
    """

    reference: str
    stage: Stage
    text: GuideText
    revision: int
    is_shipped: bool
    version_id: int | None
    changed_at: datetime | None


def list_guides(session: Session) -> tuple[GuideRead, ...]:
    """List the guides in the order of stages, those of the house first in each."""
    rows = session.execute(
        select(Guide, GuideVersion)
        .join(GuideVersion, GuideVersion.guide_id == Guide.id)
        .where(GuideVersion.number == Guide.revision)
        .order_by(Guide.id)
        .limit(MOST_GUIDES + len(shipped_guides()))
    ).all()
    taken = {guide.shipped_key for guide, _ in rows}
    own = [_read(guide, version) for guide, version in rows if not guide.archived_at]
    shipped = [_untouched(key) for key in shipped_guides() if key not in taken]
    stages = list(Stage)
    return tuple(
        sorted(
            [*own, *shipped],
            key=lambda one: (stages.index(one.stage), one.is_shipped),
        )
    )


def get_guide(
    session: Session, reference: str, *, number: int | None = None
) -> GuideRead:
    """Return a guide as it stands, or its version of a number.

    Raises:
        NotFound: `guide`, `guide_version`.
    """
    guide = _find(session, reference)
    if guide is None:
        if reference not in shipped_guides():
            raise NotFound("guide")
        if number not in {None, 1}:
            raise NotFound("guide_version")
        return _untouched(reference)
    wanted = guide.revision if number is None else number
    return _read(guide, _version(session, guide, wanted))


def get_guide_of_version(session: Session, version_id: int) -> GuideRead:
    """Return a guide as the version of a number stood."""
    guide, version = session.execute(
        select(Guide, GuideVersion)
        .join(GuideVersion, GuideVersion.guide_id == Guide.id)
        .where(GuideVersion.id == version_id)
    ).one()
    return _read(guide, version)


def list_versions(session: Session, reference: str) -> tuple[GuideRead, ...]:
    """List the newest fifty versions of a guide, the newest first.

    Raises:
        NotFound: `guide`.
    """
    guide = _find(session, reference)
    if guide is None:
        return (get_guide(session, reference),)
    rows = session.scalars(
        select(GuideVersion)
        .where(GuideVersion.guide_id == guide.id)
        .order_by(GuideVersion.number.desc())
        .limit(50)
    )
    return tuple(_read(guide, row) for row in rows)


def create_guide(
    session: Session, stage: Stage, text: GuideText, *, author_id: int, now: datetime
) -> str:
    """Make a guide of the house; return its reference.

    Raises:
        Invalid: one code per field, as `check_guide`; `title: too_many_guides`.
    """
    check_guide(text)
    kept = session.scalars(
        select(Guide.id).where(Guide.archived_at.is_(None)).limit(MOST_GUIDES)
    ).all()
    if len(kept) >= MOST_GUIDES:
        raise Invalid({"title": "too_many_guides"})
    guide = Guide(public_id=new_public_id(), stage=stage, revision=1, created_at=now)
    session.add(guide)
    session.flush()
    _add_version(session, guide, text, author_id=author_id, now=now)
    record(session, "guide_made", _name(text), actor_id=author_id, now=now)
    return guide.public_id


def change_guide(
    session: Session,
    reference: str,
    stage: Stage,
    text: GuideText,
    *,
    revision: int,
    author_id: int,
    now: datetime,
) -> int:
    """Write the next version of a guide; return its number.

    Interviews keep the version that they were held by. The same words once more make
    no version.

    Raises:
        NotFound: `guide`.
        Invalid: as `check_guide`.
        Conflict: `changed_meanwhile`, when `revision` is not the newest.
    """
    check_guide(text)
    guide = _locked(session, reference, now=now)
    if guide.revision != revision:
        raise Conflict("changed_meanwhile")
    standing = _read(guide, _version(session, guide, guide.revision))
    if standing.text == text and guide.stage == stage:
        return guide.revision
    guide.revision += 1
    guide.stage = stage
    _add_version(session, guide, text, author_id=author_id, now=now)
    record(session, "guide_changed", _name(text), actor_id=author_id, now=now)
    return guide.revision


def archive_guide(
    session: Session, reference: str, *, author_id: int, now: datetime
) -> None:
    """Put a guide away; interviews that were held by it still show it.

    Raises:
        NotFound: `guide`.
    """
    guide = _locked(session, reference, now=now)
    guide.archived_at = guide.archived_at or now
    session.flush()
    title = _version(session, guide, guide.revision).content["title"]
    record(session, "guide_archived", title["en"], actor_id=author_id, now=now)


def use_guide(session: Session, reference: str, *, now: datetime) -> int:
    """Return the number of the newest version of a guide, kept from now on.

    Raises:
        NotFound: `guide`.
    """
    guide = _locked(session, reference, now=now)
    return _version(session, guide, guide.revision).id


def _untouched(key: str) -> GuideRead:
    stage, text = shipped_guides()[key]
    return GuideRead(
        reference=key,
        stage=stage,
        text=text,
        revision=1,
        is_shipped=True,
        version_id=None,
        changed_at=None,
    )


def _read(guide: Guide, version: GuideVersion) -> GuideRead:
    return GuideRead(
        reference=guide.shipped_key or guide.public_id,
        stage=guide.stage,
        text=read_guide(version.content),
        revision=version.number,
        is_shipped=guide.shipped_key is not None and version.number == 1,
        version_id=version.id,
        changed_at=version.created_at,
    )


def _find(session: Session, reference: str) -> Guide | None:
    return session.scalar(
        select(Guide).where(
            (Guide.public_id == reference) | (Guide.shipped_key == reference)
        )
    )


def _locked(session: Session, reference: str, *, now: datetime) -> Guide:
    """Return a guide that nobody else changes, kept if it came with the product."""
    if _find(session, reference) is None and reference in shipped_guides():
        _keep_shipped(session, reference, now=now)
    guide = session.scalar(
        select(Guide)
        .where((Guide.public_id == reference) | (Guide.shipped_key == reference))
        .with_for_update()
    )
    if guide is None:
        raise NotFound("guide")
    return guide


def _keep_shipped(session: Session, key: str, *, now: datetime) -> None:
    """Keep a guide of the product with its first version; of two who do, one does."""
    stage, text = shipped_guides()[key]
    added = insert_missing(
        session,
        Guide,
        [
            {
                "public_id": new_public_id(),
                "shipped_key": key,
                "stage": stage,
                "revision": 1,
                "created_at": now,
            }
        ],
        key=[Guide.shipped_key],
        returning=Guide,
    )
    for guide in added:
        _add_version(session, guide, text, author_id=None, now=now)


def _add_version(
    session: Session,
    guide: Guide,
    text: GuideText,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    session.add(
        GuideVersion(
            guide_id=guide.id,
            number=guide.revision,
            content=write_guide(text),
            author_id=author_id,
            created_at=now,
        )
    )
    session.flush()


def _version(session: Session, guide: Guide, number: int) -> GuideVersion:
    found = session.scalar(
        select(GuideVersion).where(
            GuideVersion.guide_id == guide.id, GuideVersion.number == number
        )
    )
    if found is None:
        raise NotFound("guide_version")
    return found


def _name(text: GuideText) -> str:
    return text.title["en"]
