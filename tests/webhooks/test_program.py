"""``readbot post`` as cron runs it: a process that may be killed, and that tells nobody the webhook."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.webhooks.state import Standing, load_state
from tests.paths import FEW_ALIASES
from tests.slack.program import clean_environ
from tests.waiting import LAST_RESORT_S
from tests.webhooks.loopback import DISCORD_PATH, SECRET, SLACK_PATH, Loopback, answer

READBOT = Path(sys.executable).with_name("readbot")


@asynccontextmanager
async def running(webhook: str, state: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Give a run of the real program, and see that neither output holds the webhook."""
    program = await asyncio.create_subprocess_exec(
        READBOT,
        *("post", "--state", str(state), "--platform", "slack", *arguments),
        env=clean_environ() | {"READBOT_WEBHOOK": webhook, "READBOT_ALIASES": str(FEW_ALIASES)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()


async def finish(program: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(LAST_RESORT_S):
        output, _ = await program.communicate()
    assert SECRET not in output.decode()
    assert "Traceback" not in output.decode()
    return program.returncode, output.decode()


def standing_in(path: Path) -> Standing:
    state = load_state(path)
    assert state is not None
    assert state.last is not None
    return state.last.standing


async def test_a_run_that_is_killed_between_the_note_and_the_post_posts_nothing_later(
    loopback: Loopback, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    killed = asyncio.Event()

    async def kill(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        program.kill()  # before a byte of the post is read
        writer.close()
        killed.set()

    server = await asyncio.start_server(kill, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with running(f"http://127.0.0.1:{port}{SLACK_PATH}", state) as program:
            assert (await finish(program))[0] == -signal.SIGKILL
    assert killed.is_set()
    assert standing_in(state) is Standing.TRYING

    arguments = ("--state", state, "--platform", "slack")
    told = await invoke(*arguments, webhook=loopback.webhook("slack"))
    assert (told.exit_code, loopback.posts) == (3, [])
    assert "The last run was cut off" in told.stderr
    assert "--repost" in told.stderr
    assert standing_in(state) is Standing.UNCONFIRMED

    again = await invoke(*arguments, "--repost", webhook=loopback.webhook("slack"))
    assert again.exit_code == 0
    assert (len(loopback.posts), standing_in(state)) == (1, Standing.SENT)


async def test_a_run_that_is_killed_after_the_post_does_not_post_it_again(
    loopback: Loopback, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"

    async def kill(_request: web.Request) -> web.Response:
        program.kill()
        return web.Response(text="ok")

    loopback.answers.append(kill)
    async with running(loopback.webhook("slack"), state) as program:
        assert (await finish(program))[0] == -signal.SIGKILL

    told = await invoke("--state", state, "--platform", "slack", webhook=loopback.webhook("slack"))
    assert (told.exit_code, len(loopback.posts)) == (3, 1)


async def test_of_two_runs_at_once_one_posts(loopback: Loopback, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_request: web.Request) -> web.Response:
        arrived.set()
        await go_on.wait()
        return web.Response(text="ok")

    loopback.answers.append(wait)
    async with running(loopback.webhook("slack"), state) as first:
        async with asyncio.timeout(LAST_RESORT_S):
            await arrived.wait()
        second = await invoke("--state", state, "--platform", "slack", webhook=loopback.webhook("slack"))
        assert (second.exit_code, f"process {first.pid}" in second.stderr) == (1, True)
        go_on.set()
        assert (await finish(first))[0] == 0
    assert len(loopback.posts) == 1


async def test_a_run_that_somebody_stops_says_that_a_post_may_be_in_doubt(
    loopback: Loopback, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    stopped = asyncio.Event()

    async def stop(_request: web.Request) -> web.Response:
        program.send_signal(signal.SIGINT)
        await stopped.wait()
        return web.Response(text="ok")

    loopback.answers.append(stop)
    async with running(loopback.webhook("slack"), state) as program:
        code, output = await finish(program)
    stopped.set()
    assert (code, standing_in(state)) == (3, Standing.TRYING)
    assert "the next run says which link" in output


# In this process, where a run takes no second


def post(*arguments: str | Path, webhook: str | None = None) -> Result:
    env = {"READBOT_WEBHOOK": webhook, "READBOT_LIST": None, "READBOT_ALIASES": str(FEW_ALIASES)}
    result = CliRunner().invoke(main, ["post", *map(str, arguments)], env=env)
    assert SECRET not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


async def invoke(*arguments: str | Path, webhook: str) -> Result:
    """Run the command beside the loopback's event loop."""
    return await asyncio.to_thread(post, *arguments, webhook=webhook)


async def test_it_posts_once_a_week_and_says_what(loopback: Loopback, platform: str, tmp_path: Path) -> None:
    arguments = ("--state", tmp_path / "s.json", "--platform", platform, "--section", "attention")
    first = await invoke(*arguments, webhook=loopback.webhook(platform))
    again = await invoke(*arguments, webhook=loopback.webhook(platform))
    assert (first.exit_code, again.exit_code, len(loopback.posts)) == (0, 0, 1)
    assert first.stdout.startswith("Posted “")
    assert again.stdout.startswith("Nothing to do: this week had its link")


ANSWERS: list[tuple[Any, int]] = [
    (answer(503), 3),
    (answer(403, text="<html>"), 1),
    (answer(404, text="no_service"), 2),
]


@pytest.mark.parametrize(("said", "code"), ANSWERS, ids=["no answer", "not now", "gone"])
async def test_the_exit_code_tells_what_became_of_the_post(
    loopback: Loopback, tmp_path: Path, said: Any, code: int
) -> None:
    loopback.answers.append(said)
    arguments = ("--state", tmp_path / "s.json", "--platform", "slack")
    done = await invoke(*arguments, webhook=loopback.webhook("slack"))
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr.startswith("readbot: ")


@pytest.mark.parametrize("platform_", ["slack", "discord", None])
def test_a_dry_run_shows_the_message_and_needs_no_webhook(tmp_path: Path, platform_: str | None) -> None:
    chosen = ["--platform", platform_] if platform_ else []
    done = post("--state", tmp_path / "s.json", "--dry-run", *chosen)
    assert done.exit_code == 0
    assert done.stdout.startswith("Would post a link drawn at random, for instance “")
    assert ("blocks" in done.stdout, "components" in done.stdout) == (
        platform_ == "slack",
        platform_ == "discord",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "webhook", "advice"),
    [
        ([], None, "Give the webhook's address in READBOT_WEBHOOK"),
        ([], f"http://hooks.slack.com{SLACK_PATH}", "is no https address (it is not shown here"),
        ([], f"https://[{SLACK_PATH}", "is no https address (it is not shown here"),
        ([], f"https://x y{SLACK_PATH}", "is no https address (it is not shown here"),
        ([], f"https://proxy.example{DISCORD_PATH}", "for one behind a proxy say --platform"),
        (
            ["--platform", "slack"],
            f"https://user:pass@hooks.slack.com{SLACK_PATH}",
            "take out what stands before the @",
        ),
        (["--section", "attenshn"], f"https://hooks.slack.com{SLACK_PATH}", "Did you mean “Attention”?"),
        (
            ["--section", "zzzz"],
            f"https://hooks.slack.com{SLACK_PATH}",
            "There are “Foundational Concepts”, “",
        ),
        (["--list", "a.yaml,b.md"], f"https://hooks.slack.com{SLACK_PATH}", "name one of them."),
        (["--platform", "irc"], f"https://hooks.slack.com{SLACK_PATH}", "use discord or slack"),
        (["--section", "zzzz"], f"https://hooks.slack.com{SLACK_PATH}", "no section is called 'zzzz'"),
        (["--timezone", "Mars"], f"https://hooks.slack.com{SLACK_PATH}", "write for instance Europe/Berlin"),
        (["--timezone", "../x"], f"https://hooks.slack.com{SLACK_PATH}", "write for instance Europe/Berlin"),
        (["--every", "year"], f"https://hooks.slack.com{SLACK_PATH}", "'week', 'day'"),
        (
            ["--list", "none.yaml"],
            f"https://hooks.slack.com{SLACK_PATH}",
            "check the name and the permissions",
        ),
    ],
)
def test_a_wrong_call_says_what_to_do_and_posts_nothing(
    tmp_path: Path, arguments: list[str], webhook: str | None, advice: str
) -> None:
    done = post("--state", tmp_path / "s.json", *arguments, webhook=webhook)
    assert done.exit_code == 2
    assert advice in " ".join(done.stderr.split())
    assert "pass" not in done.output.replace("password", "")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_state_posts_nothing_and_is_left_as_it_is(tmp_path: Path) -> None:
    state = tmp_path / "s.json"
    state.write_text("{")
    done = post("--state", state, webhook=f"https://hooks.slack.com{SLACK_PATH}")
    assert (done.exit_code, state.read_text()) == (2, "{")
    assert "Bring back an older version" in done.stderr
