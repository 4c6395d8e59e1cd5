"""What the review of a survey and the import of a file say, in words."""

from collections.abc import Callable, Mapping

from babel import Locale, UnknownLocaleError

from feedback.core.text import shorten
from feedback.i18n.catalogs import mark
from feedback.i18n.formats import format_number
from feedback.surveys.imports import Remark
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions import KINDS
from feedback.surveys.review import Finding
from feedback.web.context import locale
from feedback.web.language import gettext

FINDINGS: Mapping[str, str] = {
    "nothing_asked": mark("This survey asks nothing yet. Add a question."),
    "unknown_kind": mark("Nobody knows questions of the kind “%(kind)s”."),
    "dead_end": mark(
        "This question must be answered, and no answer can be given: nobody gets "
        "beyond it."
    ),
    "no_number_fits": mark("No number lies within these limits."),
    "bad_option": mark("A setting of this question does not have the right form."),
    "choices_missing": mark("Offer at least two choices."),
    "consent_words_missing": mark(
        "Write what people agree to when they leave their details."
    ),
    "fields_missing": mark("Choose what to ask: name, e-mail address, telephone."),
    "limits_crossed": mark("The limits exclude each other: no answer fits both."),
    "pattern_broken": mark("This pattern cannot be read."),
    "pattern_too_free": mark(
        "Trying this pattern could take for ever. Make it stricter: lengths such as "
        "{2,5} instead of + and *."
    ),
    "reserved_key": mark(
        "A choice has the key “other” or “none”; both belong to the product."
    ),
    "rows_missing": mark("Write at least one row."),
    "missing_text": mark("%(part)s: there are no words yet."),
    "missing_default": mark(
        "%(part)s: words in the default language (%(language)s) are missing."
    ),
    "missing_translation": mark(
        "%(part)s: not translated yet (%(language)s). The words in the default "
        "language are shown meanwhile."
    ),
    "condition_unknown_question": mark(
        "A condition looks at the question “%(question)s”, which does not exist."
    ),
    "condition_later_question": mark(
        "A condition looks at “%(question)s”, which is not asked before. Conditions "
        "can only look back."
    ),
    "condition_unanswerable": mark(
        "A condition looks at “%(question)s”, a statement that nobody answers."
    ),
    "condition_unknown_choice": mark(
        "A condition names the choice “%(choice)s”, which “%(question)s” does not "
        "offer."
    ),
    "condition_unknown_row": mark(
        "A condition names the row “%(row)s”, which “%(question)s” does not have."
    ),
    "condition_not_a_score": mark(
        "A condition looks at the class of “%(question)s”, which is not a score."
    ),
    "condition_unknown_class": mark(
        "A condition names the class “%(value)s”; there are low, middle and high."
    ),
    "condition_off_scale": mark(
        "A condition compares “%(question)s” with %(value)s, which is not on its scale."
    ),
    "condition_unknown_language": mark(
        "A condition names a language that the survey does not have (%(language)s)."
    ),
    "never_shown": mark(
        "Nobody ever sees this question: its conditions cannot all be met."
    ),
    "ending_never_shown": mark(
        "Nobody ever sees this ending: its conditions cannot all be met."
    ),
    "wording_not_a_score": mark(
        "The words after the score follow “%(question)s”, which is not a score asked "
        "before."
    ),
    "piping_unknown_question": mark(
        "The words repeat an answer to “%(question)s”, which is not a question here."
    ),
    "piping_later_question": mark(
        "The words repeat the answer to “%(question)s”, which is not asked before."
    ),
    "anonymous_contact": mark("An anonymous survey cannot ask for contact details."),
    "anonymous_piping": mark(
        "An anonymous survey does not know who answers: “%(key)s” cannot be filled in."
    ),
    "anonymous_condition": mark(
        "An anonymous survey does not know who answers: a condition cannot look at it."
    ),
    "anonymous_callback": mark("An anonymous survey cannot offer to call back."),
    "not_a_colour": mark("%(front)s: this is not a colour such as #1a5fb4."),
    "low_contrast": mark(
        "%(front)s on %(behind)s: the contrast is %(ratio)s to 1. It has to be at "
        "least 4.5 to 1."
    ),
    "unknown_font": mark("This font is not offered."),
    "not_a_logo": mark("The logo has to be a PNG, JPEG or WebP picture."),
    "empty_page": mark("Page %(number)s has no question and is left out."),
    "duplicate_choices": mark("“%(words)s” stands there twice (%(language)s)."),
    "always_shown": mark(
        "Everybody sees this question: its conditions are always met, so they can go."
    ),
    "condition_always": mark("Condition %(number)s is always met, so it can go."),
    "condition_never": mark("Condition %(number)s can never be met, so it can go."),
    "ending_covered": mark(
        "Nobody reaches this ending: the other endings take everybody."
    ),
    "wording_same_page": mark(
        "The words follow a score of the same page, which is not known yet when they "
        "are read. Put this question on a later page."
    ),
    "piping_same_page": mark(
        "The words repeat the answer to “%(question)s”, which stands on the same page "
        "and is not known yet when they are read."
    ),
    "piping_without_fallback": mark(
        "“%(question)s” may be unknown, and nothing would stand in its place. Add "
        "words after a bar, as in {attribute:first_name|dear customer}."
    ),
    "leading": mark(
        "“%(words)s” pushes people towards an answer (%(language)s). Ask without "
        "taking sides."
    ),
    "long_question": mark(
        "%(number)s words (%(language)s). Beyond %(most)s, people have lost the "
        "beginning."
    ),
    "many_questions": mark(
        "%(number)s questions. Beyond %(most)s, fewer and fewer people go to the end."
    ),
    "long_survey": mark(
        "Answering takes about %(minutes)s minutes. Beyond %(most)s, fewer and fewer "
        "people go to the end."
    ),
    "ending_uncovered": mark(
        "Some people reach none of these endings. They read the usual thanks instead."
    ),
    "condition_same_page": mark(
        "A condition looks at “%(question)s” on the same page. Without script the page "
        "is shown a second time."
    ),
    "piping_broken": mark(
        "“%(key)s” is shown as it stands. To repeat an answer, write "
        "{answer:KEY|other words}."
    ),
    "double": mark(
        "“%(words)s” (%(language)s): are these two questions? Nobody would know which "
        "of them the score is about."
    ),
    "many_on_page": mark(
        "%(number)s questions on one page. Beyond %(most)s, make it two pages."
    ),
    "many_choices": mark(
        "%(number)s choices. Beyond %(most)s, people take one of the first."
    ),
    "many_rows": mark(
        "%(number)s rows. Beyond %(most)s, people answer without reading."
    ),
    "long_ranking": mark(
        "%(number)s choices to rank. Beyond %(most)s, ask for the best ones only."
    ),
}

