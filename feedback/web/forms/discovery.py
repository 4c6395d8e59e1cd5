"""Forms of discovery: the theme that a group becomes, or that takes its words."""

from collections.abc import Iterable, Mapping, Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.nlp.taxonomy import OwnPhrase, Theme
from feedback.nlp.terms import GroupWord
from feedback.voice.theme_drafts import TOPIC
from feedback.voice.theming import BRAKES
from feedback.web.forms.taxonomy import (
    BRAKE_WORDS,
    KIND_WORDS,
    KINDS,
    fault_words,
)
from feedback.web.language import gettext, lazy, named

_MISSING = lazy(mark("This must be filled in."))
_LONG = lazy(mark("This is too long."))


class _PhrasesForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    polarity = SelectField(
        lazy(mark("What is said with them")), validators=[InputRequired(_MISSING)]
    )
    phrases = TextAreaField(
        lazy(mark("Phrases")), validators=[InputRequired(_MISSING), Length(max=4000)]
    )

    def offer_polarities(self) -> None:
        """Offer what phrases may say."""
        self.polarity.choices = [
            (kind, gettext(KIND_WORDS[kind])) for kind in dict.fromkeys([TOPIC, *KINDS])
        ]

    def typed_phrases(self, language: str) -> tuple[OwnPhrase, ...]:
        """Return the phrases, one a line."""
        polarity = KINDS[self.polarity.data]
        lines = (line.strip() for line in (self.phrases.data or "").splitlines())
        return tuple(OwnPhrase(language, line, polarity) for line in lines if line)

    def show_faults(self, error: Invalid) -> None:
        """Put what the service refused beside the fields, in words."""
        for name, code in error.fields.items():
            field = self._fields.get({"names": "name_fr"}.get(name, name))
            place = self.phrases if name.startswith("phrases") else field
            words = fault_words(code, **error.values)
            if place is None:
                self.form_errors.append(words)
            else:
                place.errors = [*place.errors, words]


class AcceptForm(_PhrasesForm):
    """What the theme is called, why it brakes, and by which words it is known."""

    name_fr = StringField(
        lazy(mark("Name in French")),
        validators=[Length(max=80, message=_LONG)],
    )
    name_en = StringField(
        lazy(mark("Name in English")),
        validators=[Length(max=80, message=_LONG)],
    )
    brake = SelectField(lazy(mark("Brake")), validators=[InputRequired(_MISSING)])

    def offer(self) -> None:
        """Offer the brakes."""
        self.offer_polarities()
        self.brake.choices = [(one, gettext(BRAKE_WORDS[one])) for one in BRAKES]

    @property
    def names(self) -> Mapping[str, str]:
        """The names by language; one that was left empty is lent by the other."""
        return {"fr": self.name_fr.data or "", "en": self.name_en.data or ""}


class MergeForm(_PhrasesForm):
    """Which theme takes the words of a group."""

    theme = SelectField(lazy(mark("Theme")), validators=[InputRequired(_MISSING)])

    def offer(self, themes: Iterable[Theme]) -> None:
        """Offer the themes."""
        self.offer_polarities()
        self.theme.choices = [(one.key, named(one.names)) for one in themes]


def prefilled(words: Sequence[GroupWord]) -> str:
    """Return the words of a group as phrases, one a line."""
    return "\n".join("|".join(word.variants) for word in words)


def suggested_name(words: Sequence[GroupWord]) -> str:
    """Return a name to begin with: the two words that tell the most."""
    name = ", ".join(word.shown for word in words[:2])
    return name[:1].upper() + name[1:]
