"""readbot for many workspaces beside a loopback Slack, and people with browsers who install it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
import yaml

from readbot import web
from readbot.playground.loopback_slack import (
    APP_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    SIGNING_SECRET,
    LoopbackSlack,
    Registration,
    Workspace,
)
from readbot.ports import Connection, Conversation
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot.vault import Vault, new_key
from readbot_slack import SlackPlatform, make_manifest
from readbot_slack.setup import OAuth
from tests.slack.patient import make_slack

#: What people's browsers know readbot by; a reverse proxy stands there.
URL = "https://readbot.example.com"
KEY = new_key()


def make_registration(**changes: Any) -> Registration:
    """Return the app as it is made from readbot's own manifest."""
    app = Registration()
    app.take_manifest(yaml.safe_load(make_manifest(URL)))
    for name, value in changes.items():
        setattr(app, name, value)
    return app


def make_settings(slack: LoopbackSlack, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": Secret(CLIENT_SECRET),
        "slack_signing_secret": Secret(SIGNING_SECRET),
        "secret_keys": Secret(KEY),
        "public_url": URL,
        "slack_api_url": slack.api_url,
    }
    return Settings(**given | changes)


def make_oauth(key: str = KEY) -> OAuth:
    return OAuth(
        client_id=CLIENT_ID,
        client_secret=Secret(CLIENT_SECRET),
        vault=Vault(Secret(key)),
        url=URL,
        slack_url="https://slack.com",
    )


@dataclass(frozen=True, kw_only=True)
class Answered:
    status: int
    headers: Any
    text: str

    @property
    def title(self) -> str:
        found = re.search("<title>(.*)</title>", self.text)
        return found[1] if found else ""


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and follows nothing by itself."""

    port: int
    #: What it asks for, as an Accept-Language header.
    languages: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, address: str) -> Answered:
        """Open an address of readbot's."""
        local = address.removeprefix(URL)
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(
                f"http://127.0.0.1:{self.port}{local}",
                allow_redirects=False,
                headers={
                    "Accept-Language": self.languages,
                    "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                },
            ) as response,
        ):
            for line in response.headers.getall("Set-Cookie", []):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return Answered(
                status=response.status, headers=response.headers.copy(), text=await response.text()
            )

    async def begin(self) -> str:
        """Press the button, and return the address at Slack that one is sent to."""
        answered = await self.get("/slack/install?begin")
        assert answered.status == 302, answered.text
        location: str = answered.headers["Location"]
        return location


@dataclass(frozen=True, kw_only=True)
class Town:
    """A Slack with several workspaces, and readbot for all of them."""

    slack: LoopbackSlack
    store: Store
    connection: Connection
    port: int

    def browser(self, languages: str = "") -> Browser:
        return Browser(self.port, languages)

    async def install(self, team: str, *, without: tuple[str, ...] = (), languages: str = "") -> Answered:
        """Let somebody install readbot in a workspace, and return the page that they end up at."""
        browser = self.browser(languages)
        address = await browser.begin()
        return await browser.get(self.slack.oauth.approve(address, team=team, without=without))


@contextlib.asynccontextmanager
async def serve_town(
    conversation: Conversation,
    store: Store,
    *,
    teams: Sequence[Workspace],
    app: Registration | None = None,
    over_socket: bool = False,
) -> AsyncIterator[Town]:
    """Serve a loopback Slack with *teams*, and readbot beside it."""
    async with make_slack(workspaces=teams, app=app or make_registration()) as slack:
        changes = {"slack_app_token": Secret(APP_TOKEN)} if over_socket else {}
        async with serve_readbot(conversation, make_settings(slack, **changes), store) as (connection, port):
            if over_socket:
                await slack.sockets.wait_for_connections(1)
            else:
                slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            yield Town(slack=slack, store=store, connection=connection, port=port)


@contextlib.asynccontextmanager
async def serve_readbot(
    conversation: Conversation, settings: Settings, store: Store
) -> AsyncIterator[tuple[Connection, int]]:
    """Serve one process of readbot; give its connection and its port."""
    connection = SlackPlatform().connect(conversation, settings, store)
    assert connection is not None
    async with serve_connection(connection) as port:
        yield connection, port


@contextlib.asynccontextmanager
async def serve_connection(connection: Connection) -> AsyncIterator[int]:
    """Run a connection, and serve what it has to serve; give the port."""
    running = asyncio.create_task(connection.run())
    async with web.serve(web.make_app({"slack": connection}), host="127.0.0.1", port=0) as port:
        try:
            yield port
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
