"""``/readbot digest ...``: a channel's link of the week.

Who may change a digest is decided by the core, from the permissions that come with each command:
Discord knows default permissions for a whole command only, and everybody may ask ``/readbot help``
or see how it stands with the digest.
"""

import re
from typing import TypeAlias

from discord import AppCommandOptionType, ChannelType, app_commands
from discord.app_commands import locale_str

from readbot.conversation.commands import Digest, format_command
from readbot.conversation.language import say
from readbot.conversation.reply import MAX_COMMAND_LENGTH, Text
from readbot.digests.calendar import Cadence, Weekday
from readbot.digests.phrases import ANY, MAX_LINKS
from readbot.digests.zones import COMMON_ZONES, find_zones, is_zone
from readbot.language import speaking, tr
from readbot_discord.answering import Responder
from readbot_discord.callbacks import AnyInteraction
from readbot_discord.completing import KINDS, MAX_CHOICES, SECTION_ID, Completer, Offer
from readbot_discord.custom_ids import Aim

#: One word each: a command has to fit a button together with a zone that is asked for.
_CADENCE_WORDS = {cadence: cadence.value for cadence in Cadence} | {Cadence.FORTNIGHTLY: "fortnightly"}
_CADENCE_NAMES = {
    Cadence.WEEKLY: locale_str("weekly"),
    Cadence.FORTNIGHTLY: locale_str("every 2 weeks"),
    Cadence.MONTHLY: locale_str("monthly"),
    Cadence.WEEKDAYS: locale_str("weekdays"),
    Cadence.DAILY: locale_str("daily"),
}
_WEEKDAY_NAMES = {
    Weekday.MONDAY: locale_str("Monday"),
    Weekday.TUESDAY: locale_str("Tuesday"),
    Weekday.WEDNESDAY: locale_str("Wednesday"),
    Weekday.THURSDAY: locale_str("Thursday"),
    Weekday.FRIDAY: locale_str("Friday"),
    Weekday.SATURDAY: locale_str("Saturday"),
    Weekday.SUNDAY: locale_str("Sunday"),
}
_CADENCES = [app_commands.Choice(name=_CADENCE_NAMES[each], value=_CADENCE_WORDS[each]) for each in Cadence]
_WEEKDAYS = [app_commands.Choice(name=_WEEKDAY_NAMES[day], value=day.label[:3].casefold()) for day in Weekday]
_ANY_KIND = app_commands.Choice(name=locale_str("any kind"), value=ANY)

_Time = app_commands.Range[str, 1, 20]
_Zone = app_commands.Range[str, 1, 50]
_Section = app_commands.Range[str, 1, MAX_COMMAND_LENGTH - len('digest on section:""')]
_DayOfMonth = app_commands.Range[int, 1, 31]
_Links = app_commands.Range[int, 1, MAX_LINKS]

_Named: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread


class _Places(app_commands.Transformer):
    """Offers where a digest can go; in a forum no command can be typed, so it is named from elsewhere."""

    @property
    def type(self) -> AppCommandOptionType:
        return AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[ChannelType]:
        return [
            ChannelType.text,
            ChannelType.news,
            ChannelType.voice,
            ChannelType.forum,
            ChannelType.news_thread,
            ChannelType.public_thread,
            ChannelType.private_thread,
        ]

    async def transform(self, _interaction: AnyInteraction, value: _Named, /) -> _Named:
        return value


_Place: TypeAlias = app_commands.Transform[_Named, _Places]
_CHANNEL = locale_str("channel")
_CHANNEL_MEANING = locale_str("Another channel, a thread or a forum? This one if you leave it out")

_PLAIN_TIME = re.compile(r"\d{1,2}(?::\d\d)?(?:[ap]m)?", re.IGNORECASE)
_PLAIN_ZONE = re.compile(r"UTC|[A-Za-z]+(?:[/_-][A-Za-z]+)*/[A-Za-z_-]+")

#: What everybody may see who sees the channel; all others write there, or change what comes.
_ONLY_SHOW = frozenset({"status", "preview"})

#: The sub-commands that need no options: the verb, its name, what Discord shows beside it.
_VERBS = (
    ("setup", locale_str("setup"), locale_str("Set it up in a form")),
    ("off", locale_str("off"), locale_str("Turn the digest of this channel off")),
    ("pause", locale_str("pause"), locale_str("Keep the settings and post nothing until it is resumed")),
    ("resume", locale_str("resume"), locale_str("Go on after a pause, with the next date")),
    ("status", locale_str("status"), locale_str("When the next one comes, what was posted, what is set")),
    ("preview", locale_str("preview"), locale_str("The next digest, for you alone")),
    ("now", locale_str("now"), locale_str("Post a digest at once; the next date stays")),
    ("skip", locale_str("skip"), locale_str("Leave the next one out")),
)


def make_digest_group(
    responder: Responder, parent: app_commands.Group, complete_section: Completer
) -> app_commands.Group:
    """Return the group of the digest's sub-commands, made part of *parent*."""
    group = app_commands.Group(
        name=locale_str("digest"),
        description=locale_str("A good link for this channel, every week"),
        parent=parent,
    )
    _add_on(group, responder, complete_section)
    for verb, name, description in _VERBS:
        _add_verb(group, responder, verb, name, description)
    return group


def _add_verb(
    group: app_commands.Group, responder: Responder, verb: str, name: locale_str, description: locale_str
) -> None:
    @group.command(name=name, description=description)
    @app_commands.rename(channel=_CHANNEL)
    @app_commands.describe(channel=_CHANNEL_MEANING)
    async def run(interaction: AnyInteraction, channel: _Place | None = None) -> None:
        await _answer(responder, interaction, Digest(verb), channel)


