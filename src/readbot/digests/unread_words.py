"""The words of a wish that nothing has taken yet: a rhythm, a time, days and a zone, in any order."""

import re
from datetime import time

from readbot.digests.calendar import LAST, Cadence, Weekday
from readbot.digests.phrases import (
    TIME_WORDS,
    either,
    find_near_weekday,
    find_weekday,
    is_ordinal,
    is_plural_weekday,
    parse_time,
    parse_weekday,
    to_ordinal,
    with_example,
)
from readbot.digests.zones import is_zone, parse_zone
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr

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


class UnreadWords:
    """Words behind ``digest on``; each ``take_`` removes what it understands, or raises for what it half does.

    What is left at the end names a zone.
    """

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
                    raise DigestError(either(str(found), str(cadence)))
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
            if find_near_weekday(word.casefold()) is not None:
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
