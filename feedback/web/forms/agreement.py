"""Forms of agreement: which sample is labelled, and what is said of one verbatim."""

from collections.abc import Mapping
from datetime import timedelta

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.validators import InputRequired

from feedback.core.errors import Invalid
from feedback.core.periods import Period
from feedback.i18n.catalogs import mark
from feedback.nlp.annotation import Feeling
from feedback.voice.agreement.judging import Taken
from feedback.voice.agreement.service import RoundDraft
from feedback.voice.taxonomy import Stance
from feedback.web.errors import words_for
from feedback.web.language import gettext, lazy

_MISSING = lazy(mark("This must be filled in."))
FAULTS = {
    "out_of_range": mark("A sample has 30 to 300 verbatims."),
    "too_few_verbatims": mark(
        "Fewer than 30 analysed verbatims can be drawn here. Choose a longer period."
    ),
    "empty_period": mark("The first of two dates must not be after the second."),
}


class RoundForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Which journey and days a sample is drawn from, and how large it is."""

    journey = SelectField(lazy(mark("Journey")), validators=[InputRequired(_MISSING)])
    first = DateField(lazy(mark("From")), validators=[InputRequired(_MISSING)])
    last = DateField(lazy(mark("To, included")), validators=[InputRequired(_MISSING)])
    size = IntegerField(
        lazy(mark("Verbatims")), default=100, validators=[InputRequired(_MISSING)]
    )
    by_language = BooleanField(lazy(mark("As many in French as in English")))

    def draft(self) -> RoundDraft:
        """Return what was typed.

        Raises:
            Invalid: `period: empty_period`.
        """
        try:
            period = Period(self.first.data, self.last.data + timedelta(days=1))
        except OverflowError as error:
            raise Invalid({"period": "empty_period"}) from error
        return RoundDraft(
            period=period, size=self.size.data, by_language=self.by_language.data
        )

    def show_faults(self, fields: Mapping[str, str]) -> None:
        """Put what the service refused beside the fields, in words."""
        places = {"period": self.last, "size": self.size}
        for name, code in fields.items():
            words = gettext(FAULTS[code]) if code in FAULTS else words_for(code)
            places[name].errors = [*places[name].errors, words]


def read_feeling(form: MultiDict[str, str]) -> Feeling | None:
    """Return the feeling that was chosen, None without one."""
    sent = form.get("feeling", "")
    return Feeling(sent) if sent in set(Feeling) else None


def read_ticks(form: MultiDict[str, str]) -> frozenset[Taken]:
    """Return the themes that were ticked; what our page does not send is left out."""
    found = set()
    for sent in form.getlist("theme"):
        stance, _, key = sent.partition(":")
        if key and stance in set(Stance):
            found.add((key, Stance(stance)))
    return frozenset(found)
