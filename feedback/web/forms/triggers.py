"""Forms of triggers and of the policy of asking: parsing only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.collection.event_types import EVENT_TYPES
from feedback.collection.fatigue import Limits, Window
from feedback.collection.policy import MOST_WINDOWS, Policy
from feedback.collection.terms import Channel
from feedback.collection.timing import EVERY_DAY, MIDNIGHT, QuietTimes, SendWindow
from feedback.collection.trigger_draft import TriggerDraft
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_weekday
from feedback.journey.queries import JourneyMap
from feedback.surveys.conditions import Rule
from feedback.surveys.queries import SurveyOnList
from feedback.web.context import locale
from feedback.web.errors import words_for
from feedback.web.language import gettext, lazy, named

_MISSING = lazy(mark("This must be filled in."))
CHANNELS = {
    "email": mark("E-mail"),
    "sms": mark("Text message"),
    "email,sms": mark("E-mail, else text message"),
    "sms,email": mark("Text message, else e-mail"),
}
UNITS = {"1": mark("minutes"), "60": mark("hours"), "1440": mark("days")}
PRIORITIES = {
    "9": mark("Rare and important: waits for its turn, goes before all"),
    "8": mark("Rare: waits for its turn"),
    "6": mark("Important"),
    "5": mark("Usual"),
    "3": mark("When nothing else is asked"),
}
FAULTS = {
    "bad_type": mark(
        "A type is lower-case letters, digits, dots, underscores: order.delivered."
    ),
    "out_of_range": mark("This number is too small or too large."),
    "not_ascending": mark("Give the days in order, each once: 3, 7."),
    "after_expiry": mark("The last reminder must come before the link expires."),
    "not_numbers": mark("Give days as numbers with commas: 3, 7."),
    "empty_window": mark("Choose a day, and an end after the beginning."),
    "never_allowed": mark("Nobody could ever be asked: leave some hours of some day."),
    "ends_before_start": mark("The end must come after the start."),
    "not_a_choice": mark("Choose one of the list."),
    "too_many": mark("These are too many."),
}


class _FaultyForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    def show_faults(self, fields: Mapping[str, str]) -> None:
        """Put what the service refused beside the fields, in words."""
        for name, code in fields.items():
            field = self._fields.get(self.PLACES.get(name, name))
            words = gettext(FAULTS[code]) if code in FAULTS else words_for(code)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]

    PLACES: ClassVar[Mapping[str, str]] = {}


def _weekdays(label: str, *, required: bool) -> SelectMultipleField:
    return SelectMultipleField(
        lazy(label),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired(_MISSING)] if required else [],
    )


def _offer_weekdays(field: SelectMultipleField) -> None:
    field.choices = [
        SelectChoice(str(day), format_weekday(day, locale())) for day in range(7)
    ]


class TriggerForm(_FaultyForm):
    """When who is asked what, and how."""

    PLACES: ClassVar = {
        "delay_minutes": "delay",
        "channels": "channel",
        "window": "days",
        "starts_at": "starts_on",
        "ends_at": "ends_on",
    }

    name = StringField(lazy(mark("Name")), validators=[DataRequired(_MISSING)])
    event_type = StringField(lazy(mark("Event")), validators=[DataRequired(_MISSING)])
    survey = SelectField(lazy(mark("Survey")), validators=[DataRequired(_MISSING)])
    touchpoint = SelectField(
        lazy(mark("Touchpoint")),
        coerce=int,
        default=0,
        validators=[InputRequired(_MISSING)],
    )
    channel = SelectField(
        lazy(mark("By")),
        choices=[SelectChoice(key, lazy(words)) for key, words in CHANNELS.items()],
        validators=[InputRequired(_MISSING)],
    )
    delay = IntegerField(
        lazy(mark("Wait")), default=0, validators=[InputRequired(_MISSING)]
    )
    unit = SelectField(
        lazy(mark("Unit of the wait")),
        choices=[SelectChoice(key, lazy(words)) for key, words in UNITS.items()],
        validators=[InputRequired(_MISSING)],
        default="60",
    )
    days = _weekdays(mark("On these days"), required=True)
    since = TimeField(lazy(mark("From")), validators=[Optional()])
    until = TimeField(lazy(mark("Until")), validators=[Optional()])
    share = DecimalField(
        lazy(mark("Share of the events, in percent")),
        default=100,
        places=None,
        use_locale=False,
        validators=[InputRequired(_MISSING)],
    )
    quota = IntegerField(lazy(mark("Complete answers wanted")), validators=[Optional()])
    priority = SelectField(
        lazy(mark("Priority")),
        choices=[SelectChoice(key, lazy(words)) for key, words in PRIORITIES.items()],
        validators=[InputRequired(_MISSING)],
        default="5",
    )
    expires = IntegerField(
        lazy(mark("The link is good for, in days")),
        default=14,
        validators=[InputRequired(_MISSING)],
    )
    reminders = StringField(lazy(mark("Reminders, days after the invitation")))
    thanks = BooleanField(lazy(mark("Send thanks after a complete answer")))
    starts_on = DateField(lazy(mark("First day")), validators=[Optional()])
    ends_on = DateField(lazy(mark("Last day")), validators=[Optional()])

    def offer(
        self, surveys: Sequence[SurveyOnList], maps: Sequence[JourneyMap]
    ) -> None:
        """Offer these surveys and the touchpoints of their journeys."""
        by_journey: dict[str, list[tuple[str, str]]] = {}
        for one in surveys:
            group = by_journey.setdefault(named(one.journey_names), [])
            group.append((one.public_id, one.name or gettext("Without a title")))
        self.survey.choices = by_journey
        self.touchpoint.choices = {
            "": [(0, gettext("The survey’s own"))],
            **{
                f"{named(shown.names)} · {named(phase.names)}": [
                    (point.id, named(point.names)) for point in phase.touchpoints
                ]
                for shown in maps
                for phase in shown.phases
                if phase.touchpoints
            },
        }
        _offer_weekdays(self.days)
        if not self.is_submitted() and self.days.data is None:
            self.days.data = sorted(EVERY_DAY)

    def fill(self, draft: TriggerDraft, zone: ZoneInfo) -> None:
        """Show a trigger as it stands."""
        self.name.data, self.event_type.data = draft.name, draft.event_type
        self.survey.data, self.touchpoint.data = draft.survey, draft.touchpoint_id or 0
        self.channel.data = ",".join(draft.channels)
        unit = next(unit for unit in (1440, 60, 1) if draft.delay_minutes % unit == 0)
        self.unit.data, self.delay.data = str(unit), draft.delay_minutes // unit
        window = draft.window or SendWindow()
        self.days.data = sorted(window.days)
        self.since.data = window.since if window.since != MIDNIGHT else None
        self.until.data = window.until
        self.share.data = Decimal(f"{draft.share * 100:.4f}").normalize()
        self.quota.data = draft.quota
        self.priority.data = str(draft.priority)
        if self.priority.data not in PRIORITIES:
            self.priority.choices = [
                *self.priority.choices,
                SelectChoice(self.priority.data, self.priority.data),
            ]
        self.expires.data = draft.expires_after_days
        self.reminders.data = ", ".join(map(str, draft.reminders))
        self.thanks.data = draft.thanks
        self.starts_on.data = _day(draft.starts_at, zone)
        self.ends_on.data = _day(draft.ends_at, zone)

    def draft(self, rule: Rule | None, zone: ZoneInfo) -> TriggerDraft | None:
        """Return what was typed; None when the reminders are no numbers."""
        reminders = _numbers(self.reminders.data or "")
        if reminders is None:
            self.show_faults({"reminders": "not_numbers"})
            return None
        window = SendWindow(
            days=frozenset(self.days.data or ()),
            since=self.since.data or MIDNIGHT,
            until=self.until.data,
        )
        return TriggerDraft(
            name=self.name.data,
            survey=self.survey.data,
            touchpoint_id=self.touchpoint.data or None,
            event_type=self.event_type.data.strip(),
            rule=rule,
            channels=[Channel(one) for one in self.channel.data.split(",")],
            delay_minutes=self.delay.data * int(self.unit.data),
            window=None if window == SendWindow() else window,
            share=float(self.share.data) / 100,
            quota=self.quota.data,
            priority=int(self.priority.data),
            expires_after_days=self.expires.data,
            reminders=reminders,
            thanks=self.thanks.data,
            starts_at=_at(self.starts_on.data, time.min, zone),
            ends_at=_at(self.ends_on.data, time(23, 59, 59), zone),
        )


class PolicyForm(_FaultyForm):
    """How often one person may be asked, and when nobody is."""

    PLACES: ClassVar = {"days": "quiet_days", "windows": "most_1"}

    most_1 = IntegerField(lazy(mark("At most")), validators=[Optional()])
    days_1 = IntegerField(lazy(mark("in days")), validators=[Optional()])
    most_2 = IntegerField(lazy(mark("At most")), validators=[Optional()])
    days_2 = IntegerField(lazy(mark("in days")), validators=[Optional()])
    most_3 = IntegerField(lazy(mark("At most")), validators=[Optional()])
    days_3 = IntegerField(lazy(mark("in days")), validators=[Optional()])
    gap_days = IntegerField(
        lazy(mark("Days between two invitations, at least")),
        validators=[InputRequired(_MISSING)],
    )
    same_survey_days = IntegerField(
        lazy(mark("Days before the same survey comes again, at least")),
        validators=[InputRequired(_MISSING)],
    )
    keep_for_rare = BooleanField(
        lazy(mark("Keep the last place of a window for rare surveys"))
    )
    quiet_since = TimeField(lazy(mark("Quiet from")), validators=[Optional()])
    quiet_until = TimeField(lazy(mark("until")), validators=[Optional()])
    quiet_days = _weekdays(mark("Quiet days"), required=False)

    ROWS = ("1", "2", "3")

    def offer(self) -> None:
        """Offer the days of the week."""
        _offer_weekdays(self.quiet_days)

    def fill(self, policy: Policy) -> None:
        """Show the policy in force."""
        limits, quiet = policy.limits, policy.quiet
        for row, window in zip(self.ROWS, limits.windows, strict=False):
            self[f"most_{row}"].data = window.most
            self[f"days_{row}"].data = window.days
        self.gap_days.data = limits.gap_days
        self.same_survey_days.data = limits.same_survey_days
        self.keep_for_rare.data = limits.keep_for_rare
        if quiet is not None:
            self.quiet_since.data, self.quiet_until.data = quiet.since, quiet.until
            self.quiet_days.data = sorted(quiet.days)

    def policy(self) -> Policy:
        """Return what was typed."""
        rows = [
            (self[f"days_{row}"].data, self[f"most_{row}"].data) for row in self.ROWS
        ]
        windows = [
            Window(days=days or 0, most=most or 0)
            for days, most in rows
            if days is not None or most is not None
        ]
        since, until = self.quiet_since.data, self.quiet_until.data
        days = frozenset(self.quiet_days.data or ())
        quiet = None
        if days or since != until:
            quiet = QuietTimes(
                since=since or MIDNIGHT, until=until or MIDNIGHT, days=days
            )
        return Policy(
            limits=Limits(
                windows=tuple(windows[:MOST_WINDOWS]),
                gap_days=self.gap_days.data,
                same_survey_days=self.same_survey_days.data,
                keep_for_rare=self.keep_for_rare.data,
            ),
            quiet=quiet,
        )


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment and moment.astimezone(zone).date()


def _at(day: date | None, clock: time, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, clock, zone)


def _numbers(text: str) -> tuple[int, ...] | None:
    parts: Iterable[str] = filter(None, re.split(r"[\s,;]+", text))
    parts = list(parts)
    if not all(re.fullmatch(r"\d{1,4}", part) for part in parts):
        return None
    return tuple(int(part) for part in parts)


def event_types() -> list[tuple[str, str]]:
    """Return the known types of events with their words, to be proposed."""
    return [(key, gettext(words)) for key, words in EVENT_TYPES.items()]
