"""Forms of reports: which month, in which language, and who gets it."""

from collections.abc import Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from feedback.accounts.queries import Person
from feedback.core.periods import Period
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_month
from feedback.i18n.locales import SUPPORTED
from feedback.web.forms.accounts import LANGUAGE_NAMES
from feedback.web.language import lazy

_MISSING = lazy(mark("This must be filled in."))


class BuildForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Which month to report on, in which language."""

    month = SelectField(lazy(mark("Month")), validators=[DataRequired(_MISSING)])
    language = SelectField(
        lazy(mark("Language")),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in SUPPORTED],
        validators=[DataRequired(_MISSING)],
    )

    def offer(self, months: Sequence[Period], *, locale: str) -> None:
        """Offer these months."""
        self.month.choices = [
            SelectChoice(str(month), format_month(month.since, locale))
            for month in months
        ]

    def wanted_month(self) -> date:
        """Return the first day of the month chosen."""
        return date.fromisoformat(f"{self.month.data}-01")


class SubscribeForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Who is to get the report each month."""

    person = SelectField(lazy(mark("Person")), validators=[DataRequired(_MISSING)])

    def offer(self, people: Sequence[Person]) -> None:
        """Offer these people."""
        self.person.choices = [
            SelectChoice(one.public_id, f"{one.name} ({one.email})") for one in people
        ]
