"""The page on which a person lets the app into a workspace, or not."""

from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from readbot.playground.loopback_slack.oauth import AuthorizeError, OAuth, Wish
from readbot.playground.loopback_slack.state import Workspace

PATH = "/oauth/v2/authorize"
#: Where an app sends people who want to see it in Slack.
OPEN_PATH = "/app_redirect"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} | Slack on this machine</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f6f5f4; color: #1d1c1d; }}
  main {{ max-width: 30rem; margin: 3rem auto; padding: 1.5rem 2rem; background: #fff;
         border: 1px solid #ddd; border-radius: 12px; }}
  h1 {{ font-size: 1.3rem; }}
  label, select {{ display: block; margin: .4rem 0; }}
  select {{ font: inherit; width: 100%; padding: .4rem; }}
  footer {{ display: flex; gap: .6rem; justify-content: flex-end; margin-top: 1.2rem; }}
  button {{ font: inherit; padding: .45rem 1rem; border: 1px solid #8d8d8d; border-radius: 6px;
           background: #fff; color: inherit; }}
  button[value=approve] {{ background: #0b6647; border-color: #0b6647; color: #fff; }}
  @media (prefers-color-scheme: dark) {{
    body {{ background: #1a1d21; color: #e8e8e8; }}
    main {{ background: #222529; border-color: #444; }}
    button, select {{ background: #222529; color: inherit; }}
  }}
</style>
<main>
<h1>{title}</h1>
{content}
</main>
</html>
"""


class OAuthPage:
    """``GET`` asks the person, ``POST`` takes their answer and sends them back to the app."""

    def __init__(self, oauth: OAuth, teams: Callable[[], Sequence[Workspace]]) -> None:
        self._oauth = oauth
        self._teams = teams

    async def ask(self, request: web.Request) -> web.Response:
        try:
            wish = self._oauth.read(str(request.url))
        except AuthorizeError as error:
            return _show("Something went wrong when authorizing the app", f"<p>{escape(str(error))}</p>")
        return _show("readbot is requesting permission to access a workspace", self._form(wish, request))

    async def take(self, request: web.Request) -> web.Response:
        answer = await request.post()
        address = str(request.url)
        try:
            if answer.get("answer") != "approve":
                raise web.HTTPFound(self._oauth.cancel(address))
            kept = set(answer.getall("scope", ()))
            without = tuple(
                scope for scope in self._oauth.optional(self._oauth.read(address)) if scope not in kept
            )
            team = str(answer.get("team"))
            raise web.HTTPFound(self._oauth.approve(address, team=team, without=without))
        except (AuthorizeError, LookupError) as error:
            return _show("Something went wrong when authorizing the app", f"<p>{escape(str(error))}</p>")

    async def open_app(self, request: web.Request) -> web.Response:
        """Stand in for what opens the app in a person's Slack."""
        team = next((each.name for each in self._teams() if each.id == request.query.get("team")), "Slack")
        return _show("readbot", f"<p>Here {escape(team)} would open, at readbot's messages.</p>")

    def _form(self, wish: Wish, request: web.Request) -> str:
        without_app = (each.id for each in self._teams() if each.grant is None)
        offered = wish.team or next(without_app, "")
        places = [(each.id, each.name) for each in self._teams()]
        places += [(each.id, each.name) for each in self._oauth.organisations()]
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key == offered else ""}>{escape(name)}</option>'
            for key, name in places
        )
        optional = self._oauth.optional(wish)
        needed = [scope for scope in (*wish.scopes, *wish.user_scopes) if scope not in optional]
        boxes = "".join(
            f'<label><input type="checkbox" name="scope" value="{escape(scope)}" checked> {escape(scope)}</label>'
            for scope in optional
        )
        choice = f"<fieldset><legend>If you like</legend>{boxes}</fieldset>" if boxes else ""
        action = escape(f"{PATH}?{urlencode(list(request.query.items()))}")
        return (
            f'<form method="post" action="{action}">'
            f'<label>Workspace <select name="team">{options}</select></label>'
            f"<p>readbot will be able to: {escape(', '.join(needed))}</p>{choice}"
            '<footer><button name="answer" value="cancel">Cancel</button>'
            '<button name="answer" value="approve">Allow</button></footer></form>'
        )


def _show(title: str, content: str) -> web.Response:
    return web.Response(
        text=_PAGE.format(title=escape(title), content=content),
        content_type="text/html",
        headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"},
    )
