"""``readbot doctor slack``: settings, tokens, the way that requests come, and the app itself."""

import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from readbot.exceptions import SettingsError
from readbot.findings import Finding, fail, settings_findings, skip, warn, well
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_slack.drift import find_extra, find_lacking
from readbot_slack.endpoint import MAX_AGE_S, sign
from readbot_slack.manifest import make_manifest
from readbot_slack.paths import EVENTS_PATH, INSTALL_PATH
from readbot_slack.requests import PLATFORM
from readbot_slack.scopes import compare_scopes
from readbot_slack.setup import read_setup
from readbot_slack.tokens import explain_token
from readbot_slack.web_api import Doubt, Failure, Json, ask, make_client
from readbot_slack.workspaces import look_at_workspaces

_TIMEOUT_S = 5.0

#: What a clock may be off by without anybody minding.
_SOME_SKEW_S = 60.0

_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_APP_IN_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")

_APPS = "https://api.slack.com/apps"
_NO_ANSWER = "Can this machine reach it? SLACK_API_URL and HTTPS_PROXY say how."


@dataclass(kw_only=True)
class _Case:
    """What is examined."""

    settings: Settings
    store: Store | None
    client: AsyncWebClient
    #: Of a readbot that runs, as whoever asks gave it.
    url: str | None
    clock: Callable[[], float]
    #: The app's id, as soon as something tells it; empty before.
    app_id: str = ""


async def examine(
    settings: Settings, store: Store | None, *, url: str | None = None, clock: Callable[[], float] = time.time
) -> AsyncIterator[Finding]:
    """See ``readbot.ports.HasDoctor``; *clock* gives seconds since 1970, for tests."""
    client = make_client(settings.slack_api_url)
    case = _Case(settings=settings, store=store, client=client, url=url, clock=clock)
    for look in (
        _look_at_settings,
        _look_at_bot_token,
        _look_at_app_token,
        _look_at_signing_secret,
        _look_at_client,
        _look_at_installations,
        _look_at_request_url,
        _look_at_manifest,
    ):
        async for finding in look(case):
            yield finding


async def _look_at_settings(case: _Case) -> AsyncIterator[Finding]:
    try:
        setup = read_setup(case.settings, listens=True)
    except SettingsError as error:
        for finding in settings_findings(error):
            yield finding
        return
    if setup is None:
        yield fail("settings", "No token is set.", "docs/slack.md tells where to find them.")
        return
    who = (
        "one workspace, by SLACK_BOT_TOKEN" if setup.oauth is None else "any workspace that installs the app"
    )
    how = "Socket Mode" if setup.app_token is not None else "HTTP"
    yield well("settings", f"For {who}, over {how}.")
    if setup.oauth is not None:
        yield well(
            "install page", "Workspaces install readbot there.", link=f"{setup.oauth.url}{INSTALL_PATH}"
        )


async def _look_at_bot_token(case: _Case) -> AsyncIterator[Finding]:
    token = case.settings.slack_bot_token
    if token is None:
        return
    if token.reveal().startswith("xoxp-"):
        yield fail("bot token", "SLACK_BOT_TOKEN is a person's token.", "The bot's starts with xoxb-.")
        return
    answer, headers = await _ask(case.client.auth_test(token=token.reveal()))
    if isinstance(answer, Failure):
        yield _no_token("bot token", "SLACK_BOT_TOKEN", answer)
        return
    if token.reveal().startswith("xoxe."):
        yield fail(
            "bot token",
            "SLACK_BOT_TOKEN ends twelve hours after it was made: token rotation is on in the app.",
            "Turn it off and install the app anew, or use SLACK_CLIENT_ID, with which readbot renews tokens.",
        )
    else:
        yield well("bot token", f"It works, in {answer.get('team')} ({answer.get('team_id')}).")
    yield _judge_clock(headers, case.clock())
    for finding in compare_scopes(headers.get("x-oauth-scopes", "")):
        yield finding
    about, _ = await _ask(case.client.bots_info(token=token.reveal(), bot=answer.get("bot_id")))
    if not isinstance(about, Failure):
        case.app_id = str((about.get("bot") or {}).get("app_id") or "")


