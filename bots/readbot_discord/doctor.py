"""``readbot doctor discord``: token, application, how it is installed, commands and the gateway."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from discord import ApplicationFlags, Permissions

from readbot.exceptions import PlatformError
from readbot.findings import Finding, fail, warn, well
from readbot.settings import Secret, Settings
from readbot_discord.drift import Json
from readbot_discord.install import (
    PERMISSIONS,
    PERSON_SCOPES,
    SERVER_SCOPES,
    make_install_link,
    name_permissions,
)
from readbot_discord.rest import Answer, NoAnswerError, Rest, UnsentError, open_rest
from readbot_discord.sessions import FATAL_CLOSES
from readbot_discord.sync import Registrar, make_key

_TIMEOUT_S = 5.0
_PORTAL = "https://discord.com/developers/applications"
#: So many sessions less than Discord lets begin in a day are worth a word.
_FEW_SESSIONS = 100
#: Differences that are told one by one.
_SHOWN = 3
_HELLO = 10

_PRIVILEGED = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
_NO_ANSWER = "Can this machine reach it? DISCORD_API_URL says where it is."


@dataclass(kw_only=True)
class _Case:
    """What is examined."""

    settings: Settings
    token: Secret
    rest: Rest
    commands: list[Json]
    #: As Discord describes it; empty before it did.
    application: Mapping[str, Any] = field(default_factory=dict)


async def examine(
    settings: Settings, *, token: Secret | None, commands: list[Json]
) -> AsyncIterator[Finding]:
    """See ``readbot.ports.HasDoctor``.

    Args:
        settings: As readbot would run with them.
        token: The bot's; None where none is set.
        commands: Those of this readbot.
    """
    if token is None:
        yield fail("settings", "No token is set.", "docs/discord.md tells where to find it.")
        return
    yield well("settings", _describe_shards(settings))
    async with open_rest(token, api_url=settings.discord_api_url) as rest:
        case = _Case(settings=settings, token=token, rest=rest, commands=commands)
        async for finding in _look_at_application(case):
            yield finding
        if not case.application:
            # Without a token that works there is nothing else to see.
            return
        for look in (_look_at_intents, _look_at_installs, _look_at_commands, _look_at_gateway):
            async for finding in look(case):
                yield finding


def _describe_shards(settings: Settings) -> str:
    if settings.discord_shard_count is None:
        return "A token is set; shards come as Discord recommends."
    mine = settings.discord_shard_ids
    here = "all of them here" if mine is None else f"those here: {mine}"
    return f"A token is set; {settings.discord_shard_count} shards, {here}."


# Token and application


async def _look_at_application(case: _Case) -> AsyncIterator[Finding]:
    answer = await _ask(case, "/applications/@me")
    if not isinstance(answer, Answer):
        yield fail("token", f"Discord does not answer: {answer}.", _NO_ANSWER)
        return
    if answer.status == 401:
        advice = FATAL_CLOSES[4004].partition(". ")[2] + "."
        yield fail("token", "Discord does not know this token.", advice)
        return
    if not answer.is_ok or not isinstance(answer.body, dict):
        yield fail("token", f"Discord answers {answer.reason}.", "Try again in a minute.")
        return
    case.application = about = answer.body
    yield well("token", f"It works, for {about['name']} ({about['id']}).")
    if about.get("interactions_endpoint_url"):
        yield fail(
            "application",
            "Discord sends commands and clicks to an Interactions Endpoint URL, not to readbot.",
            "Empty that field under General Information.",
            link=_PORTAL,
        )
    elif about.get("bot_require_code_grant"):
        yield fail(
            "application",
            "It requires an OAuth2 code grant, so that its install link ends in an error.",
            "Turn Requires OAuth2 Code Grant off under Bot.",
            link=_PORTAL,
        )
    elif not about.get("bot_public", True):
        yield warn(
            "application",
            "It is private: nobody but its owner can add it to a server.",
            "For others to add it, turn Public Bot on under Bot.",
            link=_PORTAL,
        )
    else:
        yield well("application", "It is public, and takes its commands from the gateway.")


async def _look_at_intents(case: _Case) -> AsyncIterator[Finding]:
    flags = ApplicationFlags._from_value(int(case.application.get("flags") or 0))
    on = [name for name, both in _PRIVILEGED.items() if any(getattr(flags, each) for each in both)]
    if not on:
        yield well("intents", "No privileged intent is on, and readbot needs none.")
        return
    yield warn(
        "intents",
        f"Privileged intents are on that readbot does not use: {', '.join(on)}.",
        "Turn them off under Bot, as Discord reviews them once the app has 10,000 users.",
        link=_PORTAL,
    )


# Installing


async def _look_at_installs(case: _Case) -> AsyncIterator[Finding]:
    link = make_install_link(case.application["id"])
    yield well("install link", "It adds readbot to a server.", link=link)
    kinds = case.application.get("integration_types_config") or {}
    server, person = _params(kinds, "0"), _params(kinds, "1")
    if server is None:
        yield fail(
            "server install",
            "The application cannot be added to servers.",
            "Tick Guild Install under Installation.",
            link=_PORTAL,
        )
    else:
        yield _judge_server_install(server)
    if person is None or not set(PERSON_SCOPES) <= set(person.get("scopes") or ()):
        yield warn(
            "user install",
            "Nobody can add readbot for themselves alone.",
            f"Tick User Install, with the scope {PERSON_SCOPES[0]}, under Installation.",
            link=_PORTAL,
        )
    else:
        yield well("user install", "Anybody can add readbot for themselves.")


def _params(kinds: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """Return the default link's parameters of a kind of install; None where it is not offered."""
    if kind not in kinds:
        return None
    params: Mapping[str, Any] = (kinds[kind] or {}).get("oauth2_install_params") or {}
    return params


