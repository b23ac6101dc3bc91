"""A Slack on this machine: stateful, strict, and with people who type and click.

Real SDKs talk to it (``SLACK_API_URL`` set to :attr:`LoopbackSlack.api_url`), and it calls the app
over signed HTTP or Socket Mode. Tests, the crash harness and the playground use it.

    async with LoopbackSlack(request_url="http://127.0.0.1:3000/slack/events") as slack:
        seen = await slack.command("fine-tuning", user="U1", channel="C1")
        print(seen.message.words)
        await slack.click(seen.message, "More", user="U1")
"""

from readbot.playground.loopback_slack.delivery import Ack, NotDeliveredError, Retry, encode, sign
from readbot.playground.loopback_slack.interactions import Delivered, Seen
from readbot.playground.loopback_slack.oauth import AuthorizeError
from readbot.playground.loopback_slack.registration import (
    CLIENT_ID,
    CLIENT_SECRET,
    CONFIG_TOKEN,
    SIGNING_SECRET,
    Registration,
)
from readbot.playground.loopback_slack.server import APP_TOKEN, LoopbackSlack
from readbot.playground.loopback_slack.state import (
    ALL_SCOPES,
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    User,
    Workspace,
    make_organisation,
    make_workspace,
)
from readbot.playground.loopback_slack.surfaces import Message, View
from readbot.playground.loopback_slack.tokens import Enterprise

__all__ = [
    "ALL_SCOPES",
    "APP_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CONFIG_TOKEN",
    "SIGNING_SECRET",
    "Ack",
    "AuthorizeError",
    "Change",
    "ChangeKind",
    "Channel",
    "ChannelKind",
    "Delivered",
    "Enterprise",
    "LoopbackSlack",
    "Message",
    "NotDeliveredError",
    "Registration",
    "Retry",
    "Seen",
    "User",
    "View",
    "Workspace",
    "encode",
    "make_organisation",
    "make_workspace",
    "sign",
]
