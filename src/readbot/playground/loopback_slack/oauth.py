"""How people install the app: the authorize address, one-use codes, and the tokens they become.

Sources: https://docs.slack.dev/authentication/installing-with-oauth and
https://docs.slack.dev/reference/methods/oauth.v2.access
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from readbot.playground.loopback_slack.registration import APP_ID, Registration
from readbot.playground.loopback_slack.state import ALL_SCOPES, SlackError, User, Workspace
from readbot.playground.loopback_slack.surfaces import Json
from readbot.playground.loopback_slack.tokens import ROTATION_SECONDS, Clock, Enterprise, Grant, Tokens

#: How long a code may be exchanged.
CODE_SECONDS = 10 * 60


class AuthorizeError(Exception):
    """An authorize address that Slack shows an error for instead of asking anybody."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an authorize address asks for."""

    scopes: tuple[str, ...]
    user_scopes: tuple[str, ...]
    #: Where the person goes afterwards; the app's first one where the address names none.
    redirect_uri: str
    #: What the address says, which the exchange has to repeat.
    named_redirect_uri: str | None
    state: str
    #: The workspace that is offered first.
    team: str | None

    def redirect(self, **answer: str) -> str:
        """Return where the person is sent with an answer."""
        parts = urlsplit(self.redirect_uri)
        query = [*parse_qsl(parts.query), *answer.items(), ("state", self.state)]
        return parts._replace(query=urlencode(query)).geturl()


@dataclass(kw_only=True)
class _Code:
    """Somebody's consent, to be exchanged once."""

    wish: Wish
    scopes: tuple[str, ...]
    installer: str
    #: The workspace, or None for the whole of the organisation.
    team: Workspace | None
    enterprise: Enterprise | None
    made: float


