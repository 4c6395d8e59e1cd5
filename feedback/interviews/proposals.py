"""What the analysis proposes of words, before a researcher decides. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from feedback.nlp.annotation import Annotation, Feeling, Polarity


@dataclass(frozen=True, kw_only=True)
class ProposedTheme:
    """A theme on the characters `start` to `end` (excluded) of a turn."""

    theme: str
    polarity: Polarity
    start: int
    end: int
    origin: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Feeling and themes as the analysis hears them; `score` runs from -1 to 1."""

    feeling: Feeling = Feeling.UNRATED
    score: float = 0.0
    themes: tuple[ProposedTheme, ...] = ()


NO_PROPOSAL = Proposal()


def proposal_of(annotation: Annotation) -> Proposal:
    """Return what an analysis proposes."""
    return Proposal(
        feeling=annotation.sentiment.label,
        score=annotation.sentiment.score,
        themes=tuple(
            ProposedTheme(
                theme=one.key,
                polarity=one.polarity,
                start=one.start,
                end=one.end,
                origin=one.source,
                confidence=one.confidence,
            )
            for one in annotation.themes
        ),
    )


def write_proposal(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as JSON."""
    return asdict(proposal)


def read_proposal(body: Mapping[str, Any] | None) -> Proposal:
    """Return a proposal that was written as JSON; nothing proposed without one."""
    if not body:
        return NO_PROPOSAL
    return Proposal(
        feeling=Feeling(body["feeling"]),
        score=body["score"],
        themes=tuple(
            ProposedTheme(**{**one, "polarity": Polarity(one["polarity"])})
            for one in body["themes"]
        ),
    )


def within(proposal: Proposal, start: int, end: int) -> Proposal:
    """Return what is proposed of the characters `start` to `end` of a turn.

    The feeling stays that of the whole turn: it cannot be told of a part by cutting.
    """
    return Proposal(
        feeling=proposal.feeling,
        score=proposal.score,
        themes=tuple(
            one for one in proposal.themes if one.start < end and start < one.end
        ),
    )


def together(parts: Iterable[Proposal]) -> Proposal:
    """Return the proposals of several turns as one.

    Good and bad feelings together are mixed; the score is the mean of those that have
    a feeling. A theme is named once for each of its polarities.
    """
    given = list(parts)
    rated = [one for one in given if one.feeling is not Feeling.UNRATED]
    feelings = {one.feeling for one in rated}
    themes = {(one.theme, one.polarity): one for part in given for one in part.themes}
    return Proposal(
        feeling=_joint(feelings),
        score=sum(one.score for one in rated) / len(rated) if rated else 0.0,
        themes=tuple(themes.values()),
    )


def _joint(feelings: set[Feeling]) -> Feeling:
    moved = feelings - {Feeling.NEUTRAL}
    if len(moved) > 1:
        return Feeling.MIXED
    if moved:
        return moved.pop()
    return Feeling.NEUTRAL if feelings else Feeling.UNRATED
