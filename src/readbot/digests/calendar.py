"""When a digest is due: local dates and times, never a sum of hours.

A slot is one local date and time at which a subscription is due. Two days a year have clocks that
jump, so a slot's instant follows three rules:

* a time that the clocks leave out moves forward by as much as they jump (02:30 becomes 03:30);
* a time that comes twice fires once, at its first coming;
* a whole date that a zone leaves out (Apia, 30 December 2011) moves to the same time on the next one,
  and does not fire twice there.
"""

import calendar as months
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from readbot.language import tn, tr, translatable


class Weekday(IntEnum):
    """A day of the week, numbered as ``date.weekday`` does; people only ever see its name."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def label(self) -> str:
        return self.name.capitalize()


class Cadence(StrEnum):
    """How often a digest comes; the value is what a person types."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "every 2 weeks"
    WEEKDAYS = "weekdays"
    DAILY = "daily"
    MONTHLY = "monthly"


#: For ``Schedule.nth`` and ``Schedule.day``: the last one of the month.
LAST = -1


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A channel's wish in local terms, complete: what ``next_slot`` needs and no more."""

    cadence: Cadence
    #: Local wall time, whole minutes.
    at: time
    #: An IANA name that ``zoneinfo`` knows.
    timezone: str
    #: The day of a weekly or fortnightly digest, and of a monthly one that goes by weekday.
    weekday: Weekday | None = None
    #: Fortnightly: a date on which the digest comes; it comes on every 14th day before and after.
    #: Counting from a date, not by ISO week numbers: week 53 and week 1 are both odd.
    anchor: date | None = None
    #: Monthly by weekday: the 1st to 4th such day, or ``LAST``.
    nth: int | None = None
    #: Monthly by date: 1 to 31, or ``LAST``; a month without that day takes its last one.
    day: int | None = None

    def __post_init__(self) -> None:
        by_weekday = self.cadence in {Cadence.WEEKLY, Cadence.FORTNIGHTLY} or self.nth is not None
        monthly = self.cadence is Cadence.MONTHLY
        wrong = (
            by_weekday != (self.weekday is not None)
            or (self.cadence is Cadence.FORTNIGHTLY) != (self.anchor is not None)
            or monthly != ((self.nth is None) != (self.day is None))
            or (not monthly and not (self.nth is None and self.day is None))
            or (self.anchor is not None and self.anchor.weekday() != self.weekday)
            or self.nth not in {None, 1, 2, 3, 4, LAST}
            or not (self.day is None or self.day == LAST or 1 <= self.day <= 31)
        )
        if wrong:
            raise ValueError(f"a {self.cadence} schedule cannot be {self!r}")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One date and time at which a digest is due."""

    #: The local date and time that the schedule names, without a zone; where the clocks leave it out,
    #: the instant lies after it.
    local: datetime
    #: UTC.
    instant: datetime

    @property
    def date(self) -> date:
        return self.local.date()


def next_slot(
    schedule: Schedule, after: datetime, *, after_date: date | None = None, skipped: Container[date] = ()
) -> Slot:
    """Return the first slot later than an instant.

    Args:
        schedule: What the channel asked for.
        after: An aware time; the slot's instant is later, never equal.
        after_date: The local date of a slot already used up: the new one's date is later as well. It
            keeps a day from firing twice when a zone's rules change and move the slot of that day.
        skipped: Local dates to leave out.
    """
    if after.tzinfo is None:
        raise ValueError("next_slot needs an aware time")
    zone = ZoneInfo(schedule.timezone)
    # Two days back: the slot of a date that the zone leaves out comes a day after that date.
    start = after.astimezone(zone).date() - timedelta(days=2)
    if after_date is not None:
        start = max(start, after_date + timedelta(days=1))
    for day in _dates(schedule, start):
        instant = instant_of(day, schedule.at, schedule.timezone)
        if instant > after and day not in skipped:
            return Slot(local=datetime.combine(day, schedule.at), instant=instant)
    raise AssertionError("a schedule has no last slot")


def falls_on(schedule: Schedule, day: date) -> bool:
    """Tell whether a local date is one of the schedule's."""
    return next(_dates(schedule, day)) == day


@lru_cache(maxsize=4096)
def instant_of(day: date, at: time, timezone: str) -> datetime:
    """Return the UTC instant of a local date and time by the rules at the top of this file."""
    # fold=0 is both rules at once: the first of two, and in a gap the offset from before it.
    # https://peps.python.org/pep-0495/
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC)


def _dates(schedule: Schedule, start: date) -> Iterator[date]:
    """Yield the schedule's dates from *start* on, without end."""
    match schedule.cadence:
        case Cadence.MONTHLY:
            yield from _monthly_dates(schedule, start)
        case Cadence.DAILY:
            yield from _every(1, start)
        case Cadence.WEEKDAYS:
            yield from (day for day in _every(1, start) if day.weekday() <= Weekday.FRIDAY)
        case Cadence.WEEKLY:
            assert schedule.weekday is not None  # noqa: S101 - checked by Schedule
            yield from _every(7, start + timedelta(days=(schedule.weekday - start.weekday()) % 7))
        case Cadence.FORTNIGHTLY:
            assert schedule.anchor is not None  # noqa: S101 - checked by Schedule
            yield from _every(14, start + (schedule.anchor - start) % timedelta(days=14))


