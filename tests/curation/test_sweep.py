import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from readbot.curation.model import LinkHealth, LinkState
from readbot.curation.pacing import HostPacer
from readbot.curation.sweep import Swept, is_due, list_addresses
from readbot.exceptions import OfflineError
from readbot.reading_list import AlsoLink, Link, ReadingList, Section
from readbot.testing import FakeClock
from tests.digest_data import START

from .rig import Rig
from .zoo import answers, drips, resets, sends_to

HEALTH = LinkHealth(url="https://example.org/", state=LinkState.OK, checked_at=START)


async def run(rig: Rig, urls: list[str], *, at_once: int = 8) -> Swept:
    async with rig.sweep(at_once=at_once) as sweep:
        return await sweep.run(urls)


def states(rig: Rig) -> dict[str, str]:
    return {url.split("//")[1].partition(".")[0]: health.state.value for url, health in rig.known.items()}


async def test_every_link_is_checked_kept_and_told_once(rig: Rig) -> None:
    urls = [rig.url(f"h{number % 5}", f"/ok?{number}") for number in range(40)]
    assert await run(rig, urls) == Swept(checked=40)
    assert sorted(rig.told) == sorted(rig.known) == sorted(urls)
    assert {health.state for health in rig.known.values()} == {LinkState.OK}


async def test_a_host_is_asked_one_link_at_a_time(rig: Rig) -> None:
    await run(rig, [rig.url("one", f"/ok?{number}") for number in range(20)])
    assert rig.zoo.most_at_once == 1


async def test_gone_moved_and_ill_links_are_told_apart(rig: Rig) -> None:
    rig.zoo.keep("/moved", sends_to("/ok"))
    rig.zoo.keep("/wall", answers(403))
    rig.names.gone = {"nobody.test"}
    urls = [
        rig.url("a"),
        rig.url("b", "/moved"),
        rig.url("c", "/wall"),
        rig.url("d", "/none"),
        rig.url("nobody"),
    ]
    await run(rig, urls)
    assert states(rig) == {"a": "ok", "b": "moved", "c": "suspect", "d": "suspect", "nobody": "suspect"}
    assert rig.known[rig.url("b", "/moved")].moved_to == rig.url("b")
    assert [rig.known[url].failures for url in urls] == [0, 0, 0, 1, 1]


async def test_without_a_network_nothing_is_kept(rig: Rig) -> None:
    rig.names.has_network = False
    rig.known = {rig.url("before"): replace(HEALTH, url=rig.url("before"))}
    with pytest.raises(OfflineError, match="is there a network here"):
        await run(rig, [rig.url(f"h{number}") for number in range(3)])
    assert list(rig.known) == [rig.url("before")]
    assert rig.told == []


async def test_without_a_network_most_links_are_not_even_tried(rig: Rig) -> None:
    rig.names.has_network = False
    with pytest.raises(OfflineError):
        await run(rig, [rig.url(f"h{number}") for number in range(500)])
    assert len(rig.names.asked) < 30


async def test_a_network_that_goes_away_halfway_changes_nothing_more(rig: Rig) -> None:
    rig.names.lasts = 5
    with pytest.raises(OfflineError):
        await run(rig, [rig.url(f"h{number}") for number in range(40)], at_once=1)
    assert len(rig.known) == 5
    assert {health.state for health in rig.known.values()} == {LinkState.OK}


async def test_many_hosts_that_are_gone_are_believed_when_another_link_answers(rig: Rig) -> None:
    rig.names.gone = {f"h{number}.test" for number in range(30)}
    rig.known = {rig.url("well"): replace(HEALTH, url=rig.url("well"))}
    await run(rig, [rig.url(f"h{number}") for number in range(30)])
    gone = [health for url, health in rig.known.items() if url != rig.url("well")]
    assert [health.failures for health in gone] == [1] * 30
    assert 1 <= len(rig.zoo.methods("/ok")) <= 4


async def test_an_address_that_may_not_be_asked_is_no_sign_of_a_network(rig: Rig) -> None:
    rig.names.has_network = False
    with pytest.raises(OfflineError):
        await run(rig, ["http://10.0.0.1/", rig.url("a")])
    assert list(rig.known) == ["http://10.0.0.1/"]


# A login that comes before the web, as in hotels and trains


@pytest.mark.parametrize("status", [301, 302])
async def test_a_network_that_leads_everybody_to_its_login_changes_nothing(rig: Rig, status: int) -> None:
    before = {rig.url("before"): replace(HEALTH, url=rig.url("before"))}
    rig.known = dict(before)
    welcome = sends_to(rig.url("portal", "/welcome"), status)
    for path in ("/ok", "/available"):
        rig.zoo.keep(path, welcome)
    rig.zoo.keep("/welcome", answers(200))
    plain = [rig.url(f"h{number}") for number in range(20)]
    encrypted = [url.replace("http:", "https:") for url in plain]
    with pytest.raises(OfflineError, match="does it want a login first"):
        await run(rig, [*encrypted, *plain])
    assert (rig.known, rig.told) == (before, [])