def _judge_clock(headers: Mapping[str, str], now: float) -> Finding:
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return skip("clock", "Slack's answer has no date.", "Compare this machine's clock by hand.")
    off_s = abs(now - theirs)
    if off_s >= MAX_AGE_S:
        return fail(
            "clock",
            f"This machine's clock is {off_s / 60:.0f} minutes off: Slack's requests are refused as too old.",
            "Set it by NTP.",
        )
    if off_s >= _SOME_SKEW_S:
        return warn("clock", f"This machine's clock is {off_s:.0f} seconds off.", "Set it by NTP.")
    return well("clock", "It agrees with Slack's.")


async def _look_at_app_token(case: _Case) -> AsyncIterator[Finding]:
    token = case.settings.slack_app_token
    if token is None:
        return
    answer, _ = await _ask(case.client.apps_connections_open(app_token=token.reveal()))
    if isinstance(answer, Failure):
        yield _no_token("app token", "SLACK_APP_TOKEN", answer)
        return
    found = _APP_IN_TOKEN.match(token.reveal())
    case.app_id = case.app_id or (found[1] if found else "")
    yield well("app token", "Slack opens websockets for it: Socket Mode is on.")


def _no_token(subject: str, setting: str, failure: Failure) -> Finding:
    if failure.doubt is not Doubt.REFUSED:
        return fail(subject, f"Slack does not answer: {failure.reason}.", _NO_ANSWER)
    advice = explain_token(failure.reason) or "compare the app's page with docs/slack.md"
    return fail(subject, f"Slack refuses {setting}: {failure.reason}.", f"{advice[0].upper()}{advice[1:]}.")


async def _look_at_signing_secret(case: _Case) -> AsyncIterator[Finding]:
    secret = case.settings.slack_signing_secret
    if secret is None or case.settings.slack_app_token is not None:
        return
    if _SIGNING_SECRET.fullmatch(secret.reveal()):
        yield well("signing secret", "It looks like one.")
    else:
        yield warn(
            "signing secret",
            "SLACK_SIGNING_SECRET does not look like one: they are 32 letters a-f and digits.",
            "Copy it from Basic Information > App Credentials > Signing Secret.",
        )


async def _look_at_client(case: _Case) -> AsyncIterator[Finding]:
    """Try the client's id and secret with a code that nobody has: Slack says what it minds first."""
    client_id, secret = case.settings.slack_client_id, case.settings.slack_client_secret
    if client_id is None or secret is None:
        return
    answer, headers = await _ask(
        case.client.oauth_v2_access(client_id=client_id, client_secret=secret.reveal(), code="readbot-doctor")
    )
    if not isinstance(answer, Failure) or answer.reason in {"invalid_code", "bad_redirect_uri"}:
        yield well("client", "Slack knows SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
    elif answer.doubt is not Doubt.REFUSED:
        yield fail("client", f"Slack does not answer: {answer.reason}.", _NO_ANSWER)
    else:
        yield fail(
            "client",
            f"Slack refuses SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: {answer.reason}.",
            "Copy both from Basic Information > App Credentials.",
        )
    if case.settings.slack_bot_token is None and headers:
        yield _judge_clock(headers, case.clock())


async def _look_at_installations(case: _Case) -> AsyncIterator[Finding]:
    if case.settings.slack_client_id is None or case.settings.secret_keys is None or case.store is None:
        return
    async for finding in look_at_workspaces(case.store, case.settings.secret_keys, case.client):
        yield finding
    case.app_id = case.app_id or next(
        (each.app_id for each in case.store.installations.list_(PLATFORM) if each.app_id), ""
    )


async def _look_at_request_url(case: _Case) -> AsyncIterator[Finding]:
    secret = case.settings.slack_signing_secret
    if secret is None or case.settings.slack_app_token is not None:
        return
    if case.url is None:
        yield skip(
            "request URL",
            "Whether Slack reaches readbot cannot be told from here.",
            "--url http://127.0.0.1:3000 tries the readbot that runs on this machine; the app's page under "
            "Event Subscriptions tries the public address.",
        )
        return
    yield await _try_url(case.url, secret, case.clock())


async def _try_url(url: str, secret: Secret, now: float) -> Finding:
    """Ask a running readbot what Slack asks an address: to say a word back."""
    address = url.rstrip("/").removesuffix(EVENTS_PATH) + EVENTS_PATH
    body = json.dumps({"type": "url_verification", "challenge": "readbot-doctor"}).encode()
    timestamp = str(int(now))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret.reveal().encode(), timestamp, body),
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)) as session,
            session.post(address, data=body, headers=headers, allow_redirects=False) as response,
        ):
            status, said = response.status, await response.text(errors="replace")
    except aiohttp.InvalidURL:
        return fail("request URL", f"{url!r} is no address.", "Write it like --url http://127.0.0.1:3000.")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return fail(
            "request URL",
            f"Nothing answers at {address}: {type(error).__name__}.",
            "Is readbot running there? Its log says on which port it listens.",
        )
    if status == 200 and "readbot-doctor" in said:
        return well("request URL", f"{address} answers as Slack wants it.")
    if status == 401:
        return fail(
            "request URL",
            f"{address} refuses what is signed with SLACK_SIGNING_SECRET.",
            "The readbot there runs with another signing secret, or its clock is off: its log says which.",
        )
    return fail(
        "request URL",
        f"{address} answers with status {status}.",
        "That is no readbot for Slack: is it behind a proxy that does not pass /slack/ on?",
    )


