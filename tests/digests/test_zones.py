"""Zones as people name them."""

from zoneinfo import available_timezones

import pytest

from readbot.digests.zones import find_zones, parse_zone
from readbot.exceptions import AmbiguousError, DigestError


def test_every_place_in_the_database_can_be_typed_in_full() -> None:
    """Names without a place ("EST" without summer time, "Portugal" with two more zones) mean less."""
    places = sorted(zone for zone in available_timezones() if "/" in zone)
    assert [zone for zone in places if parse_zone(zone) != zone] == []


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("europe/BERLIN", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("japan", "Asia/Tokyo"),  # a country with one zone
        ("germany", "Europe/Berlin"),
        ("uk", "Europe/London"),
        ("bangalore", "Asia/Kolkata"),  # no zone of its own
        ("san francisco", "America/Los_Angeles"),
        ("pst", "America/Los_Angeles"),
        ("EST", "America/New_York"),  # with summer time, which the database's "EST" lacks
        ("gmt", "UTC"),
        ("Asia/Calcutta", "Asia/Calcutta"),  # an old name, typed in full
        ("georgia", "Asia/Tbilisi"),
    ],
)
def test_a_zone_is_found_by_what_people_call_it(typed: str, zone: str) -> None:
    assert parse_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("belrin", ("Europe/Berlin",)),
        ("spain", ("Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary")),
        ("ist", ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin")),
    ],
)
def test_what_could_be_several_zones_is_asked_back(typed: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(AmbiguousError) as caught:
        parse_zone(typed)
    assert caught.value.choices == choices
    assert all(choice in str(caught.value) for choice in choices)


@pytest.mark.parametrize("typed", ["+2", "UTC+2", "qqqq", "🤷", ""])
def test_what_is_no_zone_gets_a_sentence_with_an_example(typed: str) -> None:
    with pytest.raises(DigestError, match="Europe/Berlin"):
        parse_zone(typed)


def test_beginnings_are_offered_with_whole_names_first() -> None:
    assert find_zones("ber", limit=3) == ("Atlantic/Bermuda", "Europe/Berlin", "Europe/Zurich")
    assert find_zones("la")[0] == "America/Los_Angeles"
    assert find_zones("europe/b", limit=25)[0] == "Europe/Belgrade"


def test_no_more_zones_are_offered_than_fit() -> None:
    assert len(find_zones("a", limit=25)) == 25
    assert find_zones("") == ()
