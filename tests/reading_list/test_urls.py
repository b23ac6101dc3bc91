from time import monotonic

import pytest
from hypothesis import given

from readbot.reading_list.urls import drop_tracking, find_url_problem, normalize_url, site

from .lists import urls


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("http://example.org/a", "https://example.org/a", "the scheme is a matter of transport"),
        ("https://www.example.org/a", "https://example.org/a", "www. is a habit"),
        ("https://EXAMPLE.org/a", "https://example.org/a", "hosts have no case"),
        ("https://example.org./a", "https://example.org/a", "a dot ends every full host name"),
        ("https://example.org/a/", "https://example.org/a", "a trailing slash"),
        ("https://example.org", "https://example.org/", "no path is the root"),
        ("https://example.org/index.html", "https://example.org/", "what a folder shows"),
        ("https://example.org:443/a", "https://example.org/a", "the default port of https"),
        ("http://example.org:80/a", "https://example.org/a", "the default port of http"),
        ("https://example.org/a#", "https://example.org/a", "an empty fragment"),
        ("https://example.org/a#:~:text=b", "https://example.org/a", "a text fragment only scrolls"),
        ("https://example.org/a?utm_source=b&utm_medium=c", "https://example.org/a", "campaigns"),
        ("https://example.org/a?fbclid=b&id=1", "https://example.org/a?id=1", "click identifiers"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2", "order of parameters"),
        ("https://example.org/%7Ejoe/%c3%a9", "https://example.org/~joe/é", "percent signs that need not be"),
        ("https://example.org/b/../a/./c", "https://example.org/a/c", "dots are steps"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a", "IDNA"),
        (
            "https://arxiv.org/abs/2005.14165",
            "http://arxiv.org/pdf/2005.14165v4.pdf",
            "renderings and versions",
        ),
        ("https://arxiv.org/abs/cs/0112017v1", "https://export.arxiv.org/pdf/cs/0112017", "old identifiers"),
        ("https://arxiv.org/abs/2005.14165", "https://ar5iv.labs.arxiv.org/html/2005.14165", "HTML of it"),
        ("https://arxiv.org/abs/2005.14165", "https://browse.arxiv.org/pdf/2005.14165v4", "another door"),
        ("https://arxiv.org/abs/2005.14165", "https://doi.org/10.48550/arXiv.2005.14165", "its own DOI"),
        ("https://youtu.be/kMb4TmhTlbk?si=x", "https://www.youtube.com/watch?v=kMb4TmhTlbk", "short links"),
        (
            "https://m.youtube.com/watch?v=kMb4TmhTlbk&feature=a",
            "https://youtu.be/kMb4TmhTlbk",
            "mobile, feature",
        ),
        ("https://www.youtube.com/embed/kMb4TmhTlbk", "https://youtu.be/kMb4TmhTlbk", "players"),
        (
            "https://www.youtube.com/embed/kMb4TmhTlbk?rel=0",
            "https://youtu.be/kMb4TmhTlbk",
            "what comes next",
        ),
        ("https://openreview.net/pdf?id=B", "https://openreview.net/forum?id=B", "a paper and its page"),
        ("https://github.com/Owner/Repo.git", "https://github.com/owner/repo#readme", "GitHub ignores case"),
        ("https://github.com/a/b?tab=readme-ov-file#use", "https://github.com/a/b#use", "a README's own tab"),
        (
            "https://example.org/a?_gl=1*x&gad_source=1&__hstc=2",
            "https://example.org/a",
            "who counts readers",
        ),
        ("https://mobile.x.com/a/status/1?s=20", "https://twitter.com/a/status/1", "one network, two names"),
        ("https://dx.doi.org/10.1/AB", "https://doi.org/10.1/ab", "DOIs ignore case"),
        ("https://old.reddit.com/r/a/comments/1/b", "https://www.reddit.com/r/a/comments/1/b/", "old design"),
        ("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A", "mobile pages"),
    ],
)
def test_two_addresses_of_one_thing_are_equal(one: str, other: str, why: str) -> None:
    assert normalize_url(one) == normalize_url(other), why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("https://example.org/a", "https://example.org/A", "paths have case"),
        ("https://example.org/a#b", "https://example.org/a#c", "two parts of one page may both be on a list"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", "parameters choose what is shown"),
        ("https://example.org/a?si=1", "https://example.org/a?si=2", "si tracks on some sites only"),
        ("https://example.org:8080/a", "https://example.org/a", "another port is another server"),
        ("https://a.example.org/", "https://example.org/", "another host"),
        ("https://example.org/a%2Fb", "https://example.org/a/b", "an encoded slash is no step"),
        ("https://arxiv.org/abs/2005.14165", "https://arxiv.org/abs/2005.14166", "another paper"),
        ("https://youtu.be/kMb4TmhTlbk", "https://youtu.be/kMb4TmhTlbK", "video names have case"),
        ("https://github.com/a?tab=repositories", "https://github.com/a", "a tab of another kind"),
        ("https://doi.org/10.48550/other.1", "https://arxiv.org/abs/1", "another DOI"),
        ("https://github.com/a/b/blob/main/C", "https://github.com/a/b/blob/main/c", "files have case"),
    ],
)
def test_addresses_of_two_things_differ(one: str, other: str, why: str) -> None:
    assert normalize_url(one) != normalize_url(other), why


