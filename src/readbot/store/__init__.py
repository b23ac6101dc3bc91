"""The one place that knows the database: SQLAlchemy Core on SQLite and PostgreSQL, synchronous."""

from datetime import datetime

from readbot.store.bags import Bags, Drawn
from readbot.store.database import DATABASE_FILE, Database, database_url
from readbot.store.extra_aliases import ExtraAliases
from readbot.store.facts import Facts
from readbot.store.gaps import Gaps
from readbot.store.install_states import InstallStates
from readbot.store.installations import Installations, StoredInstallation
from readbot.store.journal import Journal
from readbot.store.ledger import Ledger
from readbot.store.link_checks import LinkChecks
from readbot.store.overlays import Overlays
from readbot.store.people import People, Traces
from readbot.store.recent import Asked, Recent
from readbot.store.slots import Slots, Ticked, TickRules
from readbot.store.subscriptions import Change, Subscriptions
from readbot.store.suggestions import Decided, Suggestions
from readbot.store.taken import Taken
from readbot.store.tenants import Tenants
from readbot.store.turns import Turns

__all__ = [
    "DATABASE_FILE",
    "Asked",
    "Bags",
    "Change",
    "Database",
    "Decided",
    "Drawn",
    "ExtraAliases",
    "Facts",
    "Gaps",
    "InstallStates",
    "Installations",
    "Journal",
    "Ledger",
    "LinkChecks",
    "People",
    "Recent",
    "Slots",
    "Store",
    "StoredInstallation",
    "Subscriptions",
    "Suggestions",
    "Taken",
    "Tenants",
    "TickRules",
    "Ticked",
    "Traces",
    "Turns",
    "database_url",
]


class Store:
    """What readbot keeps. Every method of its parts blocks: call them in a thread from async code."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.subscriptions = Subscriptions(database)
        self.slots = Slots(database)
        self.ledger = Ledger(database)
        self.bags = Bags(database)
        self.journal = Journal(database)
        self.installations = Installations(database)
        self.install_states = InstallStates(database)
        self.taken = Taken(database)
        self.turns = Turns(database)
        self.facts = Facts(database)
        self.tenants = Tenants(database)
        self.links = LinkChecks(database)
        self.suggestions = Suggestions(database)
        self.extra_aliases = ExtraAliases(database)
        self.gaps = Gaps(database)
        self.recent = Recent(database)
        self.people = People(database)
        self.overlays = Overlays(database)

    def now(self) -> datetime:
        """Return the time by which slots and leases are judged: aware, UTC."""
        return self.database.now()
