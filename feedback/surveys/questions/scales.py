"""The rating scales: recommendation, satisfaction, effort."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
from feedback.measures.scales import Scale, distribution
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions.base import (
    AnswerValue,
    Form,
    Option,
    OptionForm,
    QuestionKind,
    field,
    first,
)
from feedback.surveys.questions.summaries import ScaleSummary


class ScaleKind(QuestionKind):
    """A rating: a whole point of `scale`, kept as a number. 0 is an answer.

    Form: `q.KEY` holds the point in digits (one radio button a point).
    """

    scale: ClassVar[Scale]

    def read(self, question: Question, form: Form) -> object:
        """Return the digits that were sent."""
        return first(form, field(question))

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Return the point; refused as `not_on_scale`."""
        point = _POINTS[self.scale].get(raw.strip()) if isinstance(raw, str) else raw
        if type(point) is not int or point not in self.scale.points:
            raise Invalid({question.key: "not_on_scale"})
        return point

    def outcomes(self, question: Question) -> Mapping[str, tuple[Any, ...] | None]:
        """Return every point."""
        return {question.key: tuple(self.scale.points)}

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> ScaleSummary:
        """Return the answers per point."""
        points = self.scale.points
        counts = Counter(
            value for value in values if isinstance(value, int) and value in points
        )
        return ScaleSummary(
            count=counts.total(),
            scale=self.scale,
            counts=distribution(self.scale, counts),
        )

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return the point in digits."""
        return str(value)


_POINTS = {scale: {str(point): point for point in scale.points} for scale in Scale}


def _ends(low: str, high: str) -> dict[str, Option]:
    return {
        "low": Option(
            form=OptionForm.TEXT, label=mark("Words at the low end"), default=low
        ),
        "high": Option(
            form=OptionForm.TEXT, label=mark("Words at the high end"), default=high
        ),
    }


class Nps(ScaleKind):
    """Would you recommend us? From 0 to 10."""

    name = "nps"
    label = mark("Recommendation (NPS)")
    icon = "speakerphone"
    scale = Scale.NPS
    options = _ends(mark("Not at all likely"), mark("Extremely likely"))


class Csat(ScaleKind):
    """How satisfied are you? From 1 to 5, as stars or faces."""

    name = "csat"
    label = mark("Satisfaction (CSAT)")
    icon = "mood-smile"
    scale = Scale.CSAT
    options: ClassVar[Mapping[str, Option]] = {
        "look": Option(
            form=OptionForm.ONE_OF,
            label=mark("Look"),
            default="faces",
            values=("faces", "stars"),
        ),
        **_ends(mark("Very dissatisfied"), mark("Very satisfied")),
    }


class Ces(ScaleKind):
    """We made it easy for you: agreement from 1 to 7 (CES 2.0)."""

    name = "ces"
    label = mark("Effort (CES)")
    icon = "activity"
    scale = Scale.CES
    options = _ends(mark("Strongly disagree"), mark("Strongly agree"))
