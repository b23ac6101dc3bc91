"""``readbot post``: the next link through a webhook, for cron and CI."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from readbot.bootstrap import load_library, load_platforms
from readbot.cli_options import ListFile
from readbot.conversation.library import Library
from readbot.conversation.reply import Reply
from readbot.digests.bag import Filter
from readbot.digests.calendar import Cadence
from readbot.exceptions import SettingsError
from readbot.ports import HasWebhooks, Webhooks
from readbot.reading_list.list_file import load_list_file
from readbot.reading_list.model import Kind
from readbot.search.sections import IS_MEANT
from readbot.settings import Secret, Settings
from readbot.webhooks.posting import Exit, Order, Result, WebhookPoster
from readbot.webhooks.sending import LOOPBACK

#: Sections that are named where somebody named none that there is.
_NAMED_SECTIONS = 3
_LISTED_SECTIONS = 20
_EVERY = {"week": Cadence.WEEKLY, "day": Cadence.DAILY}


@click.command()
@click.option(
    "--webhook",
    envvar="READBOT_WEBHOOK",
    metavar="URL",
    help="The webhook's address, a secret; better in READBOT_WEBHOOK, as other users see a command line.",
)
@click.option(
    "--state",
    "state_path",
    type=click.Path(path_type=Path),
    required=True,
    help="What was posted so far; made by the first run.",
)
@click.option(
    "--every",
    type=click.Choice(list(_EVERY)),
    default="week",
    show_default=True,
    help="At most one post each.",
)
@click.option(
    "--timezone", default="UTC", show_default=True, help="Where a week or day begins: Europe/Berlin."
)
@click.option("--section", help="Only links of this section and of those below it.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only links of this kind.")
@click.option(
    "--list",
    "list_path",
    type=ListFile(),
    help="Post from this list; without it from the first of READBOT_LIST.",
)
@click.option("--platform", help="slack or discord, where the address does not tell.")
@click.option(
    "--repost",
    is_flag=True,
    help="Post the last link again if its post got no answer: it may be there twice.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print what would be posted, as the platform would get it; change nothing.",
)
def post(
    *,
    webhook: str | None,
    state_path: Path,
    every: str,
    timezone: str,
    section: str | None,
    kind: str | None,
    list_path: Path | None,
    platform: str | None,
    repost: bool,
    dry_run: bool,
) -> None:
    """Post the next link through a Slack or Discord webhook: no server needed.

    Every link comes once, in shuffled order, before any comes again; links that join the list come
    first. Run it as often as you like: there is one post a week, or a day. docs/no-server.md has a
    crontab line and a workflow for CI.

    Exits with 0 when it is posted, or was already this week or day; with 1 when it is not, and a later
    run may have more luck; with 2 when the call, a file or the webhook is wrong; with 3 when nobody
    knows whether it was posted, and it counts as posted.
    """
    zone = _check_timezone(timezone)
    secret = _check_webhook(webhook) if webhook else None
    speaker = _choose(_load_speakers(), secret, platform) if secret or platform else None
    if not dry_run and (secret is None or speaker is None):
        raise click.UsageError("Give the webhook's address in READBOT_WEBHOOK, or with --webhook.")
    settings = Settings.from_environ(os.environ)
    list_path = list_path or settings.served_paths[0]
    order = Order(
        reading_list=load_list_file(list_path),
        wanted=Filter(
            section=_find_section(list_path, settings.aliases_path, section) if section else (),
            kind=Kind(kind) if kind else None,
        ),
        every=_EVERY[every],
        timezone=zone,
    )
    poster = WebhookPoster(order, state_path)
    if dry_run or secret is None or speaker is None:
        _preview(poster, speaker)
        return
    try:
        result = asyncio.run(poster.run(secret, speaker, repost=repost))
    except KeyboardInterrupt:
        line = "Stopped. Where a post was under way, the next run says which link may be there or not."
        result = Result(exit=Exit.UNCONFIRMED, lines=(line,))
    for line in result.lines:
        click.echo(line if result.exit is Exit.DONE else f"readbot: {line}", err=result.exit is not Exit.DONE)
    sys.exit(result.exit)


def _preview(poster: WebhookPoster, speaker: Webhooks | None) -> None:
    result, reply = poster.preview()
    for line in result.lines:
        click.echo(line)
    if reply is not None:
        click.echo(_show(reply, speaker))
    sys.exit(result.exit)


def _show(reply: Reply, speaker: Webhooks | None) -> str:
    if speaker is None:
        return reply.fallback
    return json.dumps(speaker.to_message(reply).body, indent=2, ensure_ascii=False)


def _load_speakers() -> dict[str, Webhooks]:
    platforms = load_platforms()
    return {name: found.webhooks for name, found in platforms.items() if isinstance(found, HasWebhooks)}


def _check_webhook(url: str) -> Secret:
    """Return the address; what is wrong with it is told without showing it.

    Raises:
        SettingsError: It is none.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            "The webhook has a user name or password before its host (it is not shown here, being a secret); "
            "webhooks take none, so copy it once more, or take out what stands before the @."
        )
    if not host or not is_safe or any(char.isspace() for char in url.strip()):
        raise SettingsError(
            "The webhook is no https address (it is not shown here, being a secret); copy it once more."
        )
    return Secret(url.strip())


def _choose(speakers: Mapping[str, Webhooks], webhook: Secret | None, platform: str | None) -> Webhooks:
    """Return how to speak to *webhook*, of which one of the two has to tell.

    Raises:
        UsageError: There is no such platform.
        SettingsError: Its address tells no platform.
    """
    if platform is not None:
        if platform not in speakers:
            raise click.UsageError(
                f"--platform {platform!r} has no webhooks; use {' or '.join(sorted(speakers))}."
            )
        return speakers[platform]
    for speaker in speakers.values():
        if webhook is not None and speaker.owns(webhook.reveal()):
            return speaker
    raise SettingsError(
        "The webhook is none that is known (it is not shown here, being a secret). Slack's begin with "
        "https://hooks.slack.com/services/, Discord's with https://discord.com/api/webhooks/; for one behind a "
        "proxy say --platform."
    )


def _find_section(list_path: Path, aliases_path: Path | None, name: str) -> tuple[str, ...]:
    library = load_library(list_path=list_path, aliases_path=aliases_path)
    found = library.index.find_sections(name)
    if found and found[0][1] >= IS_MEANT:
        return found[0][0].path
    near = [place.title for place, _ in found[:_NAMED_SECTIONS]] or _find_alike(library, name)
    if near:
        advice = f"Did you mean {_quote(near)}?"
    else:
        outermost = [place.title for place in library.reading_list.places if len(place.path) == 1]
        rest = "those below them" if len(outermost) <= _LISTED_SECTIONS else "others"
        advice = f"There are {_quote(outermost[:_LISTED_SECTIONS])}, and {rest}."
    raise click.UsageError(f"--section: no section is called {name!r}. {advice}")


def _find_alike(library: Library, name: str) -> list[str]:
    """Return titles that are written much like *name*, which search finds too far from any."""
    titles = {place.title.lower(): place.title for place in library.reading_list.places}
    alike = get_close_matches(name.lower(), titles, n=_NAMED_SECTIONS, cutoff=0.5)
    return [titles[each] for each in alike]


def _quote(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def _check_timezone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError) as error:
        raise click.UsageError(
            f"--timezone {name!r} is not known; write for instance Europe/Berlin."
        ) from error
