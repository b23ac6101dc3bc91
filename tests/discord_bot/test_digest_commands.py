"""What is filled in under ``/readbot digest on``, as words of the command language and back."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.commands import Digest, format_command, parse_command
from readbot.conversation.reply import MAX_COMMAND_LENGTH
from readbot.digests.calendar import Cadence, Weekday
from readbot.digests.wish import DigestWish, parse_wish
from readbot.digests.zones import COMMON_ZONES
from readbot.exceptions import DigestError
from readbot.front_desk import FrontDesk
from readbot_discord.answering import Responder
from readbot_discord.client import ReadbotClient
from readbot_discord.digest_commands import make_on_command
from readbot_discord.drift import Json
from readbot_discord.sync import to_payload
from readbot_discord.typed import as_typed, name_command


def to_wish(digest: Digest) -> DigestWish:
    """Read a command as the core does, after its way through a button."""
    command = parse_command(format_command(digest))
    assert isinstance(command, Digest)
    verb, _, rest = command.words.partition(" ")
    assert verb == "on"
    return parse_wish(rest)


@pytest.mark.parametrize("cadence", list(Cadence))
@pytest.mark.parametrize("zone", COMMON_ZONES)
def test_choices_arrive_as_they_were_picked(cadence: Cadence, zone: str) -> None:
    picked = "fortnightly" if cadence is Cadence.FORTNIGHTLY else cadence.value
    has_day = cadence not in {Cadence.DAILY, Cadence.WEEKDAYS}

    wish = to_wish(
        make_on_command(
            cadence=picked,
            weekday="thu" if has_day else "",
            time="9",
            zone=zone,
            section="~abcdef",
            kind="paper",
            links=2,
        )
    )

    assert wish == DigestWish(
        cadence=cadence,
        weekday=Weekday.THURSDAY if has_day else None,
        at=time(9),
        timezone=zone,
        section="~abcdef",
        kind="paper",
        links=2,
    )


@pytest.mark.parametrize("day", range(1, 32))
def test_a_date_of_the_month_arrives(day: int) -> None:
    assert to_wish(make_on_command(day_of_month=day, time="9")) == DigestWish(day=day, at=time(9))


@pytest.mark.parametrize(
    ("typed", "meant"), [("9", time(9)), ("9 am", time(9)), ("16.30", time(16, 30)), ("noon", time(12))]
)
def test_times_arrive_as_people_type_them(typed: str, meant: time) -> None:
    assert to_wish(make_on_command(time=typed)) == DigestWish(at=meant)


@pytest.mark.parametrize(("typed", "meant"), [("berlin", "Europe/Berlin"), ("new york", "America/New_York")])
def test_a_zone_that_is_typed_and_not_picked_arrives(typed: str, meant: str) -> None:
    assert to_wish(make_on_command(zone=typed)) == DigestWish(timezone=meant)


@pytest.mark.parametrize("typed", ["Nowhere/Land", "springfield"])
def test_a_zone_that_there_is_none_of_is_named_as_one(typed: str) -> None:
    with pytest.raises(DigestError, match=f"I know no time zone “{typed}”"):
        to_wish(make_on_command(zone=typed))


@given(words=st.text(min_size=1, max_size=60))
def test_whatever_is_typed_into_an_option_stays_in_that_option(words: str) -> None:
    for option in ("section", "time", "zone"):
        try:
            wish = to_wish(make_on_command(**{option: words}))  # type: ignore[arg-type]
        except DigestError:
            continue
        field = {"section": "section", "time": "at", "zone": "timezone"}[option]
        assert wish == DigestWish(**{field: getattr(wish, field)})


def test_the_longest_schedule_fits_a_button_together_with_the_longest_zone() -> None:
    words = make_on_command(
        cadence="fortnightly",
        weekday="wed",
        time="09:00",
        zone=max(COMMON_ZONES, key=len),
        section="~abcdef",
        kind="other",
        links=3,
    )

    assert len(format_command(words)) <= MAX_COMMAND_LENGTH


@pytest.fixture
async def digest_group(bot: FrontDesk) -> Json:
    payload = await to_payload(ReadbotClient(Responder(bot)).tree)
    (readbot,) = [command for command in payload if command["name"] == "readbot"]
    (group,) = [option for option in readbot["options"] if option["name"] == "digest"]
    return dict(group)


async def test_every_verb_is_a_command(digest_group: Json) -> None:
    names = [command["name"] for command in digest_group["options"]]

    assert names == ["on", "setup", "off", "pause", "resume", "status", "preview", "now", "skip"]


async def test_a_schedule_is_shown_with_the_options_that_there_are(digest_group: Json) -> None:
    (turn_on,) = [command for command in digest_group["options"] if command["name"] == "on"]
    words = "digest on first monday 9 berlin section:x kind:paper links:2 monthly silent changes:on"

    typed = as_typed(words)

    shown = {piece.partition(":")[0] for piece in typed.split()[3:]}
    assert shown == {option["name"] for option in turn_on["options"]} - {"channel"}
    assert name_command(words) == "/readbot digest on"
