"""Forms of people, of one's own account, and of a change of password."""

from collections.abc import Mapping

from flask_security import forms as security_forms
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length

from feedback.accounts.roles import Role
from feedback.accounts.service import LONGEST_NAME
from feedback.i18n.catalogs import mark
from feedback.i18n.locales import SUPPORTED
from feedback.web.errors import words_for
from feedback.web.language import lazy

ROLE_NAMES = {
    Role.ADMINISTRATOR: mark("Administrator"),
    Role.ANALYST: mark("CX analyst"),
    Role.MANAGER: mark("Manager (reads only)"),
}
#: each in itself, so that everybody finds their own
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}

_MISSING = lazy(mark("This must be filled in."))


def _role_field() -> SelectField:
    return SelectField(
        lazy(mark("Role")),
        choices=[
            SelectChoice(role.value, lazy(name)) for role, name in ROLE_NAMES.items()
        ],
        validators=[DataRequired(_MISSING)],
        default=Role.MANAGER.value,
    )


def _locale_field() -> SelectField:
    return SelectField(
        lazy(mark("Language")),
        choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in SUPPORTED],
        validators=[DataRequired(_MISSING)],
    )


def _name_field() -> StringField:
    return StringField(
        lazy(mark("Name")),
        validators=[DataRequired(_MISSING), Length(max=LONGEST_NAME)],
    )


class ChangePasswordForm(security_forms.ChangePasswordForm):
    """Flask-Security's form, whose first field says that it must be filled in."""

    password = PasswordField(
        lazy(mark("Present password")),
        validators=[DataRequired(_MISSING)],
        render_kw={"autocomplete": "current-password"},
    )


class SecondFactorForm(security_forms.TwoFactorSetupForm):
    """Flask-Security's form, told by a button what to do and not by a list."""

    setup = StringField()


class RescueForm(security_forms.TwoFactorRescueForm):
    """Flask-Security's form without its way out by mail: recovery codes are ours."""

    help_setup = RadioField(choices=[])


class _PersonForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Put the codes of an Invalid beside their fields, in words."""
        for name, code in faults.items():
            field = self[name]
            field.errors = [*field.errors, words_for(code)]


class InvitationForm(_PersonForm):
    """A new person."""

    name = _name_field()
    email = EmailField(
        lazy(mark("E-mail address")),
        validators=[DataRequired(_MISSING), Length(max=255)],
    )
    role = _role_field()
    locale = _locale_field()


class RoleForm(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Another role for a person."""

    role = _role_field()


class ProfileForm(_PersonForm):
    """One's own name and language."""

    name = _name_field()
    locale = _locale_field()
