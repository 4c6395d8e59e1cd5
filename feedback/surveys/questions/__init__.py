"""The kinds of questions, by name; a new kind is one class and one line here."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from feedback.core.errors import Invalid
from feedback.surveys.questionnaire import Question
from feedback.surveys.questions.base import QuestionKind
from feedback.surveys.questions.choices import Dropdown, Ranking, Single
from feedback.surveys.questions.contact import Contact
from feedback.surveys.questions.matrix import Matrix
from feedback.surveys.questions.multiple import Multiple
from feedback.surveys.questions.numbers import Date, Number
from feedback.surveys.questions.scales import Ces, Csat, Nps
from feedback.surveys.questions.statement import Statement
from feedback.surveys.questions.text import LongText, ShortText


def by_name(kinds: Iterable[QuestionKind]) -> Mapping[str, QuestionKind]:
    """Return the kinds by their names, in their order.

    Raises:
        ValueError: two kinds have the same name.
    """
    found: dict[str, QuestionKind] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of question are named {kind.name}")
        found[kind.name] = kind
    return MappingProxyType(found)


#: every kind, in the order in which the builder offers them
KINDS = by_name(
    (
        Nps(),
        Csat(),
        Ces(),
        Single(),
        Multiple(),
        Dropdown(),
        Ranking(),
        Matrix(),
        ShortText(),
        LongText(),
        Number(),
        Date(),
        Contact(),
        Statement(),
    )
)


def kind_of(question: Question) -> QuestionKind:
    """Return the kind of a question.

    Raises:
        Invalid: `unknown_kind` under the key of the question.
    """
    kind = KINDS.get(question.kind)
    if kind is None:
        raise Invalid({question.key: "unknown_kind"})
    return kind