class OAuth:
    """The installations of one app in all workspaces."""

    def __init__(
        self, app: Registration, teams: Mapping[str, Workspace], tokens: Tokens, clock: Clock
    ) -> None:
        self._app = app
        self._teams = teams
        self._tokens = tokens
        self._clock = clock
        self._codes: dict[str, _Code] = {}

    def read(self, address: str) -> Wish:
        """Return what an authorize address asks for.

        Raises:
            AuthorizeError: Slack would show an error page.
        """
        query = dict(parse_qsl(urlsplit(address).query))
        if query.get("client_id") != self._app.client_id:
            raise AuthorizeError("Invalid client_id parameter")
        named = query.get("redirect_uri")
        if not self._app.redirect_urls:
            raise AuthorizeError("redirect_uri did not match any configured URIs: the app has none")
        if named is not None and not any(_lies_below(named, url) for url in self._app.redirect_urls):
            raise AuthorizeError(f"redirect_uri did not match any configured URIs. Passed URI: {named}")
        scopes, user_scopes = _split(query.get("scope", "")), _split(query.get("user_scope", ""))
        if not scopes and not user_scopes:
            raise AuthorizeError("No scopes requested")
        return Wish(
            scopes=scopes,
            user_scopes=user_scopes,
            redirect_uri=named or self._app.redirect_urls[0],
            named_redirect_uri=named,
            state=query.get("state", ""),
            team=query.get("team"),
        )

    def optional(self, wish: Wish) -> list[str]:
        """Return which of the scopes that are wished for the person may leave out."""
        return [scope for scope in wish.scopes if scope in self._app.optional_scopes]

    def organisations(self) -> list[Enterprise]:
        """Return those for which the app can be installed as a whole."""
        found = {team.enterprise for team in self._teams.values() if team.enterprise}
        return sorted(found, key=lambda each: each.id) if self._app.allows_organisations else []

    def approve(
        self, address: str, *, team: str, user: str | None = None, without: tuple[str, ...] = ()
    ) -> str:
        """Let a person install the app, and return where their browser is sent.

        Args:
            address: The authorize address.
            team: The chosen workspace, or organisation, by its id.
            user: Who installs it; without, an administrator.
            without: Optional scopes that they leave out.

        Raises:
            AuthorizeError: The address asks for what cannot be.
            LookupError: There is no such workspace or person, or the scope is not optional.
        """
        wish = self.read(address)
        if needed := set(without) - set(self.optional(wish)):
            raise LookupError(f"nobody can leave out {', '.join(sorted(needed))}")
        code = f"code-{secrets.token_hex(16)}"
        workspace, enterprise, installer = self._find_target(team, user)
        self._codes[code] = _Code(
            wish=wish,
            scopes=tuple(scope for scope in wish.scopes if scope not in without),
            installer=installer.id,
            team=workspace,
            enterprise=enterprise,
            made=self._clock(),
        )
        return wish.redirect(code=code)

    def cancel(self, address: str) -> str:
        """Let a person say no, and return where their browser is sent."""
        return self.read(address).redirect(error="access_denied")

    def install(self, team: str) -> str:
        """Install the app as its own page at Slack does, and return the token that is shown there."""
        member = self._teams[team]
        grant = Grant(
            tokens=[f"xoxb-{secrets.token_hex(12)}"],
            scopes=self._app.scopes or ALL_SCOPES,
            bot_user_id=member.bot_user_id,
            team_id=team,
        )
        self._tokens.add(grant)
        member.install(grant)
        return grant.token

    def _find_target(self, team: str, user: str | None) -> tuple[Workspace | None, Enterprise | None, User]:
        organisation = next((each for each in self.organisations() if each.id == team), None)
        member = self._members(organisation)[0] if organisation else self._teams[team]
        people = [each for each in member.users.values() if each.is_admin]
        installer = member.users[user] if user else people[0]
        return None if organisation else member, organisation, installer

    def check_client(self, client_id: str, client_secret: str) -> None:
        """Pass the app's own credentials.

        Raises:
            SlackError: ``invalid_client_id`` or ``bad_client_secret``.
        """
        if client_id != self._app.client_id:
            raise SlackError("invalid_client_id")
        if not secrets.compare_digest(client_secret.encode(), self._app.client_secret.encode()):
            raise SlackError("bad_client_secret")

    def access(self, client_id: str, client_secret: str, arguments: Json) -> Json:
        """Answer ``oauth.v2.access``: a code, or a refresh token, for tokens."""
        self.check_client(client_id, client_secret)
        match arguments.get("grant_type") or "authorization_code":
            case "authorization_code":
                return self._exchange(arguments)
            case "refresh_token":
                return self._refresh(str(arguments.get("refresh_token") or ""))
            case _:
                raise SlackError("invalid_grant_type")

    def _exchange(self, arguments: Json) -> Json:
        code = self._codes.pop(str(arguments.get("code") or ""), None)
        if code is None or self._clock() - code.made > CODE_SECONDS:
            raise SlackError("invalid_code")
        if arguments.get("redirect_uri") != code.wish.named_redirect_uri:
            raise SlackError("bad_redirect_uri")
        grant = self._install(code) if code.scopes else None
        user: Json = {"id": code.installer}
        if code.wish.user_scopes:
            user |= {
                "scope": ",".join(code.wish.user_scopes),
                "access_token": f"xoxp-{secrets.token_hex(8)}",
                "token_type": "user",
            }
        return {"authed_user": user, **self._describe(grant, code.team, code.enterprise)}

    def _install(self, code: _Code) -> Grant:
        """Let the app in, or let it do more where it is in already, as it adds up in Slack."""
        members = [code.team] if code.team else self._members(code.enterprise)
        known = members[0].grant
        if known is not None and known.team_id == (code.team.id if code.team else None):
            known.scopes = tuple(dict.fromkeys((*known.scopes, *code.scopes)))
            if self._app.rotates_tokens:
                self._rotate(known)
            for member in members:
                member.install(known)
            return known
        grant = Grant(
            tokens=[],
            scopes=code.scopes,
            bot_user_id=members[0].bot_user_id,
            team_id=code.team.id if code.team else None,
            enterprise=code.enterprise,
        )
        if self._app.rotates_tokens:
            self._rotate(grant)
        else:
            grant.tokens.append(f"xoxb-{secrets.token_hex(12)}")
        self._tokens.add(grant)
        for member in members:
            member.install(grant)
        return grant

    def _refresh(self, refresh_token: str) -> Json:
        grant = self._tokens.find_refreshable(refresh_token)
        if grant is None:
            raise SlackError("invalid_refresh_token")
        self._rotate(grant)
        team = self._teams[grant.team_id] if grant.team_id else None
        return self._describe(grant, team, grant.enterprise)

    def _rotate(self, grant: Grant) -> None:
        """Give a grant a new token beside the one it has, which goes on until its own end."""
        token = f"xoxe.xoxb-1-{secrets.token_hex(12)}"
        grant.tokens = [*grant.tokens[-1:], token]
        grant.ends[token] = self._clock() + ROTATION_SECONDS
        grant.refresh_token = f"xoxe-1-{secrets.token_hex(12)}"
        self._tokens.add(grant)

    def _members(self, enterprise: Enterprise | None) -> list[Workspace]:
        return [team for team in self._teams.values() if team.enterprise == enterprise]

    def _describe(self, grant: Grant | None, team: Workspace | None, enterprise: Enterprise | None) -> Json:
        of = enterprise or (team.enterprise if team else None)
        answer: Json = {
            "app_id": APP_ID,
            "team": {"id": team.id, "name": team.name} if team else None,
            "enterprise": {"id": of.id, "name": of.name} if of else None,
            "is_enterprise_install": team is None,
        }
        if grant is None:
            return answer
        answer |= {
            "token_type": "bot",
            "access_token": grant.token,
            "scope": ",".join(grant.scopes),
            "bot_user_id": grant.bot_user_id,
        }
        if grant.refresh_token:
            answer |= {"expires_in": ROTATION_SECONDS, "refresh_token": grant.refresh_token}
        return answer


def _split(scopes: str) -> tuple[str, ...]:
    """Return scopes as an authorize address has them: behind commas, or spaces."""
    return tuple(scope for scope in scopes.replace(",", " ").split() if scope)


def _lies_below(address: str, configured: str) -> bool:
    """Tell whether *address* is *configured* or a path below it, on the very same host and port."""
    wanted, known = urlsplit(address), urlsplit(configured)
    path = known.path.rstrip("/")
    return (wanted.scheme, wanted.netloc) == (known.scheme, known.netloc) and (
        wanted.path.rstrip("/") == path or wanted.path.startswith(f"{path}/")
    )
