"""From an interaction to an answer: one road for commands, buttons, selects and modals."""

import logging
import secrets
from collections.abc import Mapping, Sequence

import aiohttp
import discord
from discord import app_commands

from readbot.conversation.form import Answer, FieldKind, Form, Lookup
from readbot.conversation.language import say
from readbot.conversation.reply import Paragraph, Reply, Span, Text
from readbot.conversation.request import Reader, Request, Workspace
from readbot.language import current_language, speaking
from readbot.patience import wait_or_tell
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot_discord.callbacks import ALREADY_ACKNOWLEDGED, AnyInteraction, make_body, respond
from readbot_discord.custom_ids import HERE, Aim
from readbot_discord.drafts import Drafts
from readbot_discord.modals import MAX_OPTIONS, offer, to_modal
from readbot_discord.showing import Looks, defer, show, show_apart

logger = logging.getLogger(__name__)

#: Discord's codes for "too late": 3 s for a first answer, 15 min for all others; or somebody else was first.
_TOO_LATE = frozenset({10062, 50027, ALREADY_ACKNOWLEDGED})

_MODAL = discord.InteractionResponseType.modal

#: Replies whose JSON is kept, by language and what was asked; when there are more, the keeping starts anew.
_KEPT_ANSWERS = 512
#: What is longer nobody asks twice, and it would fill the memory.
_KEPT_LENGTH = 200

#: A modal opens within three seconds or not at all; what is not there by then comes as a button that opens it.
FORM_PATIENCE_S = 1.5


def to_request(
    interaction: AnyInteraction, wanted: str, aim: Aim = HERE, values: Mapping[str, str] | None = None
) -> Request:
    """Return the command *wanted* as the person behind the interaction asks it.

    Args:
        interaction: A command, a click, or a submission.
        wanted: In readbot's command language.
        aim: What it is about, where that is not the channel that it comes from.
        values: What was filled into its form; None where none was.
    """
    person = interaction.user
    return Request(
        text=wanted,
        platform="discord",
        workspace_id=str(interaction.guild_id or person.id),
        channel_id=aim.channel_id or str(interaction.channel_id or person.id),
        reader=Reader(
            id=str(person.id),
            name=person.display_name,
            locale=str(interaction.locale),
            is_manager=interaction.guild_id is not None and interaction.permissions.manage_guild,
        ),
        is_private=interaction.guild_id is None,
        has_thread=bool(aim.message_id),
        values=values,
    )


