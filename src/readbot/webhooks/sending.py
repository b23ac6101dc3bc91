"""One call to a webhook: its address is a secret, and appears in no message, error or log line."""

from typing import TypeAlias

import aiohttp
from yarl import URL

from readbot import __version__
from readbot.digests.outcomes import NoAnswer, Refusal, Refused
from readbot.settings import Secret
from readbot.webhooks.message import WebhookAnswer, WebhookMessage

TIMEOUT_S = 20.0
_CONNECT_TIMEOUT_S = 10.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Reaction: TypeAlias = WebhookAnswer | Refused | NoAnswer


async def call_webhook(webhook: Secret, message: WebhookMessage, *, timeout_s: float = TIMEOUT_S) -> Reaction:
    """Post *message* once.

    Returns:
        What the webhook answered; ``Refused`` where it certainly heard nothing; ``NoAnswer`` where it
        may have.
    """
    url = URL(webhook.reveal()).update_query(dict(message.query))
    timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(_CONNECT_TIMEOUT_S, timeout_s))
    headers = {"User-Agent": f"readbot/{__version__}"}
    try:
        async with (
            # A proxy of the environment is often the only way out of a company's network.
            aiohttp.ClientSession(
                timeout=timeout, headers=headers, trust_env=url.host not in LOOPBACK
            ) as session,
            # A POST that is redirected would become a GET, and go to who knows whom.
            session.post(url, json=dict(message.body), allow_redirects=False) as response,
        ):
            text = await response.text(errors="replace")
            return WebhookAnswer(status=response.status, headers=response.headers, text=text)
    except (
        aiohttp.ClientConnectorError,
        aiohttp.ClientHttpProxyError,
        aiohttp.ConnectionTimeoutError,
    ) as error:
        return Refused(refusal=Refusal.LATER, reason=f"it cannot be reached ({type(error).__name__})")
    except aiohttp.InvalidURL:
        return Refused(refusal=Refusal.REJECTED, reason="its address is none")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return NoAnswer(reason=type(error).__name__)
