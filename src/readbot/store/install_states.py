"""Installs under way: each begins with a word of its own, which opens the way back once."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from readbot.store.database import Database
from readbot.store.tenant_schema import install_states

#: How long somebody may look at the platform's page before allowing the app.
STATE_LIVES_S = 600

#: Installs that may be under way at once: anybody can begin one, and nobody is to fill the disk.
MAX_STATES = 10_000


class InstallStates:
    """The installs under way. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, browser: str) -> str | None:
        """Begin an install for whoever has *browser* in a cookie.

        Returns:
            The word to come back with; None where too many are under way already.
        """
        now = self._database.now()
        state = secrets.token_urlsafe(32)
        row = {
            "state_digest": _digest(state),
            "browser_digest": _digest(browser),
            "expires_at": now + timedelta(seconds=STATE_LIVES_S),
        }
        with self._database.write() as connection:
            connection.execute(install_states.delete().where(install_states.c.expires_at <= now))
            under_way = connection.execute(sa.select(sa.func.count()).select_from(install_states))
            if under_way.scalar_one() >= MAX_STATES:
                return None
            connection.execute(install_states.insert().values(row))
        return state

    def consume(self, state: str, browser: str) -> bool:
        """Tell whether *state* was issued to *browser*, not long ago, and comes back for the first time."""
        query = install_states.delete().where(
            install_states.c.state_digest == _digest(state),
            # Another's browser does not use it up either.
            install_states.c.browser_digest == _digest(browser),
            install_states.c.expires_at > self._database.now(),
        )
        with self._database.write() as connection:
            return bool(connection.execute(query).rowcount)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode(errors="replace")).hexdigest()
