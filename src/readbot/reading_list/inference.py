"""What an address tells about the thing behind it: its kind and its year."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from readbot.reading_list.model import Kind
from readbot.reading_list.urls import site

_MONTH = r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_YEAR = r"(199\d|20\d\d)"
_DATED_PATHS = (
    re.compile(rf"/{_YEAR}/{_MONTH}(?:/|$)"),  # /2023/04/11/…, /2023/Aug/3/…
    re.compile(rf"/{_YEAR}-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?(?:[-_./]|$)"),  # /2018-06-24-attention
    re.compile(rf"[-_/]{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[-_./]|$)"),  # …-20231005/
    re.compile(rf"/{_YEAR}/(?=.)"),  # /blog/2021/dl-course.html
)
_ARXIV_ID = re.compile(
    r"/(?:abs|pdf|html|ps|format|src)/(?:(\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/(\d\d)\d{5})"
)
_ACL_ID = re.compile(r"/(?:anthology/)?(?:(\d{4})\.[\w-]+\.\d+|[a-z](\d\d)-\d{4})")
#: On these a year in the path is a name someone chose ("github.com/play/2048").
_FREE_NAMES = {"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"}

_TITLE_HINTS = (
    (re.compile(r"[(\[]\s*(?:youtube|video|talk|recording)\s*[)\]]\s*$"), Kind.VIDEO),
    (re.compile(r"[(\[]\s*(?:slides?|slide deck)\s*[)\]]\s*$|^slides?$"), Kind.SLIDES),
    (re.compile(r"[(\[]\s*podcast\s*[)\]]\s*$"), Kind.PODCAST),
    (re.compile(r"[(\[]\s*(?:free |online )?course\s*[)\]]\s*$"), Kind.COURSE),
    (re.compile(r"[(\[]\s*(?:free )?(?:e-?)?book\s*[)\]]\s*$"), Kind.BOOK),
    (re.compile(r"[(\[]\s*paper\s*[)\]]\s*$"), Kind.PAPER),
)
#: ``host/path`` patterns, first match wins: what is particular stands before what is general.
_ADDRESS_HINTS: tuple[tuple[str, Kind], ...] = (
    (r"docs\.google\.com/presentation/|(?:slideshare\.net|speakerdeck\.com|slides\.com)/.", Kind.SLIDES),
    (r"(?:youtube\.com|youtu\.be|vimeo\.com|slideslive\.com|bilibili\.com)/.|ted\.com/talks/", Kind.VIDEO),
    (r"podcasts\.apple\.com/|open\.spotify\.com/(?:episode|show)/|overcast\.fm/", Kind.PODCAST),
    (r"github\.com/[^/]+/[^/]+/(?:issues|discussions|pull)/\d", Kind.DISCUSSION),
    (r"github\.com/[^/]+/[^/]+/(?:blob|raw)/.*\.pdf$", Kind.PAPER),
    (r"github\.com/[^/]+/[^/]+/wiki(?:/|$)", Kind.DOCS),
    (r"gist\.github\.com/", Kind.POST),
    (r"github\.com/(?!sponsors/|orgs/|topics/|features/|collections/)[^/]+/[^/]+", Kind.REPO),
    (r"(?:gitlab\.com|codeberg\.org|bitbucket\.org|git\.sr\.ht)/[^/]+/[^/]+", Kind.REPO),
    (r"huggingface\.co/datasets/|kaggle\.com/(?:datasets|c|competitions)/|zenodo\.org/", Kind.DATASET),
    (r"(?:data\.world|archive\.ics\.uci\.edu|catalog\.ldc\.upenn\.edu)/", Kind.DATASET),
    (r"huggingface\.co/papers/", Kind.PAPER),
    (r"huggingface\.co/(?:learn|course)/", Kind.COURSE),
    (r"huggingface\.co/docs/", Kind.DOCS),
    (r"huggingface\.co/blog/.", Kind.POST),
    (r"(?:arxiv\.org|ar5iv(?:\.labs\.arxiv)?\.org|alphaxiv\.org)/(?:abs|pdf|html)/", Kind.PAPER),
    (r"openreview\.net/|(?:aclanthology\.org|aclweb\.org/anthology)/.|(?:dx\.)?doi\.org/10", Kind.PAPER),
    (r"(?:papers\.nips\.cc|papers\.neurips\.cc|proceedings\.\w+\.\w+|jmlr\.org)/.", Kind.PAPER),
    (r"(?:dl\.acm\.org|ieeexplore\.ieee\.org|sciencedirect\.com|link\.springer\.com/article)/", Kind.PAPER),
    (r"(?:nature\.com/articles|pnas\.org/doi|science\.org/doi|(?:bio|med)rxiv\.org|ssrn\.com)/", Kind.PAPER),
    (r"(?:semanticscholar\.org/paper|pubmed\.ncbi\.nlm\.nih\.gov|academic\.oup\.com)/", Kind.PAPER),
    (r"reddit\.com/r/[^/]+/comments/|news\.ycombinator\.com/item|lobste\.rs/s/", Kind.DISCUSSION),
    (r"(?:[\w.]*stackexchange|stackoverflow|superuser|serverfault)\.com/(?:q|questions)/\d", Kind.DISCUSSION),
    (r"(?:twitter|x)\.com/[^/]+/status/|quora\.com/.|(?:discuss|forum|community)\.[^/]+/t/", Kind.DISCUSSION),
    (r"(?:coursera|edx|udemy|udacity|pluralsight|ocw\.mit|deeplearning)\.(?:org|com|edu|ai)/.", Kind.COURSE),
    (r"courses?\.|(?:www\.)?[^/]+/(?:.*/)?courses?/", Kind.COURSE),
    (
        r"amazon\.[a-z.]+/(?:.*/)?(?:dp|gp/product)/|goodreads\.com/book/|(?:leanpub|nostarch)\.com/.",
        Kind.BOOK,
    ),
    (
        r"manning\.com/books/|oreilly\.com/library/view/|packtpub\.com/.*(?:book|product)|gutenberg\.",
        Kind.BOOK,
    ),
    (r"[^/]+/(?:.*/)?books?/", Kind.BOOK),
    (r"(?:crates\.io|hub\.docker\.com|marketplace\.visualstudio\.com)/.", Kind.TOOL),
    # How the registries of packages write it.
    (r"^[^/]+/(?:project|package|packages)/.", Kind.TOOL),
    (r"docs?\.|pkg\.go\.dev/|developer\.mozilla\.org/|[^/]*\breadthedocs\.|[^/]*wikipedia\.org/", Kind.DOCS),
    (r"[^/]+/(?:.*/)?(?:docs?|documentation|reference|manual)(?:/|$)", Kind.DOCS),
    (r"[^?]*\.(?:pptx?|key)$", Kind.SLIDES),
    (r"[^?]*(?:slides|lecture)[^/?]*\.pdf$", Kind.SLIDES),
    (r"[^?]*\.pdf$", Kind.PAPER),
    (r"(?:blog|writings?|engineering|eng|newsletter)\.[^/]+/.", Kind.POST),
    (r"(?:[^/]*(?:substack|medium|blogspot|wordpress)\.com|dev\.to|hashnode\.com|distill\.pub)/.", Kind.POST),
    (
        r"[^/]+/(?:.*/)?(?:blogs?|posts?|articles?|news|writing|thoughts|essays?|p|tutorials?|magazine)/.",
        Kind.POST,
    ),
)
_COMPILED_HINTS = tuple((re.compile(pattern), kind) for pattern, kind in _ADDRESS_HINTS)
#: A last path segment of three words and more is a headline.
_HEADLINE = re.compile(r"/[a-z0-9']+(?:[-_][a-z0-9']+){2,}(?:\.html?)?/?$")


def infer_kind(url: str, title: str = "") -> Kind | None:
    """Return what *url* most likely leads to, None when neither address nor title tells.

    The end of a title ("(YouTube)") counts for more than the address: curators write it there
    because the address does not say it.
    """
    lowered = title.casefold().strip()
    for pattern, kind in _TITLE_HINTS:
        if pattern.search(lowered):
            return kind
    address = f"{site(url)}{urlsplit(url).path}".lower()
    for pattern, kind in _COMPILED_HINTS:
        if pattern.match(address):
            return kind
    if _HEADLINE.search(address) or infer_year(url) is not None:
        return Kind.POST
    return None


def infer_year(url: str, *, latest: int | None = None) -> int | None:
    """Return the year of publication that *url* itself tells, else None.

    Known are arXiv and ACL identifiers and dates in the path. A year after *latest* (this year by
    default) is taken for a name and not believed.
    """
    host, path = site(url), urlsplit(url).path.lower()
    year = _read_year(host, path)
    newest = latest if latest is not None else datetime.now(UTC).year
    return year if year is not None and year <= newest else None


def _read_year(host: str, path: str) -> int | None:
    if host.endswith("arxiv.org") and (match := _ARXIV_ID.match(path)):
        return _full_year(match[1] or match[2])
    if host in {"aclanthology.org", "aclweb.org"} and (match := _ACL_ID.match(path)):
        return int(match[1]) if match[1] else _full_year(match[2])
    if host in _FREE_NAMES:
        return None
    found = (pattern.search(path) for pattern in _DATED_PATHS)
    return next((int(match[1]) for match in found if match), None)


def _full_year(two_digits: str) -> int:
    """Read 91 as 1991 and 05 as 2005; the oldest identifiers are the anthology's of 1965."""
    number = int(two_digits)
    return number + (1900 if number >= 65 else 2000)
