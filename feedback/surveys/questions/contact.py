"""Name, address and number of the person, kept with their consent alone."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email

from feedback.core.errors import Invalid
from feedback.i18n.catalogs import mark
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
from feedback.surveys.questions.cleaning import clean
from feedback.surveys.questions.summaries import CountSummary

FIELDS = ("name", "email", "phone")
CONSENT = "consent"
LONGEST_NAME = 120
#: where a number without a country code is taken to be
HOME_REGION = "FR"


class Contact(QuestionKind):
    """What somebody may be reached by: `{"name", "email", "phone", "consent": true}`.

    Only what was filled in is there. Form: `q.KEY.name`, `q.KEY.email`, `q.KEY.phone`
    for each of the fields asked, and `q.KEY.consent`, any value when it is ticked.
    Filled in without consent, it is not kept: the person is asked to tick or to empty.
    """

    name = "contact"
    label = mark("Contact details")
    icon = "id-badge-2"
    options: ClassVar[Mapping[str, Option]] = {
        "fields": Option(
            form=OptionForm.SOME_OF,
            label=mark("What to ask"),
            default=("name", "email"),
            values=FIELDS,
        ),
        "consent": Option(
            form=OptionForm.TEXT,
            label=mark("What the person agrees to"),
            default=mark("I agree to be contacted about my answers."),
        ),
    }

    def check_definition(self, question: Question) -> list[str]:
        """Add `fields_missing` and `consent_words_missing`."""
        codes = super().check_definition(question)
        if not self.option(question, "fields"):
            codes.append("fields_missing")
        if not any((self.option(question, "consent") or {}).values()):
            codes.append("consent_words_missing")
        return codes

    def read(self, question: Question, form: Form) -> object:
        """Return the fields that were filled in, and whether consent was given."""
        raw: dict[str, object] = {
            name: text
            for name in self.option(question, "fields") or ()
            if (text := first(form, field(question, name))) is not None
        }
        if not raw:
            return None
        if first(form, field(question, CONSENT)) is not None:
            raw[CONSENT] = True
        return raw

    def check_value(
        self, question: Question, raw: object, language: str | None
    ) -> AnswerValue | None:
        """Return the fields with the address and the number in one form.

        Refused: `not_text`, `not_an_address`, `not_a_phone`, `too_long`,
        `consent_missing`.
        """
        if not isinstance(raw, Mapping):
            raise Invalid({question.key: "not_text"})
        checks = {"name": _name, "email": _email, "phone": _phone}
        value: dict[str, Any] = {}
        for name in self.option(question, "fields") or ():
            given = raw.get(name)
            text = clean(given[:1000]) if isinstance(given, str) else ""
            if text:
                value[name] = checks[name](question, text)
        if not value:
            return None
        if raw.get(CONSENT) is not True:
            raise Invalid({question.key: "consent_missing"})
        return {**value, CONSENT: True}

    def facts(self, question: Question, value: AnswerValue) -> Any:
        """Return the names of the fields that were filled in."""
        if not isinstance(value, Mapping):
            return None
        return [name for name in FIELDS if name in value]

    def outcomes(self, question: Question) -> Mapping[str, tuple[Any, ...] | None]:
        """Return the names of the fields asked."""
        return {question.key: tuple(self.option(question, "fields") or ())}

    def summarise(
        self, question: Question, values: Iterable[AnswerValue]
    ) -> CountSummary:
        """Return how many may be reached."""
        return CountSummary(count=sum(isinstance(one, Mapping) for one in values))

    def say(
        self,
        question: Question,
        value: AnswerValue,
        language: str,
        questionnaire: Questionnaire,
    ) -> str:
        """Return what was filled in, with commas."""
        if not isinstance(value, Mapping):
            return ""
        return ", ".join(str(value[name]) for name in FIELDS if name in value)


def _name(question: Question, text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise Invalid({question.key: "too_long"})
    return text


def _email(question: Question, text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise Invalid({question.key: "not_an_address"}) from error
    return found.normalized


def _phone(question: Question, text: str) -> str:
    # loading it takes a while, and most processes never meet a number
    from phonenumbers import (  # noqa: PLC0415
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_valid_number,
        parse,
    )

    try:
        number = parse(text, HOME_REGION)
    except NumberParseException as error:
        raise Invalid({question.key: "not_a_phone"}) from error
    if not is_valid_number(number):
        raise Invalid({question.key: "not_a_phone"})
    return str(format_number(number, PhoneNumberFormat.E164))