PARTS: Mapping[str, str] = {
    "title": mark("Title of the survey"),
    "introduction": mark("Introduction"),
    "question": mark("Question"),
    "help": mark("Help below the question"),
    "wording": mark("Words after the score"),
    "choice": mark("Choice"),
    "row": mark("Row"),
    "option": mark("Words in a setting"),
    "ending": mark("Title of the ending"),
    "ending_text": mark("Text of the ending"),
}

#: fields of a theme, and what lies on them
COLOURS: Mapping[str, str] = {
    "accent": mark("Accent colour"),
    "background": mark("Background"),
    "surface": mark("Surface"),
    "text": mark("Text colour"),
    "on_accent": mark("Words of a button"),
    "font": mark("Font"),
    "logo": mark("Logo"),
}

REMARKS: Mapping[str, str] = {
    "question_left_out": mark("Questions of this type do not exist here (%(type)s)."),
    "hidden_left_out": mark("This question was never shown, and was left out."),
    "name_taken": mark("A question before has the same name, so it was left out."),
    "setting_left_out": mark("This setting was left out: %(setting)s."),
    "condition_left_out": mark(
        "This condition cannot be said here, so everybody sees the question: "
        "%(expression)s"
    ),
    "ending_left_out": mark(
        "This ending was left out, as its condition cannot be said here: %(expression)s"
    ),
    "piping_left_out": mark("This cannot be filled in here: %(expression)s"),
    "links_left_out": mark("Links were left out."),
    "media_left_out": mark("Pictures, sounds or films were left out."),
    "scripts_left_out": mark("Scripts were left out."),
    "formatting_left_out": mark("Formatting of the words was left out."),
    "text_cut": mark("The words were cut after %(most)s characters."),
    "choices_left_out": mark(
        "%(number)s choices were left out: there can be %(most)s at most."
    ),
    "questions_left_out": mark(
        "%(number)s questions were left out: there can be %(most)s at most."
    ),
    "languages_left_out": mark(
        "%(number)s languages were left out: there can be %(most)s at most."
    ),
    "language_left_out": mark("“%(language)s” is not the code of a language."),
    "consent_needed": mark(
        "This became a question for contact details. Write what people agree to."
    ),
    "taken_as": mark("This became a question of the kind “%(kind)s”."),
    "split_up": mark("This became %(number)s questions."),
    "was_anonymous": mark(
        "The survey was anonymous. Choose it here too before people are asked."
    ),
}

