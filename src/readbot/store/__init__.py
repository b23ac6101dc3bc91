"""The one place that knows the database: SQLAlchemy Core on SQLite and PostgreSQL, synchronous."""

from datetime import datetime

from readbot.store.bags import Bags, Drawn
from readbot.store.database import Database, database_url
from readbot.store.journal import Journal
from readbot.store.ledger import Ledger
from readbot.store.slots import Slots, Ticked, TickRules
from readbot.store.subscriptions import Change, Subscriptions

__all__ = [
    "Bags",
    "Change",
    "Database",
    "Drawn",
    "Journal",
    "Ledger",
    "Slots",
    "Store",
    "Subscriptions",
    "TickRules",
    "Ticked",
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

    def now(self) -> datetime:
        """Return the time by which slots and leases are judged: aware, UTC."""
        return self.database.now()
