"""What each of Discord's answers means for a post, a look-up and a check."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from readbot.conversation.reply import Action, Heading, Reply
from readbot.conversation.request import Reader
from readbot.digests.model import Channel as Place
from readbot.digests.outcomes import CannotLook, NoAnswer, NotFound, PostOutcome, Refusal, Refused, Sent
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import LoopbackDiscord, User, read
from readbot.playground.loopback_discord.messages import make_message
from readbot.ports import Messenger, PostsDigests
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot.store.rows import new_id
from readbot_discord import DiscordPlatform
from readbot_discord.components import mark, read_component, read_marks
from readbot_discord.messenger import DiscordMessenger, open_discord_messenger

from .loopback import nowhere
from .scenes import Scene, make_scene

DIGEST = Reply(
    parts=(Heading(words="Link of the week"),),
    actions=(Action(label="Settings", command="digest status"),),
    public=True,
)
PLACE = Place(platform="discord", workspace_id="1", channel_id="2")


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def still_scene(faults: Faults) -> AsyncIterator[Scene]:
    """A scene in which nobody listens."""
    async with LoopbackDiscord(faults=faults) as discord:
        yield make_scene(discord)


@pytest.fixture
async def messenger(still_scene: Scene) -> AsyncIterator[DiscordMessenger]:
    discord = still_scene.discord
    async with open_discord_messenger(Secret(discord.token), api_url=discord.api_url) as messenger:
        yield messenger


def place_of(scene: Scene) -> Place:
    return Place(platform="discord", workspace_id=str(scene.guild.id), channel_id=str(scene.channel.id))


async def find(messenger: Messenger, scene: Scene, delivery_id: str, **until: float) -> Any:
    now = datetime.now(UTC)
    return await messenger.find(
        place_of(scene), delivery_id, now - timedelta(minutes=5), now + timedelta(**until or {"minutes": 5})
    )


def chatter(scene: Scene, count: int, *, author: User | None = None) -> None:
    """Let people talk."""
    world = scene.discord.world
    for number in range(count):
        body = {"content": f"message {number}"}
        world.add_message(make_message(world, scene.channel, author or scene.ada, body))


# Answers to a post


async def answer_with(status: int, body: Any = None, **headers: str) -> PostOutcome:
    """Post to a Discord that answers everything the same."""

    async def say(_request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, str):
            return web.Response(status=status, text=body, headers=named)
        return web.json_response(body, status=status, headers=named)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", say)
    async with TestServer(app) as server:
        url = str(server.make_url("/api/v10"))
        async with open_discord_messenger(Secret("x"), api_url=url) as messenger:
            return await messenger.post(PLACE, DIGEST, new_id())


@pytest.mark.parametrize(
    ("status", "body", "refusal", "reason"),
    [
        (401, {"message": "401: Unauthorized", "code": 0}, Refusal.UNREACHABLE, "token"),
        (403, {"message": "Missing Access", "code": 50001}, Refusal.UNREACHABLE, "may not see"),
        (403, {"message": "Missing Permissions", "code": 50013}, Refusal.UNREACHABLE, "may not write"),
        (404, {"message": "Unknown Channel", "code": 10003}, Refusal.UNREACHABLE, "channel is gone"),
        # A thread that is locked comes as a bad request.
        (400, {"message": "Thread is archived", "code": 50083}, Refusal.UNREACHABLE, "archived"),
        (400, {"message": "Invalid Form Body", "code": 50035}, Refusal.REJECTED, "Invalid Form Body (50035)"),
        # AutoMod, set up by the server's own people.
        (400, {"message": "Message was blocked", "code": 200000}, Refusal.REJECTED, "blocked"),
        # A proxy's or Cloudflare's words say nothing about the channel.
        (403, "<html>", Refusal.LATER, "HTTP 403"),
        (302, "elsewhere", Refusal.LATER, "HTTP 302"),
    ],
)
async def test_a_definite_no_is_told_with_its_reason(
    status: int, body: Any, refusal: Refusal, reason: str
) -> None:
    outcome = await answer_with(status, body)

    assert isinstance(outcome, Refused)
    assert outcome.refusal is refusal
    assert reason in outcome.reason


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, "oops"), (502, "<html>"), (503, {}), (524, ""), (408, ""), (200, "<html>"), (200, {}), (200, [])],
)
async def test_what_discord_may_have_done_is_no_answer(status: int, body: Any) -> None:
    assert isinstance(await answer_with(status, body), NoAnswer)


@pytest.mark.parametrize(
    ("body", "headers", "wait_s", "for_all"),
    [
        # To the millisecond in the body; the header is rounded up.
        ({"retry_after": 0.25, "global": False}, {"Retry_After": "1"}, 0.25, False),
        ({"retry_after": 2.0, "global": True}, {}, 2.0, True),
        ({"retry_after": 2.0}, {"X_RateLimit_Scope": "global"}, 2.0, True),
        ({}, {"Retry_After": "7"}, 7.0, False),
        # Cloudflare has banned this address for a while.
        ("<html>", {"Retry_After": "600"}, 600.0, True),
        ("<html>", {}, 60.0, True),
    ],
)
async def test_a_rate_limit_says_how_long_and_for_whom(
    body: Any, headers: dict[str, str], wait_s: float, for_all: bool
) -> None:
    outcome = await answer_with(429, body, **headers)

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.LATER
    assert (outcome.retry_after_s, outcome.for_all) == (wait_s, for_all)


async def test_a_discord_that_cannot_be_reached_has_certainly_nothing() -> None:
    with nowhere() as api_url:
        async with open_discord_messenger(Secret("x"), api_url=api_url) as messenger:
            outcome = await messenger.post(PLACE, DIGEST, new_id())

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.LATER
    assert outcome.retry_after_s is None


async def test_a_post_is_one_request_whatever_happens(
    still_scene: Scene, messenger: DiscordMessenger, faults: Faults
) -> None:
    for fault in (FaultKind.SERVER_ERROR, FaultKind.RESET, FaultKind.RATE_LIMIT):
        faults.script("POST /channels/{channel}/messages", Fault(kind=fault, seconds=1))
        await messenger.post(place_of(still_scene), DIGEST, new_id())

    assert len(still_scene.discord.rest.calls) == 3


# Look-ups


async def test_a_message_is_found_among_others_over_several_pages(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    chatter(still_scene, 150)
    delivery_id = new_id()
    sent = await messenger.post(place_of(still_scene), DIGEST, delivery_id)
    chatter(still_scene, 150)

    assert await find(messenger, still_scene, delivery_id) == sent
    assert isinstance(sent, Sent)


async def test_a_message_that_is_not_there_is_not_found_after_all_were_seen(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    await messenger.post(place_of(still_scene), DIGEST, new_id())
    chatter(still_scene, 250)

    assert await find(messenger, still_scene, new_id()) == NotFound()
    assert await find(messenger, still_scene, new_id(), minutes=-4) == NotFound()


async def test_an_exact_page_is_not_taken_for_the_last_one(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    chatter(still_scene, 100)
    delivery_id = new_id()
    sent = await messenger.post(place_of(still_scene), DIGEST, delivery_id)

    assert await find(messenger, still_scene, delivery_id) == sent


async def test_somebody_else_s_message_with_the_same_id_is_none_of_ours(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    delivery_id = new_id()
    await messenger.post(place_of(still_scene), DIGEST, delivery_id)
    still_scene.channel.messages[0].author = still_scene.grace

    assert await find(messenger, still_scene, delivery_id) == NotFound()


async def test_a_channel_that_is_gone_cannot_be_looked_into(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    still_scene.discord.world.delete_channel(still_scene.channel)

    assert isinstance(await find(messenger, still_scene, new_id()), CannotLook)


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RATE_LIMIT, FaultKind.RESET])
async def test_a_look_up_that_fails_is_no_answer(
    still_scene: Scene, messenger: DiscordMessenger, faults: Faults, kind: FaultKind
) -> None:
    # aiohttp repeats a GET whose connection broke, once and by itself.
    faults.script("GET /channels/{channel}/messages", *[Fault(kind=kind, seconds=1)] * 2)

    assert isinstance(await find(messenger, still_scene, new_id()), NoAnswer)


# Checks, people


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RATE_LIMIT, FaultKind.RESET])
async def test_a_channel_is_not_called_open_because_discord_does_not_answer(
    still_scene: Scene, messenger: DiscordMessenger, faults: Faults, kind: FaultKind
) -> None:
    faults.script("GET /channels/{channel}", *[Fault(kind=kind, seconds=1)] * 2)

    assert "try again in a minute" in (await messenger.check(place_of(still_scene))).obstacle


async def test_a_bot_with_a_time_out_may_not_post(still_scene: Scene) -> None:
    """The loopback knows no time-outs: this is what Discord's members look like."""
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    answers = {
        "/channels/2": {"id": "2", "type": 0, "guild_id": "1", "permission_overwrites": []},
        "/users/@me": {"id": "9"},
        "/guilds/1": {
            "id": "1",
            "owner_id": "8",
            "roles": [{"id": "1", "permissions": str(1 << 10 | 1 << 11)}],
        },
        "/guilds/1/members/9": {"user": {"id": "9"}, "roles": [], "communication_disabled_until": until},
    }

    async def say(request: web.Request) -> web.Response:
        return web.json_response(answers[request.path.removeprefix("/api/v10")])

    app = web.Application()
    app.router.add_get("/{path:.*}", say)
    async with TestServer(app) as server:
        url = str(server.make_url("/api/v10"))
        async with open_discord_messenger(Secret("x"), api_url=url) as messenger:
            assert "time-out" in (await messenger.check(PLACE)).obstacle


