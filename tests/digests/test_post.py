from readbot.conversation.reply import LinkCard, Paragraph, plain
from readbot.digests.model import Subscription
from readbot.digests.post import DigestWriter
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import READING_LIST, channel, make_due, subscribe

FIRST, SECOND, THIRD = READING_LIST.entries[:3]


def writer_without(*dead: str) -> DigestWriter:
    return DigestWriter(READING_LIST, is_dead=lambda url: url in dead)


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
