"""Links that are gone, for tests of what is said about them."""

from datetime import UTC, datetime, timedelta

from readbot.curation.model import LinkHealth, LinkState
from readbot.process import Process


def let_die(process: Process, *urls: str) -> None:
    """Find links dead, as the checker does after some days."""
    now = datetime.now(UTC)
    since = now - timedelta(days=40)
    found = [
        LinkHealth(
            url=url,
            state=LinkState.DEAD,
            failures=3,
            failing_since=since,
            checked_at=now,
            archived_url=f"https://web.archive.org/web/2/{url}",
        )
        for url in urls
    ]
    process.store.links.save(found)
    process.health.refresh()
