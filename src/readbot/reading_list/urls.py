"""What an address is: whether it can be used, and whether two are the same."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from readbot.language import translatable

#: Parameters that say where a reader came from, and never what is shown.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|gad_\w+|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|li_fat_id|srsltid"
    r"|igshid|igsh|mc_cid|mc_eid|_ga|_gl|_hsenc|_hsmi|__hs\w+|mkt_tok|oly_enc_id|oly_anon_id|ref_src|ref_url"
    r"|vero_id|wickedid|spm|cmpid|trk|__s",
    re.IGNORECASE,
)
#: The same, but only where the site gives the name this meaning.
_SITE_TRACKING = {
    "youtube.com": {"si", "feature", "ab_channel", "pp", "index", "app", "rel"},
    "open.spotify.com": {"si", "nd", "context"},
    "medium.com": {"source", "sk"},
    "substack.com": {"r", "s", "showwelcomeonshare", "triedredirect"},
    "twitter.com": {"s", "t", "lang"},
    "docs.google.com": {"usp"},
    "drive.google.com": {"usp"},
    "linkedin.com": {"trackingid", "lipi", "rcm"},
}
#: Hosts that are other doors to one house.
_HOST_ALIASES = {
    "youtu.be": "youtube.com",
    "m.youtube.com": "youtube.com",
    "music.youtube.com": "youtube.com",
    "youtube-nocookie.com": "youtube.com",
    "export.arxiv.org": "arxiv.org",
    "browse.arxiv.org": "arxiv.org",
    "ar5iv.org": "arxiv.org",
    "ar5iv.labs.arxiv.org": "arxiv.org",
    "dx.doi.org": "doi.org",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "m.reddit.com": "reddit.com",
    "mobile.twitter.com": "twitter.com",
    "mobile.x.com": "twitter.com",
    "x.com": "twitter.com",
}
_ARXIV_PATH = re.compile(
    r"/(?:abs|pdf|html|ps|format|src)/(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?"
)
#: arXiv gives every paper this DOI.
_ARXIV_DOI = re.compile(r"/10\.48550/arxiv\.(.+)", re.IGNORECASE)
_YOUTUBE_PATH = re.compile(r"/(?:embed/|v/|shorts/|live/)([\w-]{11})")
_BARE_VIDEO_ID = re.compile(r"/([\w-]{11})")
_MOBILE_WIKIPEDIA = re.compile(r"^([a-z-]+)\.m\.(wik\w+\.org)$")
_HOST_LABEL = re.compile(r"[^\W_](?:[\w-]*\w)?")
_RESERVED = "!$&'()*+,;=:@/~"


def site(url: str) -> str:
    """Return the host of *url* in lower case without ``www.``; empty if it has none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def normalize_url(url: str) -> str:
    """Return the form of *url* under which two addresses of one thing are equal.

    The form is for comparing, not for opening: scheme, ``www.``, default port, case of the host, a
    trailing slash and tracking parameters do not count; versions and renderings of an arXiv paper
    are one, and so are the several addresses of a YouTube video. A fragment counts unless empty,
    because several entries may point into one page. What is no http(s) address comes back as it is.

    >>> normalize_url("http://www.arxiv.org/pdf/2005.14165v4.pdf")
    'https://arxiv.org/abs/2005.14165'
    >>> normalize_url("https://youtu.be/kMb4TmhTlbk?si=Tdbp") == normalize_url(
    ...     "https://m.youtube.com/watch?v=kMb4TmhTlbk&feature=share")
    True
    """
    try:
        parts = urlsplit(url.strip())
        host, port = _normalize_host(parts.hostname or ""), parts.port
    except ValueError:
        return url.strip()
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return url.strip()
    path, params = _normalize_path(parts.path), _keep_params(host, parts.query)
    if host == "doi.org" and (paper := _ARXIV_DOI.fullmatch(path)):
        host, path = "arxiv.org", f"/abs/{paper[1]}"
    path, params = _unify_by_site(host, path, params)
    query = f"?{urlencode(sorted(params))}" if params else ""
    shown_port = "" if port in {None, 80, 443} else f":{port}"
    return f"https://{host}{shown_port}{path}{query}{_normalize_fragment(host, parts.fragment)}"


