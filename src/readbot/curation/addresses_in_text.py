"""Web addresses as people write them: found in messages, tidied, and looked at before anybody opens them."""

import re
from collections.abc import Iterator

from yarl import URL

from readbot.curation.addresses import AddressRule, RefusedAddressError
from readbot.language import tr
from readbot.reading_list.texts import MAX_URL, clean_text, shorten
from readbot.reading_list.urls import find_url_problem, normalize_url

#: Addresses that are looked at in one message.
MAX_ADDRESSES = 10

#: What no address holds ends one; so does the bar in Slack's <address|label>.
_ADDRESS = re.compile(r"https?://[^\s<>\"`{}|^\\]+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WEB_SCHEMES = ("http:", "https:")
#: Of what is no address, as a complaint shows it.
_MAX_QUOTED = 60
#: Punctuation of the sentence around it, in Latin and East Asian writing.
_BEHIND = ".,;:!?'’”»…*~。，、；：！？」』】）"
_PAIRS = {")": "(", "]": "["}
#: Names that lead nowhere but into somebody's own network. Source: RFC 6761, 6762, 8375, 9476 and custom.
_INSIDE = (
    *("localhost", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "test", "invalid", "onion", "alt"),
)


def find_addresses(message: str) -> list[str]:
    """Return the http(s) addresses in a message, in their order, each thing once, at most ``MAX_ADDRESSES``.

    >>> find_addresses("See [a post](https://example.org/a_(b)), and <https://example.org/c|this>!")
    ['https://example.org/a_(b)', 'https://example.org/c']
    """
    found: dict[str, str] = {}
    for url in _read_addresses(clean_text(message)):
        found.setdefault(normalize_url(url), url)
        if len(found) == MAX_ADDRESSES:
            break
    return list(found.values())


def _read_addresses(message: str) -> Iterator[str]:
    for match in _ADDRESS.finditer(message):
        before = message[match.start() - 1 : match.start()]
        url = _trim(match[0], "_" if before == "_" else "")
        if url.rstrip("/").lower() not in _WEB_SCHEMES:
            yield url


def _trim(url: str, more: str) -> str:
    """Return *url* without the punctuation behind it, and without brackets that were opened before it."""
    unopened = {closer: url.count(closer) - url.count(opener) for closer, opener in _PAIRS.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in _BEHIND + more:
            break
        end -= 1
    return url[:end]


def read_address(words: str) -> str:
    """Return the address that somebody typed: out of its brackets, and with https:// where they left it out.

    >>> read_address("<example.org/a>")
    'https://example.org/a'
    """
    url = clean_text(words).strip("<> ").partition("|")[0]
    # "localhost:8000" has no scheme: its port looks like the rest of one.
    if url and (not _SCHEME.match(url) or re.match(r"[^/?#]+:\d+(?:[/?#]|$)", url)):
        return f"https://{url}"
    return url


def is_web_address(url: str) -> bool:
    """Tell whether *url* is one by its beginning, whatever is wrong with the rest."""
    return url.lower().startswith(_WEB_SCHEMES)


def find_address_problem(url: str) -> str | None:
    """Say in a sentence why *url* cannot be on a list, and what to do; None where it can."""
    if not url:
        return tr("Which address? Copy it from the browser, with https:// at its beginning.")
    if len(url) > MAX_URL or len(normalize_url(url).encode()) > MAX_URL:
        return tr("That address is longer than {number} characters; is there a shorter one?", number=MAX_URL)
    if not is_web_address(url):
        return tr(
            "“{words}” is no web address: one begins with https:// or http://.",
            words=shorten(url, _MAX_QUOTED),
        )
    if problem := find_url_problem(url):
        return tr("That address {problem}.", problem=tr(problem))
    try:
        parsed = URL(url)
        host = (parsed.raw_host or "").rstrip(".").lower()
        # Whether anybody may ask another port is the link checker's business; a dot behind changes no address.
        AddressRule().check_url(parsed.with_port(None).with_host(host))
    except RefusedAddressError as error:
        return tr("That address {problem}. Suggest one that everybody can open.", problem=error)
    except ValueError:
        return tr("That is no valid address; copy it anew from the browser.")
    if _is_inside(host):
        return tr(
            "The address leads to {host}, which only your own network knows. Suggest one that everybody can open.",
            host=host,
        )
    if ":" not in host and "." not in host:
        return tr(
            "“{host}” is no address that everybody can open: it has no dot, as example.org has. Copy the address "
            "from the browser.",
            host=host,
        )
    return None


def _is_inside(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _INSIDE)
