"""The analysis of a text, step by step."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from feedback.nlp.annotation import (
    Annotation,
    Document,
    Feeling,
    PersonalData,
    ScoreSide,
    Sentiment,
    TextType,
    ThemeMention,
)
from feedback.nlp.explaining import reasons_of
from feedback.nlp.grammar import Grammar, TaughtGrammar
from feedback.nlp.hearing import Heard, hear
from feedback.nlp.house import House, buckets_of
from feedback.nlp.inferring import infer_mentions
from feedback.nlp.languages import SUPPORTED, UNKNOWN, Language, identify
from feedback.nlp.loading import load_grammar, load_weights
from feedback.nlp.passages import Passage
from feedback.nlp.redaction import SHIPPED, MaskingRules, find_personal_data, mask
from feedback.nlp.taxonomy import Taxonomy, shipped
from feedback.nlp.themes import Mention, Stance
from feedback.nlp.weights import CLAUSE, Said
from feedback.nlp.whole import Whole, judge_whole, read_words

VERSION = "2026.11-2"
#: Half a character, which JSON can carry and no library can encode.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
#: A score beneath says no more than the naming of a thing.
FAINT = 0.35
UNRATED = Sentiment(label=Feeling.UNRATED, score=0.0)
#: no model of the deployment
NO_HOUSES: Mapping[str, House] = MappingProxyType({})


class Analyser:
    """Reads texts with the themes of one deployment; one text at a time per process."""

    def __init__(
        self,
        taxonomy: Taxonomy | None = None,
        *,
        masking: MaskingRules = SHIPPED,
        houses: Mapping[str, House] = NO_HOUSES,
    ) -> None:
        """Read with the model of the deployment for each language that has one."""
        self._taxonomy = taxonomy or shipped()
        self._masking = masking
        self._houses = houses
        self._grammars: dict[str, Grammar] = {}

    def analyse_many(self, documents: Iterable[Document]) -> Iterator[Annotation]:
        """Yield one annotation per document, in order, in flat memory."""
        for document in documents:
            yield self.analyse(
                document.text,
                language=document.language,
                question=document.question,
                score=document.score,
            )

    def analyse(
        self,
        text: str,
        *,
        language: str | None = None,
        question: str | None = None,
        score: ScoreSide | None = None,
    ) -> Annotation:
        """Return what is said in `text`; never raises, whatever the text.

        Args:
            text: the words as the customer gave them.
            language: `fr` or `en` when it is known; found out otherwise.
            question: the wording of the question that the text answers.
            score: the side of the score that the same person gave: heard where the
                question asks for its reason and the words say nothing of what they
                name, and nowhere else.
        """
        text = _LONE_SURROGATE.sub("\ufffd", text)
        spoken = Language(language, 1.0) if language in SUPPORTED else identify(text)
        personal_data = find_personal_data(text, spoken.code, self._masking)
        wordless = spoken.code == UNKNOWN and not spoken.confidence
        if spoken.code not in SUPPORTED and not wordless:
            return _annotation(spoken, personal_data)
        main = SUPPORTED[0] if wordless else spoken.code  # faces speak any language
        masked = mask(text, personal_data)
        with hear(masked, main, question, self._grammar, score) as given:
            if given is None:
                return _annotation(spoken, personal_data)
            heard, said = given, read_words(given)
            whole = judge_whole(heard, said)
            if _leaves_open(heard, whole):
                heard = heard.as_invited()
                whole = _not_against(heard.stance, judge_whole(heard, said))
            sentiment = self._sentiment(heard, said, whole)
            mentions = [*heard.mentions, *self._infer_mentions(heard, said)]
            themes = tuple(
                _theme(passage, self._assigned(passage.grammar, mention))
                for passage, mention in mentions
                if mention.rule.theme in self._taxonomy.keys
            )
        return _annotation(spoken, personal_data, sentiment, themes, whole.types)

    def _sentiment(self, heard: Heard, said: Sequence[Said], whole: Whole) -> Sentiment:
        label, score = whole.feeling, whole.score
        house = self._houses.get(heard.language)
        if house is not None:
            label, score = house.settle(whole, buckets_of(one.words for one in said))
        reasons = reasons_of(label, heard.passages, said)
        return Sentiment(label=label, score=score, reasons=reasons)

    def _infer_mentions(
        self, heard: Heard, said: Sequence[Said]
    ) -> Iterator[tuple[Passage, Mention]]:
        if heard.is_brief and heard.mentions:
            return
        known = {mention.rule.theme for _, mention in heard.mentions}
        for passage, one in zip(heard.passages, said, strict=True):
            weights = load_weights(passage.language)
            asked = weights.ask(heard.asked)
            for clause in filter(heard.tells, passage.clauses):
                logits = weights.of_clause(
                    np.array(heard.of_clause(clause)),
                    one.sum(clause.start, clause.end, CLAUSE) + asked,
                )
                for mention in infer_mentions(clause, logits, one, known):
                    known.add(mention.rule.theme)
                    yield passage, mention

    def _grammar(self, language: str) -> Grammar:
        """Return the rules of a language, with the deployment's own beside them."""
        if language not in self._grammars:
            grammar = load_grammar(language)
            if self._taxonomy.phrases:
                grammar = TaughtGrammar(grammar, self._taxonomy.phrases)
            self._grammars[language] = grammar
        return self._grammars[language]

    def _assigned(self, grammar: Grammar, mention: Mention) -> Mention:
        """Give a mention to the theme that was split off for words in its clause."""
        for part, whole in self._taxonomy.splits:
            if whole == mention.rule.theme and grammar.holds(mention.clause, part):
                return replace(mention, rule=replace(mention.rule, theme=part))
        return mention


def _leaves_open(heard: Heard, whole: Whole) -> bool:
    """Tell whether the score may say how things are meant that a text only names."""
    is_invited = heard.invited is not Stance.OPEN
    return is_invited and heard.is_bare and abs(whole.score) < FAINT


def _not_against(stance: Stance, whole: Whole) -> Whole:
    """Return a feeling that does not contradict what the score invited to hear."""
    against = Feeling.NEGATIVE if stance is Stance.LIKE else Feeling.POSITIVE
    if whole.feeling is not against:
        return whole
    return replace(whole, feeling=Feeling.NEUTRAL, score=0.0)


def _theme(passage: Passage, mention: Mention) -> ThemeMention:
    start, end = passage.span(mention.start, mention.end)
    return ThemeMention(
        key=mention.rule.theme,
        polarity=mention.polarity,
        start=start,
        end=end,
        source=mention.rule.source,
        confidence=mention.confidence,
    )


def _annotation(
    spoken: Language,
    personal_data: tuple[PersonalData, ...],
    sentiment: Sentiment = UNRATED,
    themes: tuple[ThemeMention, ...] = (),
    types: tuple[TextType, ...] = (),
) -> Annotation:
    """Return an annotation, by default that of a text with nothing to judge."""
    return Annotation(
        language=spoken.code,
        language_confidence=spoken.confidence,
        sentiment=sentiment,
        themes=themes,
        types=types,
        personal_data=personal_data,
        version=VERSION,
    )