#: why a file was refused, and what may be wrong in one of ours
FAULTS: Mapping[str, str] = {
    "too_large": mark("The file is larger than two megabytes."),
    "not_readable": mark("This file is neither JSON nor XML, or it is damaged."),
    "too_deep": mark("The file is nested too deeply."),
    "entities_refused": mark(
        "The file declares entities or a document type; such files are refused."
    ),
    "unknown_file": mark(
        "This is none of the files that can be read: a survey exported here, a survey "
        "of SurveyJS (.json) or of LimeSurvey (.lss)."
    ),
    "newer_format": mark("This file comes from a newer version of Feedback."),
    "nothing_to_import": mark("The file holds no question that could be taken over."),
    "missing": mark("something is missing here"),
    "bad_key": mark("keys are letters, digits, - and _, at most 60"),
    "duplicate_key": mark("a key stands there twice"),
    "not_an_object": mark("an object in braces belongs here"),
    "not_a_list": mark("a list in brackets belongs here"),
    "not_text": mark("a text belongs here"),
    "not_a_choice": mark("this is none of the possible values"),
    "not_a_value": mark("a text, a number, true or false belongs here"),
    "too_long": mark("the text is too long"),
    "too_many": mark("there are too many of them"),
    "unknown_format": mark("this format is unknown"),
}


def finding_words(finding: Finding, questionnaire: Questionnaire) -> str:
    """Return what a finding says to the author, in the language of the request."""
    values = dict(finding.values)
    if "key" in values:
        values["question"] = _question(str(values["key"]), questionnaire)
    return gettext(FINDINGS[finding.code], **_said(values))


def remark_words(remark: Remark) -> str:
    """Return what a remark on an imported file says, without its place."""
    return gettext(REMARKS[remark.code], **_said(remark.values))


def fault_words(code: str) -> str:
    """Return why a file, or a place in it, was refused."""
    return gettext(FAULTS[code])


def _question(key: str, questionnaire: Questionnaire) -> str:
    """Return the words of a question, its key when there is none or it has none."""
    question = questionnaire.question(key)
    words = question and questionnaire.say(question.text, locale())
    return shorten(words or key, 60)


def _said(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: _SAYING[name](value) if name in _SAYING else value
        for name, value in values.items()
    }


def _part(value: object) -> str:
    return gettext(PARTS[str(value)])


def _colour(value: object) -> str:
    return gettext(COLOURS[str(value)]) if value else ""


def _ratio(value: object) -> str:
    # rounded down, so that 4.49 does not read as enough
    tenths = int(float(str(value)) * 10)
    return format_number(tenths / 10, locale(), decimals=1)


def _number(value: object) -> str:
    return format_number(round(float(str(value))), locale())


def _kind(value: object) -> str:
    kind = KINDS.get(str(value))
    return gettext(kind.label) if kind else str(value)


def _language(value: object) -> str:
    """Return the name of a language as the reader calls it, else its code."""
    code = str(value)
    try:
        found = Locale.parse(code, sep="-" if "-" in code else "_")
    except (ValueError, UnknownLocaleError):
        return code
    return found.get_display_name(locale()) or code


#: name of a value to what puts it into words; others stand as they are
_SAYING: Mapping[str, Callable[[object], str]] = {
    "part": _part,
    "front": _colour,
    "behind": _colour,
    "ratio": _ratio,
    "number": _number,
    "most": _number,
    "minutes": _number,
    "kind": _kind,
    "language": _language,
}
