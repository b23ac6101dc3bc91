"""A Slack on this machine: stateful, strict, and with people who type and click.

Real SDKs talk to it (``SLACK_API_URL`` set to :attr:`LoopbackSlack.api_url`), and it calls the app
over signed HTTP or Socket Mode. Tests, the crash harness and the playground use it.

    async with LoopbackSlack(request_url="http://127.0.0.1:3000/slack/events") as slack:
        seen = await slack.command("fine-tuning", user="U1", channel="C1")
        print(seen.message.words)
        await slack.click(seen.message, "More", user="U1")
"""

from readbot.playground.loopback_slack.delivery import Ack, NotDeliveredError, encode, sign
from readbot.playground.loopback_slack.people import Seen
from readbot.playground.loopback_slack.server import APP_TOKEN, SIGNING_SECRET, LoopbackSlack
from readbot.playground.loopback_slack.state import (
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    Message,
    User,
    View,
    Workspace,
    make_workspace,
)

__all__ = [
    "APP_TOKEN",
    "SIGNING_SECRET",
    "Ack",
    "Change",
    "ChangeKind",
    "Channel",
    "ChannelKind",
    "LoopbackSlack",
    "Message",
    "NotDeliveredError",
    "Seen",
    "User",
    "View",
    "Workspace",
    "encode",
    "make_workspace",
    "sign",
]
