"""Forms of connections: keys of other systems, and systems that send webhooks."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.accounts.api_keys import LONGEST_NAME, Scope
from feedback.collection.sources import LONGEST_SECRET
from feedback.collection.terms import SourceKind
from feedback.i18n.catalogs import mark
from feedback.web.errors import words_for
from feedback.web.event_words import SOURCE_KINDS
from feedback.web.language import lazy

#: what a key may do, in words
SCOPE_NAMES = {
    Scope.EVENTS_WRITE: mark("Send events"),
    Scope.EVENTS_READ: mark("Read what came of an event"),
    Scope.CONTACTS_WRITE: mark("Add, change and stop customers"),
    Scope.CONTACTS_READ: mark("See contact details that customers left in answers"),
    Scope.INVITATIONS_WRITE: mark("Ask one customer, and get the personal link"),
    Scope.SURVEYS_READ: mark("List the surveys"),
    Scope.RESPONSES_READ: mark("Read what customers answered"),
    Scope.VERBATIMS_READ: mark("Read verbatims, masked, and their analysis"),
}
#: what most shops need
USUAL_SCOPES = (Scope.EVENTS_WRITE, Scope.EVENTS_READ)
KIND_HINTS = {
    SourceKind.SHOPIFY: mark("Orders, deliveries, refunds, abandoned carts"),
    SourceKind.WOOCOMMERCE: mark("Orders and refunds"),
    SourceKind.ZENDESK: mark("Tickets that were solved"),
    SourceKind.MAPPED: mark(
        "PrestaShop, a CRM, a shop of your own: you say which field is what"
    ),
}
_MISSING = lazy(mark("This must be filled in."))


class _Form(FlaskForm):  # type: ignore[misc]  # the library is not typed
    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Put the codes of an Invalid beside their fields, in words."""
        for name, code in faults.items():
            field = self[name]
            field.errors = [*field.errors, words_for(code)]


def _name(label: str) -> StringField:
    return StringField(
        lazy(label), validators=[DataRequired(_MISSING), Length(max=LONGEST_NAME)]
    )


class KeyForm(_Form):
    """A new key."""

    name = _name(mark("Name of the key"))
    scopes = SelectMultipleField(
        lazy(mark("What the key may do")),
        choices=[SelectChoice(one.value, lazy(SCOPE_NAMES[one])) for one in Scope],
        default=[one.value for one in USUAL_SCOPES],
        validators=[DataRequired(lazy(mark("Choose one at least.")))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class SourceForm(_Form):
    """A system that sends webhooks."""

    kind = RadioField(
        lazy(mark("What do you connect?")),
        choices=[
            SelectChoice(one.value, lazy(SOURCE_KINDS[one])) for one in SourceKind
        ],
        default=SourceKind.SHOPIFY.value,
        validators=[DataRequired(_MISSING)],
    )
    name = _name(mark("Name of the connection"))


class SourceNameForm(_Form):
    """Another name for a system."""

    name = _name(mark("Name of the connection"))


class SecretForm(_Form):
    """The secret with which a system signs."""

    secret = PasswordField(
        lazy(mark("Signing secret")),
        validators=[DataRequired(_MISSING), Length(max=LONGEST_SECRET)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
