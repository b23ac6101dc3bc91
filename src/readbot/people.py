"""Who asks: what a platform tells of a person beyond the request itself."""

import logging
from collections.abc import Mapping

from readbot.conversation.request import Reader, Request
from readbot.digests.asking import ask
from readbot.digests.model import Channel
from readbot.digests.outcomes import NoAnswer
from readbot.ports import Messenger

logger = logging.getLogger(__name__)

#: For what a platform is asked while a person waits.
ASK_TIMEOUT_S = 5.0


def channel_of(request: Request) -> Channel:
    return Channel(
        platform=request.platform, workspace_id=request.workspace_id, channel_id=request.channel_id
    )


async def learn_reader(messengers: Mapping[str, Messenger], request: Request) -> Reader:
    """Return who asks, with what their platform tells of them in time: time zone, whether they manage.

    Where it tells nothing, nobody becomes a manager by that.
    """
    messenger = messengers.get(request.platform)
    if messenger is None:
        return request.reader
    describing = messenger.describe_reader(channel_of(request), request.reader)
    reader = await ask(describing, "describe_reader", within_s=ASK_TIMEOUT_S)
    if isinstance(reader, NoAnswer):
        logger.warning("%s did not tell who asks: %s", request.platform, reader.reason)
        return request.reader
    return reader
