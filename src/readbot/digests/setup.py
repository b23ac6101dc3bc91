"""The digest's form: the same wishes as typed ones, a field each."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from readbot.conversation.form import Field, FieldChoice, FieldKind, Form, Lookup
from readbot.digests.calendar import Cadence, Weekday, name_weekday
from readbot.digests.errors import NoSectionError, NothingFitsError, ZoneNeededError
from readbot.digests.model import Subscription, SubscriptionState
from readbot.digests.phrases import ANY, parse_time
from readbot.digests.wish import DEFAULT_TIME, DEFAULT_WEEKDAY, DigestWish
from readbot.digests.zones import parse_zone
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr, translatable
from readbot.reading_list.model import place_id

SET_UP = "digest setup"

_CADENCES = {
    Cadence.WEEKLY: translatable("Every week"),
    Cadence.FORTNIGHTLY: translatable("Every 2 weeks"),
    Cadence.MONTHLY: translatable("Every month, the first such day"),
    Cadence.WEEKDAYS: translatable("Monday to Friday"),
    Cadence.DAILY: translatable("Every day"),
}
_WITH_A_WEEKDAY = {Cadence.WEEKLY, Cadence.FORTNIGHTLY, Cadence.MONTHLY}

_Value = TypeVar("_Value")


def make_setup_form(subscription: Subscription | None, *, timezone: str) -> Form:
    """Return the form for a channel, filled with what it has.

    Args:
        subscription: The channel's, if it ever had one.
        timezone: The asker's own; empty where unknown.
    """
    schedule = subscription.schedule if subscription else None
    section = subscription.wanted.section if subscription else ()
    weekday = schedule.weekday if schedule and schedule.weekday is not None else DEFAULT_WEEKDAY
    is_on = subscription is not None and subscription.state is not SubscriptionState.OFF
    return Form(
        title=tr("Digest of this channel"),
        submit=tr("Save") if is_on else tr("Turn on"),
        command=SET_UP,
        fields=(
            Field(
                name="cadence",
                label=tr("How often?"),
                kind=FieldKind.CHOICE,
                value=schedule.cadence if schedule else Cadence.WEEKLY,
                choices=tuple(FieldChoice(label=tr(label), value=each) for each, label in _CADENCES.items()),
            ),
            Field(
                name="weekday",
                label=tr("On which day?"),
                kind=FieldKind.CHOICE,
                value=weekday.label,
                choices=tuple(FieldChoice(label=name_weekday(day), value=day.label) for day in Weekday),
            ),
            Field(
                name="time",
                label=tr("At what time?"),
                value=f"{schedule.at if schedule else DEFAULT_TIME:%H:%M}",
                hint=tr("9, 9am and 16:30 are fine"),
                max_length=20,
            ),
            Field(
                name="zone",
                label=tr("In which time zone?"),
                kind=FieldKind.LOOKUP,
                lookup=Lookup.ZONE,
                value=schedule.timezone if schedule else timezone,
                hint=tr("Type a city"),
                max_length=50,
            ),
            Field(
                name="section",
                label=tr("Only links of one section?"),
                kind=FieldKind.LOOKUP,
                lookup=Lookup.SECTION,
                value=f"~{place_id(section)}" if section else "",
                value_label=" › ".join(section),
                hint=tr("Empty means the whole list"),
                is_required=False,
                max_length=100,
            ),
        ),
    )


def read_setup(values: Mapping[str, str], before: Subscription | None) -> tuple[DigestWish, dict[str, str]]:
    """Return what a filled form wishes, and what is wrong with it by field; with mistakes the wish is partial.

    Args:
        values: What was filled in.
        before: What the channel has: a monthly date that the form has no field for is kept.
    """
    errors: dict[str, str] = {}

    def read(name: str, parse: Callable[[str], _Value]) -> _Value | None:
        try:
            return parse(values.get(name, "").strip())
        except (DigestError, ValueError) as error:
            errors[name] = str(error)
            return None

    cadence = read("cadence", Cadence)
    weekday = read("weekday", lambda text: Weekday[text.upper()]) if "weekday" in values else None
    wish = DigestWish(
        cadence=cadence,
        weekday=weekday if cadence in _WITH_A_WEEKDAY else None,
        at=read("time", parse_time),
        timezone=read("zone", _parse_given_zone),
        section=values.get("section", "").strip() or ANY,
    )
    return _keep_date(wish, before), errors


def _keep_date(wish: DigestWish, before: Subscription | None) -> DigestWish:
    """Keep "the 15th" as it was, which the form shows as its month alone, while its weekday is untouched."""
    schedule = before.schedule if before else None
    if wish.cadence is Cadence.MONTHLY and schedule is not None and schedule.day is not None:
        return DigestWish(
            cadence=wish.cadence,
            at=wish.at,
            timezone=wish.timezone,
            section=wish.section,
            weekday=wish.weekday if wish.weekday is not DEFAULT_WEEKDAY else None,
        )
    return wish


def place_error(error: DigestError) -> dict[str, str] | None:
    """Return *error*, which came when a wish was tried, by the field it belongs to; None if to none."""
    if isinstance(error, ZoneNeededError):
        return {"zone": tr("In which time zone does this channel live? Type a city.")}
    if isinstance(error, NoSectionError):
        sentence = tr("No section is called “{words}”. Leave it empty for the whole list.", words=error.words)
        return {"section": sentence}
    if isinstance(error, NothingFitsError | AmbiguousError):
        return {"section": str(error)}
    return None


def _parse_given_zone(words: str) -> str | None:
    return parse_zone(words) if words else None