@given(urls())
def test_normalizing_twice_changes_nothing_more(url: str) -> None:
    assert normalize_url(normalize_url(url)) == normalize_url(url)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://example.org/a?utm_source=b", "https://example.org/a"),
        ("https://example.org/a?z=1&fbclid=b&a=%20#c", "https://example.org/a?z=1&a=%20#c"),
        ("https://youtu.be/kMb4TmhTlbk?si=x&t=5", "https://youtu.be/kMb4TmhTlbk?t=5"),
        ("https://example.org/a?si=x&&b", "https://example.org/a?si=x&&b"),
        ("https://example.org/A/?", "https://example.org/A/?"),
        ("http://[::1", "http://[::1"),
        ("no address", "no address"),
    ],
)
def test_tracking_parameters_are_dropped_and_all_else_stays_as_it_is_written(url: str, clean: str) -> None:
    assert drop_tracking(url) == clean


@given(urls())
def test_without_tracking_parameters_an_address_leads_to_the_same_thing(url: str) -> None:
    assert normalize_url(drop_tracking(url)) == normalize_url(url)


@pytest.mark.parametrize(
    "text", ["", "no address", "mailto:a@example.org", "http://[::1", "https://example.org:x/"]
)
def test_what_is_no_web_address_stays_as_it_is(text: str) -> None:
    assert normalize_url(text) == text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.LilianWeng.github.io/posts/", "lilianweng.github.io"),
        ("http://example.org:8080/", "example.org"),
        ("http://[::1", ""),
        ("no address", ""),
    ],
)
def test_site_is_the_host_without_www(url: str, expected: str) -> None:
    assert site(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "http://"),
        ("javascript:alert(1)", "http://"),
        ("//example.org/", "http://"),
        ("https://", "no valid host"),
        ("https:///path", "no valid host"),
        ("https://exa..mple/", "no valid host"),
        ("https://-/", "no valid host"),
        ("https://user:secret@example.org/", "user name"),
        ("https://example.org@evil.example/", "user name"),
        ("https://example.org/a b", "space"),
        ("https://example.org/\n", "space or control"),
        ("https://example.org/\x00", "space or control"),
        ("https://example.org/\u202eb", "no address may hold"),
        ("https://example.org\\evil", "no address may hold"),
        ("https://example.org/<b>", "no address may hold"),
        ("https://example.org:99999/", "no valid address"),
        ("http://[::1", "no valid address"),
    ],
)
def test_an_address_that_cannot_be_linked_is_refused_with_advice(url: str, words: str) -> None:
    assert words in (find_url_problem(url) or "")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "HTTP://EXAMPLE.ORG/A",
        "http://wiki/page",
        "http://[2001:db8::1]:80/",
        "https://bücher.example/ü",
        "https://jawns.club/@vicki/110895263087386568",
        "https://my_host.example/a?b=c&d=[e]#f",
        "https://a.example/(b)",
    ],
)
def test_an_address_that_can_be_linked_is_good(url: str) -> None:
    assert find_url_problem(url) is None


def test_a_host_without_end_is_compared_in_no_time() -> None:
    """What a stranger sends can be a megabyte; time that grows with its square would be a minute."""
    url = f"https://{'a' * 1_000_000}/"
    began = monotonic()
    assert normalize_url(url) == url.rstrip("/")
    assert monotonic() - began < 5
