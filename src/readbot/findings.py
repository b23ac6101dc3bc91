"""What an examination finds: ``readbot doctor`` shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from readbot.exceptions import SettingsError


class Verdict(StrEnum):
    OK = "ok"
    #: Could not be looked at: that takes something which was not given.
    SKIPPED = "skipped"
    #: readbot works, with something less or about to go wrong.
    WARN = "warn"
    #: Something does not work until a person acts.
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    verdict: Verdict
    #: What was looked at, in a few words that stay the same: "bot token", "manifest".
    subject: str
    #: What was found, in one sentence; never a token.
    found: str
    #: What to do about it; empty where all is well.
    advice: str = ""
    #: An address that the advice is about, to be opened or passed on; empty for none.
    link: str = ""


def well(subject: str, found: str, *, link: str = "") -> Finding:
    return Finding(verdict=Verdict.OK, subject=subject, found=found, link=link)


def skip(subject: str, found: str, advice: str, *, link: str = "") -> Finding:
    return Finding(verdict=Verdict.SKIPPED, subject=subject, found=found, advice=advice, link=link)


def warn(subject: str, found: str, advice: str, *, link: str = "") -> Finding:
    return Finding(verdict=Verdict.WARN, subject=subject, found=found, advice=advice, link=link)


def fail(subject: str, found: str, advice: str, *, link: str = "") -> Finding:
    return Finding(verdict=Verdict.FAIL, subject=subject, found=found, advice=advice, link=link)


def settings_findings(error: SettingsError) -> Iterator[Finding]:
    """Return a finding for each of the settings that *error* complains of."""
    for line in str(error).splitlines():
        what, _, advice = line.partition("; ")
        yield fail("settings", f"{what}.", f"{advice[:1].upper()}{advice[1:]}." if advice else "Mend it.")
