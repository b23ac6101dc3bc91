"""readbot's own Discord client."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route

from readbot.conversation.form import Answer, Lookup
from readbot.conversation.language import say
from readbot.conversation.reply import command
from readbot.conversation.request import Request, Workspace
from readbot.language import speaking
from readbot.ports import Manner
from readbot.search.results import Completion
from readbot_discord.answering import Responder
from readbot_discord.commands import make_commands
from readbot_discord.components import read_component, read_modal
from readbot_discord.drift import Json
from readbot_discord.mentions import Correspondent, find_words
from readbot_discord.sessions import ACK_WITHIN_S, Limits, SessionGate, ShortTracebacks, is_heard
from readbot_discord.sync import to_payload
from readbot_discord.translating import CatalogueTranslator

logger = logging.getLogger(__name__)

#: Between two tries to begin a shard's first session, at most.
_LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Shards:
    """Which shards a process serves."""

    #: Over all processes; None for as many as Discord recommends, all of them here.
    count: int | None = None
    #: Those of this process; None for all.
    ids: tuple[int, ...] | None = None


class _LaunchError(ConnectionError):
    """A shard's first session could not begin; says so to the loop that tries again."""


class CommandTree(app_commands.CommandTree["ReadbotClient"]):
    async def on_error(
        self, interaction: discord.Interaction["ReadbotClient"], error: app_commands.AppCommandError, /
    ) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            # Nobody can be told: Discord shows "loading failed" by itself.
            logger.warning("could not complete what is being typed: %s", error)
            return
        await self.client.responder.explain(interaction, error)


