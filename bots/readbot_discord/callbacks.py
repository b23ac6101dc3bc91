"""The first answer to an interaction, in one small request.

discord.py would ask for the message back and make an object of it, with all its components. Nobody
here looks at that, and it is most of what an answer costs.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any, TypeAlias

import aiohttp
import discord
from discord.http import Route

AnyInteraction: TypeAlias = discord.Interaction[Any]

#: Discord waits so long for a first answer; each try is given up then.
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=3.0)
#: Waited before a try is repeated, in seconds; all of them together leave time for an answer.
_REPEAT_AFTER_S = (0.2, 0.6)
#: Who is asked to wait for longer has no time left for an answer.
_LONGEST_WAIT_S = 1.5
#: Discord's code for "answered already".
ALREADY_ACKNOWLEDGED = 40060
_HEADERS = {"Content-Type": "application/json"}


async def respond(interaction: AnyInteraction, kind: discord.InteractionResponseType, body: bytes) -> None:
    """Answer *interaction* for the first time; nothing comes back.

    A try that Discord did not answer, or put off for a moment, is repeated: it takes one answer to
    an interaction, so nobody sees two. Where the repetition hears that there is an answer already,
    that was the lost try.

    Args:
        interaction: Not answered yet.
        kind: What *body* is; from now on discord.py knows that there was an answer.
        body: The JSON of the callback, see ``make_body``.

    Raises:
        discord.InteractionResponded: It was answered before, by this process.
        discord.HTTPException: Discord refuses; codes 10062 and 40060 where it is too late.
        aiohttp.ClientError: Discord cannot be reached; or TimeoutError, or OSError.

    Source: https://docs.discord.com/developers/interactions/receiving-and-responding
    """
    response = interaction.response
    if response.is_done():
        raise discord.InteractionResponded(interaction)
    repeat_after_s = iter(_REPEAT_AFTER_S)
    is_repeated = False
    while True:
        wait_s = next(repeat_after_s, None)
        try:
            await _post(interaction, body)
            break
        except discord.HTTPException as error:
            if is_repeated and error.code == ALREADY_ACKNOWLEDGED:
                break
            if wait_s is None or not _may_pass(error):
                raise
            wait_s = max(wait_s, _asked_wait_s(error))
        except (aiohttp.ClientError, OSError):
            if wait_s is None:
                raise
        is_repeated = True
        await asyncio.sleep(wait_s)
    # There is no other way to tell discord.py; its own methods refuse a second answer by it.
    response._response_type = kind


def _may_pass(error: discord.HTTPException) -> bool:
    """Tell whether another try within Discord's three seconds may go through."""
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _asked_wait_s(error) <= _LONGEST_WAIT_S
    return error.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _asked_wait_s(error: discord.HTTPException) -> float:
    """Return how long Discord, or what stands before it, asks to wait; 0 where it does not say."""
    try:
        return float(error.response.headers.get("Retry-After", 0))
    except ValueError:
        return 0.0


async def _post(interaction: AnyInteraction, body: bytes) -> None:
    url = f"{Route.BASE}/interactions/{interaction.id}/{interaction.token}/callback"
    # discord.py's session: one pool of connections, with its proxy settings and without a limit.
    session = interaction._session
    async with session.post(url, data=body, headers=_HEADERS, timeout=_ANSWER_WITHIN) as answer:
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return
        raise _make_error(answer, await answer.text())


def _make_error(answer: aiohttp.ClientResponse, said: str) -> discord.HTTPException:
    try:
        parsed = json.loads(said)
    except ValueError:
        parsed = said
    message: Any = parsed if isinstance(parsed, dict) else said
    match answer.status:
        case HTTPStatus.FORBIDDEN:
            return discord.Forbidden(answer, message)
        case HTTPStatus.NOT_FOUND:
            return discord.NotFound(answer, message)
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return discord.DiscordServerError(answer, message)
    return discord.HTTPException(answer, message)


def make_body(kind: discord.InteractionResponseType, data: dict[str, Any]) -> bytes:
    """Return the JSON of a callback, to be made once and sent any number of times."""
    return json.dumps({"type": kind.value, "data": data}, separators=(",", ":")).encode()
