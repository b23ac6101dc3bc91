"""Answers to interactions: the first one, and the webhook by which everything after it comes."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from readbot.playground.loopback_discord.errors import (
    already_acknowledged,
    invalid_form,
    invalid_webhook_token,
    too_many_follow_ups,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from readbot.playground.loopback_discord.message_payloads import message as to_json
from readbot.playground.loopback_discord.messages import edit_message, make_message
from readbot.playground.loopback_discord.modals import check_modal, number_components
from readbot.playground.loopback_discord.model import (
    CallbackType,
    Interaction,
    InteractionType,
    Message,
    MessageFlag,
)
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.rest import Rest, read_body, to_response
from readbot.playground.loopback_discord.threads import add_message
from readbot.playground.loopback_discord.world import TOKEN_LIVES_S, World

Json = dict[str, Any]

#: What can answer what.
_ALLOWED: dict[InteractionType, frozenset[CallbackType]] = {
    InteractionType.COMMAND: frozenset(
        {CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE, CallbackType.MODAL}
    ),
    InteractionType.COMPONENT: frozenset(CallbackType) - {CallbackType.AUTOCOMPLETE},
    InteractionType.AUTOCOMPLETE: frozenset({CallbackType.AUTOCOMPLETE}),
    InteractionType.MODAL_SUBMIT: frozenset(CallbackType) - {CallbackType.AUTOCOMPLETE, CallbackType.MODAL},
}
#: Of an app that only the person has installed.
_MAX_FOLLOW_UPS = 5
_MAX_CHOICES = 25
_MAX_CHOICE_LENGTH = 100


class Answers:
    """The routes by which a bot answers. They need no token of the bot's: the path carries one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self, rest: Rest) -> list[web.RouteDef]:
        hook = "/webhooks/{application}/{token}"
        table: list[tuple[str, str, Callable[[web.Request], Any]]] = [
            ("POST", "/interactions/{interaction}/{token}/callback", self._answer),
            ("POST", hook, self._follow_up),
            ("GET", hook + "/messages/{message}", self._get),
            ("PATCH", hook + "/messages/{message}", self._edit),
            ("DELETE", hook + "/messages/{message}", self._delete),
        ]
        return [rest.route(method, path, handler, needs_token=False) for method, path, handler in table]

    async def _answer(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(request.match_info["token"])
        if interaction is None or str(interaction.id) != request.match_info["interaction"]:
            raise unknown_interaction()
        if interaction.answer_type is not None:
            raise already_acknowledged()
        if self._world.clock() - interaction.created_at > self._world.answer_within_s:
            raise unknown_interaction()
        body = await read_body(request) or {}
        try:
            kind = CallbackType(body.get("type", 0))
        except ValueError:
            raise invalid_form("type", "Value must be one of (4, 5, 6, 7, 8, 9).") from None
        if kind not in _ALLOWED[interaction.type]:
            raise invalid_form("type", f"{kind} does not answer an interaction of type {interaction.type}.")
        self._apply(interaction, kind, body.get("data") or {})
        interaction.answer_type = kind
        if kind not in {CallbackType.DEFERRED_MESSAGE, CallbackType.DEFERRED_UPDATE}:
            interaction.settled.set()
        self._world.tell("answer", interaction)
        if request.query.get("with_response", "").lower() in {"1", "true"}:
            return to_response(_callback_response(interaction))
        return to_response(None)

    def _apply(self, interaction: Interaction, kind: CallbackType, data: Json) -> None:
        """Carry the first answer out; raises before anything has changed."""
        match kind:
            case CallbackType.MESSAGE:
                interaction.original = self._post(interaction, data)
            case CallbackType.DEFERRED_MESSAGE:
                interaction.original = self._post_thinking(interaction, data)
            case CallbackType.UPDATE:
                edit_message(self._world, _own_message(interaction), data)
                interaction.original = interaction.message
            case CallbackType.DEFERRED_UPDATE:
                interaction.original = _own_message(interaction)
            case CallbackType.AUTOCOMPLETE:
                _check_choices(data)
                interaction.answer = data
            case CallbackType.MODAL:
                check_modal(data)
                interaction.answer = number_components(data)

    def _post(self, interaction: Interaction, data: Json) -> Message:
        is_private = self._is_private(interaction, data)
        message = make_message(
            self._world,
            interaction.channel,
            self._world.bot,
            data,
            interaction=interaction,
            visible_to=interaction.user if is_private else None,
        )
        add_message(self._world, message)
        return message

    def _is_private(self, interaction: Interaction, data: Json) -> bool:
        """Tell whether only the person sees the answer: by its flag, or where others do not allow apps of theirs."""
        if int(data.get("flags") or 0) & MessageFlag.EPHEMERAL:
            return True
        return (
            interaction.is_users_own
            and interaction.channel.guild is not None
            and not self._world.may(interaction.user, interaction.channel, Permission.USE_EXTERNAL_APPS)
        )

    def _post_thinking(self, interaction: Interaction, data: Json) -> Message:
        """Post "readbot is thinking"; of the flags only EPHEMERAL counts."""
        is_private = self._is_private(interaction, data)
        message = Message(
            id=self._world.new_id(),
            channel=interaction.channel,
            author=self._world.bot,
            content="",
            embeds=[],
            components=[],
            flags=MessageFlag.LOADING | (MessageFlag.EPHEMERAL if is_private else 0),
            created_at=self._world.clock(),
            interaction=interaction,
            visible_to=interaction.user if is_private else None,
        )
        add_message(self._world, message)
        return message

    async def _follow_up(self, request: web.Request) -> Json:
        interaction = self._find_answered(request)
        body = await read_body(request) or {}
        original = interaction.original
        if original is not None and original.is_loading and not original.deleted:
            # The first follow-up takes the place of "thinking".
            edit_message(self._world, original, body)
            message = original
        elif interaction.is_users_own and len(interaction.followups) >= _MAX_FOLLOW_UPS:
            raise too_many_follow_ups()
        else:
            message = self._post(interaction, body)
            interaction.followups.append(message)
        interaction.settled.set()
        self._world.tell("answer", interaction)
        return to_json(message)

    async def _get(self, request: web.Request) -> Json:
        return to_json(self._find(request)[1])

    async def _edit(self, request: web.Request) -> Json:
        interaction, message = self._find(request)
        edit_message(self._world, message, await read_body(request) or {})
        interaction.settled.set()
        self._world.tell("answer", interaction)
        return to_json(message)

    async def _delete(self, request: web.Request) -> None:
        interaction, message = self._find(request)
        self._world.delete_message(message)
        if not message.is_loading:
            # Where "thinking" goes, something else is about to come.
            interaction.settled.set()

    def _find_answered(self, request: web.Request) -> Interaction:
        if request.match_info["application"] != str(self._world.application_id):
            raise unknown_webhook()
        interaction = self._world.interactions.get(request.match_info["token"])
        if interaction is None or self._world.clock() - interaction.created_at > TOKEN_LIVES_S:
            raise invalid_webhook_token()
        if interaction.answer_type is None:
            raise unknown_webhook()
        return interaction

    def _find(self, request: web.Request) -> tuple[Interaction, Message]:
        interaction = self._find_answered(request)
        wanted = request.match_info["message"]
        # The message whose button was pressed is the webhook's as well.
        mine = (interaction.original, *interaction.followups, interaction.message)
        own = [message for message in mine if message and message.author is self._world.bot]
        if wanted == "@original":
            found = interaction.original
        else:
            found = next((message for message in own if str(message.id) == wanted), None)
        if found is None or found.deleted:
            raise unknown_message()
        return interaction, found


def _own_message(interaction: Interaction) -> Message:
    if interaction.message is None or interaction.message.deleted:
        raise unknown_message()
    return interaction.message


def _callback_response(interaction: Interaction) -> Json:
    described: Json = {"id": str(interaction.id), "type": int(interaction.type)}
    response: Json = {"interaction": described}
    message = interaction.original
    if message is not None and interaction.answer_type in {CallbackType.MESSAGE, CallbackType.UPDATE}:
        response["resource"] = {"type": int(interaction.answer_type), "message": to_json(message)}
    if message is not None:
        described["response_message_id"] = str(message.id)
        described["response_message_loading"] = message.is_loading
        described["response_message_ephemeral"] = message.is_ephemeral
    return response


def _check_choices(data: Json) -> None:
    choices = data.get("choices")
    if not isinstance(choices, list) or len(choices) > _MAX_CHOICES:
        raise invalid_form("data.choices", "Must be 25 or fewer in length.")
    for choice in choices:
        for key in ("name", "value"):
            value = choice.get(key)
            if isinstance(value, str) and not 1 <= len(value) <= _MAX_CHOICE_LENGTH:
                raise invalid_form(f"data.choices.{key}", "Must be between 1 and 100 in length.")
