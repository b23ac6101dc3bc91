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

from rapidfuzz import process

from readbot.digests.calendar import LAST, Cadence, Schedule, Weekday, next_slot
from readbot.digests.phrases import (
    ANY,
    TIME_WORDS,
    find_weekday,
    is_ordinal,
    is_plural_weekday,
    parse_kind,
    parse_links,
    parse_switch,
    parse_time,
    parse_weekday,
    to_ordinal,
    with_example,
)
from readbot.digests.zones import is_zone, parse_zone
from readbot.exceptions import AmbiguousError, DigestError
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
_CADENCES = (
    ("every 2 weeks", Cadence.FORTNIGHTLY),
    ("every two weeks", Cadence.FORTNIGHTLY),
    ("every second week", Cadence.FORTNIGHTLY),
    ("every other week", Cadence.FORTNIGHTLY),
    ("every 2nd week", Cadence.FORTNIGHTLY),
    ("2 weeks", Cadence.FORTNIGHTLY),
    ("every second", Cadence.FORTNIGHTLY),
    ("every 2nd", Cadence.FORTNIGHTLY),
    ("every other", Cadence.FORTNIGHTLY),
    ("fortnightly", Cadence.FORTNIGHTLY),
    ("biweekly", Cadence.FORTNIGHTLY),
    ("bi-weekly", Cadence.FORTNIGHTLY),
    ("every weekday", Cadence.WEEKDAYS),
    ("weekdays", Cadence.WEEKDAYS),
    ("weekday", Cadence.WEEKDAYS),
    ("every week", Cadence.WEEKLY),
    ("weekly", Cadence.WEEKLY),
    ("every day", Cadence.DAILY),
    ("each day", Cadence.DAILY),
    ("daily", Cadence.DAILY),
    ("every month", Cadence.MONTHLY),
    ("monthly", Cadence.MONTHLY),
)
_SOUNDS = {
    "silent": True,
    "silently": True,
    "quiet": True,
    "quietly": True,
    "muted": True,
    "loud": False,
    "loudly": False,
    "unmuted": False,
}
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": LAST,
}
_FILLERS = {
    "on",
    "at",
    "in",
    "the",
    "of",
    "every",
    "each",
    "time",
    "o'clock",
    "uhr",
    "and",
    "to",
    "please",
    "month",
}


def parse_wish(text: str) -> DigestWish:
    """Return what the words behind ``digest on`` ask for.

    Raises:
        AmbiguousError: A zone or a day that could mean several things; its choices say what to type.
        DigestError: A word that means nothing here, or two that contradict each other.
    """
    words, values = _split(text)
    reader = _Reader(words)
    is_silent = reader.take_sound()
    cadence = _given(values, "cadence", _parse_cadence) or reader.take_cadence()
    wish = DigestWish(
        cadence=cadence,
        at=_given(values, "time", parse_time) or reader.take_time(monthly=cadence is Cadence.MONTHLY),
        section=_given(values, "section", _parse_section),
        kind=_given(values, "kind", parse_kind),
        links=_given(values, "links", parse_links),
        is_silent=is_silent,
        tells_changes=_given(values, "changes", parse_switch),
    )
    is_repeated = reader.says_every_weekday() or is_plural_weekday(values.get("weekday", ""))
    nth, day, weekday = reader.take_days(monthly=cadence is Cadence.MONTHLY)
    if "weekday" in values:
        weekday = parse_weekday(values["weekday"])
    if is_repeated and cadence is None and nth is None and day is None:
        # Said, unlike "friday" alone: a monthly digest does not stay monthly.
        cadence = Cadence.WEEKLY
    zone = _given(values, "zone", parse_zone) or reader.take_zone(unquoted=_unquoted_section(text))
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
    found = _Reader(text.split()).take_cadence()
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


