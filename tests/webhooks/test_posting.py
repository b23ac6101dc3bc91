"""What a run posts, what it keeps, and what it says: against webhooks on this machine."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readbot.bootstrap import load_platforms
from readbot.digests.bag import Filter
from readbot.digests.calendar import Cadence
from readbot.exceptions import StoreError
from readbot.file_lock import FileLock
from readbot.ports import HasWebhooks, Webhooks
from readbot.reading_list import Kind, Link, ReadingList, Section
from readbot.settings import Secret
from readbot.webhooks.posting import Exit, Order, Result, WebhookPoster
from readbot.webhooks.state import Standing, load_state
from tests.waiting import LAST_RESORT_S
from tests.webhooks.loopback import SECRET, Loopback, answer, hang_up

#: A Wednesday.
START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
PICTURE = "https://img.example/a.png"


def a_list(count: int = 4) -> ReadingList:
    links = tuple(
        Link(
            title=f"Link <{number}> & @everyone",
            url=f"https://a.example/{number}",
            note="*Bold* <!channel> [x](https://evil.example)",
            kind=Kind.PAPER if number == 0 else None,
        )
        for number in range(count)
    )
    return ReadingList(title="L", sections=(Section(title="S", image=PICTURE, links=links),))


def find_webhooks(platform: str) -> Webhooks:
    found = load_platforms()[platform]
    assert isinstance(found, HasWebhooks)
    return found.webhooks


class Cron:
    """Runs an order again and again; time is what the test says."""

    def __init__(self, loopback: Loopback, platform: str, state: Path) -> None:
        self.order = Order(reading_list=a_list())
        self.now = START
        self.slept: list[float] = []
        self.timeout_s = LAST_RESORT_S
        self.state = state
        self._webhook = Secret(loopback.webhook(platform))
        self._webhooks = find_webhooks(platform)

    @property
    def poster(self) -> WebhookPoster:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        return WebhookPoster(
            self.order, self.state, now=lambda: self.now, sleep=sleep, timeout_s=self.timeout_s
        )

    async def run(self, *, repost: bool = False) -> Result:
        result = await self.poster.run(self._webhook, self._webhooks, repost=repost)
        assert SECRET not in repr(result)
        assert SECRET not in self.state.read_text() if self.state.exists() else True
        return result

    @property
    def standings(self) -> list[tuple[str, Standing]]:
        state = load_state(self.state)
        return [(post.url, post.standing) for post in state.posts] if state else []


@pytest.fixture
def cron(loopback: Loopback, platform: str, tmp_path: Path) -> Cron:
    return Cron(loopback, platform, tmp_path / "state.json")


def shown_links(loopback: Loopback) -> list[str]:
    """Return the address of the link in each post."""
    urls = [f"https://a.example/{number}" for number in range(10)]
    return [url for body in loopback.posts for url in urls if url in str(body)]


async def test_every_link_comes_once_before_any_comes_again(cron: Cron, loopback: Loopback) -> None:
    for _ in range(8):
        assert (await cron.run()).exit is Exit.DONE
        cron.now += WEEK
    first, second = shown_links(loopback)[:4], shown_links(loopback)[4:]
    assert sorted(first) == sorted(second) == [f"https://a.example/{number}" for number in range(4)]


async def test_a_second_run_in_the_same_week_posts_nothing(cron: Cron, loopback: Loopback) -> None:
    await cron.run()
    cron.now += timedelta(days=4, hours=14, minutes=59)  # Sunday, a minute before midnight
    again = await cron.run()
    assert (again.exit, len(loopback.posts)) == (Exit.DONE, 1)
    assert "Nothing to do: this week had its link on 2026-03-04 09:00 UTC" in again.lines[0]

    cron.now += timedelta(minutes=1)
    assert "Posted" in (await cron.run()).lines[0]


async def test_a_day_begins_where_the_channel_is(cron: Cron, loopback: Loopback) -> None:
    cron.order = replace(cron.order, every=Cadence.DAILY, timezone="America/New_York")
    cron.now = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)
    await cron.run()
    cron.now += timedelta(hours=5)  # still the evening of the 4th in New York
    await cron.run()
    assert len(loopback.posts) == 1
    cron.now += timedelta(hours=2)
    await cron.run()
    assert len(loopback.posts) == 2


async def test_only_links_that_fit_are_posted(cron: Cron, loopback: Loopback) -> None:
    cron.order = replace(cron.order, wanted=Filter(section=("S",), kind=Kind.PAPER))
    await cron.run()
    assert shown_links(loopback) == ["https://a.example/0"]


async def test_where_nothing_fits_nothing_is_posted_and_it_says_so(cron: Cron, loopback: Loopback) -> None:
    cron.order = replace(cron.order, wanted=Filter(kind=Kind.BOOK))
    result = await cron.run()
    assert (result.exit, loopback.posts) == (Exit.NOT_NOW, [])
    assert result.lines == ("Nothing on the list fits kind book.",)


async def test_a_link_that_joins_the_list_comes_next(cron: Cron, loopback: Loopback) -> None:
    await cron.run()
    cron.order = replace(cron.order, reading_list=a_list(5))
    cron.now += WEEK
    await cron.run()
    assert shown_links(loopback)[1] == "https://a.example/4"


async def test_a_message_has_nothing_to_click_but_links(cron: Cron, loopback: Loopback) -> None:
    await cron.run()
    shown = str(loopback.posts[0])
    assert PICTURE in shown
    assert "1 of 4 in this channel" in shown
    assert not any(word in shown for word in ("action_id", "custom_id", "Settings", "'actions'"))


# Before the post it is written down, and nothing is posted twice


async def test_the_pick_is_written_down_before_the_post(cron: Cron, loopback: Loopback) -> None:
    seen: list[Any] = []

    async def look(_request: Any) -> Any:
        seen.extend(cron.standings)
        return await answer(500)(_request)

    loopback.answers.append(look)
    await cron.run()
    assert [standing for _, standing in seen] == [Standing.TRYING]


@pytest.mark.parametrize(
    "lost",
    [
        hang_up,
        answer(500, text="rollup_error"),
        answer(503, text="<html>"),
        answer(200, text="<html>hello</html>"),
    ],
    ids=["hung up", "500", "503", "no answer of theirs"],
)
async def test_a_post_without_an_answer_counts_as_posted(
    cron: Cron, loopback: Loopback, lost: Callable[..., Any]
) -> None:
    loopback.answers.append(lost)
    result = await cron.run()
    [(url, standing)] = cron.standings
    assert (result.exit, standing) == (Exit.UNCONFIRMED, Standing.UNCONFIRMED)
    assert url in result.lines[0]
    assert "--repost" in result.lines[0]

    assert "(unconfirmed)" in (await cron.run()).lines[0]
    cron.now += WEEK
    await cron.run()
    assert len(set(shown_links(loopback))) == 2


async def test_a_post_without_an_answer_is_posted_again_when_that_is_asked_for(
    cron: Cron, loopback: Loopback
) -> None:
    loopback.answers.append(hang_up)
    await cron.run(repost=True)
    assert (await cron.run(repost=True)).exit is Exit.DONE
    first, second = shown_links(loopback)
    assert first == second
    assert [standing for _, standing in cron.standings] == [Standing.SENT]

    await cron.run(repost=True)
    assert len(loopback.posts) == 2


async def test_an_answer_that_takes_too_long_is_none(cron: Cron, loopback: Loopback) -> None:
    answered = asyncio.Event()

    async def wait(_request: Any) -> Any:
        await answered.wait()
        return await answer(200)(_request)

    cron.timeout_s = 0.2
    loopback.answers.append(wait)
    result = await cron.run()
    answered.set()
    assert result.exit is Exit.UNCONFIRMED


# A definite no


def limited(platform: str, seconds: float) -> Any:
    said = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    if platform == "discord":
        return answer(429, json=said)
    return answer(429, text="rate_limited", headers={"Retry-After": f"{seconds:.0f}"})


async def test_a_rate_limit_is_waited_for_once(cron: Cron, loopback: Loopback, platform: str) -> None:
    loopback.answers.append(limited(platform, 3))
    result = await cron.run()
    assert (result.exit, cron.slept, len(loopback.posts)) == (Exit.DONE, [3.0], 2)


async def test_a_second_rate_limit_leaves_the_link_in_the_bag(
    cron: Cron, loopback: Loopback, platform: str
) -> None:
    loopback.answers.extend([limited(platform, 3), limited(platform, 4)])
    result = await cron.run()
    assert (result.exit, cron.slept, cron.standings) == (Exit.NOT_NOW, [3.0], [])
    assert "asks to wait 4 s" in result.lines[0]
    assert (await cron.run()).exit is Exit.DONE
    assert len(set(shown_links(loopback))) == 1


async def test_a_long_rate_limit_is_left_to_the_next_run(
    cron: Cron, loopback: Loopback, platform: str
) -> None:
    loopback.answers.append(limited(platform, 3600))
    result = await cron.run()
    assert (result.exit, cron.slept, len(loopback.posts)) == (Exit.NOT_NOW, [], 1)


GONE = {
    "slack": answer(404, text="no_service"),
    "discord": answer(404, json={"message": "Unknown Webhook", "code": 10015}),
}


async def test_a_webhook_that_is_gone_is_told_and_the_link_stays_in_the_bag(
    cron: Cron, loopback: Loopback, platform: str
) -> None:
    loopback.answers.append(GONE[platform])
    result = await cron.run()
    assert (result.exit, cron.standings) == (Exit.WRONG, [])
    assert "Make a new webhook" in result.lines[0]


async def test_a_proxy_in_between_is_not_taken_for_the_platform(cron: Cron, loopback: Loopback) -> None:
    loopback.answers.append(answer(403, text="<html>Forbidden</html>"))
    result = await cron.run()
    assert (result.exit, cron.standings) == (Exit.NOT_NOW, [])


async def test_a_redirect_is_not_followed(cron: Cron, loopback: Loopback, platform: str) -> None:
    loopback.answers.append(answer(307, headers={"Location": loopback.webhook(platform)}))
    result = await cron.run()
    assert (result.exit, len(loopback.posts)) == (Exit.NOT_NOW, 1)


REFUSED = {
    "slack": answer(400, text="invalid_blocks"),
    "discord": answer(400, json={"message": "Invalid Form Body", "code": 50035}),
}


async def test_a_message_that_is_refused_goes_once_more_without_its_picture(
    cron: Cron, loopback: Loopback, platform: str
) -> None:
    loopback.answers.append(REFUSED[platform])
    assert (await cron.run()).exit is Exit.DONE
    assert [PICTURE in str(body) for body in loopback.posts] == [True, False]


async def test_a_webhook_that_cannot_be_reached_leaves_the_link_in_the_bag(
    platform: str, tmp_path: Path
) -> None:
    nowhere = Loopback(url="http://127.0.0.1:1")
    cron = Cron(nowhere, platform, tmp_path / "state.json")
    result = await cron.run()
    assert (result.exit, cron.standings) == (Exit.NOT_NOW, [])
    assert "cannot be reached" in result.lines[0]


# The file


async def test_two_runs_at_once_do_not_share_a_state(cron: Cron, loopback: Loopback) -> None:
    lock = FileLock(cron.state.with_name("state.json.lock"))
    assert lock.acquire()
    refused = await cron.run()
    lock.release()
    assert (refused.exit, loopback.posts) == (Exit.NOT_NOW, [])
    assert re.search(r"another readbot post \(process \d+\) is at work with", refused.lines[0])
    assert (await cron.run()).exit is Exit.DONE


async def test_a_state_that_cannot_be_written_posts_nothing(cron: Cron, loopback: Loopback) -> None:
    cron.state = cron.state.parent / "no-such-folder" / "state.json"
    with pytest.raises(StoreError, match="name a file in a folder that is there and yours"):
        await cron.run()
    assert loopback.posts == []


async def test_a_post_that_cannot_be_written_down_as_sent_is_not_made_again(
    cron: Cron, loopback: Loopback
) -> None:
    async def lose_the_folder(_request: Any) -> Any:
        cron.state.parent.joinpath("kept.json").write_text(cron.state.read_text())
        cron.state.unlink()
        cron.state.mkdir()
        return await (
            answer(200, text="ok") if "blocks" in loopback.posts[0] else answer(200, json={"id": "1"})
        )(_request)

    loopback.answers.append(lose_the_folder)
    poster = cron.poster
    result = await poster.run(cron._webhook, cron._webhooks)
    assert result.exit is Exit.WRONG
    assert "Posted" in result.lines[0]
    assert "could not be written down" in result.lines[1]

    cron.state.rmdir()
    cron.state.parent.joinpath("kept.json").rename(cron.state)
    again = await cron.run()
    assert (again.exit, len(loopback.posts)) == (Exit.UNCONFIRMED, 1)
    assert again.lines[0].startswith("The last run was cut off")


async def test_a_preview_changes_nothing(cron: Cron, loopback: Loopback) -> None:
    result, reply = cron.poster.preview()
    assert result.lines[0].startswith("Would post a link drawn at random, for instance “Link <")
    assert reply is not None
    assert (cron.state.exists(), loopback.posts) == (False, [])

    await cron.run()
    assert cron.poster.preview()[1] is None
    cron.now += WEEK
    promised = cron.poster.preview()[0].lines[0]
    assert (await cron.run()).lines[0] == promised.replace("Would post", "Posted")


def test_a_week_is_named_by_the_year_that_has_most_of_it() -> None:
    order = Order(reading_list=a_list())
    for day, week in ((date(2027, 1, 3), "2026-W53"), (date(2027, 1, 4), "2027-W01")):
        assert order.period_of(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) == week
