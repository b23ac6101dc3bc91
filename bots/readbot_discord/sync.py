"""Telling Discord which commands there are, and only when it does not know yet.

Registering is limited (200 new commands a day and server), so a digest of what was registered last
is kept: a start with the same commands asks Discord nothing. Where the digest differs, what Discord
has is compared first. One process does it at a time, and it goes by REST: no gateway is needed.
"""

import asyncio
import hashlib
import json
import logging
import math
from http import HTTPStatus
from typing import Any

from discord import app_commands

from readbot.exceptions import PlatformError
from readbot.settings import Secret
from readbot.store import Store
from readbot_discord.drift import Json, find_drift, normalise
from readbot_discord.rest import Answer, NoAnswerError, Rest, UnsentError
from readbot_discord.sessions import FATAL_CLOSES

logger = logging.getLogger(__name__)

#: Between attempts to register the commands, in seconds; the last one repeats.
_WAITS_S = (1.0, 5.0, 30.0, 300.0)
#: How long one process keeps the others from registering; longer than all its calls take.
_LEASE_S = 60.0
#: Between two looks whether the other process is done.
_LOOK_AGAIN_S = 2.0
#: Each call, in seconds.
_TIMEOUT_S = 20.0
#: "Max number of daily application command creates has been reached (200)"
_DAILY_LIMIT = 30034


class LaterError(PlatformError):
    """Discord takes no commands just now."""

    def __init__(self, reason: str, *, wait_s: float | None = None) -> None:
        #: How long Discord asks to wait; None where it does not say.
        self.wait_s = wait_s
        when = "in a minute" if wait_s is None else f"in {max(1, math.ceil(wait_s / 60))} min"
        super().__init__(f"{reason}: try again {when}")


async def to_payload(tree: app_commands.CommandTree[Any]) -> list[Json]:
    """Return what *tree* would register, translated where it has a translator."""
    commands = tree.get_commands()
    if tree.translator is None:
        return [command.to_dict(tree) for command in commands]
    return [await command.get_translated_payload(tree, tree.translator) for command in commands]


def make_digest(commands: list[Json]) -> str:
    """Return a digest of *commands* that stays while they mean the same to Discord."""
    normal = sorted((normalise(each) for each in commands), key=lambda each: (each["type"], each["name"]))
    return hashlib.sha256(json.dumps(normal, sort_keys=True).encode()).hexdigest()


def make_key(token: Secret, api_url: str, guild_id: str | None = None) -> str:
    """Return the name under which the digest for a bot is kept, everywhere or in one server.

    A token begins with the bot's id, so that the name stays when the token is reset, and is known
    without asking Discord. Another address may lead to another Discord, such as a stand-in.
    """
    who = f"{token.reveal().partition('.')[0]}@{api_url}"
    bot = hashlib.sha256(who.encode()).hexdigest()[:16]
    return ":".join(["discord:commands", bot, *([guild_id] if guild_id else [])])


