"""The least that an answer costs: Flask, SQLAlchemy, a signed form, one insert.

What `benchmarks.answers` compares the product with. It checks the token of its form
and what was sent, and keeps one row, with the same settings of the same database.
Nothing else of what a survey is made of is here.
"""

import base64
import hashlib
import hmac
import os
import secrets
import time

from flask import Flask, abort, request
from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from feedback.db.session import build_engine

SECRET = b"a secret of the benchmark only"
LONGEST_COMMENT = 4000
LONGEST_OPEN = 7 * 24 * 3600
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>
<form method="post"><input type="hidden" name="step" value="{{ token }}">
<fieldset><legend>{{ question }}</legend>
{% for point in points %}<label><input type="radio" name="q.score" value="{{ point }}">
{{ point }}</label>
{% endfor %}</fieldset>
<label>{{ reason }}<textarea name="q.comment" maxlength="4000"></textarea></label>
<button>Send</button></form></body></html>
"""
THANKS = "<!doctype html><html><body><h1>Thank you!</h1></body></html>"


class Base(DeclarativeBase):
    """The one table."""


class Answer(Base):
    """One answer."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    score: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    saved_at: Mapped[float]


def make_app(url: str) -> Flask:
    """Make the application on an empty database."""
    app = Flask(__name__)
    engine = build_engine(url)
    Base.metadata.create_all(engine)
    sessions: sessionmaker[Session] = sessionmaker(engine)
    template = app.jinja_env.from_string(PAGE)

    @app.get("/bare")
    def show() -> str:
        return template.render(
            title="How was it?",
            question="Would you recommend us?",
            reason="Why?",
            points=range(11),
            token=_sign(f"{secrets.token_hex(16)} {int(time.time())}"),
        )

    @app.post("/bare")
    def take() -> str:
        key, made_at = _read(request.form.get("step", "")).split()
        score = request.form.get("q.score", "")
        comment = request.form.get("q.comment", "").strip()
        if time.time() - int(made_at) > LONGEST_OPEN:
            abort(400)
        if not score.isdecimal() or int(score) > 10 or len(comment) > LONGEST_COMMENT:
            abort(422)
        with sessions.begin() as session:
            session.add(
                Answer(
                    key=key,
                    score=int(score),
                    comment=comment or None,
                    saved_at=time.time(),
                )
            )
        return THANKS

    return app


def _sign(text: str) -> str:
    body = base64.urlsafe_b64encode(text.encode()).decode()
    return f"{body}.{_signature(body)}"


def _read(token: str) -> str:
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature, _signature(body)):
        abort(400)
    return base64.urlsafe_b64decode(body).decode()


def _signature(body: str) -> str:
    return hmac.new(SECRET, body.encode(), hashlib.sha256).hexdigest()


if "BARE_DATABASE" in os.environ:
    app = make_app(os.environ["BARE_DATABASE"])