async def test_what_a_person_is_told_names_the_channel(
    still_scene: Scene, messenger: DiscordMessenger
) -> None:
    told = await messenger.tell(place_of(still_scene), str(still_scene.ada.id), DIGEST)

    (message,) = still_scene.discord.world.open_dm(still_scene.ada).messages
    assert told == Sent(message_id=str(message.id))
    assert read(message).startswith(f"-# About <#{still_scene.channel.id}>")


async def test_what_is_about_no_channel_names_none(still_scene: Scene, messenger: DiscordMessenger) -> None:
    nowhere = Place(platform="discord", workspace_id="", channel_id="")
    await messenger.tell(nowhere, str(still_scene.ada.id), DIGEST)

    (message,) = still_scene.discord.world.open_dm(still_scene.ada).messages
    assert "About" not in read(message)


async def test_a_person_who_is_gone_cannot_be_told(still_scene: Scene, messenger: DiscordMessenger) -> None:
    outcome = await messenger.tell(place_of(still_scene), "1", DIGEST)

    assert isinstance(outcome, Refused)
    assert outcome.refusal is Refusal.UNREACHABLE


async def test_in_direct_messages_a_person_manages_their_own_digest(messenger: DiscordMessenger) -> None:
    reader = Reader(id="7")
    own = Place(platform="discord", workspace_id="7", channel_id="2")

    assert (await messenger.describe_reader(own, reader)).is_manager
    assert await messenger.describe_reader(PLACE, reader) == reader


