"""readbot's own Discord client."""

import asyncio
import logging
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from readbot_discord.answering import Responder
from readbot_discord.commands import make_commands
from readbot_discord.components import read_command
from readbot_discord.sync import sync_commands

logger = logging.getLogger(__name__)

#: Discord takes one IDENTIFY of a bucket in this time.
_IDENTIFY_EVERY_S = 5.0
#: Between attempts to register the commands, in seconds; the last one repeats.
_SYNC_WAITS_S = (1.0, 5.0, 30.0, 300.0)


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

    It needs no privileged intent: commands and buttons carry all that it answers from. It keeps no
    messages and no members in memory.
    """

    def __init__(self, responder: Responder) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.responder = responder
        self._connected_shards: set[int] = set()
        self._identify_buckets = 1
        #: When the last shard of a bucket identified, or will.
        self._identified_at: dict[int, float] = {}
        self._sync_task: asyncio.Task[None] | None = None
        self.tree = CommandTree(
            self,
            # Said in so many words: the defaults are not what the documentation says
            # (github.com/discord/discord-api-docs/issues/7108).
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in make_commands(responder):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Prepare what needs a login; Discord is not connected yet, and start does not wait."""
        _, gateway_url, limits = await self.http.get_bot_gateway()
        self._identify_buckets = max(1, limits["max_concurrency"])
        # discord.py begins a session anew at its built-in address after an invalid session, which
        # would leave the proxy or stand-in that DISCORD_API_URL names.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
        self._sync_task = asyncio.create_task(self._keep_commands_registered(), name="discord: sync commands")

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Let shards identify as fast as Discord allows: one of each bucket in five seconds.

        discord.py itself waits five seconds before all but the first, whoever came before.
        Source: https://docs.discord.com/developers/events/gateway#sharding-max-concurrency
        """
        now = asyncio.get_running_loop().time()
        bucket = (shard_id or 0) % self._identify_buckets
        at = max(now, self._identified_at.get(bucket, -_IDENTIFY_EVERY_S) + _IDENTIFY_EVERY_S)
        self._identified_at[bucket] = at
        await asyncio.sleep(at - now)

    async def close(self) -> None:
        if self._sync_task is not None:
            self._sync_task.cancel()
        await super().close()

    def is_connected(self) -> bool:
        """Tell whether events of every server arrive right now.

        ``is_ready`` would not do: it comes seconds late, after all servers are told, and it stays.
        """
        shards = self.shards
        wanted = range(self.shard_count or 0) if self.shard_ids is None else self.shard_ids
        return bool(wanted) and all(
            each in self._connected_shards and each in shards and not shards[each].is_closed()
            for each in wanted
        )

    async def on_interaction(self, interaction: discord.Interaction["ReadbotClient"]) -> None:
        """Answer buttons and selects; commands come through the tree."""
        if interaction.type is discord.InteractionType.component:
            command = read_command(interaction.data or {})
            if command is None:
                await self.responder.decline(interaction)
            else:
                await self.responder.answer(interaction, command)

    async def on_shard_connect(self, shard_id: int) -> None:
        self._connected_shards.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._connected_shards.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._connected_shards.discard(shard_id)

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        logger.exception("could not handle the event %s", event_method)

    async def _keep_commands_registered(self) -> None:
        """Register the commands if needed; where Discord cannot be reached, try again."""
        attempt = 0
        while True:
            try:
                drift = await sync_commands(self, self.tree)
            except (discord.HTTPException, OSError) as error:
                if (
                    isinstance(error, discord.HTTPException)
                    and 400 <= error.status < 500
                    and error.status != 429
                ):
                    logger.exception("Discord refuses the commands")
                    return
                wait_s = _SYNC_WAITS_S[min(attempt, len(_SYNC_WAITS_S) - 1)]
                logger.warning("could not register the commands, next try in %.0f s: %s", wait_s, error)
                attempt += 1
                await asyncio.sleep(wait_s)
            else:
                logger.info("commands registered: %s", "; ".join(drift) if drift else "nothing has changed")
                return


def use_api(api_url: str) -> None:
    """Let discord.py talk to *api_url*, which ends in ``/api/v10``.

    discord.py knows no setting for it. The address is a class attribute, which holds for every
    client of a process, its interaction answers included; there is one address in a process.
    """
    Route.BASE = api_url


def silence_discord_py() -> None:
    """Keep discord.py's DEBUG lines away, which hold interaction tokens, and its words on voice."""
    library = logging.getLogger("discord")
    if library.getEffectiveLevel() < logging.INFO:
        library.setLevel(logging.INFO)
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
