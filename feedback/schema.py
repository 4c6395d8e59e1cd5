"""The whole metadata: importing this module makes every table known."""

from feedback.accounts import models as _accounts
from feedback.automation import models as _automation
from feedback.cases import models as _cases
from feedback.collection import models as _collection
from feedback.db import audit as _audit
from feedback.db.base import Base
from feedback.happenings import models as _happenings
from feedback.improvements import models as _improvements
from feedback.insights import models as _insights
from feedback.insights.alerts import models as _alerts
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
from feedback.webhooks import models as _webhooks

MODULES = (
    _accounts,
    _agreement,
    _alerts,
    _audit,
    _automation,
    _cases,
    _collection,
    _discovery,
    _happenings,
    _house,
    _improvements,
    _insights,
    _interviews,
    _jobs,
    _journey,
    _reports,
    _surveys,
    _taxonomy,
    _voice,
    _webhooks,
)
metadata = Base.metadata