async def _look_at_manifest(case: _Case) -> AsyncIterator[Finding]:
    token = case.settings.slack_config_token
    if token is None:
        yield skip(
            "manifest",
            "The app was not compared with readbot's manifest.",
            "Set SLACK_CONFIG_TOKEN: it is under Your App Configuration Tokens.",
            link=_APPS,
        )
        return
    if not case.app_id:
        advice = (
            "As soon as a workspace has installed the app, its manifest can be compared."
            if case.settings.slack_bot_token is None
            else "Mend the tokens first."
        )
        yield skip("manifest", "Nothing tells which app it is.", advice)
        return
    answer, _ = await _ask(case.client.apps_manifest_export(app_id=case.app_id, token=token.reveal()))
    if isinstance(answer, Failure):
        yield warn(
            "manifest",
            f"Slack does not show the app's manifest: {answer.reason}.",
            "Configuration tokens end after twelve hours: make a new one.",
        )
        return
    for finding in _judge_manifest(case.settings, answer.get("manifest") or {}):
        yield finding


def _judge_manifest(settings: Settings, theirs: Any) -> list[Finding]:
    ours = _expected_manifest(settings)
    lacking, extra = list(find_lacking(ours, theirs)), list(find_extra(ours, theirs))
    found = []
    if lacking:
        found.append(
            fail(
                "manifest",
                f"The app is not as readbot wants it: {'; '.join(lacking)}.",
                "Paste the output of readbot manifest slack under App Manifest, and install the app again "
                "where Slack asks for it.",
            )
        )
    if extra:
        found.append(
            warn("manifest", f"The app has more than readbot needs: {'; '.join(extra)}.", "Take it away.")
        )
    return found or [well("manifest", "The app is as readbot wants it.")]


def _expected_manifest(settings: Settings) -> Any:
    """Return what the app should be, for the way in which requests come and the address that is set."""
    over_http = settings.slack_app_token is None
    manifest = yaml.safe_load(make_manifest(settings.public_url if over_http else None))
    if over_http and settings.public_url is None:
        # Which address it has nobody said: any will do.
        manifest["settings"]["socket_mode_enabled"] = False
    if settings.slack_client_id is not None:
        # readbot renews tokens itself then.
        del manifest["settings"]["token_rotation_enabled"]
    else:
        manifest["oauth_config"].pop("redirect_urls", None)
    return manifest


async def _ask(call: Awaitable[AsyncSlackResponse]) -> tuple[Json | Failure, dict[str, str]]:
    """Return what Slack answers, and the headers of its answer by lower-case name."""
    headers: dict[str, str] = {}

    async def remember() -> AsyncSlackResponse:
        try:
            response = await call
        except SlackApiError as error:
            headers.update(_headers_of(error.response))
            raise
        headers.update(_headers_of(response))
        return response

    return await ask(remember()), headers


def _headers_of(response: object) -> dict[str, str]:
    """Return the headers by lower-case name; a proxy's page has none that the SDK keeps."""
    return {name.lower(): value for name, value in (getattr(response, "headers", None) or {}).items()}
