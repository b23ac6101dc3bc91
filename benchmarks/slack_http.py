"""``/llmread fine-tuning`` over HTTP beside a bare Bolt app that says hello: requests per second.

Both run as a process of their own, on the same aiohttp server and with the same options
(``process_before_response``, an authorize that asks nobody); the client writes raw requests from a
third. Rounds alternate, so that a busy machine slows both; the server's own processor time for a
request hardly depends on how busy it is.

The bare app logs nothing, so readbot is asked to log nothing either; another row has it write one line a
command, as ``readbot run`` does. readbot keeps the answers to what is often asked, so the last row asks
what it has not kept.

With ``--workspaces 1000`` so many workspaces have installed the app, with encrypted tokens in a SQLite file
for either of the two, and the requests are spread over all of them; both find tokens by the same authorize.

    python benchmarks/slack_http.py [--seconds 2] [--rounds 5] [--workspaces 1000]
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from aiohttp import web as aiohttp_web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from readbot import web
from readbot.bootstrap import make_bot
from readbot.front_desk import FrontDesk
from readbot.logs import set_up_logging
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack, encode, make_workspace, sign
from readbot.settings import Secret, Settings
from readbot.store import Database, Store, StoredInstallation
from readbot.store.installations import owner_of
from readbot.vault import Vault, new_key
from readbot_slack import SlackPlatform
from readbot_slack.authorize import CachedAuthorize, Installations, SingleInstallation
from readbot_slack.installations import StoredInstallations
from readbot_slack.setup import read_setup
from readbot_slack.web_api import make_client

TARGET = 0.8
CONNECTIONS = (1, 16)
BOT_TOKEN = "xoxb-1-loopback"

#: More different questions than answers are kept: asked in turn, none is ever found there.
NEW_QUESTIONS = 3_000


async def serve(routes: list[aiohttp_web.RouteDef]) -> None:
    """Serve until killed; the first line on standard output is the port."""
    app = aiohttp_web.Application()
    app.router.add_routes(routes)
    async with web.serve(app, host="127.0.0.1", port=0) as port:
        print(port, flush=True)
        await asyncio.Event().wait()


@contextlib.contextmanager
def open_store(api_url: str, workspaces: int) -> Iterator[tuple[Settings, Store]]:
    """Give settings and a database of one workspace by its token, or of many that installed the app."""
    settings = Settings(
        slack_bot_token=Secret(BOT_TOKEN) if workspaces == 1 else None,
        slack_client_id=None if workspaces == 1 else "1.1",
        slack_client_secret=None if workspaces == 1 else Secret("benchmark"),
        slack_signing_secret=Secret(SIGNING_SECRET),
        slack_api_url=api_url,
        secret_keys=Secret(new_key()),
        public_url="https://readbot.example.com",
    )
    assert settings.secret_keys is not None
    vault = Vault(settings.secret_keys)
    with tempfile.TemporaryDirectory() as folder, Database.open(f"sqlite:///{folder}/readbot.db") as database:
        store = Store(database)
        for workspace in map(make_workspace, range(1, workspaces + 1)) if workspaces > 1 else ():
            team, token = workspace.id, workspace.bot_token
            secret = vault.seal({"bot_token": token}, owner=owner_of("slack", team))
            store.installations.save(StoredInstallation(platform="slack", workspace_id=team, secret=secret))
        yield settings, store


async def serve_bare(api_url: str, workspaces: int) -> None:
    """Serve the least that a Bolt app can be."""
    with open_store(api_url, workspaces) as (settings, store):
        setup = read_setup(settings, listens=True)
        assert setup is not None
        installations: Installations = SingleInstallation(Secret(BOT_TOKEN))
        if setup.oauth is not None:
            installations = StoredInstallations(store, setup.oauth, make_client(api_url))
        await serve_hello(installations)


async def serve_hello(installations: Installations) -> None:
    bolt = AsyncApp(
        signing_secret=SIGNING_SECRET,
        authorize=CachedAuthorize(installations),  # type: ignore[arg-type]
        process_before_response=True,
    )

    @bolt.command("/llmread")
    async def hello(ack: AsyncAck) -> None:
        await ack("hello")

    async def answer(request: aiohttp_web.Request) -> aiohttp_web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    await serve([aiohttp_web.post("/slack/events", answer)])


async def serve_readbot(api_url: str, workspaces: int, log_level: str) -> None:
    """Serve readbot with the list that ships; at INFO it writes a log line a command."""
    set_up_logging(log_level)
    with open_store(api_url, workspaces) as (settings, store):
        connection = SlackPlatform().connect(FrontDesk(make_bot(settings)), settings, store)
        assert connection is not None
        running = asyncio.create_task(connection.run())
        await serve(list(connection.routes()))
        await running


def make_request(text: str, team: str = "T1") -> bytes:
    """Return one signed request, as it goes over the wire again and again."""
    payload = {
        "token": "t",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": "C1",
        "channel_name": "general",
        "user_id": "U1",
        "user_name": "ada",
        "command": "/llmread",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.test/commands/1",
        "trigger_id": "1.2.3",
    }
    body, content_type = encode("slash_commands", payload)
    headers = {"Host": "localhost", "Content-Type": content_type, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers | sign(SIGNING_SECRET, body)).items())
    return f"POST /slack/events HTTP/1.1\r\n{lines}\r\n".encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """Send *request* and return the body of the answer.

    Raises:
        RuntimeError: The answer is not 200.
    """
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


@dataclass(frozen=True)
class Round:
    """One measurement."""

    per_second: float
    p50_ms: float
    p99_ms: float
    #: Of the server's processor, for one request.
    cpu_us: float


@dataclass(frozen=True)
class Subject:
    """Something to measure: a server, and what it is asked."""

    process: psutil.Process
    port: int
    requests: Iterator[bytes]


async def measure(subject: Subject, connections: int, seconds: float) -> Round:
    """Return how fast *connections* callers are answered who ask one question after another."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", subject.port)
        while (begun := time.perf_counter()) < end:
            await ask(reader, writer, next(subject.requests))
            times.append(time.perf_counter() - begun)
        writer.close()

    used, begun = _cpu_s(subject.process), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(connections)))
    used, passed = _cpu_s(subject.process) - used, time.perf_counter() - begun
    cuts = statistics.quantiles(times, n=100)
    return Round(len(times) / passed, cuts[49] * 1e3, cuts[98] * 1e3, used / len(times) * 1e6)


