"""What is known of the links, in memory: asked for every answer, so it waits for nothing."""

from collections.abc import Callable, Iterable

from readbot.curation.model import LinkHealth, LinkState
from readbot.language import describe_month, tr

#: Between two looks: what another process or ``readbot links check`` found is known here after that.
LOOK_EVERY_S = 600.0


class HealthBook:
    """Looks up how links are. Safe to use from any thread: a new table takes the old one's place whole.

    Implements ``readbot.conversation.library.LinkDoctor``.
    """

    def __init__(self, load: Callable[[], Iterable[LinkHealth]] = tuple) -> None:
        """Know nothing yet; *load* returns what is stored, and may block."""
        self._load = load
        self._known: dict[str, LinkHealth] = {}
        #: Another number means that something may be known otherwise.
        self.version = 0

    def refresh(self) -> None:
        """Take what is stored now. Blocks."""
        known = {health.url: health for health in self._load()}
        if known != self._known:
            # The table first: who sees the new number finds what belongs to it.
            self._known = known
            self.version += 1

    def find(self, url: str) -> LinkHealth | None:
        """Return what is known of *url*, written as on the list."""
        return self._known.get(url)

    def is_dead(self, url: str) -> bool:
        health = self._known.get(url)
        return health is not None and health.state is LinkState.DEAD

    def find_trouble(self, url: str) -> tuple[str, str] | None:
        """Return in words since when a dead link is gone, and its archived copy or nothing; else None.

        What is merely suspect is not said: for readers most of those links open.
        """
        health = self._known.get(url)
        if health is None or health.state is not LinkState.DEAD:
            return None
        month = describe_month(health.failing_since or health.checked_at)
        return tr("gone since {month}", month=month), health.archived_url
