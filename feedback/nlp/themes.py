"""Themes: which subjects a text speaks of, how, and in which words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from feedback.nlp.annotation import Polarity
from feedback.nlp.clauses import Clause, Evidence
from feedback.nlp.grammar import Grammar, Rule
from feedback.nlp.patterns import GAP

#: The parts of a rule stand at most so many tokens apart.
WIDTH = 8
#: A topic takes its polarity from evidence at most so many tokens away.
NEAR = 4
#: Mentions of one theme at most so many tokens apart are one.
NEIGHBOUR = 2
#: An enumeration ("welcome, advice and prices are great") has at most so many heads.
ENUMERATED = 6
#: Evidence up to so much (a bare negation, a bare wish) says nothing of a topic.
WEAK = 0.5
SURE, LIKELY, INHERITED = 0.9, 0.7, 0.55


#: Token ranges of the parts of a rule, in reading order.
Place = list[tuple[int, int]]


class Stance(Enum):
    """What a question invites: a wish, a praise, a complaint, or anything."""

    OPEN = auto()
    IMPROVE = auto()
    LIKE = auto()
    DISLIKE = auto()


_INVITED = {
    Stance.IMPROVE: Polarity.WISH,
    Stance.LIKE: Polarity.POSITIVE,
    Stance.DISLIKE: Polarity.NEGATIVE,
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A theme found in the tokens `start` to `end` of a clause."""

    rule: Rule
    clause: Clause
    start: int
    end: int
    polarity: Polarity
    confidence: float

    @property
    def explicit(self) -> bool:
        """Tell whether the words themselves carry the polarity."""
        return self.rule.polarity is not None


def find_mentions(
    grammar: Grammar, clauses: Sequence[Clause], stance: Stance
) -> list[Mention]:
    """Return the mentions of themes in weighed clauses, in reading order.

    Where mentions of one theme and polarity touch, the surest and longest stands. A
    topic inside the words of an explicit mention is not a mention of its own.
    """
    found: list[Mention] = []
    about = grammar.subject(clauses)
    for at, clause in enumerate(clauses):
        said = list(_explicit(grammar, clause, stance))
        explicit = [mention for mention in said if mention.rule.theme]
        explicit += [
            replace(mention, rule=replace(mention.rule, theme=about))
            for mention in _free(said, explicit)
            if not mention.rule.theme
        ]
        topics = _topics(grammar, clauses, at, stance)
        found += _distinct([*explicit, *_free(topics, explicit)])
    return found


def _explicit(grammar: Grammar, clause: Clause, stance: Stance) -> Iterator[Mention]:
    for part in clause.parts:
        for rule in grammar.rules.get(part, ()):
            if rule.polarity is None:
                continue
            for place in _places(rule, clause):
                start, end = place[0][0], max(last for _, last in place)
                polarity, confidence = _stands(rule.polarity, clause, place)
                if stance is Stance.IMPROVE and polarity is Polarity.POSITIVE:
                    polarity = _unless_praised(clause, start, end)
                yield Mention(rule, clause, start, end, polarity, confidence)


def _stands(polarity: Polarity, clause: Clause, place: Place) -> tuple[Polarity, float]:
    """Return the polarity of a rule once negation and wish have been heard."""
    if polarity is Polarity.WISH:
        return polarity, SURE
    if clause.negated(*place):
        turned = {
            Polarity.POSITIVE: Polarity.NEGATIVE,
            Polarity.NEGATIVE: Polarity.POSITIVE,
        }
        return turned[polarity], LIKELY
    if clause.wished(place[0][0]):
        return Polarity.WISH, LIKELY
    return polarity, SURE


def _unless_praised(clause: Clause, start: int, end: int) -> Polarity:
    praised = any(
        e.weight > 0 and start <= e.start and e.end <= end for e in clause.evidence
    )
    return Polarity.POSITIVE if praised else Polarity.WISH


def _places(rule: Rule, clause: Clause) -> Iterator[Place]:
    """Yield where all parts of a rule stand close together, first part first."""
    if any(part not in clause.parts for part in rule.parts):
        return
    for first, last in clause.parts[rule.parts[0]]:
        place = [(first, last)]
        for part in rule.parts[1:]:
            start, end = place[0][0], max(end for _, end in place)
            nearest = _nearest(clause.parts[part], start, end, ordered=rule.ordered)
            if nearest is None:
                break
            place = sorted([*place, nearest])
        else:
            yield place


