"""Forms of surveys: where a new one is asked, who answers, and files."""

from collections.abc import Sequence

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.journey.queries import JourneyMap
from feedback.web.forms.accounts import LANGUAGE_NAMES
from feedback.web.language import lazy, named

_MISSING = lazy(mark("This must be filled in."))


class PlaceForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """What a survey is asked about, and whether it is anonymous."""

    touchpoint = SelectField(
        lazy(mark("What it is asked about")),
        description=lazy(
            mark(
                "Answers count at this touchpoint, unless a trigger or a link says so."
            )
        ),
        coerce=int,
        validators=[DataRequired(_MISSING)],
    )
    anonymous = RadioField(
        lazy(mark("Who answers")),
        choices=[SelectChoice("no", ""), SelectChoice("yes", "")],
        default="no",
    )

    def offer(self, maps: Sequence[JourneyMap]) -> None:
        """Let the person choose among the touchpoints of these maps."""
        several = len(maps) > 1
        self.touchpoint.choices = {
            f"{named(shown.names)} · {named(phase.names)}"
            if several
            else named(phase.names): [
                (point.id, named(point.names)) for point in phase.touchpoints
            ]
            for shown in maps
            for phase in shown.phases
            if phase.touchpoints
        }

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody shall learn who answered."""
        return bool(self.anonymous.data == "yes")


class BlankForm(PlaceForm):
    """A survey that begins empty."""

    title = StringField(
        lazy(mark("Title")),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[DataRequired(_MISSING), Length(max=255)],
        render_kw={"maxlength": 255, "autocomplete": "off"},
    )
    languages = SelectMultipleField(
        lazy(mark("Languages")),
        description=lazy(mark("Others can be added later.")),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in SUPPORTED],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_MISSING)],
    )


class SurveyFileForm(PlaceForm):
    """A file that holds a survey."""

    file = FileField(
        lazy(mark("File")),
        validators=[FileRequired(_MISSING)],
        render_kw={"accept": ".json,.lss,application/json"},
    )
