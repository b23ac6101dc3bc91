"""``readbot digest``: what an operator does without a chat."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click

from readbot.bootstrap import list_platform_names, load_platforms, open_shelves
from readbot.conversation.reply import LinkCard
from readbot.curation.health import HealthBook
from readbot.digests.calendar import describe_next, describe_schedule
from readbot.digests.errors import NoDigestError, NoSectionError, NothingFitsError
from readbot.digests.model import Channel, Delivery, Subscription
from readbot.digests.phrases import EXAMPLE
from readbot.digests.post import describe_filter, describe_nothing
from readbot.digests.service import DigestService
from readbot.digests.wiring import make_service, make_writers
from readbot.digests.wish import parse_wish
from readbot.exceptions import DigestError
from readbot.reading_list import ReadingList
from readbot.settings import Settings
from readbot.storage import visit_store
from readbot.store import Store

#: Whoever sits at the machine: no platform knows a person of this name.
OPERATOR = "operator"

_EXAMPLE = "For instance: --weekday monday --time 09:00 --timezone Europe/Berlin"


@contextmanager
def _open() -> Iterator[tuple[Store, DigestService]]:
    settings = Settings.from_environ(os.environ)
    with visit_store(settings) as store, closing(open_shelves(settings, store.overlays)) as shelves:
        health = HealthBook(store.links.load)
        health.refresh()
        service = make_service(
            settings,
            store,
            shelves,
            writers=make_writers(shelves, doctor=health),
            # The SDKs take a second to import: only for who needs them.
            find_platform=lambda name: load_platforms().get(name),
        )
        with _in_our_words(shelves.default.reading_list):
            yield store, service


@contextmanager
def _in_our_words(reading_list: ReadingList) -> Iterator[None]:
    """Say what went wrong for who types ``readbot digest``, not for who types in a chat."""
    try:
        yield
    except NoDigestError:
        raise DigestError("This channel has no digest. To have one: readbot digest add") from None
    except NoSectionError as error:
        names = ", ".join(dict.fromkeys(place.title for place in reading_list.places))
        raise DigestError(f"No section is called “{error.words}”. There are: {names}.") from None
    except NothingFitsError as error:
        way_on = "To widen it, add --section any --kind any."
        raise DigestError(f"{describe_nothing(error.wanted)} {way_on}") from None
    except DigestError as error:
        if EXAMPLE not in str(error):
            raise
        raise DigestError(str(error).replace(EXAMPLE, _EXAMPLE)) from None


def _channel_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command --platform, --workspace and --channel, and hand them to it as one channel."""

    @click.option("--platform", required=True, help="slack or discord.")
    @click.option("--workspace", required=True, help="A Slack team id (T...) or a Discord server id.")
    @click.option("--channel", required=True, help="The platform's id of the channel.")
    @wraps(command)
    def with_channel(*, platform: str, workspace: str, channel: str, **others: Any) -> None:
        command(channel=Channel(platform=platform, workspace_id=workspace, channel_id=channel), **others)

    return with_channel


_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def digest() -> None:
    """See and change the digests of all channels."""


@digest.command()
@_channel_options
@click.option("--cadence", default="", help="weekly, every 2 weeks, weekdays, daily or monthly.")
@click.option("--weekday", default="", help="monday, tue, ...")
@click.option("--time", "at", default="", help="9, 09:00, 4pm; local time.")
@click.option("--timezone", default="", help="A zone or a city: Europe/Berlin.")
@click.option("--section", default="", help="Only links of this section.")
@click.option("--kind", default="", help="Only links of this kind: paper, video, ...")
@click.option("--links", default="", help="Links in one digest: 1 to 3.")
@click.option("--next-at", default=None, help="The first post, ISO 8601: 2026-11-30T09:00:00+01:00.")
@_as_json
def add(*, channel: Channel, next_at: str | None, as_json: bool, **typed: str) -> None:
    """Turn a channel's digest on, or change what is named."""
    known = list_platform_names()
    if channel.platform not in known:
        raise click.BadParameter(
            f"{channel.platform!r} is not installed. There are: {', '.join(known)}.",
            param_hint="--platform",
        )
    # The very words that are typed in a chat, so that both read them alike.
    keys = {"cadence": "cadence", "weekday": "weekday", "at": "time", "timezone": "timezone"}
    keys |= {"section": "section", "kind": "kind", "links": "links"}
    words = " ".join(f'{keys[name]}:"{value.replace(chr(34), "")}"' for name, value in typed.items() if value)
    with _open() as (store, service):
        wish = parse_wish(words)
        done = service.turn_on(
            channel, wish, person_id=OPERATOR, timezone="UTC", next_at=_parse_instant(next_at)
        )
        assert done.status.subscription is not None  # noqa: S101 - just written
        _show_subscriptions([done.status.subscription], store.now(), as_json=as_json, alone=True)