def _judge_server_install(params: Mapping[str, Any]) -> Finding:
    """Compare Discord's own Add App button with what readbot needs."""
    subject = "server install"
    lacking = [scope for scope in SERVER_SCOPES if scope not in (params.get("scopes") or ())]
    given = Permissions(int(params.get("permissions") or 0))
    missing = Permissions(PERMISSIONS.value & ~given.value)
    mend = "Use the install link above, or set them under Installation."
    if lacking:
        return warn(
            subject, f"Discord's own Add App button leaves out {' and '.join(lacking)}.", mend, link=_PORTAL
        )
    if given.administrator:
        return warn(
            subject,
            "Discord's own Add App button makes readbot an administrator, which it need not be.",
            mend,
            link=_PORTAL,
        )
    if missing.value:
        named = ", ".join(name_permissions(missing))
        return warn(subject, f"Discord's own Add App button does not ask for {named}.", mend, link=_PORTAL)
    return well(subject, "Discord's own Add App button asks for the right scopes and permissions.")


# Commands


async def _look_at_commands(case: _Case) -> AsyncIterator[Finding]:
    registrar = Registrar(
        case.rest, case.commands, key=make_key(case.token, case.settings.discord_api_url), store=None
    )
    try:
        registered = await registrar.read()
    except PlatformError as error:
        yield fail("commands", "They cannot be compared.", f"{error}.")
        return
    drift = registrar.find_drift(registered)
    if not registered:
        yield fail(
            "commands", "None is registered.", "A readbot that runs registers them; or: readbot sync discord"
        )
    elif drift:
        more = f", and {len(drift) - _SHOWN} more" if len(drift) > _SHOWN else ""
        yield warn(
            "commands",
            f"They differ from this readbot's: {'; '.join(drift[:_SHOWN])}{more}.",
            "A readbot that starts mends that when its own have changed; at once: readbot sync discord",
        )
    else:
        yield well("commands", f"All {len(registered)} are as this readbot has them.")
    yield _judge_permissions(case.commands, registered)