async def test_a_login_at_a_private_address_changes_nothing(rig: Rig) -> None:
    for path in ("/ok", "/available"):
        rig.zoo.keep(path, sends_to("http://10.0.0.1:8080/login", 302))
    with pytest.raises(OfflineError):
        await run(rig, [rig.url("a"), rig.url("b")])
    assert rig.known == {}


async def test_a_network_that_says_that_it_wants_a_login_changes_nothing(rig: Rig) -> None:
    for path in ("/ok", "/available"):
        rig.zoo.keep(path, answers(511))
    with pytest.raises(OfflineError):
        await run(rig, [rig.url("a"), rig.url("b")])
    assert rig.known == {}


async def test_names_that_all_lead_inside_change_nothing(rig: Rig) -> None:
    rig.names.address = "10.0.0.1"
    with pytest.raises(OfflineError):
        await run(rig, [rig.url("a"), rig.url("b")])
    assert rig.known == {}


async def test_sites_that_moved_to_different_places_are_no_login(rig: Rig) -> None:
    for place in ("x", "y", "archive"):
        rig.zoo.keep(f"/{place}", sends_to(rig.url(place)))
    rig.names.gone = {"archive.test"}
    await run(rig, [rig.url("a", "/x"), rig.url("b", "/y")])
    assert states(rig) == {"a": "moved", "b": "moved"}


async def test_where_nothing_on_the_list_answers_the_archive_is_asked_whether_there_is_a_web(
    rig: Rig,
) -> None:
    rig.zoo.keep("/old", sends_to(rig.url("new")))
    rig.names.gone = {"gone.test"}
    urls = [rig.url("gone"), rig.url("moved", "/old"), rig.url("ill").replace("http:", "https:")]
    await run(rig, urls)
    assert states(rig) == {"gone": "suspect", "moved": "moved", "ill": "suspect"}


async def test_a_server_that_breaks_off_is_no_sign_of_a_network(rig: Rig) -> None:
    rig.zoo.keep("/ill", resets())
    rig.names.gone = {"a.test", "archive.test"}
    with pytest.raises(OfflineError):
        await run(rig, [rig.url("a"), rig.url("ill", "/ill")])
    assert states(rig) == {"ill": "suspect"}


async def test_a_witness_that_breaks_off_is_no_sign_either(rig: Rig) -> None:
    rig.zoo.keep("/ill", resets())
    rig.names.gone = {"a.test", "archive.test"}
    rig.known = {rig.url("ill", "/ill"): replace(HEALTH, url=rig.url("ill", "/ill"))}
    with pytest.raises(OfflineError):
        await run(rig, [rig.url("a")])


async def test_a_sweep_that_is_stopped_keeps_what_it_found(rig: Rig) -> None:
    rig.enough_is = 10
    rig.zoo.keep("/slow", drips(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"))
    urls = [*(rig.url(f"h{number}") for number in range(10)), rig.url("slow", "/slow")]
    async with rig.sweep() as sweep:
        task = asyncio.create_task(sweep.run(urls))
        await rig.enough.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sorted(rig.known) == sorted(urls[:10])


async def test_links_of_a_host_that_wants_to_be_left_alone_are_left_for_another_time(
    rig: Rig, clock: FakeClock
) -> None:
    rig.zoo.keep("/busy", answers(429, headers={"Retry-After": "3600"}))
    pacer = HostPacer(pace_s=0, clock=clock)
    async with rig.sweep(pacer=pacer) as sweep:
        swept = await sweep.run([rig.url("a", "/busy"), rig.url("a", "/ok"), rig.url("b")])
    assert swept == Swept(checked=2, left=1)
    assert rig.known[rig.url("a", "/busy")].reason == "asks for fewer requests"


async def test_a_store_that_fails_ends_the_sweep(rig: Rig) -> None:
    def fails(found: object) -> None:
        raise RuntimeError("disk full")

    rig.save = fails  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="disk full"):
        await run(rig, [rig.url("a"), rig.url("b")])


@pytest.mark.parametrize(
    ("health", "days", "due"),
    [
        (None, 0, True),
        (HEALTH, 6, False),
        (HEALTH, 7, True),
        (replace(HEALTH, state=LinkState.DEAD, failures=9), 2, False),
        (replace(HEALTH, state=LinkState.SUSPECT), 2, False),
        (replace(HEALTH, state=LinkState.SUSPECT, failures=1), 0.5, False),
        (replace(HEALTH, state=LinkState.SUSPECT, failures=1), 1, True),
    ],
)
def test_a_link_is_due_weekly_and_daily_while_it_may_be_dying(
    health: LinkHealth | None, days: float, due: bool
) -> None:
    assert is_due(health, START + timedelta(days=days)) is due


def test_links_and_what_else_they_hold_and_pictures_are_checked_once_each() -> None:
    also = AlsoLink(title="Slides", url="https://example.org/s")
    links = (Link(title="A", url="https://example.org/a", also=(also,)),)
    inner = Section(
        title="I", image="https://example.org/p.png", links=(Link(title="B", url="https://example.org/b"),)
    )
    outer = Section(title="O", image="https://example.org/p.png", links=links, sections=(inner,))
    assert list_addresses(ReadingList(title="L", sections=(outer,))) == [
        "https://example.org/a",
        "https://example.org/s",
        "https://example.org/b",
        "https://example.org/p.png",
    ]
