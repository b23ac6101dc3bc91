"""Where people are when they ask, and how an answer or a form is shown to them there."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.form import Form
from readbot.conversation.language import say
from readbot.conversation.reply import Action, ActionStyle, Outcome, Paragraph, Reply, text
from readbot.language import tr
from readbot_slack.modal import Modal
from readbot_slack.modals import to_answer_view, to_form_view, to_waiting_view
from readbot_slack.origin import Origin
from readbot_slack.posting import post, share
from readbot_slack.rendering import OWN_MESSAGE, to_message
from readbot_slack.response_url import respond
from readbot_slack.service import Answer, to_answer

Refresh = Callable[[], Coroutine[Any, Any, None]]


class Place(ABC):
    """Where one person is."""

    #: What opens a form; None where nothing can: a message gives no leave to.
    modal: Modal | None = None
    origin: Origin = Origin()
    #: Whether an answer needs the modal as well as a form does.
    is_modal = False
    #: What people read of that which they have picked in a form that is shown again.
    labels: Mapping[str, str] = MappingProxyType({})

    @abstractmethod
    async def show(self, answer: Answer) -> None:
        """Show an answer, to them alone or in the open as it says."""

    async def wait(self) -> None:
        """Show that the answer is on its way, where a form could not be shown later."""
        if self.modal is not None and not self.modal.is_open:
            await self.modal.show(to_waiting_view(self.origin))

    async def ask(self, form: Form) -> None:
        """Show a form, or a button that opens it."""
        view = to_form_view(form, self.origin, labels=self.labels)
        if self.modal is None or not await self.modal.show(view):
            await self.show(to_answer(_offer(form)))


class AtCommand(Place):
    """Below a typed command."""

    modal: Modal

    def __init__(self, client: AsyncWebClient, payload: dict[str, Any]) -> None:
        self.modal = Modal(client, trigger_id=payload["trigger_id"])
        self.origin = Origin(channel=payload["channel_id"], response_url=payload["response_url"])

    async def show(self, answer: Answer) -> None:
        if self.modal.is_open and not answer.reply.public:
            await self.modal.show(to_answer_view(answer.reply, self.origin))
            return
        await respond(self.origin.response_url, {"response_type": answer.response_type, **answer.message})


class AtMessage(Place):
    """At a message with something to click."""

    modal: Modal

    def __init__(
        self, client: AsyncWebClient, origin: Origin, *, trigger_id: str, is_ephemeral: bool, is_own: bool
    ) -> None:
        """Be at a message.

        Args:
            client: With the workspace's token.
            origin: Where the message stands; its ``response_url`` answers the click.
            trigger_id: Of the click.
            is_ephemeral: Whether the message is shown to its person alone.
            is_own: Whether nobody else will ever read it, though it stays.
        """
        self.modal = Modal(client, trigger_id=trigger_id)
        self.origin = origin
        self._is_ephemeral = is_ephemeral
        self._is_own = is_own

    async def show(self, answer: Answer) -> None:
        reply = answer.reply
        if self.modal.is_open and not reply.public:
            await self.modal.show(to_answer_view(reply, self.origin))
            return
        if reply.removes:
            await respond(self.origin.response_url, {"delete_original": True})
            return
        message = to_message(reply, OWN_MESSAGE) if self._is_own else answer.message
        await respond(
            self.origin.response_url,
            {
                "response_type": "in_channel" if self._is_own else answer.response_type,
                "replace_original": self._is_own or (self._is_ephemeral and not reply.public),
                **self._where(reply),
                **message,
            },
        )

    def _where(self, reply: Reply) -> dict[str, str]:
        """Return the thread that the answer belongs into: whoever is in a thread looks there."""
        is_in_thread = bool(self.origin.thread) and (reply.to_thread or not reply.public)
        return {"thread_ts": self.origin.thread} if is_in_thread else {}


class InModal(Place):
    """In a modal, which the answer takes."""

    modal: Modal
    is_modal = True

    def __init__(
        self,
        client: AsyncWebClient,
        modal: Modal,
        origin: Origin,
        *,
        labels: Mapping[str, str] | None = None,
        refresh: Refresh | None = None,
    ) -> None:
        """Be in *modal*, which is open or opens with the answer.

        Args:
            client: With the workspace's token.
            modal: The modal.
            origin: Where it was opened from, and what is shared goes.
            labels: See ``Place``.
            refresh: Shows the Home tab anew, for a modal that was opened there.
        """
        self._client = client
        self.modal = modal
        self.origin = replace(origin, command="")
        self.labels = labels or {}
        self.refresh = refresh

    async def show(self, answer: Answer) -> None:
        settled = await self.settle(answer)
        await self.modal.show(to_answer_view(settled.reply, self.origin))
        if self.refresh is not None:
            await self.refresh()

    async def ask(self, form: Form) -> None:
        """Show a form. Where that fails, a message would not be seen either."""
        await self.modal.show(to_form_view(form, self.origin, labels=self.labels))

    async def settle(self, answer: Answer) -> Answer:
        """Post what is for others to read, and return what the modal says then."""
        reply = answer.reply
        if not reply.public:
            return answer
        obstacle = await share(self._client, self.origin, answer.message, to_thread=reply.to_thread)
        is_in_thread = reply.to_thread and self.origin.thread
        done = tr("Posted in the thread.") if is_in_thread else tr("Posted in the channel.")
        return to_answer(
            Reply(
                parts=(Paragraph(text=text(obstacle or done)),),
                outcome=Outcome.REFUSED if obstacle else Outcome.ANSWERED,
            )
        )


class InChat(Place):
    """In a message that names readbot, or in direct messages with it."""

    def __init__(self, client: AsyncWebClient, event: dict[str, Any]) -> None:
        self._client = client
        self._channel = event["channel"]
        self._user = event["user"]
        self._ts = event["ts"]
        self._thread = event.get("thread_ts") or ""
        self._is_direct = event.get("channel_type") == "im"

    async def show(self, answer: Answer) -> None:
        within = {"thread_ts": self._thread} if self._thread else {}
        if self._is_direct:
            message = to_message(answer.reply, OWN_MESSAGE)
            await post(self._client.chat_postMessage, message, channel=self._channel, **within)
        elif answer.reply.public:
            thread = {"thread_ts": self._thread or self._ts}
            await post(self._client.chat_postMessage, answer.message, channel=self._channel, **thread)
        else:
            # A private message is not shown in a thread that it would begin.
            where = {"channel": self._channel, "user": self._user, **within}
            await post(self._client.chat_postEphemeral, answer.message, **where)


def _offer(form: Form) -> Reply:
    """Return a button that opens *form*: a click gives leave to."""
    return Reply(
        parts=(Paragraph(text=say("This takes a form.")),),
        actions=(Action(label=tr("Open it"), command=form.command, style=ActionStyle.PRIMARY),),
    )