async def meet(port: int, requests: list[bytes]) -> None:
    """Ask once for everybody: readbot asks Slack for the language of whom it never met."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        await ask(reader, writer, request)
    writer.close()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def start(*arguments: str) -> tuple[subprocess.Popen[str], int]:
    """Start this file as a server in its own process; return it and its port."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__)), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


async def compare(seconds: float, rounds: int, query: str, workspaces: int) -> bool:
    """Measure all, print the table, and tell whether the target is met."""
    bare, asked = "bare Bolt, hello", f"readbot, {query}"
    logged, new = "the same, with a log line each", "readbot, always a new question"
    found: dict[tuple[str, int], list[Round]] = {}
    teams = [make_workspace(number) for number in range(1, workspaces + 1)]
    async with LoopbackSlack(workspaces=teams) as slack:
        shared = ("--api-url", slack.api_url, "--workspaces", str(workspaces), "--serve")
        serve_ours = (*shared, "readbot", "--log-level")
        servers = [start(*shared, "bare"), start(*serve_ours, "WARNING"), start(*serve_ours, "INFO")]
        at_bare, at_readbot, at_logging = [(psutil.Process(process.pid), port) for process, port in servers]
        questions = [make_request(query, team.id) for team in teams]
        same = itertools.cycle(questions)
        other = itertools.cycle(
            [
                make_request(f"{query} {number}", team.id)
                for number, team in zip(range(NEW_QUESTIONS), itertools.cycle(teams), strict=False)
            ]
        )
        subjects = {
            bare: Subject(*at_bare, same),
            asked: Subject(*at_readbot, same),
            logged: Subject(*at_logging, same),
            new: Subject(*at_readbot, other),
        }
        try:
            for _, port in (at_bare, at_readbot, at_logging):
                await meet(port, questions)
            for connections in CONNECTIONS:
                for subject in subjects.values():
                    await measure(subject, connections, 0.5)
                for _ in range(rounds):
                    for name, subject in subjects.items():
                        measured = await measure(subject, connections, seconds)
                        found.setdefault((name, connections), []).append(measured)
        finally:
            for process, _ in servers:
                process.kill()
                process.wait()
    print_table(found, list(subjects), bare)
    is_met = all(ratio(found, connections, asked, bare) >= TARGET for connections in CONNECTIONS)
    print(f"\n{workspaces:,} installed {'workspace' if workspaces == 1 else 'workspaces'}.")
    print(f"Target for “{query}”: a ratio of {TARGET} or more. {'Met.' if is_met else 'Not met.'}")
    return is_met


def ratio(found: dict[tuple[str, int], list[Round]], connections: int, name: str, bare: str) -> float:
    """Return the median over the rounds: neighbouring ones saw the same machine."""
    pairs = zip(found[bare, connections], found[name, connections], strict=True)
    return statistics.median(ours.per_second / theirs.per_second for theirs, ours in pairs)


def print_table(found: dict[tuple[str, int], list[Round]], names: list[str], bare: str) -> None:
    print("| connections | app | requests/s | p50 ms | p99 ms | CPU µs | ratio |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for connections in CONNECTIONS:
        for name in names:
            runs = found[name, connections]
            per_second, p50, p99, cpu = (
                statistics.median(getattr(run, field) for run in runs)
                for field in ("per_second", "p50_ms", "p99_ms", "cpu_us")
            )
            shown = ratio(found, connections, name, bare)
            figures = f"{per_second:,.0f} | {p50:.2f} | {p99:.2f} | {cpu:.0f} | {shown:.2f}"
            print(f"| {connections} | {name} | {figures} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--query", default="fine-tuning")
    parser.add_argument("--workspaces", type=int, default=1, help="workspaces that installed the app")
    parser.add_argument("--serve", choices=["bare", "readbot"], help=argparse.SUPPRESS)
    parser.add_argument("--api-url", help=argparse.SUPPRESS)
    parser.add_argument("--log-level", default="INFO", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve == "bare":
        asyncio.run(serve_bare(arguments.api_url, arguments.workspaces))
    elif arguments.serve == "readbot":
        asyncio.run(serve_readbot(arguments.api_url, arguments.workspaces, arguments.log_level))
    else:
        wanted = compare(arguments.seconds, arguments.rounds, arguments.query, arguments.workspaces)
        return 0 if asyncio.run(wanted) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