@digest.command("list")
@click.option("--platform", default=None, help="Only this platform's.")
@click.option("--workspace", default=None, help="Only this workspace's.")
@_as_json
def list_(*, platform: str | None, workspace: str | None, as_json: bool) -> None:
    """List the digests of all channels."""
    with visit_store(Settings.from_environ(os.environ)) as store:
        found = store.subscriptions.list_(platform=platform, workspace_id=workspace)
        if found or as_json:
            _show_subscriptions(found, store.now(), as_json=as_json)
        else:
            there = " there" if platform or workspace else ""
            click.echo(f"No channel{there} has a digest. To add one: readbot digest add --help")


def _add_verb(name: str, run: Callable[[DigestService, Channel], object], help_text: str) -> None:
    @digest.command(name, help=help_text)
    @_channel_options
    @_as_json
    def verb(*, channel: Channel, as_json: bool) -> None:
        with _open() as (store, service):
            run(service, channel)
            after = store.subscriptions.find(channel)
            if after is None and not as_json:
                click.echo(f"{_format_channel(channel)}: the digest is removed, with its history")
                return
            _show_subscriptions([after] if after else [], store.now(), as_json=as_json, alone=True)


_add_verb("pause", DigestService.pause, "Post nothing in a channel until resume; its settings stay.")
_add_verb("resume", DigestService.resume, "Go on with a channel's next slot.")
_add_verb("off", DigestService.turn_off, "Turn a channel's digest off; what it has had is remembered.")
_add_verb("remove", DigestService.remove, "Remove a channel's digest with its history.")


@digest.command()
@_channel_options
@_as_json
def preview(*, channel: Channel, as_json: bool) -> None:
    """Show a channel's next digest; it uses up nothing."""
    with _open() as (_, service):
        reply = service.preview(channel)
    cards = [part for part in reply.parts if isinstance(part, LinkCard)]
    if as_json:
        _print_json(
            {"text": reply.fallback, "links": [{"title": card.title, "url": card.url} for card in cards]}
        )
    else:
        click.echo(reply.fallback)


@digest.command()
@_channel_options
@_as_json
def now(*, channel: Channel, as_json: bool) -> None:
    """Have a digest posted at once by the readbot that runs; the next slot stays."""
    with _open() as (_, service):
        delivery = service.post_now(channel)
    if as_json:
        _print_json(_delivery_to_json(delivery, []))
    else:
        click.echo(f"{delivery.id} will be posted by the readbot that runs")