def _judge_permissions(commands: list[Json], registered: list[Json]) -> Finding:
    """Tell who sees the commands before a server's own settings say otherwise."""
    subject = "command permissions"
    wanted = {each["name"]: each.get("default_member_permissions") for each in commands}
    hidden = []
    for command in registered:
        said = command.get("default_member_permissions")
        if said is not None and command["name"] in wanted and str(wanted[command["name"]]) != str(said):
            hidden.append(f"/{command['name']}")
    if hidden:
        return fail(
            subject,
            f"By default people do not see {' and '.join(hidden)}.",
            "To register them as they are meant: readbot sync discord",
        )
    reserved = [
        f"/{name} to {', '.join(name_permissions(Permissions(int(value))))}"
        for name, value in wanted.items()
        if value is not None
    ]
    found = f"Reserved: {'; '.join(reserved)}." if reserved else "Everybody sees all commands."
    return well(subject, f"{found} Who may change a digest is checked by readbot at every use.")


# The gateway


async def _look_at_gateway(case: _Case) -> AsyncIterator[Finding]:
    answer = await _ask(case, "/gateway/bot")
    if not isinstance(answer, Answer) or not answer.is_ok:
        reason = answer.reason if isinstance(answer, Answer) else answer
        yield fail("gateway", f"Discord does not say where it is: {reason}.", _NO_ANSWER)
        return
    url = answer.body["url"]
    trouble = await _try_gateway(url)
    if trouble:
        yield fail("gateway", f"{url} cannot be reached: {trouble}.", _NO_ANSWER)
    else:
        yield well("gateway", f"{url} says hello.")
    yield _judge_sessions(answer.body["session_start_limit"])
    yield _judge_shards(case.settings, answer.body["shards"])


async def _try_gateway(url: str) -> str:
    """Listen for the gateway's hello, without beginning a session; return what went wrong."""
    try:
        async with (
            asyncio.timeout(_TIMEOUT_S),
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url.rstrip('/')}/?v=10&encoding=json") as socket,
        ):
            hello = json.loads(await socket.receive_str())
    except TimeoutError:
        return f"no answer within {_TIMEOUT_S:g} s"
    except (aiohttp.ClientError, OSError, TypeError, ValueError) as error:
        return str(error) or type(error).__name__
    return "" if hello.get("op") == _HELLO else "it says something else than hello"


def _judge_sessions(limits: Mapping[str, Any]) -> Finding:
    left, total = limits["remaining"], limits["total"]
    again = f"in {limits['reset_after'] / 3_600_000:.1f} h"
    if left == 0:
        return fail(
            "sessions",
            f"All {total} sessions of the day are used up.",
            f"readbot waits for new ones, which come {again}. Something restarts it over and over: look at its log.",
        )
    if left < min(_FEW_SESSIONS, total):
        return warn(
            "sessions",
            f"{left} of {total} sessions may still begin today.",
            f"There are new ones {again}. Something restarts readbot often: look at its log.",
        )
    return well("sessions", f"{left} of {total} sessions may still begin today.")


def _judge_shards(settings: Settings, recommended: int) -> Finding:
    count = settings.discord_shard_count
    if count is None:
        return well("shards", f"Discord recommends {recommended}, and so many there are.")
    if count < recommended:
        return warn(
            "shards",
            f"There are {count}, and Discord recommends {recommended}.",
            f"Set DISCORD_SHARD_COUNT={recommended} in every process, and share them out with DISCORD_SHARD_IDS.",
        )
    return well("shards", f"There are {count}; Discord recommends {recommended}.")


async def _ask(case: _Case, path: str) -> Answer | str:
    """Return Discord's answer, or in words why there is none."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            return await case.rest.call("GET", path)
    except TimeoutError:
        return f"no answer within {_TIMEOUT_S:g} s"
    except (UnsentError, NoAnswerError) as error:
        return str(error)
