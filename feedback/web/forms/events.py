"""The form that sends an event to try the triggers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from feedback.i18n.catalogs import mark
from feedback.web.event_words import type_name
from feedback.web.language import gettext, lazy

LONGEST_DATA = 10_000
_MISSING = lazy(mark("This must be filled in."))
#: place in a CloudEvent to the field that fills it
_FIELDS = {
    "type": "type",
    "data.customer.id": "customer",
    "data.customer.email": "email",
    "data.customer.locale": "locale",
}


class TestEventForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """What happened, to whom, and what else is known."""

    # the name is not that of a test for pytest to collect
    __test__ = False

    type = SelectField(lazy(mark("What happened")), validators=[DataRequired(_MISSING)])
    email = EmailField(
        lazy(mark("Mail address of the customer")),
        validators=[Optional(), Length(max=254)],
    )
    customer = StringField(
        lazy(mark("Customer number")), validators=[Optional(), Length(max=255)]
    )
    locale = SelectField(
        lazy(mark("Language")),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
    )
    data = TextAreaField(
        lazy(mark("What else is known, as JSON")),
        default='{"order": {"total": 129.9}}',
        validators=[Length(max=LONGEST_DATA)],
        render_kw={"rows": 5, "spellcheck": "false"},
    )

    def offer(self, types: Sequence[str]) -> None:
        """Let the person choose among these types."""
        known = dict.fromkeys(types)
        self.type.choices = [
            SelectChoice(one, f"{type_name(one)} ({one})") for one in known
        ]
        if self.type.data is None:
            self.type.data = "order.delivered"

    def validate_data(self, field: TextAreaField) -> None:
        """Refuse what is not an object in JSON."""
        try:
            read = json.loads(field.data or "{}")
        except (ValueError, RecursionError) as error:
            raise ValidationError(gettext("The content is not JSON.")) from error
        if not isinstance(read, dict):
            raise ValidationError(gettext("This must be an object, in curly braces."))

    def cloudevent(self, source: str, event_id: str) -> dict[str, Any]:
        """Return the event as another system would send it."""
        customer = {
            "id": self.customer.data or None,
            "email": self.email.data or None,
            "locale": self.locale.data,
        }
        return {
            "specversion": "1.0",
            "source": source,
            "id": event_id,
            "type": self.type.data,
            "data": {**json.loads(self.data.data or "{}"), "customer": customer},
        }

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Put words beside the field that each place of the event comes from."""
        for place, words in faults.items():
            field = self[_FIELDS.get(place, "data")]
            field.errors = [*field.errors, words]
