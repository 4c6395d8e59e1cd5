"""The whole metadata: importing this module makes every table known."""

from feedback.accounts import models as _accounts
from feedback.db import audit as _audit
from feedback.db.base import Base
from feedback.insights import models as _insights
from feedback.jobs import models as _jobs
from feedback.journey import models as _journey
from feedback.reports import models as _reports
from feedback.voice import models as _voice

MODULES = (_accounts, _audit, _insights, _jobs, _journey, _reports, _voice)
metadata = Base.metadata