class Registrar:
    """Keeps Discord in step with the commands, everywhere or in one server, where they show at once."""

    def __init__(
        self, rest: Rest, commands: list[Json], *, key: str, store: Store | None, guild_id: str | None = None
    ) -> None:
        """Register *commands*.

        Args:
            rest: With the bot's token.
            commands: All there are, as Discord takes them.
            key: Under which the digest is kept, see ``make_key``.
            store: Keeps it; None where there is no database.
            guild_id: The one server; None for everywhere.
        """
        self._rest = rest
        self._commands = commands if guild_id is None else [_for_one_server(each) for each in commands]
        self._digest = make_digest(self._commands)
        self._key = key
        self._store = store
        self._guild_id = guild_id

    async def compare(self) -> list[str]:
        """Return what differs at Discord, one line each, and change nothing.

        Raises:
            LaterError: Discord does not say just now.
            PlatformError: It will not.
        """
        return self.find_drift(await self.read())

    async def read(self) -> list[Json]:
        """Return the commands that Discord has; raises as ``compare`` does."""
        return await self._read(await self._learn_path())

    def find_drift(self, registered: list[Json]) -> list[str]:
        """Return what differs in *registered*, one line each."""
        return find_drift(self._commands, registered)

    async def register(self) -> list[str]:
        """Bring Discord in step, whatever the digest says; return what differed.

        Raises:
            LaterError: Discord takes no commands just now.
            PlatformError: It will not.
        """
        path = await self._learn_path()
        drift = self.find_drift(await self._read(path))
        if drift:
            await _call(self._rest, "PUT", path, body=self._commands)
        if self._store is not None:
            await asyncio.to_thread(self._store.facts.set, self._key, self._digest)
        return drift

    async def keep(self) -> None:
        """Return when Discord has the commands, or will not take them; the log says which.

        For the background of a running readbot: never raises.
        """
        attempt = 0
        while True:
            try:
                wait_s = await self._try(attempt)
            except Exception:
                # The database, for instance, may be away for a while.
                wait_s = _wait_s(attempt)
                logger.exception("could not register the commands, next try in %.0f s", wait_s)
            if wait_s is None:
                return
            attempt += 1
            await asyncio.sleep(wait_s)

    async def _try(self, attempt: int) -> float | None:
        """Register if need be, and return after how many seconds to try again; None when all is said."""
        if await self._is_known():
            logger.info("commands: those that were registered last")
            return None
        if not await self._take_lease():
            return _LOOK_AGAIN_S
        try:
            # The other process may have been at it between the two questions.
            drift = [] if await self._is_known() else await self.register()
        except LaterError as error:
            wait_s = error.wait_s or _wait_s(attempt)
            logger.warning("could not register the commands, next try in %.0f s: %s", wait_s, error)
            return wait_s
        except PlatformError as error:
            logger.error("could not register the commands: %s", error)
        else:
            logger.info("commands registered: %s", "; ".join(drift) or "nothing has changed")
        finally:
            await self._give_lease_back()
        return None

    async def _read(self, path: str) -> list[Json]:
        # Discord leaves translations out of a list unless it is asked for them.
        registered: list[Json] = await _call(self._rest, "GET", path, query={"with_localizations": "true"})
        return registered if self._guild_id is None else [_for_one_server(each) for each in registered]

    async def _learn_path(self) -> str:
        application_id = (await _call(self._rest, "GET", "/applications/@me"))["id"]
        where = f"/guilds/{self._guild_id}" if self._guild_id else ""
        return f"/applications/{application_id}{where}/commands"

    async def _is_known(self) -> bool:
        if self._store is None:
            return False
        return await asyncio.to_thread(self._store.facts.get, self._key) == self._digest

    async def _take_lease(self) -> bool:
        if self._store is None:
            return True
        return await asyncio.to_thread(self._store.taken.take, f"{self._key}:lease", _LEASE_S)

    async def _give_lease_back(self) -> None:
        if self._store is not None:
            await asyncio.to_thread(self._store.taken.give_back, f"{self._key}:lease")


def _wait_s(attempt: int) -> float:
    return _WAITS_S[min(attempt, len(_WAITS_S) - 1)]


def _for_one_server(command: Json) -> Json:
    """Leave out what Discord knows of commands everywhere only."""
    return {key: value for key, value in command.items() if key not in {"contexts", "integration_types"}}


async def _call(rest: Rest, method: str, path: str, **request: Any) -> Any:
    """Return the JSON that Discord answers.

    Raises:
        LaterError: It does not answer just now, or takes no more of it.
        PlatformError: It refuses.
    """
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            answer = await rest.call(method, path, **request)
    except (UnsentError, NoAnswerError, TimeoutError) as error:
        reason = str(error) or f"no answer within {_TIMEOUT_S:.0f} s"
        raise LaterError(f"Discord does not answer ({reason})") from error
    if answer.is_ok:
        return answer.body
    if answer.code == _DAILY_LIMIT:
        raise LaterError(
            "Discord takes 200 new commands a day, and has had them", wait_s=answer.retry_after_s
        )
    if answer.is_limited:
        raise LaterError("Discord takes no more calls for a while", wait_s=answer.retry_after_s)
    if answer.is_broken or not answer.is_discords:
        raise LaterError(f"Discord does not answer as it should ({answer.reason})")
    raise PlatformError(_explain(answer))


def _explain(answer: Answer) -> str:
    """Say why Discord refuses, and what to do about it."""
    match answer.status:
        case HTTPStatus.UNAUTHORIZED:
            return FATAL_CLOSES[4004]
        case HTTPStatus.FORBIDDEN | HTTPStatus.NOT_FOUND:
            return (
                f"Discord says {answer.reason}: readbot is not in that server, or was added without its "
                "commands. Add it with the link that readbot manifest discord prints"
            )
    return f"Discord refuses the commands, which is a fault of readbot's: {answer.details}"
