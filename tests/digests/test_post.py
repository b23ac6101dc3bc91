"""What a digest says, and that no dead link comes in one."""

from datetime import UTC, datetime

import pytest

from readbot.conversation.reply import LinkCard, Paragraph, Reply, plain
from readbot.curation.health import HealthBook
from readbot.curation.model import LinkHealth, LinkState
from readbot.digests.model import Subscription
from readbot.digests.post import DigestWriter
from readbot.reading_list.model import AlsoLink, Link, ReadingList, Section
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import READING_LIST, channel, make_due, subscribe
from tests.digests.rig import Rig

FIRST, SECOND, THIRD = READING_LIST.entries[:3]


def writer_without(*dead: str) -> DigestWriter:
    return DigestWriter(READING_LIST, doctor=know_dead(*dead))


def know_dead(*urls: str) -> HealthBook:
    now = datetime.now(UTC)
    book = HealthBook(lambda: [LinkHealth(url=url, state=LinkState.DEAD, checked_at=now) for url in urls])
    book.refresh()
    return book


def drawn_ids(writer: DigestWriter, subscription: Subscription, count: int = 100) -> set[str]:
    return {pick.entry.link.id for pick in writer.draw(subscription, (), frozenset(), count=count).picks}


def test_a_dead_link_is_never_drawn_and_not_counted(store: Store) -> None:
    subscription = subscribe(store, channel())
    writer = writer_without(FIRST.link.url, THIRD.link.url)
    everything = {entry.link.id for entry in READING_LIST.entries}
    assert drawn_ids(writer, subscription) == everything - {FIRST.link.id, THIRD.link.id}
    assert writer.progress(subscription, ()) == (0, len(everything) - 2)


def test_a_link_that_died_after_it_was_drawn_is_drawn_anew(store: Store, clock: FakeClock) -> None:
    clock.advance(days=7)
    delivery = make_due(store, channel(2))
    _, [before] = store.bags.draw(delivery, DigestWriter(READING_LIST).draw)
    dead = READING_LIST.find_entry(before.link_id)
    assert dead is not None
    writer = writer_without(dead.link.url)
    _, [after] = store.bags.draw(delivery, writer.draw, is_listed=writer.has)
    assert after.link_id != before.link_id


def test_a_dead_link_is_not_the_next_to_read(store: Store) -> None:
    subscription = subscribe(store, channel())
    reply = writer_without(SECOND.link.url).write(subscription, [(FIRST.link.id, 1)])
    assert f"link ~{THIRD.link.id}" in [action.command for action in reply.actions]


def test_a_list_with_dead_links_alone_says_that_there_is_nothing(store: Store) -> None:
    subscription = subscribe(store, channel())
    writer = writer_without(*(entry.link.url for entry in READING_LIST.entries))
    assert drawn_ids(writer, subscription) == set()
    reply = writer.write(subscription, [])
    assert not [part for part in reply.parts if isinstance(part, LinkCard)]
    [words] = [plain(part.text) for part in reply.parts if isinstance(part, Paragraph)]
    assert words == "There is no link on the list to post."


def test_a_further_address_that_is_gone_says_so(store: Store) -> None:
    gone = AlsoLink(title="slides", url="https://example.org/slides")
    link = Link(title="On rye", url="https://example.org/rye", also=(gone,))
    reading_list = ReadingList(title="Bread", sections=(Section(title="Rye", links=(link,)),))
    writer = DigestWriter(reading_list, doctor=know_dead(gone.url))
    reply = writer.write(subscribe(store, channel()), [(link.id, 1)])
    [card] = [part for part in reply.parts if isinstance(part, LinkCard)]
    assert card.trouble == ""
    assert card.also[0].trouble.startswith("gone since")


# What the checker found, as the deliverer and the verbs know of it


def let_die(store: Store, *urls: str) -> HealthBook:
    """Return a book that knows of dead links, and of one that is suspect and so as good as well."""
    now = datetime.now(UTC)
    states = dict.fromkeys(urls, LinkState.DEAD) | {THIRD.link.url: LinkState.SUSPECT}
    store.links.save([LinkHealth(url=url, state=state, checked_at=now) for url, state in states.items()])
    book = HealthBook(store.links.load)
    book.refresh()
    return book


def shown(reply: Reply) -> list[str]:
    return [part.url for part in reply.parts if isinstance(part, LinkCard)]


@pytest.fixture
def rig_with_one_left(store: Store, clock: FakeClock) -> Rig:
    """A machine for a list on which two links are not dead, one of them suspect."""
    left = {SECOND.link.url, THIRD.link.url}
    book = let_die(store, *(entry.link.url for entry in READING_LIST.entries if entry.link.url not in left))
    return Rig(store, clock, doctor=book)


async def test_another_is_never_a_dead_link(rig_with_one_left: Rig) -> None:
    rig = rig_with_one_left
    subscribe(rig.store, channel())
    for entry in READING_LIST.entries:
        [url] = shown(rig.service.another(channel(), entry.link.id))
        assert url in {SECOND.link.url, THIRD.link.url}
    assert shown(rig.service.another(channel(), SECOND.link.id)) == [THIRD.link.url]
    assert shown(rig.service.another(channel(), THIRD.link.id)) == [SECOND.link.url]


async def test_a_digest_is_never_a_dead_link(rig_with_one_left: Rig) -> None:
    rig = rig_with_one_left
    subscribe(rig.store, channel(), links=1)
    for _ in range(4):
        rig.service.post_now(channel())
        await rig.round(after_s=60)
    urls = [url for message in rig.messenger.messages for url in shown(message.reply)]
    assert sorted(urls) == sorted([SECOND.link.url, THIRD.link.url] * 2)
