"""Forms of journeys: their names, phases, touchpoints, personas and files."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.journey.channels import CHANNELS, channel_name
from feedback.journey.plan import (
    LONGEST_CHANNEL,
    LONGEST_NAME,
    LONGEST_REASON,
    MOST_REASONS,
)
from feedback.journey.queries import PersonaOnMap, TouchpointOnMap
from feedback.journey.terms import BRAKES, KINDS, Brake, Kind
from feedback.web.context import locale
from feedback.web.language import gettext, lazy

Names = Mapping[str, str]

_MISSING = lazy(mark("This must be filled in."))
_TOO_LONG = lazy(mark("At most %(max)d characters."))


def _text(label: str, longest: int = LONGEST_NAME) -> StringField:
    return StringField(
        lazy(label),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=longest, message=_TOO_LONG)],
        render_kw={"maxlength": longest},
    )


def _kind_choices() -> list[SelectChoice]:
    return [SelectChoice(kind.value, lazy(words)) for kind, words in KINDS.items()]


class _ChangeForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A form about a map: carries the number of the revision that was looked at."""

    revision = IntegerField(validators=[Optional()])

    def names(self, what: str = "name") -> dict[str, str]:
        """Return what was typed for a name, language to text, empty ones left out."""
        typed = {one: self[f"{what}_{one}"].data for one in SUPPORTED}
        return {one: text for one, text in typed.items() if text}

    def fill(self, names: Names, what: str = "name") -> None:
        """Put names into the fields."""
        for one in SUPPORTED:
            self[f"{what}_{one}"].data = names.get(one, "")

    def _need_one(self, what: str = "name") -> None:
        if not self.names(what):
            raise ValidationError(gettext("Give a name in one language at least."))


class PhaseForm(_ChangeForm):
    """The names of a phase."""

    name_fr = _text(mark("Name in French"))
    name_en = _text(mark("Name in English"))

    def validate_name_fr(self, _field: Field) -> None:
        """Ask for a name in one of the languages."""
        self._need_one()


class JourneyForm(PhaseForm):
    """The names of a journey, and what is offered to the customer."""

    offer_fr = _text(mark("Offer in French"))
    offer_en = _text(mark("Offer in English"))

    def validate_offer_fr(self, _field: Field) -> None:
        """Ask for an offer in one of the languages."""
        if not self.names("offer"):
            raise ValidationError(gettext("Say in one language what is offered."))


class NewJourneyForm(JourneyForm):
    """A new journey."""

    start = RadioField(
        lazy(mark("Start from")),
        choices=[
            SelectChoice(
                "template",
                lazy(mark("the five phases with their usual touchpoints")),
            ),
            SelectChoice("empty", lazy(mark("an empty map"))),
        ],
        validators=[DataRequired(_MISSING)],
        default="template",
    )


class TouchpointForm(PhaseForm):
    """A touchpoint."""

    channel = SelectField(lazy(mark("Channel")), validators=[DataRequired(_MISSING)])
    other_channel = _text(mark("Another channel, in your words"), LONGEST_CHANNEL)
    kind = SelectField(
        lazy(mark("Kind")), choices=_kind_choices, validators=[DataRequired(_MISSING)]
    )
    is_moment_of_truth = BooleanField(lazy(mark("Moment of truth")))

    def __init__(self, *, unknown: str = "", **values: Any) -> None:
        """Offer the known channels, and `unknown`, one that somebody typed."""
        super().__init__(**values)
        choices = [
            SelectChoice(one.key, channel_name(one.key, locale())) for one in CHANNELS
        ]
        if unknown and all(unknown != one.key for one in CHANNELS):
            choices.insert(0, SelectChoice(unknown, unknown))
        self.channel.choices = choices

    def show(self, point: TouchpointOnMap) -> None:
        """Put a touchpoint into the fields."""
        self.fill(point.names)
        self.channel.data = point.channel
        self.kind.data = point.kind.value
        self.is_moment_of_truth.data = point.is_moment_of_truth

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the service takes it."""
        return {
            "names": self.names(),
            "channel": self.other_channel.data or self.channel.data,
            "kind": Kind(self.kind.data),
            "is_moment_of_truth": self.is_moment_of_truth.data,
        }


def _reasons_of(brake: Brake | None) -> Any:
    """Return a field of reasons, one a line."""
    label = BRAKES[brake] if brake else mark("Motivations")
    return TextAreaField(lazy(label), filters=[lambda text: text or ""])


class PersonaForm(PhaseForm):
    """A persona: names, and reasons to come or to hold back, one a line.

    The same line in both languages is the same reason.
    """

    motivations_fr = _reasons_of(None)
    motivations_en = _reasons_of(None)
    psychology_fr = _reasons_of(Brake.PSYCHOLOGY)
    psychology_en = _reasons_of(Brake.PSYCHOLOGY)
    time_fr = _reasons_of(Brake.TIME)
    time_en = _reasons_of(Brake.TIME)
    money_fr = _reasons_of(Brake.MONEY)
    money_en = _reasons_of(Brake.MONEY)
    choice_fr = _reasons_of(Brake.CHOICE)
    choice_en = _reasons_of(Brake.CHOICE)

    def show(self, persona: PersonaOnMap) -> None:
        """Put a persona into the fields."""
        self.fill(persona.names)
        self._fill_reasons("motivations", persona.motivations)
        for brake in Brake:
            reasons = [one for one in persona.brakes if one["brake"] == brake]
            self._fill_reasons(brake.value, reasons)

    def values(self) -> dict[str, Any]:
        """Return what was typed, as the service takes it."""
        return {
            "names": self.names(),
            "motivations": self._reasons("motivations"),
            "brakes": [
                {"brake": brake.value, **reason}
                for brake in Brake
                for reason in self._reasons(brake.value)
            ],
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Also check that reasons are neither too long nor too many."""
        valid = bool(super().validate(extra_validators))
        for what in ("motivations", *Brake):
            for one in SUPPORTED:
                field = self[f"{what}_{one}"]
                lines = field.data.splitlines()
                if len(lines) > MOST_REASONS // len(Brake):
                    field.errors = [*field.errors, gettext("Too many lines.")]
                    valid = False
                if any(len(line.strip()) > LONGEST_REASON for line in lines):
                    words = gettext("A line has at most 200 characters.")
                    field.errors = [*field.errors, words]
                    valid = False
        return valid

    def rows(self) -> list[tuple[Field, Field]]:
        """Return the fields of reasons, French beside English."""
        names = ["motivations", *(brake.value for brake in Brake)]
        return [(self[f"{name}_fr"], self[f"{name}_en"]) for name in names]

    def _reasons(self, what: str) -> list[dict[str, str]]:
        lines = {one: self[f"{what}_{one}"].data.splitlines() for one in SUPPORTED}
        reasons = [
            {
                one: texts[number].strip()
                for one, texts in lines.items()
                if number < len(texts) and texts[number].strip()
            }
            for number in range(max(map(len, lines.values())))
        ]
        return [reason for reason in reasons if reason]

    def _fill_reasons(self, what: str, reasons: Any) -> None:
        for one in SUPPORTED:
            lines = [reason.get(one, "") for reason in reasons]
            self[f"{what}_{one}"].data = "\n".join(lines).rstrip("\n")


class MapFileForm(_ChangeForm):
    """A file that holds a map."""

    file = FileField(
        lazy(mark("File")),
        validators=[FileRequired(_MISSING)],
        render_kw={"accept": ".json,.csv,application/json,text/csv"},
    )
