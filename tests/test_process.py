"""What an operator asks a running readbot over HTTP: the program itself, beside a loopback Slack."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import APP_TOKEN, SIGNING_SECRET, LoopbackSlack
from tests.slack.patient import make_slack
from tests.slack.program import run_program
from tests.waiting import LAST_RESORT_S


class Operator:
    """Asks one readbot."""

    def __init__(self, port: int) -> None:
        self._origin = f"http://127.0.0.1:{port}"

    async def ask(self, path: str) -> tuple[int, str]:
        """Return status and body of the answer."""
        async with aiohttp.ClientSession() as session, session.get(f"{self._origin}{path}") as response:
            return response.status, await response.text()

    async def wait_until_ready(self, **parts: bool) -> tuple[int, dict[str, Any]]:
        """Wait until ``/readyz`` says this of these parts, and return what it answers then."""
        async with asyncio.timeout(LAST_RESORT_S):
            while True:
                status, body = await self.ask("/readyz")
                said = json.loads(body)
                if parts.items() <= said.items():
                    return status, said
                await asyncio.sleep(0.05)

    async def wait_for_metrics(self, *lines: str) -> str:
        """Wait until ``/metrics`` has all these *lines*, and return all that it has."""
        async with asyncio.timeout(LAST_RESORT_S):
            while True:
                _, metrics = await self.ask("/metrics")
                if all(line in metrics for line in lines):
                    return metrics
                await asyncio.sleep(0.05)


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with make_slack() as slack:
        yield slack


async def test_it_is_ready_once_database_digests_and_slack_are(slack: LoopbackSlack) -> None:
    async with run_program(slack, SLACK_APP_TOKEN=APP_TOKEN, PORT="0") as program:
        operator = Operator(await program.wait_for_port())
        assert await operator.ask("/healthz") == (200, '{"status": "alive"}')
        everything = {"ready": True, "database": True, "digests": True, "slack": True}
        assert await operator.wait_until_ready(ready=True) == (200, everything)
        assert await program.stop() == 0


async def test_it_is_alive_and_not_ready_while_slacks_socket_is_down(slack: LoopbackSlack) -> None:
    async with run_program(slack, SLACK_APP_TOKEN=APP_TOKEN, PORT="0") as program:
        operator = Operator(await program.wait_for_port())
        await operator.wait_until_ready(ready=True)
        slack.faults.operations = frozenset({"apps.connections.open"})
        slack.faults.chances = {Fault(kind=FaultKind.SERVER_ERROR): 1.0}
        await slack.sockets.drop()
        assert (await operator.wait_until_ready(ready=False, slack=False, database=True))[0] == 503
        assert (await operator.ask("/healthz"))[0] == 200
        assert await program.stop() == 0


async def test_it_is_alive_and_not_ready_while_the_database_is_gone(
    slack: LoopbackSlack, postgres_url: str, postgres_server: sa.URL
) -> None:
    settings = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0", "DATABASE_URL": postgres_url}
    async with run_program(slack, **settings) as program:
        operator = Operator(await program.wait_for_port())
        await operator.wait_until_ready(ready=True)
        name = sa.make_url(postgres_url).database
        admit = f"ALTER DATABASE {name} ALLOW_CONNECTIONS"
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        await asyncio.to_thread(_on_server, postgres_server, f"{admit} false", cut)
        assert (await operator.wait_until_ready(ready=False, slack=True, database=False))[0] == 503
        assert (await operator.ask("/healthz"))[0] == 200
        await asyncio.to_thread(_on_server, postgres_server, f"{admit} true")
        assert (await operator.wait_until_ready(ready=True))[0] == 200
        assert await program.stop() == 0


async def test_it_counts_commands_by_what_they_were_and_digests_by_state(slack: LoopbackSlack) -> None:
    settings = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0", "READBOT_TICK_S": "0.05"}
    async with run_program(slack, **settings) as program:
        port = await program.wait_for_port()
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        await slack.command("fine-tuning", user="U1", channel="C2")
        await slack.command("zebra crossing", user="U1", channel="C2")
        operator = Operator(port)
        await slack.command("digest on", user="U1", channel="C2")
        await operator.wait_for_metrics(
            'readbot_commands_total{command="digest",outcome="answered",platform="slack"} 1.0'
        )
        await slack.command("digest now", user="U1", channel="C2")
        search = 'readbot_commands_total{command="search",outcome="%s",platform="slack"} 1.0'
        metrics = await operator.wait_for_metrics(
            'readbot_digest_lateness_seconds_count{platform="slack"} 1.0',
            'readbot_digest_posts_total{outcome="sent",platform="slack"} 1.0',
            search % "answered",
            search % "no_match",
        )
        assert "zebra" not in metrics
        assert await program.stop() == 0


def _on_server(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
