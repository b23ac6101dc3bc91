from dataclasses import replace
from datetime import UTC, datetime

from readbot.curation.health import HealthBook
from readbot.curation.model import LinkHealth, LinkState

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DEAD = LinkHealth(
    url="https://example.org/dead",
    state=LinkState.DEAD,
    failing_since=datetime(2026, 5, 1, tzinfo=UTC),
    checked_at=NOW,
    archived_url="https://web.archive.org/web/2/https://example.org/dead",
)
SUSPECT = LinkHealth(url="https://example.org/ill", state=LinkState.SUSPECT, checked_at=NOW)


def test_a_dead_link_is_told_with_its_archived_copy() -> None:
    book = HealthBook(lambda: [DEAD, SUSPECT])
    book.refresh()
    assert book.is_dead(DEAD.url)
    assert book.find(DEAD.url) == DEAD
    assert book.find_trouble(DEAD.url) == ("gone since May 2026", DEAD.archived_url)


def test_a_suspect_link_is_shown_as_if_it_were_well() -> None:
    book = HealthBook(lambda: [SUSPECT])
    book.refresh()
    assert (book.is_dead(SUSPECT.url), book.find_trouble(SUSPECT.url)) == (False, None)


def test_nothing_is_dead_before_anything_is_known() -> None:
    book = HealthBook()
    book.refresh()
    assert (book.is_dead(DEAD.url), book.find(DEAD.url), book.version) == (False, None, 0)


def test_the_version_changes_with_what_is_known_and_only_then() -> None:
    stored = [DEAD]
    book = HealthBook(lambda: stored)
    versions = []
    for known in ([DEAD], [DEAD], [replace(DEAD, state=LinkState.OK)], []):
        stored[:] = known
        book.refresh()
        versions.append(book.version)
    assert versions == [1, 1, 2, 3]
