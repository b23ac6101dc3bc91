"""What an examination finds: ``readbot doctor`` shows it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
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


def well(subject: str, found: str) -> Finding:
    return Finding(verdict=Verdict.OK, subject=subject, found=found)


def warn(subject: str, found: str, advice: str) -> Finding:
    return Finding(verdict=Verdict.WARN, subject=subject, found=found, advice=advice)


def fail(subject: str, found: str, advice: str) -> Finding:
    return Finding(verdict=Verdict.FAIL, subject=subject, found=found, advice=advice)
