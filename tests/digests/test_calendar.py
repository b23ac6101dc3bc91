"""When slots come: tables with the reason beside each row, and properties over every zone there is."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readbot.digests.calendar import (
    LAST,
    Cadence,
    Schedule,
    Weekday,
    describe_next,
    describe_schedule,
    instant_of,
    next_slot,
)

ZONES = sorted(available_timezones() - {"Factory", "localtime"})


def weekly(weekday: Weekday, at: time, timezone: str) -> Schedule:
    return Schedule(cadence=Cadence.WEEKLY, weekday=weekday, at=at, timezone=timezone)


def slots(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """Return the local wall times of the next slots."""
    found = []
    for _ in range(count):
        after = next_slot(schedule, after).instant
        found.append(after.astimezone(ZoneInfo(schedule.timezone)).replace(tzinfo=None))
    return found


def test_monday_nine_stays_nine_on_the_wall_across_both_clock_changes() -> None:
    schedule = weekly(Weekday.MONDAY, time(9), "Europe/Berlin")
    walls = slots(schedule, datetime(2026, 3, 1, tzinfo=UTC), 40)
    assert {wall.time() for wall in walls} == {time(9)}
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(walls))


@pytest.mark.parametrize(
    ("zone", "day", "at", "wall"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29 03:30"),  # clocks go 2:00 -> 3:00
        ("America/New_York", date(2027, 3, 14), time(2, 30), "2027-03-14 03:30"),
        ("America/Havana", date(2027, 3, 14), time(0, 30), "2027-03-14 01:30"),  # the gap is at midnight
        ("Africa/Cairo", date(2027, 4, 30), time(0, 0), "2027-04-30 01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-04 02:45"),  # half an hour only
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), "2011-12-31 09:00"),  # the date does not exist
    ],
)
def test_a_time_that_the_clocks_leave_out_moves_forward(zone: str, day: date, at: time, wall: str) -> None:
    slot = next_slot(
        Schedule(cadence=Cadence.DAILY, at=at, timezone=zone),
        datetime.combine(day, time(), UTC) - timedelta(days=1, hours=2),
    )
    while slot.date < day:
        slot = next_slot(Schedule(cadence=Cadence.DAILY, at=at, timezone=zone), slot.instant)
    assert (slot.date, f"{slot.instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}") == (day, wall)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc_hour"),
    [
        ("America/New_York", date(2026, 11, 1), time(1, 30), "05:30"),  # EDT, UTC-4, before EST
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "00:30"),  # CEST, UTC+2, before CET
    ],
)
def test_a_time_that_comes_twice_fires_once_at_its_first_coming(
    zone: str, day: date, at: time, utc_hour: str
) -> None:
    schedule = Schedule(cadence=Cadence.DAILY, at=at, timezone=zone)
    slot = next_slot(schedule, datetime.combine(day, time(), ZoneInfo(zone)))
    assert (slot.date, f"{slot.instant:%H:%M}") == (day, utc_hour)
    assert next_slot(schedule, slot.instant).date == day + timedelta(days=1)


def test_a_date_that_samoa_left_out_does_not_make_the_next_day_fire_twice() -> None:
    schedule = Schedule(cadence=Cadence.DAILY, at=time(9), timezone="Pacific/Apia")
    walls = slots(schedule, datetime(2011, 12, 28, tzinfo=UTC), 5)
    assert [wall.day for wall in walls] == [28, 29, 31, 1, 2]


def test_every_two_weeks_counts_from_its_first_day_through_week_53() -> None:
    """2026 has a week 53: "odd weeks" would post on 28 December and again on 4 January."""
    schedule = Schedule(
        cadence=Cadence.FORTNIGHTLY,
        weekday=Weekday.MONDAY,
        anchor=date(2026, 12, 14),
        at=time(9),
        timezone="Europe/Berlin",
    )
    walls = slots(schedule, datetime(2026, 12, 10, tzinfo=UTC), 4)
    assert [f"{wall:%d %b}" for wall in walls] == ["14 Dec", "28 Dec", "11 Jan", "25 Jan"]


def test_weekdays_leave_out_the_weekend() -> None:
    schedule = Schedule(cadence=Cadence.WEEKDAYS, at=time(9), timezone="Asia/Tokyo")
    walls = slots(schedule, datetime(2026, 11, 26, 12, tzinfo=UTC), 4)
    assert [f"{wall:%a}" for wall in walls] == ["Fri", "Mon", "Tue", "Wed"]


@pytest.mark.parametrize(
    ("wanted", "dates"),
    [
        ({"day": 31}, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ({"day": 29}, ["2027-01-29", "2027-02-28", "2027-03-29", "2027-04-29"]),
        ({"day": LAST}, ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ({"day": 1}, ["2027-01-01", "2027-02-01", "2027-03-01", "2027-04-01"]),
        ({"nth": 1, "weekday": Weekday.MONDAY}, ["2027-01-04", "2027-02-01", "2027-03-01", "2027-04-05"]),
        ({"nth": 4, "weekday": Weekday.THURSDAY}, ["2027-01-28", "2027-02-25", "2027-03-25", "2027-04-22"]),
        ({"nth": LAST, "weekday": Weekday.FRIDAY}, ["2027-01-29", "2027-02-26", "2027-03-26", "2027-04-30"]),
    ],
)
def test_monthly_finds_its_day_in_short_and_long_months(wanted: dict[str, int], dates: list[str]) -> None:
    schedule = Schedule(cadence=Cadence.MONTHLY, at=time(9), timezone="UTC", **wanted)  # type: ignore[arg-type]
    walls = slots(schedule, datetime(2026, 12, 31, 12, tzinfo=UTC), 4)
    assert [f"{wall:%Y-%m-%d}" for wall in walls] == dates


def test_a_used_up_date_does_not_come_again_when_the_zone_moves_under_it() -> None:
    """After a post, a new release of the time zone database may put that day's slot an hour later."""
    schedule = weekly(Weekday.MONDAY, time(9), "Europe/Berlin")
    posted_an_hour_early = instant_of(date(2026, 11, 30), time(8), "Europe/Berlin")
    assert next_slot(schedule, posted_an_hour_early).date == date(2026, 11, 30)
    assert next_slot(schedule, posted_an_hour_early, after_date=date(2026, 11, 30)).date == date(2026, 12, 7)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        next_slot(weekly(Weekday.MONDAY, time(9), "UTC"), datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("zone", ZONES)
def test_in_every_zone_a_weekly_slot_comes_once_a_week_at_its_time(zone: str) -> None:
    """Two years at three times of day, one of which is where most clocks jump."""
    for at in (time(0, 0), time(2, 30), time(9, 0)):
        schedule = weekly(Weekday.SUNDAY, at, zone)
        after = datetime(2026, 1, 1, tzinfo=UTC)
        last_date = None
        for _ in range(105):
            slot = next_slot(schedule, after)
            wall = slot.instant.astimezone(ZoneInfo(zone))
            assert slot.instant > after
            assert slot.date.weekday() == Weekday.SUNDAY
            assert last_date is None or slot.date - last_date == timedelta(days=7)
            left_out = wall.replace(tzinfo=None) != datetime.combine(slot.date, at)
            assert not left_out or timedelta(0) < wall.replace(tzinfo=None) - datetime.combine(
                slot.date, at
            ) <= timedelta(hours=3)
            after, last_date = slot.instant, slot.date


schedules = st.one_of(
    st.builds(
        Schedule,
        cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKDAYS]),
        at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        timezone=st.sampled_from(ZONES),
    ),
    st.builds(
        Schedule,
        cadence=st.just(Cadence.WEEKLY),
        weekday=st.sampled_from(Weekday),
        at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        timezone=st.sampled_from(ZONES),
    ),
    st.builds(
        Schedule,
        cadence=st.just(Cadence.MONTHLY),
        day=st.integers(1, 31) | st.just(LAST),
        at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        timezone=st.sampled_from(ZONES),
    ),
    st.builds(
        lambda weekday, nth, **others: Schedule(cadence=Cadence.MONTHLY, weekday=weekday, nth=nth, **others),
        weekday=st.sampled_from(Weekday),
        nth=st.sampled_from([1, 2, 3, 4, LAST]),
        at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        timezone=st.sampled_from(ZONES),
    ),
)
instants = st.datetimes(
    min_value=datetime(1975, 1, 1),  # noqa: DTZ001 - hypothesis wants them naive
    max_value=datetime(2080, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(schedule=schedules, after=instants)
@settings(max_examples=400)
def test_there_is_no_slot_between_an_instant_and_its_next_slot(schedule: Schedule, after: datetime) -> None:
    slot = next_slot(schedule, after)
    assert slot.instant > after
    assert slot.instant - after <= timedelta(days=63)
    assert next_slot(schedule, slot.instant - timedelta(microseconds=1)).instant == slot.instant
    halfway = after + (slot.instant - after) / 2
    if halfway < slot.instant:
        assert next_slot(schedule, halfway).instant == slot.instant


@given(schedule=schedules, after=instants)
@settings(max_examples=200)
def test_slots_rise_in_instant_and_in_date(schedule: Schedule, after: datetime) -> None:
    first = next_slot(schedule, after)
    second = next_slot(schedule, first.instant, after_date=first.date)
    assert second.instant > first.instant
    assert second.date > first.date


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-27T09:00", "Mon 30 Nov, 09:00 Europe/Berlin, in 3 days"),
        ("2026-11-29T12:00", "Mon 30 Nov, 09:00 Europe/Berlin, tomorrow"),
        ("2026-11-29T22:00", "Mon 30 Nov, 09:00 Europe/Berlin, in 11 hours"),
        ("2026-11-30T07:30", "Mon 30 Nov, 09:00 Europe/Berlin, in 1 hour"),
        ("2026-11-30T08:59", "Mon 30 Nov, 09:00 Europe/Berlin, in 1 minute"),
        ("2026-11-30T09:00", "Mon 30 Nov, 09:00 Europe/Berlin, now"),
        ("2025-12-30T09:00", "Mon 30 Nov 2026, 09:00 Europe/Berlin, in 335 days"),
    ],
)
def test_the_next_slot_is_told_in_words_with_its_zone(now: str, words: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    slot = datetime(2026, 11, 30, 9, tzinfo=berlin).astimezone(UTC)
    assert describe_next(slot, "Europe/Berlin", datetime.fromisoformat(now).replace(tzinfo=berlin)) == words


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"cadence": Cadence.DAILY}, "every day"),
        ({"cadence": Cadence.WEEKDAYS}, "Monday to Friday"),
        ({"cadence": Cadence.WEEKLY, "weekday": Weekday.FRIDAY}, "every Friday"),
        (
            {"cadence": Cadence.FORTNIGHTLY, "weekday": Weekday.FRIDAY, "anchor": date(2026, 11, 27)},
            "every second Friday",
        ),
        ({"cadence": Cadence.MONTHLY, "day": 15}, "on day 15 of the month"),
        ({"cadence": Cadence.MONTHLY, "day": LAST}, "on the last day of the month"),
        (
            {"cadence": Cadence.MONTHLY, "nth": 2, "weekday": Weekday.TUESDAY},
            "on the second Tuesday of the month",
        ),
    ],
)
def test_a_schedule_is_told_in_words(wanted: dict[str, object], words: str) -> None:
    schedule = Schedule(at=time(9), timezone="UTC", **wanted)  # type: ignore[arg-type]
    assert describe_schedule(schedule) == f"{words} at 09:00 UTC"


@pytest.mark.parametrize(
    "wanted",
    [
        {"cadence": Cadence.WEEKLY},  # which day?
        {"cadence": Cadence.DAILY, "weekday": Weekday.MONDAY},
        {"cadence": Cadence.MONTHLY},
        {"cadence": Cadence.MONTHLY, "day": 32},
        {"cadence": Cadence.MONTHLY, "nth": 5, "weekday": Weekday.MONDAY},  # not every month has one
        {"cadence": Cadence.FORTNIGHTLY, "weekday": Weekday.MONDAY},
        {"cadence": Cadence.FORTNIGHTLY, "weekday": Weekday.MONDAY, "anchor": date(2026, 11, 27)},  # a Friday
    ],
)
def test_a_schedule_that_says_too_little_or_too_much_is_refused(wanted: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Schedule(at=time(9), timezone="UTC", **wanted)  # type: ignore[arg-type]
