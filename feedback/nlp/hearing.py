"""A text as the rules hear it: passages, mentions of themes, praise and complaint."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from threading import Lock

from feedback.nlp.annotation import ScoreSide, TextType
from feedback.nlp.clauses import Clause
from feedback.nlp.grammar import Grammar
from feedback.nlp.intents import find_types
from feedback.nlp.languages import passages
from feedback.nlp.loading import load_grammar, load_text_blob
from feedback.nlp.passages import Passage, read_passage
from feedback.nlp.reading import read
from feedback.nlp.sentiment import Balance, judge
from feedback.nlp.signals import clause_signals, text_signals
from feedback.nlp.themes import NEAR, Mention, Stance, find_mentions

#: spaCy's passing memory belongs to one text at a time.
_READING = Lock()
#: In so few words a turn of phrase that a rule knows says more than each word does.
BRIEF = 6

_BY_SCORE: dict[ScoreSide, Stance] = {
    "positive": Stance.LIKE,
    "negative": Stance.DISLIKE,
}

Grammars = Callable[[str], Grammar]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rules heard in a text of one main language."""

    language: str
    passages: list[Passage]
    stance: Stance
    #: what the question invites by the score: heard where the words leave it open
    invited: Stance
    asked: list[str]
    mentions: list[tuple[Passage, Mention]]
    balance: Balance
    types: tuple[TextType, ...]

    @property
    def clauses(self) -> list[Clause]:
        """The clauses of all passages, in reading order."""
        return [clause for passage in self.passages for clause in passage.clauses]

    @property
    def is_brief(self) -> bool:
        """Tell whether the rules, where they know what is said, shall decide."""
        return sum(clause.end - clause.start for clause in self.clauses) <= BRIEF

    def tells(self, clause: Clause) -> bool:
        """Tell whether a clause says something of what it names; "prices" does not."""
        return bool(
            clause.evidence
            or clause.negations
            or clause.wish_from is not None
            or self.stance is not Stance.OPEN
            or clause.end - clause.start > NEAR
        )

    @property
    def is_bare(self) -> bool:
        """Tell whether the text names things and says nothing of them by the rules."""
        return self.stance is Stance.OPEN and not any(map(self.tells, self.clauses))

    def as_invited(self) -> "Heard":
        """Return the text as the score invites to hear it; for one that is bare."""
        mentions = _rule_mentions(self.passages, self.invited)
        balance = _balance(self.passages, mentions)
        polarities = (mention.polarity for _, mention in mentions)
        types = find_types(self.clauses, polarities, balance.feeling)
        return replace(
            self, stance=self.invited, mentions=mentions, balance=balance, types=types
        )

    def of_text(self) -> list[float]:
        """Return the signals of the whole text."""
        mentions = [mention for _, mention in self.mentions]
        return text_signals(
            self.clauses, mentions, self.balance, self.types, self.stance
        )

    def of_clause(self, clause: Clause) -> list[float]:
        """Return the signals of one clause."""
        mentions = [m for _, m in self.mentions if m.clause is clause]
        return clause_signals(clause, mentions, self.stance)


@contextmanager
def hear(
    text: str,
    language: str,
    question: str | None,
    grammar: Grammars = load_grammar,
    score: ScoreSide | None = None,
) -> Iterator[Heard | None]:
    """Read a text by the rules; None when there is nothing in it to judge.

    What was heard is forgotten at the end of the context.

    Args:
        text: the words as the customer gave them.
        language: the main language of the text, `fr` or `en`.
        question: the wording of the question that the text answers.
        grammar: the rules of a language.
        score: the side of the score that the same person gave.
    """
    parts = passages(text, language)
    stance, invited, asked = _question(question, language, score)
    with _READING, ExitStack() as context:
        for code in sorted({language} | {code for _, _, code in parts}):
            context.enter_context(grammar(code).passing())
        stretches = [
            read_passage(text[start:end], start, grammar(code))
            for start, end, code in parts
        ]
        if not any(passage.says_something for passage in stretches):
            yield None
            return
        mentions = _rule_mentions(stretches, stance)
        balance = _balance(stretches, mentions)
        types = find_types(
            [clause for passage in stretches for clause in passage.clauses],
            (mention.polarity for _, mention in mentions),
            balance.feeling,
        )
        yield Heard(
            language, stretches, stance, invited, asked, mentions, balance, types
        )


def _question(
    question: str | None, language: str, score: ScoreSide | None
) -> tuple[Stance, Stance, list[str]]:
    """Return what a question invites, what it invites by the score, and its words."""
    if not question:
        return Stance.OPEN, Stance.OPEN, []
    tokens, clauses = load_grammar(language).clauses(read(question, language))
    words = [token.text for token in tokens]
    cues = {cue for clause in clauses for cue in clause.cues}
    invited = {
        name
        for name in ("IMPROVE", "LIKE", "DISLIKE")
        if f"question_{name.lower()}" in cues
    }
    if len(invited) == 1:
        return Stance[invited.pop()], Stance.OPEN, words
    # with several of them, as of likes and of improvements, nothing is sure
    is_alone = sum(any(map(str.isalnum, word)) for word in words) == 1
    asks_why = "question_reason" in cues or ("question_why" in cues and is_alone)
    if score is None or invited or not asks_why:
        return Stance.OPEN, Stance.OPEN, words
    return Stance.OPEN, _BY_SCORE[score], words


def _rule_mentions(
    stretches: Sequence[Passage], stance: Stance
) -> list[tuple[Passage, Mention]]:
    return [
        (passage, mention)
        for passage in stretches
        for mention in find_mentions(passage.grammar, passage.clauses, stance)
    ]


def _balance(
    stretches: Sequence[Passage], mentions: Sequence[tuple[Passage, Mention]]
) -> Balance:
    owners = {
        id(clause): passage for passage in stretches for clause in passage.clauses
    }

    def text_blob(clause: Clause) -> float:
        passage = owners[id(clause)]
        words = passage.given(clause.start, clause.end)
        return load_text_blob(passage.language)(words)

    return judge(
        [clause for passage in stretches for clause in passage.clauses],
        [
            (m.clause, m.start, m.end, m.polarity, m.rule.source)
            for _, m in mentions
            if m.explicit
        ],
        fallback=text_blob,
    )
