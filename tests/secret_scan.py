"""Fails every test in whose captured logs or output a secret stands: tokens, keys, a client's secret.

readbot's own formatter cuts tokens short; here it is seen to that nothing has to be cut.
"""

import re
from collections.abc import Generator

import pytest

from readbot.playground.loopback_slack import CLIENT_SECRET, CONFIG_TOKEN, SIGNING_SECRET

#: What a test that says a secret on purpose is marked with.
MARK = "says_a_secret"

_SECRET = re.compile(
    r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{3,}"  # Slack's tokens,
    r"|\bxapp-[A-Za-z0-9-]{3,}"  # the app's,
    r"|(?<![\w.-])[\w-]{23,30}\.[\w-]{6}\.[\w-]{27,}"  # Discord's,
    r"|(?<![\w/+-])[\w-]{43}=(?![\w=])"  # a key of the vault,
    + "".join(f"|{re.escape(secret)}" for secret in (CLIENT_SECRET, CONFIG_TOKEN, SIGNING_SECRET))
)


def find_secret(text: str) -> str | None:
    """Return the first secret in *text*; None where there is none."""
    found = _SECRET.search(text)
    return found[0] if found else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # By then there is everything that was captured, from the setting up on.
    if report.when == "teardown" and report.passed and item.get_closest_marker(MARK) is None:
        for title, content in report.sections:
            secret = find_secret(content)
            if secret is not None:
                report.outcome = "failed"
                report.longrepr = f"{title} holds a secret: {secret[:9]}…"
                break
    return report
