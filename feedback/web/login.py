"""Log-in by Flask-Security: its words, its mails, its second factor, its limits."""

import base64
import hashlib
from datetime import timedelta
from functools import wraps
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import user_logged_in
from flask_security import MailUtil, Security, SQLAlchemySessionUserDatastore
from flask_security.core import RoleMixin
from flask_security.recoverable import generate_reset_password_token
from flask_security.signals import tf_disabled
from flask_security.totp import Totp
from flask_security.utils import hash_password as hash_by_security
from werkzeug.local import LocalProxy

from feedback.accounts.attempts import storage_options
from feedback.accounts.login import ACCOUNT_MODEL
from feedback.accounts.notices import queue_mail
from feedback.accounts.service import SHORTEST_PASSWORD
from feedback.config import Settings
from feedback.core.errors import Invalid
from feedback.web.context import current_session, find_principal, now, settings
from feedback.web.forms.accounts import (
    ChangePasswordForm,
    RescueForm,
    SecondFactorForm,
)
from feedback.web.login_words import MESSAGES, Words

#: a session ends after so long without a request
IDLE_HOURS = 12
#: mail of Flask-Security to ours
MAILS = {
    "security/email/reset_instructions": "password_reset",
    "security/email/reset_notice": "password_changed",
    "security/email/change_notice": "password_changed",
}
#: endpoints of Flask-Security that one method of second factor has no use for
UNUSED_ENDPOINTS = ("security.two_factor_rescue", "security.tf_select")

#: guesses at a password, per address of the network and account
GUESSES = "10 per 15 minutes"
#: guesses from one address of the network, whatever the account
GUESSES_OF_ONE_ADDRESS = "100 per 15 minutes"
REQUESTS_FOR_RESET = "5 per hour"


class QueuedMail(MailUtil):
    """Owes mails in the request's transaction, in the language of their reader."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Queue our mail instead of the one given."""
        account = context["user"]
        wanted = context.get("reset_link") or url_for("security.forgot_password")
        queue_mail(
            current_session(),
            MAILS[template],
            to=account.email,
            locale=account.locale,
            now=now(),
            context={"name": account.name, "link": public_address(wanted)},
        )


class CountedTotp(Totp):
    """Takes each code once: whoever read it over a shoulder is too late."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the number of the last code taken."""
        return user.totp_counter  # type: ignore[no-any-return]  # a column of Account

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note the number of the code just taken."""
        user.totp_counter = tmatch.counter


def public_address(path: str) -> str:
    """Return the address by which people reach a path of this installation.

    The host comes from the settings, never from the request: whoever asks for a
    reset may send any Host header, and somebody else gets the mail.
    """
    return settings().base_url.rstrip("/") + urlsplit(path).path


def password_link(account_id: int) -> str:
    """Return the address where a person chooses a password, good for 24 hours."""
    account = current_session().get(ACCOUNT_MODEL, account_id)
    token = generate_reset_password_token(account)  # type: ignore[no-untyped-call]  # the library leaves it out
    return public_address(url_for("security.reset_password", token=token))


def hash_password(app: Flask, password: str) -> str:
    """Return what is stored of a password, as the log-in will verify it.

    Raises:
        Invalid: `password: too_short`.
    """
    with app.app_context():
        clean = app.extensions["security"].password_util.normalize(password)
        if len(clean) < SHORTEST_PASSWORD:
            raise Invalid({"password": "too_short"})
        return str(hash_by_security(clean))


def init_app(app: Flask, settings: Settings) -> None:
    """Set log-in, second factor and their limits up."""
    app.config.update(_configuration(settings))
    datastore = SQLAlchemySessionUserDatastore(
        LocalProxy(current_session),  # type: ignore[arg-type]  # stands for a session
        ACCOUNT_MODEL,
        RoleMixin,
    )
    security = Security(
        app,
        datastore,
        mail_util_cls=QueuedMail,
        totp_cls=CountedTotp,
        change_password_form=ChangePasswordForm,
        two_factor_setup_form=SecondFactorForm,
        two_factor_rescue_form=RescueForm,
    )
    security.i18n_domain = Words(app)
    # Nobody logs in by a token; else each call's content would be searched for one.
    app.login_manager.request_loader(_nobody)  # type: ignore[attr-defined]  # Flask-Login's
    user_logged_in.connect(_bound_session, app)
    tf_disabled.connect(_forget_second_factor, app)
    for endpoint in UNUSED_ENDPOINTS:
        app.view_functions[endpoint] = _absent
    _keep_logged_in(app, "security.two_factor_token_validation")
    _limit(app, settings)


def _configuration(settings: Settings) -> dict[str, Any]:
    secret = settings.secret()
    key = hashlib.sha256(f"recovery codes {secret}".encode()).digest()
    return {
        "SECURITY_PASSWORD_SALT": secret,
        "SECURITY_TOTP_SECRETS": {"1": secret},
        "SECURITY_TOTP_ISSUER": settings.company_name,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(key)],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        # one role a person, a column: nothing to join
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        # a code of the step before or after counts too: clocks differ
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_EMAIL_SENDER": settings.mail_from,
        # mails are made from our templates when they are sent
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/second-factor",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/recovery",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/account/login",
        "SECURITY_POST_CHANGE_VIEW": "/account/profile",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account/profile",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=IDLE_HOURS),
        "REMEMBER_COOKIE_DURATION": timedelta(hours=IDLE_HOURS),
        **{f"SECURITY_MSG_{key}": message for key, message in MESSAGES.items()},
    }


def _bound_session(_app: Flask, **_values: object) -> None:
    session.permanent = True  # ends by the clock, not when the browser closes


def _forget_second_factor(_app: Flask, user: Any, **_values: object) -> None:
    user.mf_recovery_codes = None
    user.totp_counter = None


def _nobody(_request: object) -> None:
    return None


def _absent(**_values: object) -> NoReturn:
    abort(404)


def _keep_logged_in(app: Flask, endpoint: str) -> None:
    """Lead those away who are logged in: Flask-Security would log them out."""
    views: dict[str, Any] = app.view_functions
    view = views[endpoint]

    @wraps(view)
    def guarded() -> Any:
        return redirect("/") if find_principal() else view()

    views[endpoint] = guarded


def _limit(app: Flask, settings: Settings) -> None:
    """Slow those down who guess passwords, codes or addresses."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.limits,
        storage_options=storage_options(settings.limits),  # type: ignore[arg-type]  # as its papers say
        # when Redis is away each server counts for itself
        in_memory_fallback_enabled=True,
    )
    views: dict[str, Any] = app.view_functions

    def limit(endpoint: str, *rules: tuple[str, Any]) -> None:
        for amount, key in rules:
            rule = limiter.limit(amount, key_func=key, methods=["POST"])
            views[endpoint] = rule(views[endpoint])

    limit(
        "security.login",
        (GUESSES, _account_asked_for),
        (GUESSES_OF_ONE_ADDRESS, get_remote_address),
    )
    limit("security.forgot_password", (REQUESTS_FOR_RESET, get_remote_address))
    limit("security.two_factor_token_validation", (GUESSES, _account_half_way))
    limit("security.mf_recovery", (GUESSES, _account_half_way))
    limit("security.verify", (GUESSES, get_remote_address))
    limit("security.change_password", (GUESSES, get_remote_address))


def _account_asked_for() -> str:
    email = request.form.get("email", "").strip().lower()
    return f"{get_remote_address()} {email}"


def _account_half_way() -> str:
    return f"{get_remote_address()} {session.get('tf_user_id', '')}"
