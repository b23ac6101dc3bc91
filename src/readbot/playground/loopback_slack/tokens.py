"""The tokens that a loopback Slack has given to the app, and what became of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

#: How long a token lives in an app with token rotation.
#: Source: https://docs.slack.dev/authentication/using-token-rotation
ROTATION_SECONDS = 12 * 3600

#: Seconds since 1970.
Clock: TypeAlias = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """An organisation with several workspaces."""

    id: str
    name: str


@dataclass(kw_only=True)
class Grant:
    """What whoever installed the app let it do, in one workspace or in a whole organisation."""

    #: Those that still work, the newest last; several only where they rotate.
    tokens: list[str]
    scopes: tuple[str, ...]
    bot_user_id: str
    #: None where the app is installed for the organisation.
    team_id: str | None = None
    #: The organisation, for an installation in all of it; else None.
    enterprise: Enterprise | None = None
    #: What the newest token is renewed with; None where tokens do not rotate.
    refresh_token: str | None = None
    #: When each token ends that does, in seconds since 1970.
    ends: dict[str, float] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The newest."""
        return self.tokens[-1]


class TokenError(Exception):
    """A token that opens nothing (any more)."""

    def __init__(self, code: str) -> None:
        #: As Slack calls it.
        self.code = code
        super().__init__(code)


class Tokens:
    """Finds a grant by its token, however many there are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        #: What Slack says of tokens that worked once.
        self._dead: dict[str, str] = {}

    def add(self, grant: Grant) -> None:
        for token in grant.tokens:
            self._grants[token] = grant

    def find(self, token: str) -> Grant:
        """Return what a token stands for.

        Raises:
            TokenError: ``not_authed``, ``invalid_auth``, ``token_expired``, or why it was ended.
        """
        if not token:
            raise TokenError("not_authed")
        grant = self._grants.get(token)
        if grant is None:
            raise TokenError(self._dead.get(token, "invalid_auth"))
        if self._clock() >= grant.ends.get(token, float("inf")):
            raise TokenError("token_expired")
        return grant

    def find_refreshable(self, refresh_token: str) -> Grant | None:
        """Return the grant whose newest token this renews."""
        if not refresh_token:
            return None
        return next((each for each in self._grants.values() if each.refresh_token == refresh_token), None)

    def end(self, tokens: Iterable[str], code: str) -> None:
        """Let tokens open nothing from now on, and say *code* to whoever tries them."""
        for token in tuple(tokens):
            grant = self._grants.pop(token, None)
            if grant is not None:
                grant.tokens.remove(token)
            self._dead[token] = code
