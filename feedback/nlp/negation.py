"""What is negated: the reach of "ne ... pas", "never", "sans" and the like."""

from feedback.nlp.clauses import Clause, Negation

REACH = 5
#: "negation" also reaches the word before it; "privation" is a kind of its own.
CUES = ("negation", "negation_if_opened", "negation_forward", "privation")


def find_negations(clause: Clause, consumed: list[tuple[int, int]]) -> list[Negation]:
    """Return the negations of a clause.

    A negation reaches the tokens after it, up to `REACH` of them, a coordination or
    the end of the clause; in French also those between "ne" and it, or the one word
    before it ("je recommande pas").

    Args:
        clause: the clause, its cues found.
        consumed: fixed phrases such as "pas mal": a negation inside one of them
            belongs to the phrase and bears on nothing outside.
    """
    openings = [start for start, _ in clause.cues.get("negation_opening", ())]
    stops = [start for start, _ in clause.cues.get("negation_stop", ())]
    degrees = clause.cues.get("weak", ())
    negations = []
    for cue in CUES:
        kind = cue.split("_")[0]
        for start, end in clause.cues.get(cue, ()):
            opening = max((o for o in openings if start - 5 <= o < start), default=None)
            if cue == "negation_if_opened" and opening is None:
                continue
            if any(first < start and end == last for first, last in degrees):
                continue  # the "peu" of "un peu" denies nothing
            phrase = next((p for p in consumed if p[0] <= start and end <= p[1]), None)
            if phrase is not None and end < phrase[1]:
                negations.append(Negation(start, end, *phrase, kind))
                continue
            first = end
            if phrase is None and opening is not None:
                first = opening + 1
            elif phrase is None and cue == "negation":
                first = max(clause.start, start - 1)
            last = min([clause.end, end + REACH, *(s for s in stops if s >= end)])
            negations.append(Negation(start, end, first, last, kind))
    return negations
