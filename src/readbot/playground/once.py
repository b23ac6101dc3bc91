"""``readbot playground --once``: one question, the answer as the person sees it, and the payloads."""

import asyncio
import json
from typing import TextIO

from readbot.playground.deeds import DeedError, Json
from readbot.playground.plain import Viewer, read_form, read_payload
from readbot.playground.scene import PEOPLE
from readbot.playground.session import Session
from readbot.playground.typed import UnknownCommandError, read_typed

#: How long an answer that waits for the database or for a platform may take.
ANSWERED_WITHIN_S = 30.0

_IS_LOADING = 1 << 7

_ASKER = PEOPLE[0]


async def ask_once(session: Session, typed: str, out: TextIO) -> bool:
    """Let Ada type *typed* on both platforms, print what she sees, and tell whether she was answered.

    Args:
        session: With a program that runs.
        typed: A slash command as on Slack ("/llmread fine-tuning"), or as on Discord with its options
            named ("/llmread query: fine-tuning kind: paper"); not blank.
        out: Where it is printed, for a person first and the payloads below as JSON.

    Returns:
        Whether every platform that has the command answered; False where none has it.
    """
    await session.discord.until_ready()
    answered = [await _ask(session, platform, typed, out) for platform in session.sides]
    asked = [each for each in answered if each is not None]
    return bool(asked) and all(asked)


async def _ask(session: Session, platform: str, typed: str, out: TextIO) -> bool | None:
    """Ask one platform; return whether it answered, None where it has no such command."""
    world = session.sides[platform].describe_world()
    channel = world["channels"][0]
    first = session.wire.entries[-1].number if session.wire.entries else 0
    deed = {"do": "command", "platform": platform, "person": _ASKER.key, "channel": channel["id"]}
    print(f"{world['label']} · #{channel['name']} · {_ASKER.name}: {typed}", file=out)
    try:
        events = await _do_and_see(session, deed | read_typed(typed, world))
    except UnknownCommandError as error:
        print(f"  {error}\n", file=out)
        return None
    except DeedError as error:
        print(f"  {error}\n", file=out)
        return False
    viewer = _look_as_asker(session, world)
    for event in events:
        sees, words = _read(event, viewer)
        print(f"{world['bot']['name']} ({sees}):", file=out)
        for line in words.splitlines():
            print(f"  {line}", file=out)
    for entry in session.wire.entries:
        if entry.number > first and entry.platform == platform:
            print(f"{'to' if entry.to_bot else 'from'} readbot, {entry.what}:", file=out)
            print(json.dumps(entry.body, indent=2, ensure_ascii=False), file=out)
    print(file=out)
    return True


def _read(event: Json, viewer: Viewer) -> tuple[str, str]:
    """Return who sees what came, and what there is to read."""
    if event["event"] == "view":
        return "in a window of hers", read_form(event["view"]["payload"], viewer)
    message = event["message"]
    sees = "only visible to her" if message["only_for"] else "the whole channel sees it"
    return sees, read_payload(message["payload"], viewer)


def _look_as_asker(session: Session, world: Json) -> Viewer:
    people = {each.key: each.name for each in PEOPLE}
    names = {world["people"][key]: name for key, name in people.items()}
    names |= {each["id"]: each["name"] for each in (*world["channels"], world["bot"])}
    return Viewer(now=session.clock.now(), timezone=_ASKER.timezone, names=names)


async def _do_and_see(session: Session, deed: Json) -> list[Json]:
    """Do *deed* and return the messages and forms that come of it, as events.

    Some answers take longer than the deed, and some come behind an announcement to the channel: the
    answer to a command is for the person alone, or a form.

    Raises:
        DeedError: It cannot be done, or nothing comes of it.
    """
    seen: dict[str, Json] = {}
    answered = asyncio.Event()

    def note(event: Json) -> None:
        what = event.get("message") or event.get("view") or {}
        # Discord's "thinking" is no answer yet.
        is_waiting = int(what.get("payload", {}).get("flags") or 0) & _IS_LOADING
        if what.get("platform") == deed["platform"] and event["event"] != "home" and not is_waiting:
            seen[what["id"]] = event
            if event["event"] == "view" or what["only_for"]:
                answered.set()

    forget = session.listen(note)
    try:
        await session.do(deed)
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await answered.wait()
    except TimeoutError:
        if not seen:
            raise DeedError("No answer came.") from None
    finally:
        forget()
    return list(seen.values())
