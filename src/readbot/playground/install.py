"""Installs readbot in a loopback workspace, as somebody does with a browser."""

import aiohttp

from readbot.exceptions import ReadbotError
from readbot.playground.loopback_slack import LoopbackSlack

#: The program's pages, as in the docs for a real app.
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


class InstallError(ReadbotError):
    """The program did not take a workspace in."""


async def install(program_url: str, slack: LoopbackSlack, *, team: str) -> None:
    """Let an administrator install the program in a workspace.

    Args:
        program_url: Where its HTTP server is, without a slash at the end.
        slack: The loopback Slack that it knows.
        team: The workspace's id.

    Raises:
        InstallError: It was refused.
    """
    # The cookie that binds an install to its browser is for an address without a name.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(f"{program_url}{INSTALL_PATH}?begin", allow_redirects=False) as begun:
            authorize_url = begun.headers.get("Location", "")
        async with browser.get(slack.oauth.approve(authorize_url, team=team)) as finished:
            if finished.status != 200:
                raise InstallError(f"readbot could not be installed: its page answered {finished.status}")
