"""The pages around an installation, as HTML: small, readable on a phone, nothing loaded from anywhere."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape

from aiohttp import web

from readbot_slack.scopes import Scope

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; margin: 0; padding: 1.5rem 1rem 3rem; }
main { max-width: 38rem; margin: 0 auto; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
code { font-family: ui-monospace, monospace; background: #8882; padding: .1em .35em; border-radius: .25em; }
dt { margin-top: .9rem; }
dd { margin: .15rem 0 0; }
li { margin: .5rem 0; }
.button { display: inline-block; padding: .75rem 1.3rem; border-radius: .5rem; font-weight: 600;
          background: #4a154b; color: #fff; text-decoration: none; }
.button:focus-visible { outline: 3px solid #1d9bd1; outline-offset: 2px; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

#: Nothing runs, nothing is loaded, nobody frames it; the address may hold a code, so nobody is told it.
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, kw_only=True)
class Page:
    title: str
    #: HTML, escaped already.
    content: str
    status: int = 200

    def respond(self) -> web.Response:
        return web.Response(
            text=(
                '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                f"<title>{escape(self.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
                f"<body>\n<main>\n<h1>{escape(self.title)}</h1>\n{self.content}\n</main>\n</body>\n</html>\n"
            ),
            content_type="text/html",
            status=self.status,
            headers=HEADERS,
        )


def ask_page(scopes: tuple[Scope, ...], begin: str) -> Page:
    """Return what somebody reads before they install the app; *begin* is where the button leads."""
    needed = "".join(_describe(scope) for scope in scopes if not scope.is_optional)
    optional = "".join(_describe(scope) for scope in scopes if scope.is_optional)
    choice = (
        "<h2>What you may leave out</h2><p>Slack asks about each of these, and readbot works without them.</p>"
        f"<dl>{optional}</dl>"
    )
    return Page(
        title="Add readbot to Slack",
        content=(
            "<p>A curated reading list, where your team talks: type <code>/llmread</code> and a topic in any "
            "channel, and get the best links. Answers are for your eyes only until you share them.</p>"
            f'<p><a class="button" rel="nofollow" href="{escape(begin)}">Add to Slack</a></p>'
            f"<h2>What readbot may do</h2><dl>{needed}</dl>{choice if optional else ''}"
            "<h2>What it keeps</h2><p>Its token for your workspace, encrypted; which channels have a digest "
            "and who set it up; links that people suggest; and what each person looked at last, for their own "
            "eyes: <code>/llmread privacy</code> shows it and forgets it. No messages. When you remove the app, "
            "its token and everything about your people is deleted, and its digests stop.</p>"
        ),
    )


def done_page(*, workspace: str, open_url: str, left_out: list[Scope], begin: str) -> Page:
    """Return what somebody reads who has just installed the app: what to do next."""
    content = (
        "<ol>"
        f'<li><a class="button" href="{escape(open_url)}">Open Slack</a></li>'
        "<li>In any channel type <code>/llmread</code>: a menu appears that only you see. "
        "<code>/llmread fine-tuning</code> asks for a topic.</li>"
        "<li>For a good link every week, go to a channel, type <code>/invite @readbot</code> and then "
        "<code>/llmread digest on</code>.</li>"
        "</ol>"
    )
    if left_out:
        without = "".join(
            f"<li>Without <code>{escape(scope.name)}</code>: {escape(scope.without)}.</li>"
            for scope in left_out
        )
        content += (
            f"<h2>What you left out</h2><ul>{without}</ul>"
            f'<p>You can <a rel="nofollow" href="{escape(begin)}">allow it later</a>.</p>'
        )
    return Page(title=f"readbot is in {workspace}", content=content)


def trouble_page(title: str, *sentences: str, begin: str, status: int = 400) -> Page:
    """Return a page that says what went wrong, and leads to another try."""
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    again = f'<p><a class="button" rel="nofollow" href="{escape(begin)}">Try again</a></p>'
    return Page(title=title, content=said + again, status=status)


def _describe(scope: Scope) -> str:
    without = f" Without it: {scope.without}." if scope.without else ""
    return f"<dt><code>{escape(scope.name)}</code></dt><dd>{escape(scope.reason + without)}</dd>"