def _every(days: int, start: date) -> Iterator[date]:
    day = start
    while True:
        yield day
        day += timedelta(days=days)


def _monthly_dates(schedule: Schedule, start: date) -> Iterator[date]:
    year, month = start.year, start.month
    while True:
        day = _day_in_month(schedule, year, month)
        if day >= start:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _day_in_month(schedule: Schedule, year: int, month: int) -> date:
    first_weekday, length = months.monthrange(year, month)
    if schedule.day is not None:
        return date(year, month, length if schedule.day == LAST else min(schedule.day, length))
    assert schedule.weekday is not None  # noqa: S101 - checked by Schedule
    assert schedule.nth is not None  # noqa: S101 - checked by Schedule
    day = 1 + (schedule.weekday - first_weekday) % 7
    if schedule.nth == LAST:
        return date(year, month, day + (length - day) // 7 * 7)
    return date(year, month, day + 7 * (schedule.nth - 1))


# Names are written out: strftime would speak the language of the machine's locale.
MONTHS = (
    translatable("Jan"),
    translatable("Feb"),
    translatable("Mar"),
    translatable("Apr"),
    translatable("May"),
    translatable("Jun"),
    translatable("Jul"),
    translatable("Aug"),
    translatable("Sep"),
    translatable("Oct"),
    translatable("Nov"),
    translatable("Dec"),
)
_WEEKDAYS = (
    translatable("Monday"),
    translatable("Tuesday"),
    translatable("Wednesday"),
    translatable("Thursday"),
    translatable("Friday"),
    translatable("Saturday"),
    translatable("Sunday"),
)
_SHORT_WEEKDAYS = (
    translatable("Mon"),
    translatable("Tue"),
    translatable("Wed"),
    translatable("Thu"),
    translatable("Fri"),
    translatable("Sat"),
    translatable("Sun"),
)


def name_weekday(day: Weekday) -> str:
    """Return a day's name in the current language."""
    return tr(_WEEKDAYS[day])


def describe_next(instant: datetime, timezone: str, now: datetime) -> str:
    """Return when a slot comes, in words: "Mon 30 Nov, 09:00 Europe/Berlin, in 3 days".

    The day and time are what a clock on the wall of that zone will show, so a slot in a gap shows
    where it moved to. The year is named when it is not the current one there.
    """
    zone = ZoneInfo(timezone)
    local, today = instant.astimezone(zone), now.astimezone(zone)
    if local.year == today.year:
        message = translatable("{weekday} {day} {month}, {time} {zone}, {distance}")
    else:
        message = translatable("{weekday} {day} {month} {year}, {time} {zone}, {distance}")
    return tr(
        message,
        weekday=tr(_SHORT_WEEKDAYS[local.weekday()]),
        day=local.day,
        month=tr(MONTHS[local.month - 1]),
        year=local.year,
        time=f"{local:%H:%M}",
        zone=timezone,
        distance=_distance(local, today),
    )


def describe_date(day: date) -> str:
    """Return a date of these weeks in words: "Mon 30 Nov"."""
    return tr(
        "{weekday} {day} {month}",
        weekday=tr(_SHORT_WEEKDAYS[day.weekday()]),
        day=day.day,
        month=tr(MONTHS[day.month - 1]),
    )


def _distance(local: datetime, today: datetime) -> str:
    seconds = local.timestamp() - today.timestamp()
    if seconds < 60:
        return tr("now")
    days = (local.date() - today.date()).days
    if days >= 1 and seconds >= 12 * 3600:
        return tr("tomorrow") if days == 1 else tn("in {number} day", "in {number} days", days)
    hours, minutes = divmod(int(seconds) // 60, 60)
    if hours:
        return tn("in {number} hour", "in {number} hours", hours)
    return tn("in {number} minute", "in {number} minutes", minutes)


def describe_schedule(schedule: Schedule) -> str:
    """Return how often and when, in words: "every Monday at 09:00 Europe/Berlin"."""
    return tr(
        "{days} at {time} {zone}",
        days=_describe_days(schedule),
        time=f"{schedule.at:%H:%M}",
        zone=schedule.timezone,
    )


_ORDINALS = {
    1: translatable("first"),
    2: translatable("second"),
    3: translatable("third"),
    4: translatable("fourth"),
    LAST: translatable("last"),
}


def _describe_days(schedule: Schedule) -> str:
    weekday = name_weekday(schedule.weekday) if schedule.weekday is not None else ""
    match schedule.cadence:
        case Cadence.WEEKLY:
            return tr("every {weekday}", weekday=weekday)
        case Cadence.FORTNIGHTLY:
            return tr("every second {weekday}", weekday=weekday)
        case Cadence.WEEKDAYS:
            return tr("Monday to Friday")
        case Cadence.DAILY:
            return tr("every day")
        case Cadence.MONTHLY if schedule.nth is not None:
            ordinal = tr(_ORDINALS[schedule.nth])
            return tr("on the {ordinal} {weekday} of the month", ordinal=ordinal, weekday=weekday)
        case Cadence.MONTHLY if schedule.day == LAST:
            return tr("on the last day of the month")
        case Cadence.MONTHLY:
            return tr("on day {number} of the month", number=schedule.day)
