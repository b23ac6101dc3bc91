"""The program itself for many workspaces: installed in a browser, examined by its doctor, and saying no secret."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from readbot.playground.loopback_slack import (
    CLIENT_ID,
    CLIENT_SECRET,
    SIGNING_SECRET,
    LoopbackSlack,
    make_workspace,
)
from tests.secret_scan import find_secret
from tests.slack.installing import KEY, URL, Browser, make_registration
from tests.slack.patient import make_slack
from tests.slack.program import clean_environ, run_program


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    async with make_slack(workspaces=teams, app=make_registration()) as slack:
        yield slack


@pytest.fixture
def environ(slack: LoopbackSlack, tmp_path: Path) -> dict[str, str]:
    return {
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "READBOT_URL": URL,
        "READBOT_SECRET_KEYS": KEY,
        "READBOT_LOG_LEVEL": "DEBUG",
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'readbot.db'}",
        "PORT": "0",
    }


async def test_two_workspaces_install_it_ask_it_and_one_leaves(
    slack: LoopbackSlack, environ: dict[str, str]
) -> None:
    async with run_program(slack, **environ) as program:
        port = await program.wait_for_port()
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        for team in ("T1", "T2"):
            browser = Browser(port)
            page = await browser.get(slack.oauth.approve(await browser.begin(), team=team))
            assert page.status == 200, page.title
            seen = await slack.command("fine-tuning", user="U1", channel="C1", workspace=team)
            assert "Fine-tuning in practice" in seen.message.words
        examined = await examine(environ, f"http://127.0.0.1:{port}")
        assert examined["workspaces"] == "2 of 2 are well."
        assert "as Slack wants it" in examined["request URL"]
        assert examined["secret keys"] == "They open all 2 tokens in the database."
        await slack.uninstall("T1")
        assert (await examine(environ, f"http://127.0.0.1:{port}"))["workspaces"] == "1 of 1 are well."
        assert await program.stop() == 0
    assert "Traceback" not in program.log
    assert find_secret(program.log) is None
    assert "action=install workspace=T1" in program.log
    assert "action=remove workspace=T1" in program.log


async def examine(environ: dict[str, str], url: str) -> dict[str, str]:
    """Call ``readbot doctor slack``, which finds nothing to mend, and return what it found by subject."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("readbot")),
        *("doctor", "slack", "--url", url, "--json"),
        env=clean_environ() | environ,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert find_secret(said.decode()) is None
    findings = json.loads(said)["findings"]
    assert [finding for finding in findings if finding["verdict"] == "fail"] == []
    assert process.returncode == 0
    return {finding["subject"]: finding["found"] for finding in findings}