# Marks


def test_a_marked_button_does_what_it_did_before() -> None:
    row = {"type": 1, "components": [{"type": 2, "custom_id": "rb2:digest another ~abcdef"}]}

    marked = mark([{"type": 17, "components": [row]}], "0123456789abcdefghij")

    assert read_marks(marked) == {"0123456789abcdefghij"}
    (button,) = marked[0]["components"][0]["components"]
    carried = read_component(button)
    assert carried is not None
    assert carried.command == "digest another ~abcdef"
    assert row["components"] == [{"type": 2, "custom_id": "rb2:digest another ~abcdef"}]


def test_a_mark_never_makes_a_custom_id_too_long() -> None:
    full = {"type": 2, "custom_id": "rb:" + "x" * 97}
    short = {"type": 2, "custom_id": "rb:digest status"}

    marked = mark([full, short], "0123456789abcdefghij")

    assert marked[0] == full
    assert read_marks(marked) == {"0123456789abcdefghij"}


def test_a_message_without_buttons_takes_no_mark() -> None:
    assert mark([{"type": 10, "content": "words"}], "0123456789abcdefghij") == [
        {"type": 10, "content": "words"}
    ]


# The platform


def test_the_platform_posts_digests_where_there_is_a_token(store: Store) -> None:
    platform = DiscordPlatform()

    assert isinstance(platform, PostsDigests)
    assert platform.open_messenger(Settings(), store) is None
    assert platform.open_messenger(Settings(discord_token=Secret("x")), store) is not None
