from dataclasses import replace
from datetime import timedelta

from readbot.curation.model import LinkHealth, LinkState
from readbot.store import Store
from tests.digest_data import START

OK = LinkHealth(url="https://example.org/a", state=LinkState.OK, checked_at=START, status=200, etag='"1"')
DEAD = LinkHealth(
    url="https://example.org/b",
    state=LinkState.DEAD,
    failures=3,
    failing_since=START - timedelta(days=4),
    checked_at=START,
    status=404,
    reason="not found",
    moved_to="https://example.org/c",
    archived_url="https://web.archive.org/web/2/https://example.org/b",
    last_modified="Tue, 24 Nov 2026 12:01:00 GMT",
)


def test_what_was_found_is_known_again_in_full(store: Store) -> None:
    store.links.save([OK, DEAD])
    assert sorted(store.links.load(), key=lambda health: health.url) == [OK, DEAD]


def test_a_later_check_takes_the_place_of_an_earlier_one(store: Store) -> None:
    store.links.save([OK, DEAD])
    later = replace(OK, state=LinkState.SUSPECT, status=None, etag="", checked_at=START + timedelta(days=1))
    store.links.save([later])
    assert sorted(store.links.load(), key=lambda health: health.url) == [later, DEAD]


def test_nothing_to_keep_is_fine(store: Store) -> None:
    store.links.save([])
    assert store.links.load() == []


def test_what_was_not_checked_for_long_is_forgotten(store: Store) -> None:
    store.links.save([OK, replace(DEAD, checked_at=START - timedelta(days=100))])
    assert store.links.forget(START - timedelta(days=90)) == 1
    assert store.links.load() == [OK]
