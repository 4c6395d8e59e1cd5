"""The whole metadata: importing this module makes every table known."""

from feedback.accounts import models as _accounts
from feedback.collection import models as _collection
from feedback.db import audit as _audit
from feedback.db.base import Base
from feedback.insights import models as _insights
from feedback.insights.discovery import models as _discovery
from feedback.interviews import models as _interviews
from feedback.jobs import models as _jobs
from feedback.journey import models as _journey
from feedback.reports import models as _reports
from feedback.surveys import models as _surveys
from feedback.voice import models as _voice
from feedback.voice.agreement import models as _agreement
from feedback.voice.house import models as _house
from feedback.voice.rules import models as _taxonomy

MODULES = (
    _accounts,
    _agreement,
    _audit,
    _collection,
    _discovery,
    _house,
    _insights,
    _interviews,
    _jobs,
    _journey,
    _reports,
    _surveys,
    _taxonomy,
    _voice,
)
metadata = Base.metadata
