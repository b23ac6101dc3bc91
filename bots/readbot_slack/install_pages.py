"""The pages around an installation, as HTML: small, readable on a phone, nothing loaded from anywhere.

They are made and answered in the language that is spoken, see ``readbot.language``.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from aiohttp import web

from readbot.conversation.language import say
from readbot.conversation.reply import Span, Style, Text, code, command
from readbot.language import current_language, tr
from readbot_slack.mrkdwn import COMMAND
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
                f'<!doctype html>\n<html lang="{current_language()}">\n<head>\n<meta charset="utf-8">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                f"<title>{escape(self.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
                f"<body>\n<main>\n<h1>{escape(self.title)}</h1>\n{self.content}\n</main>\n</body>\n</html>\n"
            ),
            content_type="text/html",
            status=self.status,
            headers=HEADERS,
        )


def ask_page(scopes: Sequence[Scope], begin: str) -> Page:
    """Return what somebody reads before they install the app; *begin* is where the button leads."""
    needed = [_describe(scope) for scope in scopes if not scope.is_optional]
    optional = [_describe(scope) for scope in scopes if scope.is_optional]
    content = [
        _paragraph(
            say(
                "A curated reading list, where your team talks: type {menu} and a topic in any channel, and get "
                "the best links. Answers are for your eyes only until you share them.",
                menu=command(""),
            )
        ),
        _button_below(tr("Add to Slack"), begin),
        _heading(tr("What readbot may do")),
        f"<dl>{''.join(needed)}</dl>",
    ]
    if optional:
        content += [
            _heading(tr("What you may leave out")),
            _paragraph(say("Slack asks about each of these, and readbot works without them.")),
            f"<dl>{''.join(optional)}</dl>",
        ]
    content += [
        _heading(tr("What it keeps")),
        _paragraph(
            say(
                "Its token for your workspace, encrypted; which channels have a digest and who set it up; links "
                "that people suggest; and what each person looked at last, for their own eyes: {privacy} shows "
                "it and forgets it. No messages. When you remove the app, its token and everything about your "
                "people is deleted, and its digests stop.",
                privacy=command("privacy"),
            )
        ),
    ]
    return Page(title=tr("Add readbot to Slack"), content="".join(content))


def done_page(*, workspace: str, open_url: str, left_out: Sequence[Scope], begin: str) -> Page:
    """Return what somebody reads who has just installed the app: what to do next."""
    menu = say(
        "In any channel type {menu}: a menu appears that only you see. {example} asks for a topic.",
        menu=command(""),
        example=command("fine-tuning"),
    )
    digest = say(
        "For a good link every week, go to a channel, type {invite} and then {on}.",
        invite=code("/invite @readbot"),
        on=command("digest on"),
    )
    steps = [_button(tr("Open Slack"), open_url), to_html(menu), to_html(digest)]
    content = f"<ol>{''.join(f'<li>{step}</li>' for step in steps)}</ol>"
    if left_out:
        without = [
            say("Without {scope}: {difference}.", scope=code(scope.name), difference=tr(scope.without))
            for scope in left_out
        ]
        items = "".join(f"<li>{to_html(each)}</li>" for each in without)
        content += _heading(tr("What you left out")) + f"<ul>{items}</ul>"
        later = escape(tr("Allow it now"))
        content += f'<p><a rel="nofollow" href="{escape(begin)}">{later}</a></p>'
    return Page(title=tr("readbot is in {workspace}", workspace=workspace), content=content)


def trouble_page(title: str, sentence: str, *, begin: str, status: int = 400) -> Page:
    """Return a page that says what went wrong, and leads to another try."""
    content = f"<p>{escape(sentence)}</p>" + _button_below(tr("Try again"), begin)
    return Page(title=title, content=content, status=status)


def to_html(pieces: Text) -> str:
    """Return a text as HTML, escaped; what is typed stands as code."""
    return "".join(_span(span) for span in pieces)


def _span(span: Span) -> str:
    match span.style:
        case Style.COMMAND:
            return f"<code>{escape(f'{COMMAND} {span.text}'.rstrip())}</code>"
        case Style.CODE:
            return f"<code>{escape(span.text)}</code>"
        case _:
            return escape(span.text)


def _describe(scope: Scope) -> str:
    said = tr(scope.reason)
    if scope.without:
        said += " " + tr("Without it: {difference}.", difference=tr(scope.without))
    return f"<dt><code>{escape(scope.name)}</code></dt><dd>{escape(said)}</dd>"


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _paragraph(words: Text) -> str:
    return f"<p>{to_html(words)}</p>"


def _button(label: str, url: str) -> str:
    return f'<a class="button" rel="nofollow" href="{escape(url)}">{escape(label)}</a>'


def _button_below(label: str, url: str) -> str:
    return f"<p>{_button(label, url)}</p>"
