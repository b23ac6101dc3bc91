"""The loopback platforms as the crash harness sees them: channels, faults, and what they accepted."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from aiohttp import web

from readbot.digests.model import Channel
from readbot.playground.faults import Fault, FaultKind, Faults, Handler
from readbot.playground.loopback_discord import Channel as DiscordChannel
from readbot.playground.loopback_discord import Guild, LoopbackDiscord
from readbot.playground.loopback_discord.model import ChannelType
from readbot.playground.loopback_discord.threads import start_thread
from readbot.playground.loopback_slack import APP_TOKEN, LoopbackSlack, make_workspace
from readbot.playground.loopback_slack import Channel as SlackChannel

#: What goes wrong with a post or a look-up, and how often: 28% of all calls.
STORM: Mapping[Fault, float] = {
    Fault(kind=FaultKind.SERVER_ERROR): 0.04,
    Fault(kind=FaultKind.SERVER_ERROR, accepted=True): 0.05,
    Fault(kind=FaultKind.RESET): 0.04,
    Fault(kind=FaultKind.RESET, accepted=True): 0.05,
    Fault(kind=FaultKind.HANG, seconds=3): 0.02,
    Fault(kind=FaultKind.HANG, seconds=3, accepted=True): 0.04,
    Fault(kind=FaultKind.RATE_LIMIT, seconds=1): 0.04,
}

SLACK_POST, SLACK_FIND = "chat.postMessage", "conversations.history"
DISCORD_POST, DISCORD_FIND = "POST /channels/{channel}/messages", "GET /channels/{channel}/messages"
DISCORD_START = "POST /channels/{channel}/threads"
DISCORD_FIND_STARTED = "GET /guilds/{guild}/threads/active"
POSTS = frozenset({SLACK_POST, DISCORD_POST, DISCORD_START})
LOOK_UPS = frozenset({SLACK_FIND, DISCORD_FIND, DISCORD_FIND_STARTED})


class Moment(StrEnum):
    """What can be seen from outside of a delivery's way; each a moment to kill at."""

    #: The ledger has the deliveries, and none is claimed.
    TICKED = "ticked"
    #: The ledger has a claim.
    CLAIMED = "claimed"
    #: A post has arrived, and is not accepted yet: it will be, whether or not its sender lives.
    ARRIVED = "arrived"
    #: A post is accepted, and not answered yet.
    ACCEPTED = "accepted"
    #: The ledger has a confirmation.
    CONFIRMED = "confirmed"
    #: A look-up has arrived.
    LOOKED_UP = "looked up"


class WatchedFaults(Faults):
    """Faults that tell of posts and look-ups as they arrive and are accepted, on either platform."""

    def __init__(self, seen: Callable[[Moment], None], *, is_stormy: bool = True, seed: int = 0) -> None:
        """Tell *seen* every moment, synchronously: nothing happens on the platform meanwhile."""
        super().__init__(
            chances=STORM if is_stormy else {},
            operations=POSTS | LOOK_UPS,
            accept_delay_s=(0.01, 0.08) if is_stormy else (0.0, 0.0),
            history_lag_s=0.05 if is_stormy else 0.0,
            seed=seed,
        )
        self._seen = seen

    async def around(
        self,
        operation: str,
        request: web.Request,
        accept: Handler,
        *,
        rate_limited: Callable[[float], web.Response],
    ) -> web.StreamResponse:
        if operation not in POSTS | LOOK_UPS:
            return await accept()

        async def accept_and_tell() -> web.StreamResponse:
            response = await accept()
            # A forum refuses the message by which it is known to be one.
            if operation in POSTS and response.status < HTTPStatus.BAD_REQUEST:
                self._seen(Moment.ACCEPTED)
            return response

        self._seen(Moment.ARRIVED if operation in POSTS else Moment.LOOKED_UP)
        return await super().around(operation, request, accept_and_tell, rate_limited=rate_limited)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A platform that serves, with channels in which digests are due."""

    #: What readbot needs in its environment to post there, and to listen as well.
    environ: Mapping[str, str]
    channels: tuple[Channel, ...]
    faults: WatchedFaults
    #: Counts the messages that the platform has in each channel.
    count: Callable[[], Counter[str]]


@asynccontextmanager
async def open_slack(
    faults: WatchedFaults, channels: int, *, with_history: bool = True
) -> AsyncIterator[Stage]:
    """Serve a Slack with so many channels; without the history scope nothing can be looked up."""
    workspace = make_workspace()
    if not with_history:
        workspace.scopes = tuple(scope for scope in workspace.scopes if not scope.endswith(":history"))
    ids = [f"C1{number:03}" for number in range(channels)]
    for each in ids:
        workspace.channels[each] = SlackChannel(id=each, name=each.lower(), members={workspace.bot_user_id})

    def count() -> Counter[str]:
        return Counter(message.channel for message in workspace.messages if message.channel in ids)

    async with LoopbackSlack(workspaces=[workspace], faults=faults) as slack:
        yield Stage(
            environ={
                "SLACK_API_URL": slack.api_url,
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_APP_TOKEN": APP_TOKEN,
            },
            channels=tuple(
                Channel(platform="slack", workspace_id=workspace.id, channel_id=each) for each in ids
            ),
            faults=faults,
            count=count,
        )


@asynccontextmanager
async def open_discord(
    faults: WatchedFaults, channels: int, *, with_forums: bool = False
) -> AsyncIterator[Stage]:
    """Serve a Discord with so many channels, which minds nonces; or with forums, which do not, and threads."""
    async with LoopbackDiscord(faults=faults) as discord:
        guild = discord.world.add_guild("readers", owner=discord.world.add_user("ada"))
        make = _make_forum_or_thread if with_forums else _make_text_channel
        made = [make(discord, guild, number) for number in range(channels)]

        def count() -> Counter[str]:
            counts = Counter({str(each.id): len(each.messages) for each in made})
            posts = [each for each in guild.threads if each.holder.type is ChannelType.FORUM]
            counts.update(str(post.holder.id) for post in posts)
            return counts

        yield Stage(
            environ={"DISCORD_API_URL": discord.api_url, "DISCORD_TOKEN": discord.token},
            channels=tuple(
                Channel(platform="discord", workspace_id=str(guild.id), channel_id=str(each.id))
                for each in made
            ),
            faults=faults,
            count=count,
        )


def _make_text_channel(discord: LoopbackDiscord, guild: Guild, number: int) -> DiscordChannel:
    return discord.world.add_channel(guild, f"reading-{number}")


def _make_forum_or_thread(discord: LoopbackDiscord, guild: Guild, number: int) -> DiscordChannel:
    if number % 2 == 0:
        return discord.world.add_channel(guild, f"links-{number}", kind=ChannelType.FORUM, tags=("Reading",))
    parent = _make_text_channel(discord, guild, number)
    owner = guild.owner
    return start_thread(
        discord.world, parent, owner, {"name": f"thread-{number}", "type": ChannelType.PUBLIC_THREAD}
    )
