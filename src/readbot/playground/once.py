"""``readbot playground --once``: one question, the answer as the person sees it, and the payloads."""

import asyncio
import html
import json
import re
from typing import Any, TextIO

from readbot.playground.deeds import DeedError, Json
from readbot.playground.scene import PEOPLE
from readbot.playground.session import Session

#: How long an answer that waits for the database or for a platform may take.
ANSWERED_WITHIN_S = 10.0

_TOGETHER_S = 0.5
_IS_LOADING = 1 << 7


async def ask_once(session: Session, typed: str, out: TextIO) -> bool:
    """Let Ada type *typed* on both platforms, print what she sees, and tell whether both answered.

    Args:
        session: With a program that runs.
        typed: A slash command as on Slack ("/llmread fine-tuning"), or as on Discord with its options
            named ("/llmread query: fine-tuning kind: paper").
        out: Where it is printed, for a person first and the payloads below as JSON.
    """
    await session.discord.until_ready()
    answered = [await _ask(session, platform, typed, out) for platform in session.sides]
    return all(answered)


async def _ask(session: Session, platform: str, typed: str, out: TextIO) -> bool:
    world = session.sides[platform].describe_world()
    channel = world["channels"][0]
    first = session.wire.entries[-1].number if session.wire.entries else 0
    deed = {"do": "command", "platform": platform, "person": PEOPLE[0].key, "channel": channel["id"]}
    print(f"{world['label']} · #{channel['name']} · {PEOPLE[0].name}: {typed}", file=out)
    try:
        messages = await _do_and_see(session, deed | _read_typed(typed, world["commands"]))
    except DeedError as error:
        print(f"  {error}\n", file=out)
        return False
    for message in messages:
        sees = "only visible to her" if message["only_for"] else "the whole channel sees it"
        print(f"{world['bot']['name']} ({sees}):", file=out)
        for line in read_payload(message["payload"]).splitlines():
            print(f"  {line}", file=out)
    for entry in session.wire.entries:
        if entry.number > first and entry.platform == platform:
            print(f"{'to' if entry.to_bot else 'from'} readbot, {entry.what}:", file=out)
            print(json.dumps(entry.body, indent=2, ensure_ascii=False), file=out)
    print(file=out)
    return True


async def _do_and_see(session: Session, deed: Json) -> list[Json]:
    """Do *deed* and return the messages that come of it: some answers take longer than the deed.

    Raises:
        DeedError: It cannot be done, or nothing comes of it.
    """
    seen: dict[str, Json] = {}
    arrived = asyncio.Event()

    def note(event: Json) -> None:
        message = event.get("message", {})
        # Discord's "thinking" is no answer yet.
        is_waiting = int(message.get("payload", {}).get("flags") or 0) & _IS_LOADING
        if message.get("platform") == deed["platform"] and not is_waiting:
            seen[message["id"]] = message
            arrived.set()

    forget = session.listen(note)
    try:
        await session.do(deed)
        if not seen:
            async with asyncio.timeout(ANSWERED_WITHIN_S):
                await arrived.wait()
            # An answer that took its time may come with an announcement to the channel.
            await asyncio.sleep(_TOGETHER_S)
    except TimeoutError:
        raise DeedError("No answer came.") from None
    finally:
        forget()
    return list(seen.values())


def read_payload(payload: Json) -> str:
    """Return everything there is to read in a message of either platform, a line a piece of text."""
    words = _find_words(payload.get("blocks") or payload.get("components") or payload)
    return "\n".join(to_plain(each) for each in words)


def to_plain(markup: str) -> str:
    """Return Slack's or Discord's markup without its signs; a link's address stands behind its words.

    >>> to_plain("*<https://example.com|A &amp; B>*"), to_plain("-# **[C](https://example.com)**")
    ('A & B (https://example.com)', 'C (https://example.com)')
    """
    for pattern, instead in _SIGNS:
        markup = pattern.sub(instead, markup)
    return html.unescape(markup)


#: What stands for what, in this order.
_SIGNS = tuple(
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (r"<(https?://[^|>]+)\|([^>]+)>", r"\2 (\1)"),
        (r"\[((?:\\.|[^\]\\])+)\]\(<?(https?://[^\s)>]+)>?\)", r"\1 (\2)"),
        (r"^(?:-#|#{1,3}) ", ""),
        (r"(?<![\w*])\*{1,2}(?=\S)(.+?)(?<=\S)\*{1,2}(?![\w*])", r"\1"),
        (r"(?<![\w_])_(?=\S)(.+?)(?<=\S)_(?![\w_])", r"\1"),
        (r"\\([^A-Za-z0-9\s])", r"\1"),
    )
)


def _find_words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for inner in value for word in _find_words(inner)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("button", 2):
        label = value.get("label") or value["text"]["text"]
        return [f"[{label}]"]
    if value.get("type") in ("static_select", 3):
        placeholder = value.get("placeholder") or ""
        return [f"[{placeholder['text'] if isinstance(placeholder, dict) else placeholder} ▾]"]
    words = [str(value[key]) for key in ("text", "content", "alt_text") if isinstance(value.get(key), str)]
    return words + [word for inner in value.values() for word in _find_words(inner)]


def _read_typed(typed: str, commands: list[Json]) -> Json:
    """Return the fields of a command's deed: the longest command that fits, and what stands behind it.

    Raises:
        DeedError: It is no command there.
    """
    fitting = [each for each in commands if f"{typed} ".startswith(f"{each['name']} ")]
    if not fitting:
        known = ", ".join(each["name"] for each in commands)
        raise DeedError(f"{typed.split(maxsplit=1)[0]} is no command here; there are {known}.")
    command = max(fitting, key=lambda each: len(each["name"]))
    rest = typed.removeprefix(command["name"]).strip()
    if command["options"] is None:
        return {"name": command["name"], "text": rest}
    return {"name": command["name"].removeprefix("/"), "options": _read_options(rest, command["options"])}


def _read_options(rest: str, options: list[Json]) -> Json:
    """Return options by name; words without a name are the first option's."""
    if not rest:
        return {}
    if not options:
        raise DeedError("That command takes no options.")
    names = "|".join(re.escape(option["name"]) for option in options)
    first, *named = re.split(rf"(?:^|\s)({names}):\s*", rest)
    values = dict(zip(named[::2], (value.strip() for value in named[1::2]), strict=True))
    if first.strip():
        values[options[0]["name"]] = first.strip()
    switches = {option["name"] for option in options if option["type"] == "switch"}
    return {
        name: value.lower() in {"true", "yes"} if name in switches else value
        for name, value in values.items()
    }