class _Reader:
    """The words that nothing has taken yet; each ``take_`` removes what it understands."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def take_sound(self) -> bool | None:
        """Return whether posts are to be silent; None where nothing is said of it."""
        found: bool | None = None
        for word, is_silent in _SOUNDS.items():
            while self._remove([word]):
                if found not in {None, is_silent}:
                    raise DigestError(tr("Silent or loud? Name one of them. For instance: digest on silent"))
                found = is_silent
        return found

    def take_cadence(self) -> Cadence | None:
        found: Cadence | None = None
        for phrase, cadence in _CADENCES:
            while self._remove(phrase.split()):
                if found not in {None, cadence}:
                    raise DigestError(_either(str(found), str(cadence)))
                found = cadence
        return found

    def says_every_weekday(self) -> bool:
        """Tell whether "every friday", "each friday" or "fridays" is among the words; takes nothing."""
        words = self._folded()
        return any(
            is_plural_weekday(word) or (before in {"every", "each"} and find_weekday(word) is not None)
            for before, word in zip(["", *words], words, strict=False)
        )

    def take_time(self, *, monthly: bool) -> time | None:
        numbers: list[int] = []
        for index, word in enumerate(self._folded()):
            following = self._folded()[index + 1 : index + 2]
            if word.isdigit() and following in (["am"], ["pm"], ["a.m."], ["p.m."]):
                return parse_time(self._pop(index) + self._pop(index))
            if word in TIME_WORDS or (any(sign.isdigit() for sign in word[:1]) and not is_ordinal(word)):
                numbers.append(index)
        if not numbers:
            return None
        # "monthly 15 09:00": the one that looks like a clock is the time.
        clear = [index for index in numbers if not self._words[index].isdigit()]
        word = self._pop((clear or numbers)[-1])
        try:
            return parse_time(word)
        except DigestError:
            if monthly and word.isdigit():
                day = f"monthly {to_ordinal(int(word))}" if 1 <= int(word) <= 31 else "monthly 15th"
                raise DigestError(
                    tr(
                        "“{words}” is no time of day. A day of the month is said as in “monthly first tuesday”, "
                        "or: digest on {day} 09:00",
                        words=word,
                        day=day,
                    )
                ) from None
            raise

    def take_days(self, *, monthly: bool) -> tuple[int | None, int | None, Weekday | None]:
        nth, weekday = self._take_nth(), self._take_weekday()
        day = None
        if nth is not None and weekday is None:
            day, nth = nth, None
        for index, word in enumerate(self._folded()):
            if is_ordinal(word) or (monthly and word.isdigit()):
                number = int(re.sub(r"\D", "", word))
                if not 1 <= number <= 31:
                    raise DigestError(
                        tr(
                            "No month has a day {number}. For instance: digest on monthly 15th 9:00",
                            number=number,
                        )
                    )
                self._pop(index)
                day = number
                break
        self._remove(["day"])
        return nth, day, weekday

    def take_zone(self, *, unquoted: str = "") -> str | None:
        """Return the zone that all remaining words name.

        Args:
            unquoted: What followed ``section:`` without quotation marks: perhaps a name of several words.
        """
        rest = [word for word in self._words if word.casefold() not in _FILLERS]
        if not rest:
            return None
        phrase = " ".join(rest)
        if is_zone(phrase):
            return parse_zone(phrase)
        for word in rest:
            # A near miss of a day says so; it would be an unknown zone otherwise.
            if process.extractOne(
                word.casefold(), [day.label.casefold() for day in Weekday], score_cutoff=75
            ):
                parse_weekday(word)
        try:
            return parse_zone(phrase)
        except AmbiguousError:
            raise
        except DigestError:
            name, found, _ = unquoted.casefold().partition(f" {phrase.casefold()}")
            if found and " " not in name:
                raise DigestError(
                    tr(
                        "I do not understand “{words}” here. If it belongs to the name: digest on "
                        'section:"{name}"',
                        words=phrase,
                        name=unquoted[: len(name + found)],
                    )
                ) from None
            unclear = tr("I do not understand “{words}” here.", words=phrase)
            raise DigestError(with_example(unclear)) from None

    def _take_nth(self) -> int | None:
        for index, word in enumerate(self._folded()):
            if word in _ORDINALS:
                self._pop(index)
                return _ORDINALS[word]
        return None

    def _take_weekday(self) -> Weekday | None:
        found: Weekday | None = None
        index = 0
        while index < len(self._words):
            day = find_weekday(self._folded()[index])
            if day is None:
                index += 1
                continue
            if found not in {None, day}:
                raise DigestError(with_example(tr("One weekday only, please.")))
            found = day
            self._pop(index)
        return found

    def _folded(self) -> list[str]:
        return [word.casefold() for word in self._words]

    def _remove(self, phrase: list[str]) -> bool:
        folded = self._folded()
        for index in range(len(folded) - len(phrase) + 1):
            if folded[index : index + len(phrase)] == phrase:
                del self._words[index : index + len(phrase)]
                return True
        return False

    def _pop(self, index: int) -> str:
        return self._words.pop(index)


def _either(one: str, other: str) -> str:
    return with_example(tr("{one} or {other}? Name one of them.", one=one, other=other))


def _check(wish: DigestWish) -> None:
    named = wish.nth is not None or wish.day is not None
    if named and wish.cadence not in {None, Cadence.MONTHLY}:
        raise DigestError(with_example(tr("“{rhythm}” has no day of the month.", rhythm=wish.cadence)))
    if wish.weekday is not None and wish.cadence in {Cadence.DAILY, Cadence.WEEKDAYS}:
        raise DigestError(_either(str(wish.cadence), wish.weekday.label))
