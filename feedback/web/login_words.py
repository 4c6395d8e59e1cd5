"""What Flask-Security says, in our words and from our catalogue."""

from flask import Flask
from flask_security.babel import FsDomain

from feedback.i18n.catalogs import mark
from feedback.web.language import gettext

#: label of Flask-Security to ours
_LABELS = {
    "Email Address": mark("E-mail address"),
    "Password": mark("Password"),
    "New Password": mark("New password"),
    "Retype Password": mark("The same password again"),
    "Authentication Code": mark("Six-digit code"),
    "Recovery Code": mark("Recovery code"),
}
#: key of a message of Flask-Security to our words and their category
MESSAGES = {
    "API_ERROR": (mark("This form arrived incomplete. Please send it again."), "error"),
    "GENERIC_AUTHN_FAILED": (
        mark("The e-mail address and the password do not go together."),
        "error",
    ),
    "FORGOT_PASSWORD": (mark("Forgotten password?"), "info"),
    "PASSWORD_RESET_REQUEST": (
        mark(
            "If %(email)s has an account here, a mail with a link is on its way. "
            "Check the spam folder too."
        ),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (
        mark("This link was older than 24 hours. Ask for a new one."),
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        mark("This link is incomplete or was used already. Ask for a new one."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (
        mark("Your new password is set. Log in with it."),
        "success",
    ),
    "PASSWORD_CHANGE": (mark("Your password was changed."), "success"),
    "INVALID_PASSWORD": (mark("This is not your present password."), "error"),
    "PASSWORD_IS_THE_SAME": (
        mark("The new password must differ from the present one."),
        "error",
    ),
    "PASSWORD_INVALID_LENGTH": (
        mark("A password has at least %(length)s characters."),
        "error",
    ),
    "RETYPE_PASSWORD_MISMATCH": (mark("Both passwords must be the same."), "error"),
    "PASSWORD_NOT_PROVIDED": (mark("Enter a password."), "error"),
    "EMAIL_NOT_PROVIDED": (mark("Enter an e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (mark("This is not an e-mail address."), "error"),
    "INVALID_REDIRECT": (
        mark("The page you were to be sent to does not belong to this site."),
        "error",
    ),
    "UNAUTHENTICATED": (mark("Log in to see this page."), "info"),
    "REAUTHENTICATION_REQUIRED": (
        mark("Enter your password once more before you change this."),
        "info",
    ),
    "REAUTHENTICATION_SUCCESSFUL": (mark("Thank you, it is you."), "info"),
    "ANONYMOUS_USER_REQUIRED": (mark("You are logged in already."), "info"),
    "TWO_FACTOR_INVALID_TOKEN": (
        mark("This code is not right, or was used before. Wait for the next one."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (mark("Welcome."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        mark("The second factor is on. Now keep recovery codes in a safe place."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (mark("Log in with your password first."), "info"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (
        mark("This second factor is not offered."),
        "error",
    ),
    "TWO_FACTOR_DISABLED": (mark("The second factor is off."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (
        mark("It took longer than 30 minutes. Please start again."),
        "error",
    ),
    "INVALID_RECOVERY_CODE": (
        mark("This recovery code is not right, or was used before."),
        "error",
    ),
    "NO_RECOVERY_CODES_SETUP": (mark("There are no recovery codes yet."), "info"),
}


class Words(FsDomain):
    """Speaks for Flask-Security from our catalogue."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)  # type: ignore[no-untyped-call]  # the library leaves it out

    def gettext(self, string: str, **variables: object) -> str:
        """Return a message or a label of Flask-Security in our words."""
        # the catalogue holds its own head under the empty message
        return gettext(_LABELS.get(string, string), **variables) if string else ""
