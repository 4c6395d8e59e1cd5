"""Forms of interviews: what is planned, what was agreed to, transcripts, speakers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.interviews.consent import ConsentGiven, scope_name
from feedback.interviews.guides import GuideRead
from feedback.interviews.planning import LONGEST_ALIAS, InterviewDraft
from feedback.interviews.queries import InterviewRead
from feedback.interviews.terms import ConsentScope, ConsentWay, Way
from feedback.journey.queries import JourneyMap
from feedback.web.context import locale
from feedback.web.errors import words_for
from feedback.web.forms.accounts import LANGUAGE_NAMES
from feedback.web.language import lazy, named

_MISSING = lazy(mark("This must be filled in."))
WAYS = {
    Way.VIDEO: mark("Video call"),
    Way.PHONE: mark("Phone"),
    Way.IN_PERSON: mark("In person"),
}
CONSENT_WAYS = {
    ConsentWay.SPOKEN: mark("Spoken, before the talk"),
    ConsentWay.WRITTEN: mark("Written and signed"),
}
NONE = ""
#: how browsers write a moment; the first is how it is shown
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class FaultyForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form that shows what a service refused beside its fields."""

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Put codes beside their fields, in words."""
        for name, code in faults.items():
            field = self._fields.get(name)
            words = words_for(code)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]


class InterviewForm(FaultyForm):
    """An interview as it is planned."""

    alias = StringField(
        lazy(mark("What the participant is called")),
        description=lazy(
            mark("A name that you make up, or a number: never the real name.")
        ),
        validators=[DataRequired(_MISSING)],
        render_kw={"maxlength": LONGEST_ALIAS, "autocomplete": "off"},
    )
    contact = StringField(
        lazy(mark("Customer")),
        description=lazy(
            mark(
                "Mail address or customer number, where they are a customer here: the "
                "interview is erased with the customer."
            )
        ),
        render_kw={"autocomplete": "off", "maxlength": 320},
    )
    held_at = DateTimeLocalField(
        lazy(mark("Date and time")),
        format=FORMATS,
        validators=[InputRequired(_MISSING)],
    )
    way = SelectField(
        lazy(mark("How you talk")),
        choices=[SelectChoice(one.value, lazy(words)) for one, words in WAYS.items()],
        validators=[InputRequired(_MISSING)],
    )
    language = SelectField(
        lazy(mark("Language of the talk")),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in SUPPORTED],
        validators=[InputRequired(_MISSING)],
    )
    phase = SelectField(lazy(mark("Phase")))
    touchpoints = SelectMultipleField(
        lazy(mark("Touchpoints")),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    persona = SelectField(lazy(mark("Persona")))
    guide = SelectField(lazy(mark("Guide")))

    def offer(self, journey: JourneyMap, guides: Sequence[GuideRead]) -> None:
        """Let the person choose among what the journey has, and the guides."""
        nothing = SelectChoice(NONE, "–")
        self.phase.choices = [
            nothing,
            *(SelectChoice(str(one.id), named(one.names)) for one in journey.phases),
        ]
        self.persona.choices = [
            nothing,
            *(SelectChoice(str(one.id), named(one.names)) for one in journey.personas),
        ]
        self.touchpoints.choices = [
            SelectChoice(point.id, named(point.names))
            for phase in journey.phases
            for point in phase.touchpoints
        ]
        self.guide.choices = [
            nothing,
            *(SelectChoice(one.reference, named(one.text.title)) for one in guides),
        ]

    def fill(
        self, interview: InterviewRead, guide: GuideRead | None, zone: ZoneInfo
    ) -> None:
        """Show an interview as it stands."""
        self.alias.data = interview.alias
        self.held_at.data = interview.held_at.astimezone(zone).replace(tzinfo=None)
        self.way.data = interview.way.value
        self.language.data = interview.language
        self.phase.data = str(interview.phase_id or NONE)
        self.touchpoints.data = list(interview.touchpoint_ids)
        self.persona.data = str(interview.persona_id or NONE)
        self.guide.data = guide.reference if guide else NONE
        self.contact.data = NONE

    def draft(
        self,
        zone: ZoneInfo,
        *,
        contact: str | None,
        researcher_id: int | None,
        standing: GuideRead | None = None,
    ) -> InterviewDraft:
        """Return what was typed; a guide that stands keeps its version."""
        guide = self.guide.data or None
        return InterviewDraft(
            alias=self.alias.data or "",
            held_at=moment(self.held_at.data, zone),
            language=self.language.data,
            way=Way(self.way.data),
            phase_id=_number(self.phase.data),
            touchpoint_ids=tuple(self.touchpoints.data or ()),
            persona_id=_number(self.persona.data),
            contact=contact,
            researcher_id=researcher_id,
            guide=None if standing and guide == standing.reference else guide,
        )


class ConsentForm(FaultyForm):
    """What a participant agreed to."""

    text = TextAreaField(
        lazy(mark("In these words")),
        validators=[DataRequired(_MISSING)],
        render_kw={"rows": 7},
    )
    scopes = SelectMultipleField(
        lazy(mark("Agreed to")),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_MISSING)],
    )
    given_at = DateTimeLocalField(
        lazy(mark("When")), format=FORMATS, validators=[InputRequired(_MISSING)]
    )
    way = RadioField(
        lazy(mark("How")),
        choices=[
            SelectChoice(one.value, lazy(words)) for one, words in CONSENT_WAYS.items()
        ],
        default=ConsentWay.SPOKEN.value,
        validators=[InputRequired(_MISSING)],
    )

    def offer(self) -> None:
        """Let the person choose among the scopes."""
        self.scopes.choices = [
            SelectChoice(one.value, scope_name(one, locale())) for one in ConsentScope
        ]

    def given(self, zone: ZoneInfo) -> ConsentGiven:
        """Return what was typed."""
        return ConsentGiven(
            text=self.text.data.replace("\r\n", "\n"),
            scopes=tuple(ConsentScope(one) for one in self.scopes.data),
            given_at=moment(self.given_at.data, zone),
            way=ConsentWay(self.way.data),
        )


class TranscriptForm(FaultyForm):
    """A file of what was said."""

    file = FileField(
        lazy(mark("Transcript")),
        description=lazy(
            mark("Word (.docx), subtitles (.vtt, .srt) or text (.txt), up to 8 MB.")
        ),
        validators=[FileRequired(_MISSING)],
        render_kw={"accept": ".docx,.vtt,.srt,.txt,text/plain,text/vtt"},
    )


def moment(typed: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a date and time on a clock of a zone."""
    return typed.replace(tzinfo=zone).astimezone(UTC)


def _number(choice: str | None) -> int | None:
    return int(choice) if choice and choice.isdigit() else None
