"""What each role may do: one map, read by every edge."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person may be allowed to do."""

    READ_FEEDBACK = "read_feedback"
    """See the map, the explorer, the themes, and export what is seen."""
    READ_REPORTS = "read_reports"
    """Open and download the monthly reports."""
    BUILD_REPORTS = "build_reports"
    """Have a report built, and plan who gets it."""
    CORRECT_ANALYSIS = "correct_analysis"
    """Put the feeling or a theme of a verbatim right, and see the taxonomy."""
    MANAGE_THEMES = "manage_themes"
    """Change the themes and their phrases, and have everything analysed again."""
    CHANGE_JOURNEY = "change_journey"
    """Draw and change journeys, phases, touchpoints, personas."""
    MANAGE_MASKING = "manage_masking"
    """See what was masked, and say what is nobody's name or must be masked."""
    READ_ORIGINALS = "read_originals"
    """Read a text as it was given, with what is masked; each reading is recorded."""
    IMPROVE = "improve"
    """Note improvements, lock their plans, tell customers what came of them."""
    IMPORT_FEEDBACK = "import_feedback"
    """Bring in feedback from files."""
    DESIGN_SURVEYS = "design_surveys"
    """Write, publish and close surveys, and make links to them."""
    ASK_CUSTOMERS = "ask_customers"
    """Say which event asks whom, how often, and withdraw invitations."""
    READ_CONTACTS = "read_contacts"
    """See customers by name and address, and do what they asked of the house."""
    HANDLE_CASES = "handle_cases"
    """Answer customers whose case is open, and say what opens one."""
    AUTOMATE = "automate"
    """Write rules that do something by themselves when something happens."""
    HOLD_INTERVIEWS = "hold_interviews"
    """Plan interviews, read what was said in them, mark excerpts, write guides."""
    CONNECT_SYSTEMS = "connect_systems"
    """Make keys for other systems, and say how their webhooks are read."""
    MANAGE_PEOPLE = "manage_people"
    """Add people, change roles, close accounts."""
    WATCH_WORK = "watch_work"
    """See the work owed and failed, and retry it."""
    OWN_ACCOUNT = "own_account"
    """Change one's own password, language and second factor."""


class Role(StrEnum):
    """What a person is in the house."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    MANAGER = "manager"


_READS = frozenset(
    {Permission.READ_FEEDBACK, Permission.READ_REPORTS, Permission.OWN_ACCOUNT}
)
_WORKS = _READS | {
    Permission.BUILD_REPORTS,
    Permission.CORRECT_ANALYSIS,
    Permission.CHANGE_JOURNEY,
    Permission.MANAGE_MASKING,
    Permission.IMPROVE,
    Permission.IMPORT_FEEDBACK,
    Permission.DESIGN_SURVEYS,
    Permission.ASK_CUSTOMERS,
    Permission.READ_CONTACTS,
    Permission.HANDLE_CASES,
    Permission.HOLD_INTERVIEWS,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MANAGER: _READS,
    Role.ANALYST: _WORKS,
    Role.ADMINISTRATOR: _WORKS
    | {
        Permission.MANAGE_THEMES,
        Permission.AUTOMATE,
        Permission.CONNECT_SYSTEMS,
        Permission.MANAGE_PEOPLE,
        Permission.READ_ORIGINALS,
        Permission.WATCH_WORK,
    },
}


def allows(role: Role, permission: Permission) -> bool:
    """Return whether people with this role may do it."""
    return permission in PERMISSIONS[role]
