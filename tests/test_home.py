"""A person's own page: what stands there, and what is nobody else's business."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from readbot.conversation.reply import LinkCard, Reply
from readbot.conversation.request import Reader, Request
from readbot.digests.model import SubscriptionState
from readbot.home import HomeDesk
from readbot.store import Database, Store
from readbot.store.recent import Asked
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import START, channel, make_shelves, subscribe
from tests.digests.rig import Rig


@dataclass(kw_only=True)
class Guide(LoopbackMessenger):
    """A platform that tells where people are."""

    where: frozenset[str] = frozenset({"C1"})

    async def list_channels(self, workspace_id: str, person_id: str) -> frozenset[str]:
        return self.where


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    with Database.open(f"sqlite:///{tmp_path / 'readbot.db'}", clock=clock) as database:
        yield Store(database)


@pytest.fixture
def guide(clock: FakeClock) -> Guide:
    return Guide(clock=clock)


@pytest.fixture
def rig(store: Store, guide: Guide, clock: FakeClock) -> Rig:
    return Rig(store, clock, messenger=guide)


@pytest.fixture
def desk(store: Store, guide: Guide, tmp_path: Path) -> HomeDesk:
    return HomeDesk(make_shelves(tmp_path), store, {"slack": guide})


async def look(desk: HomeDesk, *, is_manager: bool = False, platform: str = "slack") -> Reply:
    reader = Reader(id="U1", is_manager=is_manager)
    request = Request(text="home", platform=platform, workspace_id="T1", channel_id="", reader=reader)
    return await desk.answer("", request)


async def test_only_digests_of_ones_own_channels_and_workspace_are_shown(
    desk: HomeDesk, store: Store
) -> None:
    subscribe(store, channel(1))
    subscribe(store, channel(2), "friday 10 berlin")
    subscribe(store, channel(1, workspace="T2"), "sunday 11 berlin")
    shown = (await look(desk)).fallback
    assert "every Monday" in shown
    assert "Friday" not in shown
    assert "Sunday" not in shown


async def test_a_platform_that_does_not_tell_where_people_are_shows_none(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    subscribe(store, channel(1))
    desk = HomeDesk(make_shelves(tmp_path), store, {"slack": LoopbackMessenger(clock=clock)})
    assert "every Monday" not in (await look(desk)).fallback


async def test_a_digest_that_was_turned_off_is_not_shown(desk: HomeDesk, store: Store) -> None:
    subscribe(store, channel(1), state=SubscriptionState.OFF, next_slot=None, next_due_at=None)
    assert "every Monday" not in (await look(desk)).fallback


@pytest.mark.parametrize(("days", "heading"), [(1, "This week's link"), (8, "The last digest's link")])
async def test_the_link_that_came_last_is_called_by_its_age(
    desk: HomeDesk, rig: Rig, days: int, heading: str
) -> None:
    subscribe(rig.store, channel(1), "every 2 weeks monday 9 berlin")
    await rig.round(after_s=6 * 86_400)
    rig.clock.advance(seconds=days * 86_400)
    reply = await look(desk)
    assert heading in reply.fallback
    assert sum(isinstance(part, LinkCard) for part in reply.parts) == 1


async def test_the_link_of_a_channel_that_one_is_not_in_is_not_shown(desk: HomeDesk, rig: Rig) -> None:
    subscribe(rig.store, channel(2))
    await rig.round(after_s=6 * 86_400)
    assert not any(isinstance(part, LinkCard) for part in (await look(desk)).parts)


async def test_what_one_asked_last_is_offered_by_its_name_while_it_leads_somewhere(
    desk: HomeDesk, store: Store
) -> None:
    def asked(command: str, person: str = "U1") -> Asked:
        return Asked(platform="slack", workspace_id="T1", person_id=person, command=command)

    now = store.now()
    store.recent.keep(
        {
            asked("search basics"): now,
            asked("link ~aaaaaa"): now - timedelta(minutes=1),
            asked("search of somebody else", "U2"): now,
        },
        limit=5,
    )
    shown = (await look(desk)).fallback
    assert "Ask again: basics" in shown
    assert "~aaaaaa" not in shown
    assert "somebody else" not in shown


async def test_a_refused_version_of_a_list_is_told_to_who_manages_the_workspace(
    store: Store, guide: Guide, tmp_path: Path
) -> None:
    shelves = make_shelves(tmp_path)
    desk = HomeDesk(shelves, store, {"slack": guide})
    assert "is refused" not in (await look(desk, is_manager=True)).fallback
    shelves.problems = {"bread": "bread.yaml:3: is broken"}
    assert "A new version of bread is refused: lists" in (await look(desk, is_manager=True)).fallback
    assert "is refused" not in (await look(desk)).fallback


async def test_the_set_up_is_for_who_manages_the_workspace_and_names_no_channel(
    desk: HomeDesk, store: Store
) -> None:
    subscribe(
        store,
        channel(2),
        state=SubscriptionState.UNREACHABLE,
        trouble="I am not in this channel.",
        next_slot=None,
        next_due_at=None,
    )
    assert "Digests: 1, of which 1 cannot be posted" in (await look(desk, is_manager=True)).fallback
    assert "I am not in this channel." in (await look(desk, is_manager=True)).fallback
    assert "C2" not in str(await look(desk, is_manager=True))
    assert "cannot be posted" not in (await look(desk)).fallback


async def test_where_all_digests_can_be_posted_the_set_up_says_how_many_there_are(
    desk: HomeDesk, store: Store
) -> None:
    assert "Digests: none yet" in (await look(desk, is_manager=True)).fallback
    subscribe(store, channel(1))
    assert "Digests: 1" in (await look(desk, is_manager=True)).fallback.splitlines()