async def _answer(
    responder: Responder, interaction: AnyInteraction, wanted: Digest, channel: _Named | None
) -> None:
    """Answer about *channel*, unless who asks could not see it, or not write there, themselves."""
    if channel is None:
        await responder.answer(interaction, format_command(wanted))
        return
    with speaking(str(interaction.locale)):
        obstacle = None if interaction.permissions.manage_guild else _find_obstacle(channel, wanted)
        if obstacle is not None:
            await responder.decline(interaction, obstacle)
            return
    await responder.answer(interaction, format_command(wanted), aim=Aim(channel_id=str(channel.id)))


def _find_obstacle(channel: _Named, wanted: Digest) -> Text | None:
    """Return why *wanted* is not for a person to say of *channel*; None where it is."""
    permissions = channel.permissions
    if not permissions.view_channel:
        return say("You may not see that channel, so I tell you nothing of it.")
    is_thread = isinstance(channel, app_commands.AppCommandThread)
    may_write = permissions.send_messages_in_threads if is_thread else permissions.send_messages
    if may_write or wanted.words in _ONLY_SHOW:
        return None
    return say("You may not write in that channel, so neither may I for you.")


async def _complete_zone(_interaction: AnyInteraction, typed: str) -> Offer:
    zones = find_zones(typed, limit=MAX_CHOICES) if typed.strip() else COMMON_ZONES
    return [app_commands.Choice(name=zone, value=zone) for zone in zones[:MAX_CHOICES]]


def _or_all_sections(complete_section: Completer) -> Completer:
    """Return what completes sections, with "all of them" before the first while it fits what is typed."""

    async def complete(interaction: AnyInteraction, typed: str) -> Offer:
        found = await complete_section(interaction, typed)
        with speaking(str(interaction.locale)):
            any_section = app_commands.Choice(name=tr("All sections"), value=ANY)
        if any_section.name.casefold().startswith(typed.strip().casefold()):
            found = [any_section, *found]
        return found[:MAX_CHOICES]

    return complete


def _add_on(group: app_commands.Group, responder: Responder, complete_section: Completer) -> None:
    @group.command(
        name=locale_str("on"),
        description=locale_str("Turn it on, or change what you fill in: Mondays at 09:00 if nothing"),
    )
    @app_commands.rename(
        cadence=locale_str("cadence"),
        weekday=locale_str("weekday"),
        day_of_month=locale_str("day_of_month"),
        time=locale_str("time"),
        zone=locale_str("zone"),
        section=locale_str("section"),
        kind=locale_str("kind"),
        links=locale_str("links"),
        silent=locale_str("silent"),
        changes=locale_str("changes"),
        channel=_CHANNEL,
    )
    @app_commands.describe(
        cadence=locale_str("How often? Weekly if you leave it out"),
        weekday=locale_str("On which day?"),
        day_of_month=locale_str("Every month on this date; with a weekday, the 1st to 4th such day"),
        time=locale_str("When? 9, 9am and 16:30 are fine"),
        zone=locale_str("In which time zone? Type a city"),
        section=locale_str("Only links of this section"),
        kind=locale_str("Only links of this kind"),
        links=locale_str("How many links in one digest?"),
        silent=locale_str("Post without a notification?"),
        changes=locale_str("Also say what changed in the list since the last digest?"),
        channel=_CHANNEL_MEANING,
    )
    @app_commands.choices(cadence=_CADENCES, weekday=_WEEKDAYS, kind=[*KINDS, _ANY_KIND])
    @app_commands.autocomplete(zone=_complete_zone, section=_or_all_sections(complete_section))
    async def turn_on(
        interaction: AnyInteraction,
        *,
        cadence: app_commands.Choice[str] | None = None,
        weekday: app_commands.Choice[str] | None = None,
        time: _Time | None = None,
        zone: _Zone | None = None,
        section: _Section | None = None,
        kind: app_commands.Choice[str] | None = None,
        links: _Links | None = None,
        day_of_month: _DayOfMonth | None = None,
        silent: bool | None = None,
        changes: bool | None = None,
        channel: _Place | None = None,
    ) -> None:
        wanted = make_on_command(
            cadence=cadence.value if cadence else "",
            weekday=weekday.value if weekday else "",
            day_of_month=day_of_month,
            time=time or "",
            zone=zone or "",
            section=section or "",
            kind=kind.value if kind else "",
            links=links,
            silent=silent,
            changes=changes,
        )
        await _answer(responder, interaction, wanted, channel)


def make_on_command(
    *,
    cadence: str = "",
    weekday: str = "",
    day_of_month: int | None = None,
    time: str = "",
    zone: str = "",
    section: str = "",
    kind: str = "",
    links: int | None = None,
    silent: bool | None = None,
    changes: bool | None = None,
) -> Digest:
    """Return what ``/readbot digest on`` with these options means; what is empty was not filled in.

    What a person typed is named and in quotes unless it is plain: no word of theirs is taken for
    something else.
    """
    pieces = [
        "on",
        cadence,
        _ordinal(day_of_month) if day_of_month else "",
        weekday,
        time if _PLAIN_TIME.fullmatch(time) else _named("time", time),
        zone if _PLAIN_ZONE.fullmatch(zone) and is_zone(zone) else _named("zone", zone),
        f"section:{section}" if SECTION_ID.fullmatch(section) else _named("section", section),
        f"kind:{kind}" if kind else "",
        f"links:{links}" if links else "",
        "" if silent is None else "silent" if silent else "loud",
        "" if changes is None else "changes:on" if changes else "changes:off",
    ]
    return Digest(" ".join(piece for piece in pieces if piece))


def _named(name: str, value: str) -> str:
    value = re.sub(r'["“”]', " ", value).strip()
    return f'{name}:"{value}"' if value else ""


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