def _nearest(
    places: Iterable[tuple[int, int]], first: int, last: int, *, ordered: bool
) -> tuple[int, int] | None:
    apart = [
        (max(start - last, first - end), (start, end))
        for start, end in places
        if start >= last or (end <= first and not ordered)
    ]
    distance, place = min(apart, default=(WIDTH + 1, (0, 0)))
    return place if distance <= (GAP if ordered else WIDTH) else None


def _topics(
    grammar: Grammar, clauses: Sequence[Clause], at: int, stance: Stance
) -> Iterator[Mention]:
    clause = clauses[at]
    for part, places in clause.parts.items():
        for rule in grammar.rules.get(part, ()):
            if rule.polarity is None:
                for start, end in places:
                    base = Mention(rule, clause, start, end, Polarity.WISH, LIKELY)
                    mention = _judged(base, clauses, at, stance)
                    if mention is not None:
                        yield mention


def _judged(
    topic: Mention, clauses: Sequence[Clause], at: int, stance: Stance
) -> Mention | None:
    """Return a topic with what is said of it, or None when nothing is."""
    clause = topic.clause
    nearest = _nearest_evidence(clause, topic)
    if nearest is not None:
        return replace(
            topic,
            start=min(topic.start, nearest.start),
            end=max(topic.end, nearest.end),
            polarity=Polarity.POSITIVE if nearest.weight > 0 else Polarity.NEGATIVE,
        )
    if clause.wished(topic.start):
        return replace(topic, start=min(clause.wish_from or 0, topic.start))
    polarity = _inherited(clauses, at) or _INVITED.get(stance)
    if polarity is None or clause.evidence or clause.end - clause.start > NEAR:
        return None
    return replace(topic, polarity=polarity, confidence=INHERITED)


def _nearest_evidence(clause: Clause, topic: Mention) -> Evidence | None:
    apart = [
        (max(e.start - topic.end, topic.start - e.end), n)
        for n, e in enumerate(clause.evidence)
        if abs(e.weight) > WEAK
        and not (e.start < topic.end and topic.start < e.end)
        and not (clause.wished(topic.start) and e.weight > 0)
    ]
    distance, n = min(apart, default=(NEAR + 1, 0))
    return clause.evidence[n] if distance <= NEAR else None


def _inherited(clauses: Sequence[Clause], at: int) -> Polarity | None:
    """Return the polarity of the enumeration that a clause without evidence opens."""
    for after in clauses[at + 1 : at + 1 + ENUMERATED]:
        if not after.joined or after.contrasted:
            return None
        if after.evidence:
            positive = after.evidence[0].weight > 0
            return Polarity.POSITIVE if positive else Polarity.NEGATIVE
    return None


def _free(topics: Iterable[Mention], explicit: Sequence[Mention]) -> Iterator[Mention]:
    for topic in topics:
        held = any(m.start < topic.end and topic.start < m.end for m in explicit)
        if not held:
            yield topic


def _distinct(mentions: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(
        mentions, key=lambda m: (-m.confidence, m.start - m.end, m.start)
    ):
        touching = any(
            k.rule.theme == mention.rule.theme
            and k.start < mention.end
            and mention.start < k.end
            for k in kept
        )
        if not touching:
            kept.append(mention)
    return _joined(sorted(map(_stretched, kept), key=lambda m: (m.start, m.end)))


def _stretched(mention: Mention) -> Mention:
    """Take in the words of the same feeling that follow ("too" and then "long")."""
    end = mention.end
    if mention.polarity is not Polarity.WISH:
        sign = 1 if mention.polarity is Polarity.POSITIVE else -1
        for evidence in mention.clause.evidence:
            if mention.start < evidence.start <= end + 1 and evidence.weight * sign > 0:
                end = max(end, evidence.end)
    return replace(mention, end=end)


def _joined(mentions: Sequence[Mention]) -> list[Mention]:
    """Make one of neighbours that say the same ("prices are too" and "high")."""
    joined: list[Mention] = []
    for mention in mentions:
        twin = next(
            (
                n
                for n, other in enumerate(joined)
                if other.rule.theme == mention.rule.theme
                and other.polarity is mention.polarity
                and mention.start - other.end <= NEIGHBOUR
            ),
            None,
        )
        if twin is None:
            joined.append(mention)
        else:
            joined[twin] = replace(joined[twin], end=max(joined[twin].end, mention.end))
    return joined
