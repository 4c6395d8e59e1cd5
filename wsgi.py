"""The application for a WSGI server: `gunicorn wsgi:app`."""

from feedback.app import create_app
from feedback.config import Settings

app = create_app(Settings.from_environment())
