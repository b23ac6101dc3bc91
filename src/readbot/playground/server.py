"""The playground's page and the line to it, on this machine only.

``GET /`` is the page, ``/static/`` what it is built from (``web/`` in the repository). The page opens
one websocket at ``/line``. Over it goes JSON, one object a message; ``web/src/protocol.ts`` spells out
every shape.

From the page, *deeds*: ``{"id": 1, "do": "command", "platform": "slack", "person": "ada", ...}``. Each
is answered once, by ``{"re": 1, "result": ...}`` or ``{"re": 1, "problem": "a sentence"}``.

=============  ==========================================  ==============================================
do             with                                        what happens
=============  ==========================================  ==============================================
command        channel, name, text or options              a slash command is sent
complete       channel, name, option, typed, options       Discord: result is what the bot offers
say            channel, text, thread?, message?            an ordinary message is posted; message: the one
                                                           that it answers (Discord)
offers         channel                                     Discord: result is what somebody can use there
language       locale                                      Discord: somebody speaks another language
post           channel, name, text, tag?                   Discord: a post in a forum; result: its channel
thread         channel, message, name                      Discord: a message's thread; result: its channel
press          channel and message, or view; action;       a button, menu or field is used
               values?
options        the same; action_id, typed                  Slack: result is what an external menu offers
shortcut       channel, message, shortcut                  a message's menu is used
submit, close  view, values                                a form is sent (result: errors) or closed
dismiss        channel, message                            a private message vanishes
delete         channel, message                            somebody deletes a message, as they may
open_home                                                  Slack: somebody opens the app's Home
workspace      to                                          Slack: another workspace is shown
uninstall                                                  Slack: the bot is removed from the workspace
fault          platform, fault or null                     every call goes wrong from now on, or none
restart                                                    the bot is stopped and started
travel         to: next_digest, day or week                time passes, with the digests on the way
let_link_die                                               one link of the list is dead from now on
mend_link      url                                         it answers again
=============  ==========================================  ==============================================

To the page, *events*: ``hello`` first, with everything there is, then ``world``, ``message`` (new or
changed), ``gone``, ``view``, ``view_closed``, ``home``, ``digests``, ``wire`` and ``status`` as things happen.
Messages of all people go to every page, which shows each person what they would see: it is one person's
machine.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from readbot.exceptions import SettingsError
from readbot.playground.deeds import DeedError
from readbot.playground.session import Session

logger = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"

#: How many ports are tried, from the one that was asked for upwards.
PORTS_TRIED = 20

#: A page that does not read for this many events is cut off; it comes again by itself.
_MAX_WAITING_EVENTS = 2000

_MAX_DEED_BYTES = 64 * 1024


def make_app(session: Session) -> web.Application:
    """Return the page's application."""
    app = web.Application(middlewares=[_guard])
    app.router.add_get("/", _show_page)
    app.router.add_get("/line", _Lines(session).serve)
    app.router.add_static("/static/", STATIC)
    app.on_response_prepare.append(_add_headers)
    return app


@contextlib.asynccontextmanager
async def serve_page(session: Session, *, port: int) -> AsyncIterator[str]:
    """Serve the page on 127.0.0.1 within the block and give its address.

    Args:
        session: What the page shows.
        port: Where to begin looking for a free port; 0 leaves it to the system.

    Raises:
        SettingsError: None of the ports that were tried is free.
    """
    runner = web.AppRunner(make_app(session), access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await _listen(runner, port)
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    last = min(port + PORTS_TRIED, 65536) if port else 1
    for candidate in range(port, last):
        with contextlib.suppress(OSError):
            await web.TCPSite(runner, "127.0.0.1", candidate).start()
            return
    raise SettingsError(f"--port: none of the ports {port} to {last - 1} is free; name another")


@web.middleware
async def _guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Refuse requests under another name: a website may have its name point to 127.0.0.1.

    The websocket carries the page's origin as well, since a page from elsewhere may open one here.
    """
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    ours = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origin = request.headers.get("Origin", f"http://{request.host}")
    if request.host not in ours or origin.removeprefix("http://") not in ours:
        raise web.HTTPForbidden(text="The playground answers at http://127.0.0.1 only.")
    response: web.StreamResponse = await handler(request)
    return response


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(
        {
            # Nothing is loaded from elsewhere. Style attributes are what the drawing libraries write.
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
                f"img-src 'self' data:; font-src 'self'; connect-src 'self' ws://{request.host}; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Cache-Control": "no-cache",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
    )


async def _show_page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


class _Lines:
    """The websockets to open pages."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one page's websocket until either side leaves."""
        socket = web.WebSocketResponse(max_msg_size=_MAX_DEED_BYTES, heartbeat=20)
        await socket.prepare(request)
        waiting: asyncio.Queue[str] = asyncio.Queue(_MAX_WAITING_EVENTS)
        work: set[asyncio.Task[None]] = set()

        def tell(event: dict[str, Any]) -> None:
            try:
                waiting.put_nowait(json.dumps(event))
            except asyncio.QueueFull:
                sender.cancel()

        tell(self._session.greet())
        sender = asyncio.create_task(_send(socket, waiting))
        forget = self._session.listen(tell)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    # Each on its own: a person goes on typing while a command waits for its answer.
                    task = asyncio.create_task(self._answer(message.data, tell))
                    work.add(task)
                    task.add_done_callback(work.discard)
        finally:
            forget()
            for task in (sender, *work):
                task.cancel()
            await asyncio.gather(sender, *work, return_exceptions=True)
        return socket

    async def _answer(self, received: str, tell: Any) -> None:
        fields = _parse(received)
        answer: dict[str, Any] = {"re": fields.get("id")}
        try:
            answer["result"] = await self._session.do(fields)
        except DeedError as error:
            answer["problem"] = str(error)
        except Exception as error:
            # A bug of the playground's own: the page stays usable, the terminal has the traceback.
            logger.exception("a deed failed")
            answer["problem"] = f"The playground stumbled: {error!r}; the terminal shows more."
        tell(answer)


async def _send(socket: web.WebSocketResponse, waiting: "asyncio.Queue[str]") -> None:
    try:
        while True:
            await socket.send_str(await waiting.get())
    except ConnectionError:
        pass
    finally:
        await socket.close()


def _parse(received: str) -> dict[str, Any]:
    try:
        fields = json.loads(received)
    except ValueError:
        fields = None
    return fields if isinstance(fields, dict) else {}
