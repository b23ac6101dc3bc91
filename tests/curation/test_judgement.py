from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.curation.answers import Answer, Trouble
from readbot.curation.judgement import judge
from readbot.curation.model import LinkHealth, LinkState

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://example.org/blog/post"

GONE = [
    Answer(url=URL, final_url=URL, status=404),
    Answer(url=URL, final_url=URL, status=410),
    Answer(url=URL, final_url=URL, trouble=Trouble.NO_SUCH_HOST, reason="no such host"),
    Answer(url=URL, final_url="https://example.org/new", status=404, redirects=(301,)),
]
UNCLEAR = [
    *(
        Answer(url=URL, final_url=URL, status=status)
        for status in (400, 401, 403, 405, 429, 451, 500, 503, 999)
    ),
    *(
        Answer(url=URL, final_url=URL, trouble=trouble, reason=trouble.value)
        for trouble in Trouble
        if trouble is not Trouble.NO_SUCH_HOST
    ),
]


def well(final_url: str = URL, *redirects: int, url: str = URL) -> Answer:
    return Answer(url=url, final_url=final_url, status=200, redirects=redirects)


def after(*answers: Answer, every: timedelta = timedelta(days=7)) -> list[LinkState]:
    """Return the states of a link that gives these answers, one at a time."""
    states, health = [], None
    for number, answer in enumerate(answers):
        health = judge(health, answer, NOW + number * every)
        states.append(health.state)
    return states


@pytest.mark.parametrize("status", [200, 203, 204, 206, 299, 304])
def test_a_link_that_answers_is_ok(status: int) -> None:
    health = judge(None, replace(well(), status=status), NOW)
    assert health == LinkHealth(url=URL, state=LinkState.OK, checked_at=NOW, status=status)


@pytest.mark.parametrize("gone", GONE)
def test_a_link_that_is_gone_once_is_suspect(gone: Answer) -> None:
    health = judge(None, gone, NOW)
    assert (health.state, health.failures, health.failing_since) == (LinkState.SUSPECT, 1, NOW)
    assert health.reason


@pytest.mark.parametrize("gone", GONE)
def test_a_link_that_is_gone_three_times_over_days_is_dead(gone: Answer) -> None:
    assert after(gone, gone, gone) == [LinkState.SUSPECT, LinkState.SUSPECT, LinkState.DEAD]


def test_a_link_that_is_gone_often_within_three_days_is_not_dead_yet() -> None:
    states = after(*[GONE[0]] * 40, every=timedelta(hours=2))
    assert states.index(LinkState.DEAD) == 36


def test_a_link_that_is_gone_twice_over_weeks_is_not_dead_yet() -> None:
    assert after(GONE[0], GONE[0], every=timedelta(days=30))[-1] is LinkState.SUSPECT


@pytest.mark.parametrize("unclear", UNCLEAR)
def test_what_may_be_a_servers_mood_is_never_death(unclear: Answer) -> None:
    assert set(after(*[unclear] * 10)) == {LinkState.SUSPECT}


@given(st.lists(st.sampled_from([*GONE, *UNCLEAR, well()]), max_size=12))
def test_no_link_dies_of_fewer_than_three_finds_that_it_is_gone(answers: list[Answer]) -> None:
    states = after(*answers)
    gone_in_a_row = 0
    for answer, state in zip(answers, states, strict=True):
        gone_in_a_row = 0 if answer == well() else gone_in_a_row + (answer in GONE)
        assert (state is LinkState.DEAD) == (gone_in_a_row >= 3)


def test_a_mood_between_does_not_count_and_does_not_absolve() -> None:
    unclear = UNCLEAR[2]
    states = after(GONE[0], unclear, GONE[0], unclear, GONE[0], unclear)
    assert states == [LinkState.SUSPECT] * 4 + [LinkState.DEAD] * 2


def test_a_link_that_answers_again_is_ok_again() -> None:
    dead = judge(None, GONE[0], NOW)
    dead = replace(dead, state=LinkState.DEAD, failures=5, archived_url="https://web.archive.org/web/2/x")
    assert judge(dead, well(), NOW) == LinkHealth(url=URL, state=LinkState.OK, checked_at=NOW, status=200)


@pytest.mark.parametrize(
    ("old", "new", "redirects"),
    [
        ("http://example.org/a", "https://example.org/a", (301,)),
        ("https://example.org/a", "https://example.org/a/", (308,)),
        ("https://example.org/a", "https://www.example.org/a", (301,)),
        ("http://old.example.org/a", "https://new.example.org/b?c=1", (301, 308, 301)),
        ("http://example.org/", "https://example.org/", (301,)),
        ("http://example.org", "https://example.org/en/", (301,)),
        ("http://example.org/login", "https://example.org/login", (301,)),
        ("http://example.org/a#part", "https://example.org/a#part", (301,)),
        ("http://example.org/a", "https://example.org/guide-to-login", (301,)),
    ],
)
def test_a_link_that_moved_for_good_proposes_its_new_address(
    old: str, new: str, redirects: tuple[int, ...]
) -> None:
    health = judge(None, well(new, *redirects, url=old), NOW)
    assert (health.state, health.moved_to) == (LinkState.MOVED, new)


@pytest.mark.parametrize(
    ("old", "new", "redirects"),
    [
        ("http://example.org/a", "https://example.org/a", (302,)),
        ("http://example.org/a", "https://example.org/a", (307,)),
        ("http://example.org/a", "https://example.org/b", (301, 302)),
        # what a site asks of every newcomer
        ("https://example.org/a", "https://consent.example.org/m?continue=/a", (302,)),
        ("http://example.org/a", "https://example.org/b", (303, 301)),
        # to less safety
        ("https://example.org/a", "http://example.org/a", (301,)),
        # what only counts readers
        ("https://example.org/a", "https://example.org/a?utm_source=x", (301,)),
        # what no list takes
        ("https://example.org/a", "https://example.org/a|b", (301,)),
    ],
)
def test_a_link_that_moved_otherwise_is_left_as_it_is(old: str, new: str, redirects: tuple[int, ...]) -> None:
    health = judge(None, well(new, *redirects, url=old), NOW)
    assert (health.state, health.moved_to) == (LinkState.OK, "")


@pytest.mark.parametrize("status", [301, 302, 308])
@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("https://example.org/login?next=/blog/post", "redirects to a login page"),
        ("https://example.org/users/sign_in", "redirects to a login page"),
        ("https://accounts.example.org/v3/", "redirects to a login page"),
        ("https://example.org/wp-login.php", "redirects to a login page"),
        ("https://example.org/404.html", "redirects to an error page"),
        ("https://example.org/", "redirects to a home page"),
        ("https://other.org", "redirects to a home page"),
        ("https://example.org/en-US/", "redirects to a home page"),
        ("https://example.org/index.php", "redirects to a home page"),
    ],
)
def test_a_deep_link_that_leads_elsewhere_is_suspect(new: str, reason: str, status: int) -> None:
    health = judge(None, well(new, status), NOW)
    assert (health.state, health.reason, health.moved_to) == (LinkState.SUSPECT, reason, "")


def test_what_a_conditional_request_needs_is_kept_and_outlives_a_short_answer() -> None:
    first = judge(None, replace(well(), etag='"1"', last_modified="Tue"), NOW)
    assert (first.etag, first.last_modified) == ('"1"', "Tue")
    second = judge(first, replace(well(), status=304), NOW)
    assert (second.etag, second.last_modified) == ('"1"', "Tue")
    moved = judge(first, replace(well("https://example.org/new", 301), etag='"2"'), NOW)
    assert (moved.etag, moved.last_modified) == ("", "")
