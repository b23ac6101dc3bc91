"""Time zones as people name them: "Europe/Berlin", "berlin", "new york", "germany", "pst".

What a zone is called comes from the time zone database alone (its names, and its table of
countries); the few words that it lacks stand below.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from readbot.conversation.language import listed
from readbot.conversation.reply import Span, plain
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr, translatable

EXAMPLE = translatable("Name a city, for instance Europe/Berlin or America/New_York.")

#: Offered to somebody whose zone nobody knows: one for each hour where many people live.
COMMON_ZONES = (
    "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York", "America/Sao_Paulo", "UTC",
    "Europe/London", "Europe/Berlin", "Europe/Athens", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata",
    "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip

# Large cities without a zone of their own, and the letters by which people call a zone. "CST", "IST"
# and "BST" mean different zones to different people: they are offered, not taken.
_ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "America/New_York": (
        "us",
        "usa",
        "united states",
        "est",
        "edt",
        "et",
        "eastern",
        "boston",
        "washington",
        "miami",
        "atlanta",
        "nyc",
    ),
    "America/Chicago": (
        "us",
        "usa",
        "united states",
        "cst",
        "cdt",
        "ct",
        "central",
        "austin",
        "dallas",
        "houston",
        "minneapolis",
    ),
    "America/Denver": (
        "us",
        "usa",
        "united states",
        "mst",
        "mdt",
        "mt",
        "mountain",
        "salt lake city",
        "boulder",
    ),
    "America/Los_Angeles": (
        "us",
        "usa",
        "united states",
        "pst",
        "pdt",
        "pt",
        "pacific",
        "san francisco",
        "seattle",
        "portland",
        "la",
    ),
    "America/Toronto": ("ottawa", "montreal"),
    "America/Sao_Paulo": ("rio de janeiro", "brasilia"),
    "America/Bogota": ("medellin",),
    "Asia/Kolkata": (
        "ist",
        "calcutta",
        "delhi",
        "new delhi",
        "mumbai",
        "bangalore",
        "bengaluru",
        "hyderabad",
    ),
    "Asia/Shanghai": ("cst", "beijing", "shenzhen", "guangzhou", "hangzhou"),
    "Asia/Tokyo": ("jst", "osaka", "kyoto"),
    "Asia/Ho_Chi_Minh": ("saigon", "hanoi"),
    "Asia/Jerusalem": ("ist", "tel aviv"),
    "Asia/Kathmandu": ("katmandu",),
    "Asia/Dubai": ("abu dhabi",),
    "Asia/Karachi": ("lahore", "islamabad"),
    "Australia/Sydney": ("canberra", "aest", "aedt"),
    "Europe/Amsterdam": ("rotterdam", "the hague", "utrecht"),
    "Europe/Berlin": (
        "germany",
        "cet",
        "cest",
        "munich",
        "hamburg",
        "cologne",
        "frankfurt",
        "stuttgart",
        "leipzig",
    ),
    "Europe/Dublin": ("ist",),
    "Europe/Kyiv": ("kiev",),
    "Europe/London": (
        "bst",
        "uk",
        "england",
        "great britain",
        "manchester",
        "cambridge",
        "oxford",
        "edinburgh",
    ),
    "Europe/Madrid": ("barcelona", "valencia"),
    "Europe/Paris": ("lyon", "toulouse"),
    "Europe/Rome": ("milan", "turin"),
    "Europe/Warsaw": ("krakow",),
    "Europe/Zurich": ("geneva", "basel", "bern", "lausanne"),
    "UTC": ("utc", "gmt", "z", "zulu", "universal", "greenwich"),
}


def find_zones(text: str, *, limit: int = 5) -> tuple[str, ...]:
    """Return up to *limit* zones that *text* could mean, best first; empty when none comes near.

    Whole names go before their beginnings ("ber"), and those before near misses ("belrin"). Blank
    text gives none.
    """
    words = _fold(text)
    if not words:
        return ()
    names = _names()
    found = list(_exact(words))
    for name, zones in names.items():
        if name.startswith(words):
            found += zones
    if len(words) >= 3:
        for name, _, _ in process.extract(
            words, names.keys(), scorer=fuzz.ratio, score_cutoff=82, limit=limit
        ):
            found += names[name]
    return tuple(dict.fromkeys(found))[:limit]


def parse_zone(text: str) -> str:
    """Return the zone that *text* names: "berlin" is Europe/Berlin.

    Raises:
        AmbiguousError: It could be several zones, or is a near miss; the choices are zone names.
        DigestError: No zone comes near.
    """
    exact = _exact(_fold(text))
    if len(exact) == 1:
        return exact[0]
    if not exact and any(sign in text for sign in "+-") and any(letter.isdigit() for letter in text):
        vague = tr("“{words}” does not say when the clocks change there.", words=text)
        raise DigestError(f"{vague} {tr(EXAMPLE)}")
    if exact:
        several = tr(
            "“{words}” has several time zones: {zones}. Which one?",
            words=text,
            zones=tr(", ").join(exact[:5]),
        )
        raise AmbiguousError(several, exact[:5], typed=text)
    choices = find_zones(text)
    if choices:
        raise AmbiguousError(
            tr("I know no time zone “{words}”. Did you mean {zones}?", words=text, zones=_listed(choices)),
            choices,
            typed=text,
        )
    unknown = tr("I know no time zone “{words}”.", words=text)
    raise DigestError(f"{unknown} {tr(EXAMPLE)}")


def is_zone(text: str) -> bool:
    """Tell whether *text* names one zone or asks for a choice among several, near misses left out."""
    return bool(_exact(_fold(text)))


def _exact(words: str) -> tuple[str, ...]:
    if words in _names():
        return _names()[words]
    return (_old_names()[words],) if words in _old_names() else ()


def _listed(names: Sequence[str]) -> str:
    return plain(listed(map(Span, names)))


def _fold(text: str) -> str:
    """Return *text* without case, accents and the signs between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.replace("_", " ").replace("/", " ").replace(",", " ").split())


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    """Return every folded name with the zones that it means, the most populous first."""
    known = available_timezones()
    zones_by_country = _zones_by_country(known)
    current = [*sorted({zone for zones in zones_by_country.values() for zone in zones}), "UTC"]
    names: dict[str, list[str]] = {}

    def add(name: str, zone: str) -> None:
        zones = names.setdefault(_fold(name), [])
        if zone in known and zone not in zones:
            zones.append(zone)

    for zone in current:
        add(zone.rpartition("/")[2], zone)
        add(zone, zone)
    for zone, others in _ALSO_CALLED.items():
        for name in others:
            add(name, zone)
    for country, zones in zones_by_country.items():
        # A country never takes a word that already names a place: Georgia, Jersey, Luxembourg.
        if _fold(country) not in names:
            for zone in zones:
                add(country, zone)
    return {name: tuple(zones) for name, zones in names.items() if zones}


@lru_cache(maxsize=1)
def _old_names() -> dict[str, str]:
    """Return the zones that the database keeps for old times' sake: taken when typed, never offered."""
    return {_fold(zone): zone for zone in available_timezones() - {"Factory", "localtime"}}


def _zones_by_country(known: set[str]) -> dict[str, list[str]]:
    countries = dict(row[:2] for row in _table("iso3166.tab"))
    zones: dict[str, list[str]] = {}
    for row in _table("zone.tab"):
        if row[2] in known:
            zones.setdefault(countries[row[0]], []).append(row[2])
    return zones


def _table(name: str) -> list[list[str]]:
    """Return the rows of one of the time zone database's own tables."""
    file = resources.files("tzdata").joinpath("zoneinfo", name)
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
