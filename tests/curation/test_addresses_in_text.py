from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.curation.addresses_in_text import (
    MAX_ADDRESSES,
    find_address_problem,
    find_addresses,
    read_address,
)

URL = "https://example.org/a"
_PIECES = [
    "https://",
    "xn--",
    "example.org",
    "/",
    "(",
    "]",
    "<",
    "|",
    "@",
    ":",
    "80",
    "::1",
    "é",
    "%",
    "?",
    "ﬃ",
    ".",
    "-",
]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("no address here, not even example.org", []),
        (f"{URL}", [URL]),
        (f"Look at {URL}.", [URL]),
        (f"({URL}), “{URL}”! '{URL}'? *{URL}* ~{URL}~ _{URL}_", [URL]),
        (f"<{URL}> <{URL}|a label> [a]({URL}) `{URL}`", [URL]),
        ("https://en.wikipedia.org/wiki/Word_(x)", ["https://en.wikipedia.org/wiki/Word_(x)"]),
        ("(see https://en.wikipedia.org/wiki/Word_(x))", ["https://en.wikipedia.org/wiki/Word_(x)"]),
        ("[https://example.org/a?b=[c]]", ["https://example.org/a?b=[c]"]),
        ("https://example.org/a_", ["https://example.org/a_"]),
        (f"読んで：{URL}。", [URL]),
        (f"{URL}… {URL}/b\nHTTP://Example.org/C", [URL, f"{URL}/b", "HTTP://Example.org/C"]),
        (f"{URL}?utm_source=x and {URL}/ and http://www.example.org/a", [f"{URL}?utm_source=x"]),
        ("https:// http:/// ftp://example.org mailto:a@example.org", []),
        ("https://exam\u200bple.org/\u202ea", [URL]),
    ],
)
def test_addresses_are_found_without_what_stands_around_them(message: str, found: list[str]) -> None:
    assert find_addresses(message) == found


def test_of_a_message_full_of_addresses_the_first_are_looked_at() -> None:
    message = " ".join(f"https://example.org/{number}" for number in range(50))
    assert len(find_addresses(message)) == MAX_ADDRESSES


@pytest.mark.parametrize("piece", [")", "](", "https://", ".,", "https://a.b)", "_https://a_"])
def test_a_message_that_is_one_long_trick_is_read_in_a_moment(piece: str) -> None:
    began = process_time()
    find_addresses(f"https://example.org/{piece * 20_000}")
    assert process_time() - began < 1


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        (URL, URL),
        (f" <{URL}> ", URL),
        (f"<{URL}|label>", URL),
        ("example.org/a", URL),
        ("www.example.org", "https://www.example.org"),
        ("localhost:8000/a", "https://localhost:8000/a"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str, url: str) -> None:
    assert read_address(typed) == url


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://example.org",
        "https://example.org:8443/a?b=c#d",
        "https://bücher.example.org/ü",
        "https://93.184.215.14/",
        "https://[2606:4700::1111]/",
        "https://local.example.org/",
    ],
)
def test_a_public_web_address_is_fine(url: str) -> None:
    assert find_address_problem(url) is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Which address?"),
        ("ftp://example.org/a", "http"),
        ("javascript:alert(1)", "http"),
        ("data:text/html,x", "http"),
        ("https://ada:secret@example.org/", "user name"),
        ("https://", "names no valid host"),
        ("https://exa..mple/", "names no valid host"),
        ("https://[::1", "valid address"),
        ("https://example.org:99999/", "valid address"),
        ("https://localhost/a", "own network"),
        ("http://localhost:8000", "own network"),
        ("https://wiki/page", "“wiki” is no address that everybody can open: it has no dot"),
        ("https://printer.local/", "own network"),
        ("https://git.corp/", "own network"),
        ("https://vault.internal./", "own network"),
        ("http://127.0.0.1:3000/", "no public address"),
        ("http://2130706433/", "no public address"),
        ("http://0x7f.1/", "no public address"),
        ("http://10.1.2.3/", "no public address"),
        ("http://10.0.0.1./", "no public address"),
        ("http://１２７.0.0.1/", "no public address"),
        ("https://xn--a/", "has no dot"),
        ("http://169.254.169.254/latest/meta-data", "no public address"),
        ("http://[::1]/", "no public address"),
        ("http://[::ffff:10.0.0.1]/", "no public address"),
        ("https://example.org/" + "a" * 2000, "longer than 2000"),
        ("https://example.org/" + "ü" * 1000, "longer than 2000"),
    ],
)
def test_an_address_that_cannot_be_on_a_list_is_refused_with_advice(url: str, words: str) -> None:
    assert words in (find_address_problem(url) or "")


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)))
def test_whatever_is_typed_it_is_read_and_judged(typed: str) -> None:
    for url in find_addresses(typed):
        find_address_problem(url)
    find_address_problem(read_address(typed))