@digest.command()
@click.option("--platform", default=None, help="With --workspace and --channel: only this channel's.")
@click.option("--workspace", default=None)
@click.option("--channel", "channel_id", default=None)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@_as_json
def log(
    *, platform: str | None, workspace: str | None, channel_id: str | None, limit: int, as_json: bool
) -> None:
    """List deliveries, the latest first: what was posted, skipped, failed or is unconfirmed."""
    with visit_store(Settings.from_environ(os.environ)) as store:
        subscription_id = None
        if platform and workspace and channel_id:
            channel = Channel(platform=platform, workspace_id=workspace, channel_id=channel_id)
            found = store.subscriptions.find(channel)
            if found is None:
                raise DigestError("This channel has no digest: readbot digest list shows those that have.")
            subscription_id = found.id
        elif platform or workspace or channel_id:
            raise click.UsageError("Give --platform, --workspace and --channel together, or none of them.")
        rows = store.journal.list_deliveries(subscription_id=subscription_id, limit=limit)
        drawn = store.bags.list_drawn([row.id for row in rows])
    if as_json:
        _print_json([_delivery_to_json(row, drawn.get(row.id, [])) for row in rows])
        return
    if not rows:
        click.echo("Nothing has been posted, skipped or tried yet.")
    for row in rows:
        state = "unconfirmed" if row.is_unconfirmed else row.state
        where = _format_channel(row.channel)
        click.echo(f"{_format_time(row.slot_at)}  {state:11}  {where}  {row.id}  {row.reason}".rstrip())


@digest.command()
@_as_json
def status(*, as_json: bool) -> None:
    """Count deliveries by state; "due" are slots that no tick has seen yet."""
    with visit_store(Settings.from_environ(os.environ)) as store:
        counts = store.journal.count_by_state(store.now())
    if as_json:
        _print_json(counts)
    else:
        for state, count in counts.items():
            click.echo(f"{state:11}  {count:7}")


def _parse_instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--next-at: {text!r} is no time like 2026-11-30T09:00:00+01:00") from None
    if moment.tzinfo is None:
        raise click.UsageError(f"--next-at: {text!r} needs its offset, as in {text}+01:00 or {text}Z")
    return moment


def _show_subscriptions(
    found: Sequence[Subscription], moment: datetime, *, as_json: bool, alone: bool = False
) -> None:
    if as_json:
        rows = [_subscription_to_json(subscription) for subscription in found]
        _print_json(rows if not alone else (rows[0] if rows else {}))
        return
    for subscription in found:
        slot = subscription.next_slot
        coming = (
            f"next: {describe_next(slot.instant, subscription.schedule.timezone, moment)}"
            if slot
            else subscription.state.value + (f" ({subscription.trouble})" if subscription.trouble else "")
        )
        what = f"{describe_schedule(subscription.schedule)}, {describe_filter(subscription.wanted)}"
        click.echo(f"{_format_channel(subscription.channel)}: {what}; {coming}")


def _subscription_to_json(subscription: Subscription) -> dict[str, Any]:
    schedule, channel = subscription.schedule, subscription.channel
    slot = subscription.next_slot
    return {
        "id": subscription.id,
        "platform": channel.platform,
        "workspace": channel.workspace_id,
        "channel": channel.channel_id,
        "state": subscription.state,
        "cadence": schedule.cadence,
        "weekday": schedule.weekday.label.lower() if schedule.weekday is not None else None,
        "time": f"{schedule.at:%H:%M}",
        "timezone": schedule.timezone,
        "section": list(subscription.wanted.section),
        "kind": subscription.wanted.kind,
        "links": subscription.links,
        "next_at": slot and _format_time(slot.instant),
        "skipped_dates": sorted(day.isoformat() for day in subscription.skipped_dates),
        "next_due_at": subscription.next_due_at and _format_time(subscription.next_due_at),
        "trouble": subscription.trouble,
    }


def _delivery_to_json(delivery: Delivery, link_ids: Sequence[str]) -> dict[str, Any]:
    times = {"slot_at": delivery.slot_at, "due_at": delivery.due_at, "finished_at": delivery.finished_at}
    return {
        "id": delivery.id,
        "platform": delivery.channel.platform,
        "workspace": delivery.channel.workspace_id,
        "channel": delivery.channel.channel_id,
        "origin": delivery.origin,
        **{name: moment and _format_time(moment) for name, moment in times.items()},
        "state": delivery.state,
        "unconfirmed": delivery.is_unconfirmed,
        "attempts": delivery.attempts,
        "message_id": delivery.message_id,
        "reason": delivery.reason,
        "links": list(link_ids),
    }


def _format_channel(channel: Channel) -> str:
    return f"{channel.platform} {channel.workspace_id} {channel.channel_id}"


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
