"""What people type behind "digest on"."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.digests.calendar import LAST, Cadence, Weekday
from readbot.digests.phrases import ANY, parse_time, parse_weekday
from readbot.digests.wish import DigestWish, parse_wish
from readbot.exceptions import AmbiguousError, DigestError

MON, TUE, FRI = Weekday.MONDAY, Weekday.TUESDAY, Weekday.FRIDAY
NOON = time(12)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", {}),
        ("monday 09:00 Europe/Berlin", {"weekday": MON, "at": time(9), "timezone": "Europe/Berlin"}),
        ("Europe/Berlin 9 mon", {"weekday": MON, "at": time(9), "timezone": "Europe/Berlin"}),
        (
            "every monday at 9 am in london",
            {"cadence": "weekly", "weekday": MON, "at": time(9), "timezone": "Europe/London"},
        ),
        ("every friday at 17:00", {"cadence": "weekly", "weekday": FRI, "at": time(17)}),
        ("on each friday", {"cadence": "weekly", "weekday": FRI}),
        ("fridays noon", {"cadence": "weekly", "weekday": FRI, "at": NOON}),
        ("weekday:fridays", {"cadence": "weekly", "weekday": FRI}),
        ("monthly fridays", {"cadence": "monthly", "weekday": FRI}),
        ("every last friday", {"nth": LAST, "weekday": FRI}),
        ("every 15th", {"day": 15}),
        ("weekly fridays new york", {"cadence": "weekly", "weekday": FRI, "timezone": "America/New_York"}),
        ("every 2 weeks friday 4pm", {"cadence": "every 2 weeks", "weekday": FRI, "at": time(16)}),
        ("every other week", {"cadence": "every 2 weeks"}),
        ("every second tuesday", {"cadence": "every 2 weeks", "weekday": TUE}),
        ("biweekly 9.30", {"cadence": "every 2 weeks", "at": time(9, 30)}),
        ("weekdays noon", {"cadence": "weekdays", "at": NOON}),
        ("every weekday 16:30", {"cadence": "weekdays", "at": time(16, 30)}),
        ("daily 0900", {"cadence": "daily", "at": time(9)}),
        ("monthly", {"cadence": "monthly"}),
        ("monthly 15 09:00", {"cadence": "monthly", "day": 15, "at": time(9)}),
        ("monthly 31 9", {"cadence": "monthly", "day": 31, "at": time(9)}),  # of two numbers the last
        ("monthly 15", {"cadence": "monthly", "at": time(15)}),  # one number is a time, as everywhere
        ("on the 15th at 8", {"day": 15, "at": time(8)}),
        ("last day 18:00", {"day": LAST, "at": time(18)}),
        ("last friday of the month", {"nth": LAST, "weekday": FRI}),
        ("monthly first tuesday", {"cadence": "monthly", "nth": 1, "weekday": TUE}),
        ('section:"Small and Local LLMs" 10:00', {"section": "Small and Local LLMs", "at": time(10)}),
        ("section:“Prompt tuning”", {"section": "Prompt tuning"}),  # phones curl quotes
        ("kind:papers links:2", {"kind": "paper", "links": 2}),
        ("section:all kind:any", {"section": ANY, "kind": ANY}),
        (
            "timezone:berlin time:9am weekday:mon",
            {"timezone": "Europe/Berlin", "at": time(9), "weekday": MON},
        ),
    ],
)
def test_a_wish_is_read_in_any_order(typed: str, wanted: dict[str, Any]) -> None:
    assert parse_wish(typed) == DigestWish(**wanted)


@pytest.mark.parametrize(
    "typed",
    [
        "25:00",
        "monday tuesday",
        "daily monday",
        "weekly 15th",
        "daily weekly",
        "links:7",
        "links:many",
        "kind:poem",
        "color:red",
        "whenever you like",
        "9am 10pm",
        "monthly 45 9:00",
        "🤷",
    ],
)
def test_nonsense_gets_a_sentence_with_an_example(typed: str) -> None:
    with pytest.raises(DigestError, match=r"For instance|Type \d"):
        parse_wish(typed)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("section:command line", 'digest on section:"command line"'),
        ("friday section:Command line tools 9:00", 'digest on section:"Command line tools"'),
        ("monthly 31", "digest on monthly 31st 09:00"),
        ("31 monthly", "“monthly first tuesday”"),
        ("monthly 45", "digest on monthly 15th 09:00"),
    ],
)
def test_what_nearly_is_understood_gets_the_way_to_say_it(typed: str, hint: str) -> None:
    with pytest.raises(DigestError, match=re.escape(hint)) as caught:
        parse_wish(typed)
    assert str(caught.value).partition(": digest on ")[2]


def test_every_friday_after_a_monthly_digest_is_weekly() -> None:
    before = parse_wish("monthly first tuesday 9:00").schedule(now=NOW, timezone="UTC")
    for typed in ("every friday at 17:00", "fridays 17:00"):
        after = parse_wish(typed).schedule(now=NOW, timezone="UTC", before=before)
        assert (after.cadence, after.weekday, after.nth) == (Cadence.WEEKLY, FRI, None)
    assert parse_wish("friday").schedule(now=NOW, timezone="UTC", before=before).cadence is Cadence.MONTHLY


def test_a_misspelt_day_is_asked_back() -> None:
    with pytest.raises(AmbiguousError, match="Did you mean Monday"):
        parse_wish("mondey 9:00")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9", time(9)),
        ("9:00", time(9)),
        ("09:00", time(9)),
        ("9am", time(9)),
        ("9 AM", time(9)),
        ("9.30", time(9, 30)),
        ("9h", time(9)),
        ("9h30", time(9, 30)),
        ("0930", time(9, 30)),
        ("4:30pm", time(16, 30)),
        ("12am", time(0)),  # midnight
        ("12pm", NOON),
        ("noon", NOON),
        ("midnight", time(0)),
        ("23:59", time(23, 59)),
        ("0", time(0)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, at: time) -> None:
    assert parse_time(typed) == at


@pytest.mark.parametrize("typed", ["24:00", "9:60", "13pm", "0am", "9:5", "soon", "", "-1", "9:00:00"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(DigestError, match="9am"):
        parse_time(typed)


@given(st.times())
def test_every_minute_of_the_day_is_read_back(at: time) -> None:
    assert parse_time(f"{at:%H:%M}") == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize("weekday", Weekday)
def test_a_weekday_is_read_in_full_in_short_and_in_plural(weekday: Weekday) -> None:
    for typed in (weekday.label, weekday.label[:3].lower(), weekday.label[:2].upper(), f"{weekday.label}s"):
        assert parse_weekday(typed) is weekday


@pytest.mark.parametrize("typed", ["0", "1", "t", "someday", ""])
def test_numbers_and_single_letters_are_no_weekdays(typed: str) -> None:
    """Monday is 0 to some and 1 to others."""
    with pytest.raises(DigestError):
        parse_weekday(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_answered(typed: str) -> None:
    with suppress(DigestError):
        parse_wish(typed)


def test_with_nothing_said_it_is_monday_nine_in_the_askers_zone() -> None:
    schedule = DigestWish().schedule(now=NOW, timezone="Asia/Tokyo")
    assert (schedule.cadence, schedule.weekday, schedule.at, schedule.timezone) == (
        Cadence.WEEKLY,
        MON,
        time(9),
        "Asia/Tokyo",
    )


def test_what_is_not_said_stays_as_it_was() -> None:
    before = parse_wish("every 2 weeks friday 16:30 berlin").schedule(now=NOW, timezone="UTC")
    after = parse_wish("10:00").schedule(now=NOW, timezone="UTC", before=before)
    assert after == parse_wish("every 2 weeks friday 10:00 berlin").schedule(now=NOW, timezone="UTC")


def test_every_two_weeks_begins_with_its_first_day_to_come() -> None:
    schedule = parse_wish("every 2 weeks friday").schedule(now=NOW, timezone="UTC")
    assert schedule.anchor == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("before", "then", "cadence"),
    [
        ("daily", "monday", Cadence.WEEKLY),  # one day of the week is no longer daily
        ("daily", "10:00", Cadence.DAILY),
        ("monthly 15th", "weekly", Cadence.WEEKLY),
        ("weekly friday", "15th", Cadence.MONTHLY),
        ("monthly last friday", "tuesday", Cadence.MONTHLY),  # the last Tuesday
        ("monthly 15th", "tuesday", Cadence.MONTHLY),  # the first Tuesday
        ("monthly 15th", "10:00", Cadence.MONTHLY),
        ("every 2 weeks friday", "tuesday", Cadence.FORTNIGHTLY),
    ],
)
def test_a_change_keeps_the_rhythm_where_it_can(before: str, then: str, cadence: Cadence) -> None:
    had = parse_wish(before).schedule(now=NOW, timezone="UTC")
    assert parse_wish(then).schedule(now=NOW, timezone="UTC", before=had).cadence is cadence
