"""Forms of improvements: what they are, their tasks and comments. Parsing only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from feedback.accounts.queries import Person
from feedback.i18n.catalogs import mark
from feedback.improvements.draft import ImprovementDraft
from feedback.journey.queries import JourneyMap
from feedback.nlp.taxonomy import Theme
from feedback.web.errors import words_for
from feedback.web.improvement_words import EFFORTS
from feedback.web.language import gettext, lazy, named

_MISSING = lazy(mark("This must be filled in."))
FAULTS = {
    "out_of_range": mark("This number is too small or too large."),
    "not_a_choice": mark("Choose one of the list."),
    "too_many": mark("These are too many."),
    "compared_with_itself": mark(
        "A touchpoint cannot be measured and be compared with at the same time."
    ),
    "ends_before_start": mark("The end must come after the start."),
    "nothing_changed": mark("Nothing is different from the plan that stands."),
}


class FaultyForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form that shows beside its fields what a service refused."""

    PLACES: ClassVar[Mapping[str, str]] = {}

    def show_faults(self, fields: Mapping[str, str]) -> None:
        """Put what the service refused beside the fields, in words."""
        for name, code in fields.items():
            field: Field | None = self._fields.get(self.PLACES.get(name, name))
            words = gettext(FAULTS[code]) if code in FAULTS else words_for(code)
            if field is None:
                self.form_errors.append(words)
            else:
                field.errors = [*field.errors, words]


class ImprovementForm(FaultyForm):
    """What a person says of an improvement."""

    PLACES: ClassVar = {
        "touchpoint_ids": "touchpoints",
        "theme_key": "theme",
        "owner_id": "owner",
    }

    title = StringField(
        lazy(mark("What is improved")), validators=[DataRequired(_MISSING)]
    )
    what = TextAreaField(lazy(mark("What will be done")), render_kw={"rows": 5})
    touchpoints = SelectMultipleField(
        lazy(mark("Where customers will feel it")),
        coerce=int,
        validators=[InputRequired(_MISSING)],
    )
    theme = SelectField(lazy(mark("Theme")))
    owner = SelectField(lazy(mark("Owner")), coerce=int, default=0)
    team = StringField(lazy(mark("Team")))
    due_on = DateField(lazy(mark("Due on")), validators=[Optional()])
    effort = RadioField(
        lazy(mark("Effort")),
        coerce=int,
        choices=[SelectChoice(str(key), lazy(words)) for key, words in EFFORTS.items()],
        validators=[InputRequired(_MISSING)],
        default=3,
    )
    reach = IntegerField(
        lazy(mark("Customers it touches in a month")), validators=[Optional()]
    )
    expected_change = StringField(lazy(mark("Expected change")))

    def offer(
        self,
        journey: JourneyMap,
        themes: Sequence[Theme],
        people: Iterable[Person],
        locale: str,
    ) -> None:
        """Offer the touchpoints of a journey, the themes, the people."""
        self.touchpoints.choices = [
            (point.id, named(point.names)) for point in journey.touchpoints
        ]
        self.theme.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(one.key, one.names[locale]) for one in themes),
        ]
        self.owner.choices = [
            SelectChoice("0", gettext("Nobody yet")),
            *(SelectChoice(str(one.id), one.name) for one in people),
        ]

    def fill(self, draft: ImprovementDraft) -> None:
        """Show an improvement as it stands."""
        self.title.data, self.what.data = draft.title, draft.what
        self.touchpoints.data = list(draft.touchpoint_ids)
        self.theme.data = draft.theme_key or ""
        self.owner.data = draft.owner_id or 0
        self.team.data, self.due_on.data = draft.team, draft.due_on
        self.effort.data, self.reach.data = draft.effort, draft.reach
        self.expected_change.data = draft.expected_change

    def draft(self) -> ImprovementDraft:
        """Return what was typed."""
        return ImprovementDraft(
            title=self.title.data or "",
            what=self.what.data or "",
            theme_key=self.theme.data or None,
            touchpoint_ids=tuple(self.touchpoints.data or ()),
            owner_id=self.owner.data or None,
            team=self.team.data or "",
            due_on=self.due_on.data,
            effort=self.effort.data,
            reach=self.reach.data,
            expected_change=self.expected_change.data or "",
        )


class TaskForm(FaultyForm):
    """One thing to do."""

    words = StringField(lazy(mark("New task")), validators=[DataRequired(_MISSING)])
    assignee = SelectField(lazy(mark("Who does it")), coerce=int, default=0)

    def offer(self, people: Iterable[Person]) -> None:
        """Offer the people."""
        self.assignee.choices = [
            SelectChoice("0", gettext("Nobody yet")),
            *(SelectChoice(str(one.id), one.name) for one in people),
        ]


class CommentForm(FaultyForm):
    """What somebody says."""

    comment = TextAreaField(
        lazy(mark("Your comment")),
        validators=[DataRequired(_MISSING)],
        render_kw={"rows": 3},
    )
