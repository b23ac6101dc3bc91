"""What a person types behind ``digest on``, read into a value.

Everything may be left out and the order is free::

    monday 09:00 Europe/Berlin
    every 2 weeks friday 4pm new york links:2
    monthly first tuesday 9:30 section:"Small and Local LLMs" kind:paper
    weekdays noon
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TypeVar

from readbot.digests.calendar import Cadence, Schedule, Weekday, next_slot
from readbot.digests.phrases import (
    ANY,
    either,
    is_plural_weekday,
    parse_kind,
    parse_links,
    parse_switch,
    parse_time,
    parse_weekday,
    with_example,
)
from readbot.digests.unread_words import UnreadWords
from readbot.digests.zones import parse_zone
from readbot.exceptions import DigestError
from readbot.language import tr

DEFAULT_WEEKDAY = Weekday.MONDAY
DEFAULT_TIME = time(9, 0)


@dataclass(frozen=True, kw_only=True)
class DigestWish:
    """What was asked for; None where nothing was said, so that a setting stays as it is."""

    cadence: Cadence | None = None
    weekday: Weekday | None = None
    at: time | None = None
    timezone: str | None = None
    #: Monthly: the 1st to 4th such weekday, or ``LAST``.
    nth: int | None = None
    #: Monthly: 1 to 31, or ``LAST``.
    day: int | None = None
    #: A section's name as typed, or ``ANY``.
    section: str | None = None
    #: A ``Kind``, or ``ANY``.
    kind: str | None = None
    #: Links in one digest, 1 to ``MAX_LINKS``.
    links: int | None = None
    #: Whether posts come without a notification.
    is_silent: bool | None = None
    tells_changes: bool | None = None

    def schedule(self, *, now: datetime, timezone: str, before: Schedule | None = None) -> Schedule:
        """Return the whole schedule that this wish means.

        Args:
            now: From when on it counts: a fortnightly digest begins with its first day after this.
            timezone: Zone to take when neither the wish nor *before* names one.
            before: What the channel had; kept in all that the wish does not name.
        """
        cadence = self._cadence(before)
        zone = self.timezone or (before.timezone if before else timezone)
        at = self.at or (before.at if before else DEFAULT_TIME)
        if cadence is Cadence.MONTHLY:
            return self._monthly(at, zone, before)
        if cadence in {Cadence.DAILY, Cadence.WEEKDAYS}:
            return Schedule(cadence=cadence, at=at, timezone=zone)
        weekday = self.weekday
        if weekday is None:
            weekday = before.weekday if before and before.weekday is not None else DEFAULT_WEEKDAY
        weekly = Schedule(cadence=Cadence.WEEKLY, at=at, timezone=zone, weekday=weekday)
        if cadence is Cadence.WEEKLY:
            return weekly
        kept = before.anchor if before and before.weekday == weekday and self.cadence is None else None
        anchor = kept or next_slot(weekly, now).date
        return replace(weekly, cadence=cadence, anchor=anchor)

    def _cadence(self, before: Schedule | None) -> Cadence:
        if self.cadence is not None:
            return self.cadence
        if self.nth is not None or self.day is not None:
            return Cadence.MONTHLY
        if before is None:
            return Cadence.WEEKLY
        if self.weekday is not None and before.cadence in {Cadence.DAILY, Cadence.WEEKDAYS}:
            return Cadence.WEEKLY
        return before.cadence

    def _monthly(self, at: time, zone: str, before: Schedule | None) -> Schedule:
        if self.day is not None:
            return Schedule(cadence=Cadence.MONTHLY, at=at, timezone=zone, day=self.day)
        had = before if before and before.cadence is Cadence.MONTHLY else None
        if had and had.day is not None and self.nth is None and self.weekday is None:
            return Schedule(cadence=Cadence.MONTHLY, at=at, timezone=zone, day=had.day)
        weekday, nth = self.weekday, self.nth
        if weekday is None:
            weekday = had.weekday if had and had.weekday is not None else DEFAULT_WEEKDAY
        if nth is None:
            nth = had.nth if had and had.nth is not None else 1
        return Schedule(cadence=Cadence.MONTHLY, at=at, timezone=zone, weekday=weekday, nth=nth)


_Value = TypeVar("_Value")
_TOKEN = re.compile(
    r'(?P<key>[a-z]+):\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]*))|(?P<word>[^\s]+)', re.IGNORECASE
)
_KEYS = {
    "section": "section", "in": "section", "kind": "kind", "links": "links", "link": "links",
    "at": "time", "time": "time", "on": "weekday", "weekday": "weekday", "day": "weekday",
    "tz": "zone", "zone": "zone", "timezone": "zone", "cadence": "cadence", "every": "cadence",
    "changes": "changes",
}  # fmt: skip


def parse_wish(text: str) -> DigestWish:
    """Return what the words behind ``digest on`` ask for.

    Raises:
        AmbiguousError: A zone or a day that could mean several things; its choices say what to type.
        DigestError: A word that means nothing here, or two that contradict each other.
    """
    words, values = _split(text)
    unread = UnreadWords(words)
    is_silent = unread.take_sound()
    cadence = _given(values, "cadence", _parse_cadence) or unread.take_cadence()
    wish = DigestWish(
        cadence=cadence,
        at=_given(values, "time", parse_time) or unread.take_time(monthly=cadence is Cadence.MONTHLY),
        section=_given(values, "section", _parse_section),
        kind=_given(values, "kind", parse_kind),
        links=_given(values, "links", parse_links),
        is_silent=is_silent,
        tells_changes=_given(values, "changes", parse_switch),
    )
    is_repeated = unread.says_every_weekday() or is_plural_weekday(values.get("weekday", ""))
    nth, day, weekday = unread.take_days(monthly=cadence is Cadence.MONTHLY)
    if "weekday" in values:
        weekday = parse_weekday(values["weekday"])
    if is_repeated and cadence is None and nth is None and day is None:
        # Said, unlike "friday" alone: a monthly digest does not stay monthly.
        cadence = Cadence.WEEKLY
    zone = _given(values, "zone", parse_zone) or unread.take_zone(unquoted=_unquoted_section(text))
    wish = replace(wish, cadence=cadence, nth=nth, day=day, weekday=weekday, timezone=zone)
    _check(wish)
    return wish


def _split(text: str) -> tuple[list[str], dict[str, str]]:
    """Return the plain words, in lower case where case says nothing, and the ``key:value`` pairs."""
    words: list[str] = []
    values: dict[str, str] = {}
    for match in _TOKEN.finditer(_straighten(text)):
        key = (match["key"] or "").casefold()
        if not key:
            words.append(match["word"].rstrip(",;"))
        elif key not in _KEYS:
            unknown = tr("I know no “{key}:”. There are section:, kind: and links:.", key=key)
            raise DigestError(f"{with_example(unknown)} links:2")
        else:
            values[_KEYS[key]] = match["quoted"] if match["quoted"] is not None else match["bare"]
    return [word for word in words if word], values


def _straighten(text: str) -> str:
    """Return *text* with straight quotation marks: phones curl them."""
    return text.replace("“", '"').replace("”", '"')


def _unquoted_section(text: str) -> str:
    """Return what follows ``section:`` up to the end, where no quotation mark says how far it goes."""
    found = re.search(r'\b(?:section|in):\s*([^"]+)$', _straighten(text), re.IGNORECASE)
    return " ".join(found[1].split()) if found else ""


def _given(values: dict[str, str], key: str, parse: Callable[[str], _Value]) -> _Value | None:
    return parse(values[key]) if key in values else None


def _parse_section(text: str) -> str:
    return ANY if text.casefold() in {ANY, "all", "*", ""} else " ".join(text.split())


def _parse_cadence(text: str) -> Cadence:
    found = UnreadWords(text.split()).take_cadence()
    if found is None:
        raise DigestError(
            with_example(
                tr(
                    "“{words}” is no rhythm. There are: {rhythms}.",
                    words=text,
                    rhythms=tr(", ").join(Cadence),
                )
            )
        )
    return found


def _check(wish: DigestWish) -> None:
    named = wish.nth is not None or wish.day is not None
    if named and wish.cadence not in {None, Cadence.MONTHLY}:
        raise DigestError(with_example(tr("“{rhythm}” has no day of the month.", rhythm=wish.cadence)))
    if wish.weekday is not None and wish.cadence in {Cadence.DAILY, Cadence.WEEKDAYS}:
        raise DigestError(either(str(wish.cadence), wish.weekday.label))
