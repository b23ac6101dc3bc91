"""The scan of all tests' logs and output for secrets sees them, and sees none where there are none."""

import pytest

from tests.secret_scan import find_secret

pytest_plugins = ("pytester",)


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1-loopback",
        "xapp-1-A1-2",
        "xoxe.xoxp-1-abc",
        "xoxe-1-abc",
        "loopback-client-secret",
        "MTA1NzI4OTQ0NDY4NzU1NjY2OA.GhJ1aB.x-7cUq0cW1h2bJwq9xk3nV5d2s_QwErTyUiOpA",
        "dGhlc2UgMzIgYnl0ZXMgYXJlIGEga2V5IG9mIG5vbmU=",
    ],
)
def test_a_secret_is_found_wherever_it_stands(secret: str) -> None:
    assert find_secret(f"call of auth.test with token={secret}, again") == secret


@pytest.mark.parametrize(
    "text",
    ["xoxb-…", "a box-office hit", "slack T1", "sha256 of 64 digits " + "0f" * 32, "see example.org/a.b.c"],
)
def test_other_words_are_none(text: str) -> None:
    assert find_secret(text) is None


@pytest.mark.says_a_secret
def test_a_test_that_says_a_secret_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.secret_scan import pytest_runtest_makereport")
    pytester.makepyfile("def test_it(): print('xoxb-1-zanzibar')")
    result = pytester.runpytest("-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*holds a secret: xoxb-1-za…*"])
