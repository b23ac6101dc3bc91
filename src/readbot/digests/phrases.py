"""Single phrases as people type them: days, times of day, kinds of link."""

import re
from datetime import time

from rapidfuzz import process

from readbot.digests.calendar import Weekday
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import tr, translatable
from readbot.reading_list.model import Kind

EXAMPLE = translatable("For instance: digest on monday 09:00 Europe/Berlin")
#: A digest stays one message that people read: three links at most.
MAX_LINKS = 3
#: In the place of a section or a kind: no filter any more.
ANY = "any"


def with_example(sentence: str) -> str:
    """Return *sentence* and behind it a digest as it is typed."""
    return f"{sentence} {tr(EXAMPLE)}"


def either(one: str, other: str) -> str:
    """Return what to say of two words that contradict each other."""
    return with_example(tr("{one} or {other}? Name one of them.", one=one, other=other))


def parse_weekday(text: str) -> Weekday:
    """Return the day that *text* names: "monday", "Mon", "tues", "thursdays".

    Raises:
        AmbiguousError: A near miss ("mondey").
        DigestError: No weekday. Numbers are none: 0 and 1 mean Monday to different people.
    """
    word = text.casefold().rstrip(".")
    found = find_weekday(word)
    if found is not None:
        return found
    near = find_near_weekday(word)
    if near is not None:
        right = near.label
        raise AmbiguousError(
            tr("“{words}” is no weekday. Did you mean {right}?", words=text, right=right), [right], typed=text
        )
    raise DigestError(with_example(tr("“{words}” is no weekday.", words=text)))


def find_weekday(word: str) -> Weekday | None:
    """Return the day that a lower-case word names in full, in short or in plural; else None."""
    stem = word.removesuffix("s") if len(word) > 4 else word
    if len(stem) < 2:
        return None
    shortest = 2 if stem in {"mo", "tu", "we", "th", "fr", "sa", "su"} else 3
    days = [day for day in Weekday if day.label.casefold().startswith(stem) and len(stem) >= shortest]
    return days[0] if len(days) == 1 else None


def find_near_weekday(word: str) -> Weekday | None:
    """Return the day that a lower-case word is a misspelling of; None if of none."""
    near = process.extractOne(word, [day.label.casefold() for day in Weekday], score_cutoff=75)
    return Weekday(near[2]) if near else None


def is_plural_weekday(word: str) -> bool:
    """Tell whether a word means every such day: "fridays"."""
    word = word.casefold()
    return word.endswith("days") and find_weekday(word) is not None


_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:(?:[:.]|h(?=\d))(?P<minute>\d{2})|h)?(?P<half>[ap]\.?m\.?)?")
_FOUR_DIGITS = re.compile(r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<half>)")
TIME_WORDS = {"noon": time(12, 0), "midday": time(12, 0), "midnight": time(0, 0)}


def parse_time(text: str) -> time:
    """Return the time of day that *text* means: "9", "9:00", "9am", "09:00", "9.30", "noon".

    Raises:
        DigestError: It is none, or no such time exists ("25:00", "13pm").
    """
    word = text.casefold().replace(" ", "")
    if word in TIME_WORDS:
        return TIME_WORDS[word]
    match = _FOUR_DIGITS.fullmatch(word) or _CLOCK.fullmatch(word)
    wrong = DigestError(tr("“{words}” is no time of day. Type 9, 9:00, 9am or 16:30.", words=text))
    if match is None:
        raise wrong
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if half:
        if not 1 <= hour <= 12:
            raise wrong
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise wrong
    return time(hour, minute)


def parse_links(text: str) -> int:
    """Return how many links one digest has.

    Raises:
        DigestError: Not a number from 1 to ``MAX_LINKS``.
    """
    if text in {str(number) for number in range(1, MAX_LINKS + 1)}:
        return int(text)
    raise DigestError(
        tr(
            "A digest has 1 to {number} links, not “{words}”. For instance: links:2",
            number=MAX_LINKS,
            words=text,
        )
    )


def parse_switch(text: str) -> bool:
    """Return whether something is to be on.

    Raises:
        DigestError: It says neither on nor off.
    """
    word = text.casefold()
    if word not in {"on", "yes", "true", "off", "no", "false"}:
        raise DigestError(tr("On or off, not “{words}”. For instance: changes:on", words=text))
    return word in {"on", "yes", "true"}


def parse_kind(text: str) -> str:
    """Return the kind of link that *text* names ("paper", "papers"), or ``ANY``.

    Raises:
        DigestError: No such kind; the message lists them.
    """
    word = text.casefold()
    if word in {ANY, "all", "*", ""}:
        return ANY
    for kind in Kind:
        if word in {kind.value, f"{kind.value}s"}:
            return kind.value
    raise DigestError(
        tr(
            "I know no kind “{words}”. There are: {kinds}. For instance: kind:paper",
            words=text,
            kinds=tr(", ").join(Kind),
        )
    )


def is_ordinal(word: str) -> bool:
    """Tell whether a word is a day of the month: "15th", "1st", "3."."""
    return re.fullmatch(r"\d{1,2}(?:st|nd|rd|th|\.)", word) is not None


def to_ordinal(number: int) -> str:
    """Return a day of the month as it is said: "1st", "22nd", "15th"."""
    if number in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
