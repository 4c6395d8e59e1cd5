"""The form of what else happened. Parsing only."""

from wtforms import DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from feedback.i18n.catalogs import mark
from feedback.web.forms.improvements import FaultyForm
from feedback.web.improvement_words import EVENTS
from feedback.web.language import lazy

_MISSING = lazy(mark("This must be filled in."))


class EventForm(FaultyForm):
    """What happened, from when to when."""

    kind = SelectField(
        lazy(mark("Kind")),
        choices=[SelectChoice(key.value, lazy(words)) for key, words in EVENTS.items()],
        validators=[DataRequired(_MISSING)],
    )
    words = StringField(
        lazy(mark("What happened")), validators=[DataRequired(_MISSING)]
    )
    starts_on = DateField(lazy(mark("First day")), validators=[InputRequired(_MISSING)])
    ends_on = DateField(lazy(mark("Last day")), validators=[Optional()])
