"""What the app may do, scope by scope: read from the manifest, with the reason that people are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import yaml

from readbot.findings import Finding, fail, skip, warn, well
from readbot.language import translatable
from readbot_slack.manifest import make_manifest

#: One sentence each, for whoever is asked to allow it. docs/slack.md says the same at more length.
_REASONS = {
    "commands": translatable("People can type /llmread, and use two shortcuts on messages."),
    "chat:write": translatable("Digests are posted in channels that readbot was invited to."),
    "users:read": translatable(
        "People are answered in their language, digests come in the time zone of whoever turns them on, and "
        "admins are known as admins."
    ),
    "app_mentions:read": translatable("@readbot and a question is answered in a thread."),
    "channels:history": translatable(
        "When Slack's answer to a post is lost, readbot looks whether its digest is there."
    ),
    "groups:history": translatable(
        "In private channels that readbot was invited to it looks for its lost digests as well."
    ),
    "channels:read": translatable(
        "readbot says at once when a digest could not be posted, and shows people the digests of their channels."
    ),
    "groups:read": translatable("readbot does the same for private channels that it was invited to."),
    "im:history": translatable("A direct message to readbot is answered."),
}

#: What is different without an optional one.
_WITHOUT = {
    "app_mentions:read": translatable("@readbot is not heard"),
    "im:history": translatable("direct messages to readbot are not heard"),
    "channels:history": translatable(
        "a digest whose confirmation was lost is listed as unconfirmed, with a button"
    ),
    "groups:history": translatable("such a digest in a private channel is listed as unconfirmed"),
    "channels:read": translatable(
        "a channel that is closed to readbot is noticed when its next digest is due, and Home shows no digests"
    ),
    "groups:read": translatable(
        "a private channel that is closed to readbot is noticed when its next digest is due, and Home shows no "
        "digests of private channels"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One thing that the app may do. Its sentences are in English; ``tr`` says them in another language."""

    name: str
    #: Why, in one sentence; empty where nobody wrote it down.
    reason: str
    is_optional: bool
    #: What is different where it was left out; empty for those that nobody can leave out.
    without: str


@cache
def list_scopes() -> tuple[Scope, ...]:
    """Return the bot's scopes in the manifest's order."""
    scopes = yaml.safe_load(make_manifest())["oauth_config"]["scopes"]
    optional = set(scopes.get("bot_optional") or ())
    return tuple(
        Scope(
            name=name,
            reason=_REASONS.get(name, ""),
            is_optional=name in optional,
            without=_WITHOUT.get(name, "") if name in optional else "",
        )
        for name in scopes["bot"]
    )


def find_missing(granted: Iterable[str]) -> list[str]:
    """Return which of the scopes that nobody can leave out are not among those granted."""
    has = set(granted)
    return [scope.name for scope in list_scopes() if not scope.is_optional and scope.name not in has]


def compare_scopes(header: str) -> list[Finding]:
    """Return what is to be said of a token's scopes.

    Args:
        header: ``x-oauth-scopes`` of an answer to it.
    """
    granted = {scope.strip() for scope in header.split(",") if scope.strip()}
    if not granted:
        return [
            skip(
                "scopes", "Slack does not tell the token's scopes.", "Compare them under OAuth & Permissions."
            )
        ]
    found = []
    if missing := find_missing(granted):
        found.append(
            fail(
                "scopes",
                f"The token lacks {', '.join(missing)}.",
                "Paste the output of readbot manifest slack under App Manifest, and install the app again.",
            )
        )
    left_out = [scope for scope in list_scopes() if scope.is_optional and scope.name not in granted]
    found += [
        warn(
            "scopes",
            f"{scope.name} was left out: {scope.without}.",
            "If that is as wanted, nothing. Else install the app again and allow it.",
        )
        for scope in left_out
    ]
    if extra := sorted(granted - {scope.name for scope in list_scopes()}):
        found.append(
            warn("scopes", f"The token may do more than readbot needs: {', '.join(extra)}.", "Take it away.")
        )
    return found or [well("scopes", "The token may do what readbot needs, and no more.")]
