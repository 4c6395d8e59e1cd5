"""The form of a receiver of webhooks."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.happenings.types import HappeningType
from feedback.i18n.catalogs import mark
from feedback.web.errors import words_for
from feedback.web.happening_words import TYPES
from feedback.web.language import lazy
from feedback.webhooks.endpoints import OFFERED


class ReceiverForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Who is told of what, and where."""

    name = StringField(lazy(mark("Name of the receiver")))
    url = StringField(lazy(mark("Address that is called")))
    types = SelectMultipleField(
        lazy(mark("What is told")),
        choices=[SelectChoice(one.value, lazy(TYPES[one])) for one in OFFERED],
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    revision = HiddenField(default="0")

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Put the codes of an Invalid beside their fields, in words."""
        for name, code in faults.items():
            self[name].errors = [*self[name].errors, words_for(code)]

    def chosen(self) -> list[HappeningType]:
        """Return the types that are wanted."""
        return [HappeningType(one) for one in self.types.data or []]

    def seen(self) -> int:
        """Return the revision that the person saw, 0 when it is no number."""
        text = self.revision.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
