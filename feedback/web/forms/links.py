"""The form of an open link."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Optional

from feedback.collection.terms import LinkKind
from feedback.i18n.catalogs import mark
from feedback.journey.queries import TouchpointOnMap
from feedback.web.errors import words_for
from feedback.web.language import gettext, lazy, named

_MISSING = lazy(mark("This must be filled in."))
KINDS = {
    LinkKind.LINK: mark("Link and QR code"),
    LinkKind.KIOSK: mark("Kiosk on a tablet"),
    LinkKind.WIDGET: mark("Widget on a site"),
}
FAULTS = {
    "not_a_site": mark(
        "Give each site as https://shop.example, one a line, without a path."
    ),
    "in_the_past": mark("This moment has passed."),
}


class LinkForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What is made, what it is called, and what it asks about."""

    kind = SelectField(
        lazy(mark("Kind")),
        choices=[
            SelectChoice(kind.value, lazy(words)) for kind, words in KINDS.items()
        ],
        default=LinkKind.LINK.value,
        validators=[DataRequired(_MISSING)],
    )
    name = StringField(lazy(mark("Name")), validators=[DataRequired(_MISSING)])
    touchpoint = SelectField(
        lazy(mark("Touchpoint")), coerce=int, validators=[DataRequired(_MISSING)]
    )
    origins = TextAreaField(lazy(mark("Sites that show the widget")))
    closes_on = DateField(lazy(mark("Last day")), validators=[Optional()])

    def offer(self, touchpoints: Sequence[TouchpointOnMap], *, chosen: int) -> None:
        """Offer the touchpoints of the journey."""
        self.touchpoint.choices = [
            SelectChoice(str(one.id), named(one.names)) for one in touchpoints
        ]
        if not self.is_submitted():
            self.touchpoint.data = chosen

    def sites(self) -> list[str]:
        """Return what was typed, a line a site."""
        return (self.origins.data or "").splitlines()

    def closes_at(self, zone: ZoneInfo) -> datetime | None:
        """Return the last moment of the last day."""
        if self.closes_on.data is None:
            return None
        return datetime.combine(self.closes_on.data, time(23, 59, 59), zone)

    def show_faults(self, fields: Mapping[str, str]) -> None:
        """Put the words for what the service refused beside the fields."""
        for name, code in fields.items():
            field = {"closes_at": self.closes_on}.get(name) or getattr(self, name, None)
            words = gettext(FAULTS[code]) if code in FAULTS else words_for(code)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]