class ReadbotClient(discord.AutoShardedClient):
    """A client for any number of servers: shards come as Discord recommends.

    It needs no privileged intent: commands and buttons carry all that it answers from, and of messages
    Discord tells it the content of those that name it or are sent to it alone. It keeps no messages and
    no members in memory.
    """

    def __init__(
        self,
        responder: Responder,
        *,
        shards: Shards | None = None,
        take: Callable[[str, float], Awaitable[bool]] | None = None,
    ) -> None:
        """Answer by *responder*.

        Args:
            responder: Knows the answers.
            shards: Those of this process; None for all that Discord recommends.
            take: Where shards are spread over processes, see ``SessionGate``.
        """
        shards = shards or Shards()
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=shards.count,
            # None is its own default, which its types leave out.
            shard_ids=None if shards.ids is None else list(shards.ids),  # type: ignore[arg-type]
        )
        self.responder = responder
        self._correspondent = Correspondent(responder.conversation)
        self.ack_within_s = ACK_WITHIN_S
        self._connected_shards: set[int] = set()
        self._launching: set[int] = set()
        #: How many shards Discord would have.
        self._recommended = 1
        self._gate = SessionGate(self._ask_limits, take=take)
        self.tree = CommandTree(
            self,
            # Said in so many words: the defaults are not what the documentation says
            # (github.com/discord/discord-api-docs/issues/7108).
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for each in make_commands(responder):
            self.tree.add_command(each)

    async def setup_hook(self) -> None:
        """Prepare what needs a login; Discord is not connected yet, and nothing waits but sessions."""
        self._gate.note(await self._ask_limits())
        await self._gate.wait_for_all(len(self.shard_ids or range(self.shard_count or self._recommended)))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Let shards begin as fast as Discord allows; discord.py waits 5 s before all but the first."""
        await self._gate.pass_through(shard_id or 0)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Begin the first session of a shard, however long the gateway takes to come back.

        discord.py calls this method from within itself after each failure, so that a gateway that is
        gone for an hour and a half would exceed Python's recursion limit: the inner call ends the
        outer one, and the loop is here.
        """
        if shard_id in self._launching:
            raise _LaunchError(f"shard {shard_id} has no session")
        self._launching.add(shard_id)
        wait_s = 0.0
        try:
            while True:
                try:
                    return await super().launch_shard(gateway, shard_id, initial=initial)
                except _LaunchError:
                    # discord.py has waited five seconds already.
                    await asyncio.sleep(wait_s)
                    wait_s = min(max(wait_s * 2, 1.0), _LONGEST_WAIT_S)
        finally:
            self._launching.discard(shard_id)

    async def close_begun(self) -> None:
        """Close the sessions that were given up while they began; discord.py leaves them and their threads."""
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection:
                thread.stop()
                await thread.ws.close()

    def is_connected(self) -> bool:
        """Tell whether events of every server that is this process's arrive right now.

        ``is_ready`` would not do: it comes seconds late, after all servers are told, and it stays.
        """
        wanted = range(self.shard_count or 0) if self.shard_ids is None else self.shard_ids
        return bool(wanted) and all(map(self._is_shard_connected, wanted))

    def _is_shard_connected(self, shard_id: int) -> bool:
        shard = self.get_shard(shard_id)
        if shard is None or shard_id not in self._connected_shards or shard.is_closed():
            return False
        return is_heard(shard._parent.ws, ack_within_s=self.ack_within_s)

    async def on_interaction(self, interaction: discord.Interaction["ReadbotClient"]) -> None:
        """Answer buttons, selects and modals; commands come through the tree."""
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.component:
            carried, values = read_component(data), None
        elif interaction.type is discord.InteractionType.modal_submit:
            carried, values = read_modal(data) or (None, None)
        else:
            return
        if carried is None:
            with speaking(str(interaction.locale)):
                words = say(
                    "This button is no longer in use. {command} begins anew.", command=command("menu")
                )
                await self.responder.decline(interaction, words)
        else:
            await self.responder.answer(interaction, carried.command, aim=carried.aim, values=values)

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is said to readbot; everything else is not even looked at."""
        words = None if self.user is None else find_words(message, self.user.id)
        if words is not None:
            await self._correspondent.answer(message, words)

    async def on_shard_connect(self, shard_id: int) -> None:
        self._connected_shards.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._connected_shards.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._connected_shards.discard(shard_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        logger.exception("could not handle the event %s", event_method)

    async def _ask_limits(self) -> Limits:
        self._recommended, gateway_url, limits = await self.http.get_bot_gateway()
        # discord.py begins a session anew at its built-in address after an invalid session, which
        # would leave the proxy or stand-in that DISCORD_API_URL names.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
        return Limits(
            total=limits["total"],
            remaining=limits["remaining"],
            reset_after_s=limits["reset_after"] / 1000,
            buckets=max(1, limits["max_concurrency"]),
        )


async def describe_commands() -> list[Json]:
    """Return all commands as Discord takes them, translated; they are alike in every process."""
    silence_discord_py()
    tree = ReadbotClient(Responder(_NobodyAnswers())).tree
    await tree.set_translator(CatalogueTranslator())
    return await to_payload(tree)


class _NobodyAnswers:
    """Implements ``readbot.ports.Conversation`` where commands are described and never used."""

    def manner(self, text: str) -> Manner:
        raise NotImplementedError

    async def answer(self, request: Request) -> Answer:
        raise NotImplementedError

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> Sequence[Completion]:
        raise NotImplementedError


def use_api(api_url: str) -> None:
    """Let discord.py talk to *api_url*, which ends in ``/api/v10``.

    discord.py knows no setting for it. The address is a class attribute, which holds for every
    client of a process, its interaction answers included; there is one address in a process.
    """
    Route.BASE = api_url


def silence_discord_py() -> None:
    """Keep away discord.py's DEBUG lines, which hold interaction tokens, and what it says in vain."""
    library = logging.getLogger("discord")
    if library.getEffectiveLevel() < logging.INFO:
        library.setLevel(logging.INFO)
    shards = logging.getLogger("discord.shard")
    if not any(isinstance(each, ShortTracebacks) for each in shards.filters):
        shards.addFilter(ShortTracebacks())
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
