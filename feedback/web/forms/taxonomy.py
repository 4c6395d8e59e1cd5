"""The form of a theme: parsing only."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import OwnPhrase, Theme
from feedback.voice.theme_drafts import (
    BRAKES,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    TOPIC,
    field_of,
)
from feedback.voice.theming import ThemeDraft
from feedback.web.errors import words_for
from feedback.web.language import gettext, lazy

BRAKE_WORDS = {
    "time": mark("Time"),
    "money": mark("Money"),
    "choice": mark("Choice"),
    "psychology": mark("Psychology"),
    "service": mark("Product and service"),
}
KINDS: Mapping[str, Polarity | None] = {
    Polarity.NEGATIVE.value: Polarity.NEGATIVE,
    Polarity.WISH.value: Polarity.WISH,
    Polarity.POSITIVE.value: Polarity.POSITIVE,
    TOPIC: None,
}
KIND_WORDS = {
    "negative": mark("Phrases that say a problem"),
    "wish": mark("Phrases that say a wish"),
    "positive": mark("Phrases that say a praise"),
    "topic": mark("Phrases that only name the subject"),
}
TOO_LONG = mark("This is too long.")
FAULTS = {
    "unknown_brake": mark("Choose one of the list."),
    "too_long": TOO_LONG,
    "too_many": mark("These are too many phrases: 200 at most."),
    "pattern_syntax": mark(
        "“%(pattern)s” cannot be read: parentheses must match, and “&” and “..” stand "
        "outside of them."
    ),
    "pattern_group": mark("“%(pattern)s” names a group after “@” that there is not."),
    "pattern_wide": mark("“%(pattern)s” stands for too many phrases. Write several."),
    "pattern_empty": mark("“%(pattern)s” has a part without two letters or digits."),
    "pattern_topic": mark(
        "“%(pattern)s” has several parts. Put it with the problems, wishes or praises."
    ),
    "pattern_long": mark("“%(pattern)s” is too long: 300 characters at most."),
}
_MISSING = lazy(mark("This must be filled in."))


def _phrases(kind: str) -> TextAreaField:
    return TextAreaField(lazy(KIND_WORDS[kind]))


def _description(label: str) -> TextAreaField:
    longest = Length(max=LONGEST_DESCRIPTION, message=lazy(TOO_LONG))
    return TextAreaField(lazy(label), [longest])


def _name(label: str) -> StringField:
    longest = Length(max=LONGEST_NAME, message=lazy(TOO_LONG))
    return StringField(lazy(label), [DataRequired(_MISSING), longest])


class ThemeForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Names, descriptions, brake and phrases of a theme, one phrase a line."""

    brake = SelectField(lazy(mark("Brake")), [DataRequired(_MISSING)])
    names_fr = _name(mark("Name in French"))
    names_en = _name(mark("Name in English"))
    negative_fr = _description(mark("What a complaint is about, in French"))
    negative_en = _description(mark("What a complaint is about, in English"))
    positive_fr = _description(mark("What a praise is about, in French"))
    positive_en = _description(mark("What a praise is about, in English"))
    phrases_fr_negative = _phrases("negative")
    phrases_fr_wish = _phrases("wish")
    phrases_fr_positive = _phrases("positive")
    phrases_fr_topic = _phrases("topic")
    phrases_en_negative = _phrases("negative")
    phrases_en_wish = _phrases("wish")
    phrases_en_positive = _phrases("positive")
    phrases_en_topic = _phrases("topic")

    def offer(self) -> None:
        """Fill the list of brakes, in the language of the request."""
        self.brake.choices = [(key, gettext(BRAKE_WORDS[key])) for key in BRAKES]

    def fill(self, theme: Theme, phrases: tuple[OwnPhrase, ...]) -> None:
        """Show a theme as it stands."""
        self.brake.data = theme.brake
        for code in SUPPORTED:
            for words in ("names", "negative", "positive"):
                given = getattr(theme, words).get(code, "")
                self[f"{words}_{code}"].data = given
        lines: dict[str, list[str]] = {}
        for phrase in phrases:
            lines.setdefault(field_of(phrase), []).append(phrase.pattern)
        for name, patterns in lines.items():
            self[name].data = "\n".join(patterns)

    def phrases(self, *languages: str) -> tuple[OwnPhrase, ...]:
        """Return the phrases typed, of these languages or of all."""
        return tuple(
            OwnPhrase(code, line.strip(), polarity)
            for code in languages or SUPPORTED
            for kind, polarity in KINDS.items()
            for line in (self[f"phrases_{code}_{kind}"].data or "").splitlines()
            if line.strip()
        )

    def draft(self) -> ThemeDraft:
        """Return what was typed."""
        said: dict[str, Any] = {
            words: {code: self[f"{words}_{code}"].data or "" for code in SUPPORTED}
            for words in ("names", "negative", "positive")
        }
        return ThemeDraft(brake=self.brake.data, phrases=self.phrases(), **said)

    def show_faults(self, fields: Mapping[str, str], **values: object) -> None:
        """Put what the service refused beside the fields, in words."""
        places = {
            "names": "names_fr",
            "descriptions": "negative_fr",
            "phrases": "phrases_fr_negative",
        }
        for name, code in fields.items():
            field = self._fields.get(places.get(name, name))
            words = fault_words(code, **values)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]


def fault_words(code: str, **values: object) -> str:
    """Return what is wrong, in words; `pattern` is the phrase that is meant."""
    return gettext(FAULTS[code], **values) if code in FAULTS else words_for(code)
