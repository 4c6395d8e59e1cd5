"""The form of a plan: what is measured, where, from when. Parsing only."""

from decimal import Decimal
from typing import ClassVar

from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from feedback.i18n.catalogs import mark
from feedback.improvements.plan import Plan
from feedback.improvements.terms import MeasureKind
from feedback.insights.words import scale_name
from feedback.journey.queries import JourneyMap
from feedback.measures.scales import Scale
from feedback.voice.taxonomy import Themes
from feedback.web.forms.improvements import FaultyForm
from feedback.web.language import gettext, lazy, named

_MISSING = lazy(mark("This must be filled in."))


class PlanForm(FaultyForm):
    """What will tell whether an improvement worked."""

    PLACES: ClassVar = {
        "scale": "measure",
        "theme_key": "measure",
        "smallest_that_matters": "smallest",
    }

    measure = SelectField(
        lazy(mark("What is measured")), validators=[DataRequired(_MISSING)]
    )
    touchpoints = SelectMultipleField(
        lazy(mark("Where it is measured")), validators=[InputRequired(_MISSING)]
    )
    persona = SelectField(lazy(mark("Persona")))
    language = SelectField(lazy(mark("Language")))
    starts_on = DateField(
        lazy(mark("Customers feel it from")), validators=[InputRequired(_MISSING)]
    )
    washout_days = IntegerField(
        lazy(mark("Days after it that are left out")),
        default=14,
        validators=[InputRequired(_MISSING)],
    )
    smallest = DecimalField(
        lazy(mark("Smallest change that would matter, in points")),
        places=None,
        use_locale=False,
        validators=[InputRequired(_MISSING)],
    )
    comparison = SelectMultipleField(lazy(mark("Compared with")))
    reason = TextAreaField(
        lazy(mark("Why the plan changes")), render_kw={"rows": 3, "maxlength": 5000}
    )

    def offer(
        self,
        journey: JourneyMap,
        themes: Themes,
        languages: list[tuple[str, str]],
        locale: str,
    ) -> None:
        """Offer what can be measured, and where."""
        self.measure.choices = {
            gettext("Share of verbatims that complain of"): [
                (f"theme:{one.key}", one.names[locale]) for one in themes.shown
            ],
            gettext("Scores"): [
                (f"score:{scale.value}", scale_name(scale, locale)) for scale in Scale
            ],
        }
        points = [(point.key, named(point.names)) for point in journey.touchpoints]
        self.touchpoints.choices = self.comparison.choices = points
        self.persona.choices = [
            SelectChoice("", gettext("All personas")),
            *(SelectChoice(one.key, named(one.names)) for one in journey.personas),
        ]
        self.language.choices = [
            SelectChoice("", gettext("All languages")),
            *(SelectChoice(key, words) for key, words in languages),
        ]

    def fill(self, plan: Plan) -> None:
        """Show a plan as it stands."""
        self.measure.data = (
            f"score:{plan.scale.value}" if plan.scale else f"theme:{plan.theme_key}"
        )
        self.touchpoints.data = list(plan.touchpoints)
        self.comparison.data = list(plan.comparison)
        self.persona.data, self.language.data = plan.persona or "", plan.language or ""
        self.starts_on.data, self.washout_days.data = plan.starts_on, plan.washout_days
        points = plan.smallest_that_matters * (100 if plan.is_share else 1)
        self.smallest.data = Decimal(f"{points:.6g}")

    def plan(self) -> Plan:
        """Return what was typed."""
        kind, _, key = self.measure.data.partition(":")
        is_score = kind == MeasureKind.SCORE
        scale = Scale(key) if is_score else None
        points = float(self.smallest.data)
        is_share = scale not in {Scale.NPS, Scale.CES}
        return Plan(
            kind=MeasureKind(kind),
            scale=scale,
            theme_key=None if is_score else key,
            touchpoints=tuple(self.touchpoints.data or ()),
            persona=self.persona.data or None,
            language=self.language.data or None,
            starts_on=self.starts_on.data,
            washout_days=self.washout_days.data,
            smallest_that_matters=round(points / 100, 6) if is_share else points,
            comparison=tuple(self.comparison.data or ()),
        )
