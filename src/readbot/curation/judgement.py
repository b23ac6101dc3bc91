"""How a link is, judged from what was known and what it answers now. Pure."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from readbot.curation.answers import Answer, Trouble
from readbot.curation.model import LinkHealth, LinkState
from readbot.reading_list.urls import find_url_problem, normalize_url

#: A link is dead when it was found gone so often, over so long. Sites come back after a bad day.
DEAD_AFTER_FAILURES = 3
DEAD_AFTER = timedelta(days=3)

_PERMANENT = {301, 308}
_GONE = {404, 410}
_REASONS = {
    401: "asks for a login",
    403: "refuses robots, or everybody",
    404: "not found",
    410: "gone",
    429: "asks for fewer requests",
    451: "withheld for legal reasons",
}
_LOGIN_WORDS = frozenset(
    [
        "login",
        "log-in",
        "log_in",
        "signin",
        "sign-in",
        "sign_in",
        "servicelogin",
        "wp-login",
        "auth",
        "authwall",
        "authorize",
        "oauth",
        "oauth2",
        "sso",
        "saml",
        "saml2",
        "sessions",
        "captcha",
        "challenge",
        "checkpoint",
        "accounts",
    ]
)
_LOGIN_HOSTS = frozenset(["login", "accounts", "account", "auth", "signin", "sso", "id", "idp"])
_ERROR_WORDS = frozenset(["404", "error", "errors", "not-found", "notfound", "page-not-found", "unavailable"])
#: What a site shows to who asks for nothing: "/", "/en", "/de-de/", "/home", "/index.php".
_HOME_PATH = re.compile(
    r"/*(?:(?:en|de|fr|es|it|pt|nl|pl|sv|tr|ru|ja|ko|zh)(?:[-_][a-z]{2})?|home|index(?:\.\w+)?|default\.aspx?)?/*",
    re.IGNORECASE,
)


def judge(before: LinkHealth | None, answer: Answer, now: datetime) -> LinkHealth:
    """Return how a link is.

    Only what is gone counts towards death: 404, 410, and a host that nobody has. Whatever else goes
    wrong may be the mood of a server or its view of robots, and says nothing; a dead link stays dead
    until it answers well again.

    Args:
        before: What was known of it; None for a link that was never checked.
        answer: What it answers now.
        now: Aware.
    """
    health = LinkHealth(url=answer.url, state=LinkState.OK, checked_at=now, status=answer.status)
    if is_well(answer):
        if detour := _find_detour(answer):
            return _suspect(before, health, detour)
        moved_to = _moved_to(answer)
        return replace(
            health,
            state=LinkState.MOVED if moved_to else LinkState.OK,
            moved_to=moved_to,
            # They belong to the page, not to the redirects before it.
            etag="" if answer.redirects else answer.etag or (before.etag if before else ""),
            last_modified=""
            if answer.redirects
            else answer.last_modified or (before.last_modified if before else ""),
        )
    reason = answer.reason or _REASONS.get(answer.status or 0, f"answers {answer.status}")
    if answer.status in _GONE or answer.trouble is Trouble.NO_SUCH_HOST:
        return _gone(before, health, reason)
    return _suspect(before, health, reason)


def is_well(answer: Answer) -> bool:
    """Tell whether something was found, wherever that was."""
    return (
        answer.trouble is None
        and answer.status is not None
        and (200 <= answer.status < 300 or answer.status == 304)
    )


def _gone(before: LinkHealth | None, health: LinkHealth, reason: str) -> LinkHealth:
    failures = (before.failures if before else 0) + 1
    since = (before.failing_since if before else None) or health.checked_at
    was_dead = before is not None and before.state is LinkState.DEAD
    is_dead = was_dead or (failures >= DEAD_AFTER_FAILURES and health.checked_at - since >= DEAD_AFTER)
    return replace(
        health,
        state=LinkState.DEAD if is_dead else LinkState.SUSPECT,
        failures=failures,
        failing_since=since,
        reason=reason,
        archived_url=before.archived_url if before else "",
    )


def _suspect(before: LinkHealth | None, health: LinkHealth, reason: str) -> LinkHealth:
    if before is None:
        return replace(health, state=LinkState.SUSPECT, reason=reason)
    return replace(
        health,
        state=LinkState.DEAD if before.state is LinkState.DEAD else LinkState.SUSPECT,
        failures=before.failures,
        failing_since=before.failing_since,
        reason=reason,
        archived_url=before.archived_url,
    )


def _find_detour(answer: Answer) -> str:
    """Say where redirects led, if not to what was asked for; empty where they did."""
    if not answer.redirects:
        return ""
    old, new = urlsplit(answer.url), urlsplit(answer.final_url)
    if _has_word(new, _LOGIN_WORDS, _LOGIN_HOSTS) and not _has_word(old, _LOGIN_WORDS, _LOGIN_HOSTS):
        return "redirects to a login page"
    if _has_word(new, _ERROR_WORDS) and not _has_word(old, _ERROR_WORDS):
        return "redirects to an error page"
    if _is_home(new) and not _is_home(old):
        return "redirects to a home page"
    return ""


def _has_word(url: SplitResult, words: frozenset[str], hosts: frozenset[str] = frozenset()) -> bool:
    segments = {segment.rpartition(".")[0] or segment for segment in url.path.lower().split("/")}
    return bool(segments & words) or (url.hostname or "").partition(".")[0] in hosts


def _is_home(url: SplitResult) -> bool:
    return _HOME_PATH.fullmatch(url.path) is not None and not url.query


def _moved_to(answer: Answer) -> str:
    """Return the address to write on the list instead; empty where the old one is right."""
    old, new = answer.url, answer.final_url
    if not answer.redirects or not set(answer.redirects) <= _PERMANENT or new == old:
        return ""
    is_downgrade = old.lower().startswith("https:") and not new.lower().startswith("https:")
    if is_downgrade or find_url_problem(new):
        return ""
    is_same_page = normalize_url(old) == normalize_url(new)
    if is_same_page and _site_and_path(old) == _site_and_path(new):
        return ""  # what was added only counts readers
    return new


def _site_and_path(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower(), parts.path