def drop_tracking(url: str) -> str:
    """Return *url* without the parameters that say where a reader came from, and otherwise as it is.

    >>> drop_tracking("https://example.org/a?id=1&utm_source=news#b")
    'https://example.org/a?id=1#b'
    """
    try:
        parts = urlsplit(url)
        host = _normalize_host(parts.hostname or "")
    except ValueError:
        return url
    pieces = parts.query.split("&")
    kept = [piece for piece in pieces if not _is_tracking(host, unquote(piece.partition("=")[0]))]
    return url if len(kept) == len(pieces) else urlunsplit(parts._replace(query="&".join(kept)))


def find_url_problem(url: str) -> str | None:
    """Say what is wrong with *url* as a link's address and what to do; None when it is good.

    It stands behind "the address", in English; the catalogues know what may be wrong with a web address.
    """
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", url):
        return translatable("has a space or control character in it; write %20 for a space")
    if re.search(r"[\\<>\"`{}|^\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", url):
        return translatable(
            "has a character that no address may hold; copy the address anew from the browser"
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return translatable("is no valid address; copy it anew from the browser")
    if parts.scheme.lower() not in {"http", "https"}:
        return "does not begin with http:// or https://; only web addresses can be linked in a chat"
    if "@" in parts.netloc:
        return translatable(
            "holds a user name or password before the host; take out what stands before the @"
        )
    if not _is_host(host):
        return translatable("names no valid host after ://; copy the address anew from the browser")
    return None


def _is_host(host: str) -> bool:
    if ":" in host:  # an IPv6 address; urlsplit has checked it
        return True
    labels = host.rstrip(".").split(".")
    return len(host) <= 253 and all(_HOST_LABEL.fullmatch(label) and len(label) <= 63 for label in labels)


def _normalize_host(host: str) -> str:
    try:
        host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        host = host.lower()  # not a name that IDNA knows; comparing it as written is the best left
    host = host.rstrip(".").removeprefix("www.")
    host = _MOBILE_WIKIPEDIA.sub(r"\1.\2", host)
    return _HOST_ALIASES.get(host, host)


def _normalize_path(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:1] if len(segments) <= 1 else segments[:-1]
        elif segment != ".":
            segments.append(_recode(segment))
    joined = "/".join(segments)
    joined = re.sub(r"/index\.html?$", "/", joined)
    return joined.rstrip("/")


def _recode(text: str) -> str:
    """Decode what needs no percent sign and encode the rest, so that both spellings are one.

    Bytes that are no UTF-8 and an encoded slash or percent sign stay encoded.
    """
    pieces = re.split(r"((?:%[0-9A-Fa-f]{2})+)", text)
    return "".join(_recode_piece(piece) for piece in pieces)


def _recode_piece(piece: str) -> str:
    if not piece.startswith("%"):
        return quote(piece, safe=_RESERVED)
    try:
        return quote(unquote(piece, errors="strict"), safe="~")
    except UnicodeDecodeError:
        return piece.upper()


def _keep_params(host: str, query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(name, value) for name, value in pairs if not _is_tracking(host, name)]


def _is_tracking(host: str, name: str) -> bool:
    if _TRACKING.fullmatch(name):
        return True
    return any(name.lower() in names for site_, names in _SITE_TRACKING.items() if is_under(host, site_))


def is_under(host: str, domain: str) -> bool:
    """Tell whether *host* is *domain* or a part of it; both in lower case."""
    return host == domain or host.endswith("." + domain)


def _unify_by_site(host: str, path: str, params: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    if host == "arxiv.org" and (match := _ARXIV_PATH.fullmatch(path)):
        return f"/abs/{match[1]}", []
    if host == "youtube.com" and (match := _YOUTUBE_PATH.fullmatch(path) or _BARE_VIDEO_ID.fullmatch(path)):
        return "/watch", [("v", match[1]), *params]
    if host == "openreview.net" and path == "/pdf":
        return "/forum", params
    if host == "doi.org":
        return path.lower(), params
    if host == "github.com":
        # What GitHub writes behind a repository whose README is read.
        return _normalize_repository(path), [pair for pair in params if pair != ("tab", "readme-ov-file")]
    return path, params


def _normalize_repository(path: str) -> str:
    """GitHub ignores the case of owner and repository, and a ``.git`` at the end."""
    lead, *rest = path.split("/")
    names = [name.lower() for name in rest[:2]]
    if len(rest) == 2:
        names[1] = names[1].removesuffix(".git")
    return "/".join([lead, *names, *rest[2:]])


def _normalize_fragment(host: str, fragment: str) -> str:
    kept = fragment.split(":~:", 1)[0]  # a "text fragment" only scrolls and highlights
    if not kept or (host == "github.com" and kept == "readme"):
        return ""
    return "#" + _recode(kept)
