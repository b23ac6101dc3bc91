"""Addresses that a slip of the keyboard broke, and how each is repaired."""

import re
from urllib.parse import quote

_STRAY_BEFORE = re.compile(r"[^\w/#.?]{1,3}(?=https?:)", re.IGNORECASE)
_DOUBLED = re.compile(r"(?:https?:/*)+(?=https?://)", re.IGNORECASE)
_MISSPELT = re.compile(r"(?:hh+ttp|h?t?tt+p|http+|htp|ttp)(s?)(?::/+|:|;//|//)(?=\w)", re.IGNORECASE)
_WELL_SPELT = re.compile(r"https?://\w", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\s\\<>\"`{}|^]")


def repair_address(href: str) -> tuple[str, str]:
    """Return *href* repaired where it can only mean a web address, and what was done.

    What was done is empty when nothing was; an address inside the page or the repository comes back
    as it is.

    >>> repair_address("}https://example.org/a")
    ('https://example.org/a', 'took the stray "}" out of the address https://example.org/a')
    """
    url, done = href.strip(), ""
    if match := _STRAY_BEFORE.match(url):
        url, done = url[match.end() :], f'took the stray "{match[0]}" out of the address'
    if match := _DOUBLED.match(url):
        url, done = url[match.end() :], f'took the doubled "{match[0]}" out of the address'
    if not _WELL_SPELT.match(url) and (match := _MISSPELT.match(url)):
        url, done = (
            f"http{match[1].lower()}://{url[match.end() :]}",
            f'wrote "{match[0]}" right in the address',
        )
    if url.startswith("//") or re.match(r"www\.[\w-]+\.\w", url):
        url, done = "https://" + url.lstrip("/"), "put https:// before the address"
    if not _WELL_SPELT.match(url):
        return href, ""
    for closing, opening in ("}{", "]["):
        if url.endswith(closing) and opening not in url:
            url, done = url[:-1], f'took the stray "{closing}" out of the address'
    if _FORBIDDEN.search(url):
        url = _FORBIDDEN.sub(lambda match: quote(match[0]), url)
        done = done or "wrote the characters that no address may hold as %xx in"
    return url, f"{done} {url}" if done else ""