class Responder:
    """Answers interactions from a conversation."""

    def __init__(self, conversation: Conversation, *, drafts: Drafts | None = None) -> None:
        self.conversation = conversation
        self._drafts = drafts or Drafts()
        self._kept: dict[tuple[str, str], Looks] = {}

    def complete(
        self, interaction: AnyInteraction, typed: str, *, what: Lookup = Lookup.QUERY, limit: int
    ) -> Sequence[Completion]:
        workspace = Workspace(platform="discord", id=str(interaction.guild_id or interaction.user.id))
        return self.conversation.complete(typed, what=what, limit=limit, workspace=workspace)

    async def answer(
        self,
        interaction: AnyInteraction,
        wanted: str,
        *,
        aim: Aim = HERE,
        values: Mapping[str, str] | None = None,
        addressee: str = "",
    ) -> None:
        """Answer the command *wanted*; whatever goes wrong, the person is told. Never raises.

        Args:
            interaction: A command, a click, or a submission.
            wanted: In readbot's command language.
            aim: What it is about, where that is not the channel that it comes from.
            values: What was filled into its form; None where none was.
            addressee: Id of the person whom a public answer pings.
        """
        with speaking(str(interaction.locale)):
            try:
                draft = self._drafts.find(aim.draft_id, str(interaction.user.id)) if aim.draft_id else None
                aim = Aim(channel_id=aim.channel_id, message_id=aim.message_id)
                if draft is not None:
                    await self._show_form(interaction, draft, aim)
                    return
                answer = await self._ask(interaction, to_request(interaction, wanted, aim, values))
                if isinstance(answer, Form):
                    await self._show_form(interaction, answer, aim)
                else:
                    await show(interaction, self._to_looks(wanted, answer, aim, addressee))
            except Exception as error:
                await self.explain(interaction, error)

    async def _ask(self, interaction: AnyInteraction, request: Request) -> Answer:
        """Return the core's answer, with Discord told in time that it is on its way where it takes long."""
        is_submission = request.values is not None
        manner = Manner.WAITS if is_submission else self.conversation.manner(request.text)
        if manner is Manner.WAITS:
            await defer(interaction)
        if manner is not Manner.FORM:
            return await self.conversation.answer(request)
        return await wait_or_tell(
            self.conversation.answer(request), patience_s=FORM_PATIENCE_S, tell=lambda: defer(interaction)
        )

    async def _show_form(self, interaction: AnyInteraction, form: Form, aim: Aim) -> None:
        """Open a form; where that is no longer possible, or never was, show a button that opens it."""
        if not interaction.response.is_done():
            data = to_modal(form, aim, offers=self._offers(interaction, form))
            await respond(interaction, _MODAL, make_body(_MODAL, data))
            return
        draft_id = self._drafts.keep(form, str(interaction.user.id))
        aim = Aim(channel_id=aim.channel_id, message_id=aim.message_id, draft_id=draft_id)
        await show(interaction, Looks(offer(form), aim))

    def _offers(self, interaction: AnyInteraction, form: Form) -> dict[str, Sequence[Completion]]:
        """Return all sections for each field that takes one, unless there are too many to pick from."""
        names = [
            field.name
            for field in form.fields
            if field.kind is FieldKind.LOOKUP and field.lookup is Lookup.SECTION
        ]
        if not names:
            return {}
        found = self.complete(interaction, "", what=Lookup.SECTION, limit=MAX_OPTIONS + 1)
        return dict.fromkeys(names, found) if len(found) <= MAX_OPTIONS else {}

    def _to_looks(self, wanted: str, reply: Reply, aim: Aim, addressee: str) -> Looks:
        """Return the looks of *reply*, from memory where the core gave the very same one before."""
        key = current_language(), wanted
        looks = self._kept.get(key)
        if looks is not None and looks.reply is reply and looks.aim == aim and not addressee:
            return looks
        looks = Looks(reply, aim, addressee)
        if reply.shared_by is None and not addressee and len(wanted) <= _KEPT_LENGTH:
            if len(self._kept) >= _KEPT_ANSWERS:
                self._kept.clear()
            self._kept[key] = looks
        return looks

    async def decline(self, interaction: AnyInteraction, words: Text) -> None:
        """Say *words* to the person alone, in place of what they asked for. Never raises."""
        try:
            await show_apart(interaction, Looks(Reply(parts=(Paragraph(text=words),))))
        except Exception as error:
            await self.explain(interaction, error)

    async def explain(self, interaction: AnyInteraction, error: Exception) -> None:
        """Deal with what went wrong, by an ordered list.

        1. Discord no longer takes an answer (3 s or 15 min have passed, or another process answered):
           a line in the log; there is nobody left to tell.
        2. The command is not, or no longer, what Discord shows: the person reloads Discord.
        3. Anything else is a fault of ours, or a refusal by Discord: the person gets a sentence
           with an id, the log gets the traceback under the same id.
        """
        if isinstance(error, app_commands.CommandInvokeError):
            error = error.original
        if _is_too_late(error):
            logger.warning("an answer came too late: %s", error)
            return
        with speaking(str(interaction.locale)):
            if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
                logger.warning("an outdated command was used: %s", error)
                sentence = say("This command has changed. Reload Discord (Ctrl+R) and use it again.")
            else:
                sentence = describe_fault(error)
            try:
                await show_apart(interaction, Looks(Reply(parts=(Paragraph(text=sentence),))))
            except (discord.HTTPException, aiohttp.ClientError, OSError) as refused:
                logger.warning("could not tell the person about it: %s", refused)


def describe_fault(error: Exception) -> Text:
    """Log a fault of ours, and return what its person reads, with the same id."""
    incident = secrets.token_hex(3)
    logger.error("could not answer on Discord (id %s)", incident, exc_info=error)
    return say(
        "Something went wrong here, and it has been noted. Try again; if it happens again, "
        "tell whoever runs readbot the id {id}.",
        id=Span(incident),
    )


def _is_too_late(error: Exception) -> bool:
    return isinstance(error, discord.InteractionResponded) or (
        isinstance(error, discord.HTTPException) and error.code in _TOO_LATE
    )
