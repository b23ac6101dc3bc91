"""The digest's part of the conversation: ``digest ...`` commands in, replies and its form out.

Everything that is decided about a digest is decided in ``service``; here a command finds its verb,
the platform is asked what only it knows, and a change is announced where it matters.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from readbot.conversation.form import Answer
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.conversation.wording import not_here
from readbot.digests import status_wording, wording
from readbot.digests.asking import ask
from readbot.digests.errors import ZoneNeededError
from readbot.digests.model import Channel
from readbot.digests.outcomes import Access, NoAnswer, Refusal, Refused
from readbot.digests.service import DigestService, may_change
from readbot.digests.setup import make_setup_form, place_error, read_setup
from readbot.digests.status import DigestStatus
from readbot.digests.wish import DigestWish, parse_wish
from readbot.exceptions import AmbiguousError, DigestError
from readbot.language import SOURCE, speaking, translatable
from readbot.people import ASK_TIMEOUT_S, channel_of, learn_reader
from readbot.ports import Manner, Messenger
from readbot.reading_list.texts import clean_text
from readbot.settings import Managers
from readbot.store.rows import new_id

logger = logging.getLogger(__name__)

_ALSO_CALLED = {
    "start": "on",
    "subscribe": "on",
    "stop": "off",
    "unsubscribe": "off",
    "set": "setup",
    "set-up": "setup",
    "?": "help",
}

_Verb = Callable[["_Call"], Awaitable[Answer]]


class _Call:
    """One command on its way: what was said, by whom, where."""

    def __init__(self, request: Request, words: str, messenger: Messenger) -> None:
        self.words = words
        self.request = request
        self.values = request.values
        self.reader = request.reader
        self.is_private = request.is_private
        self.messenger = messenger
        self.channel = channel_of(request)


class DigestDesk:
    """Answers ``digest`` commands. Waits for the database and the platform, so only off the quick road."""

    def __init__(
        self, service: DigestService, messengers: Mapping[str, Messenger], *, managers: Managers | None = None
    ) -> None:
        """Answer for the platforms in *messengers* (by name).

        Args:
            service: The verbs.
            messengers: What posts on each platform, and knows its people.
            managers: Who may change a digest; None leaves it to each platform's custom.
        """
        self._service = service
        self._messengers = messengers
        self._managers = managers
        self._verbs: dict[str, _Verb] = {
            "on": self._turn_on,
            "setup": self._set_up,
            "off": self._change(self._service.turn_off, translatable("turned the digest off")),
            "pause": self._change(self._service.pause, translatable("paused the digest")),
            "resume": self._resume,
            "skip": self._skip,
            "now": self._post_now,
            "again": self._post_again,
            "status": self._show_status,
            "preview": self._preview,
            "another": self._another,
            "help": self._help,
        }

    def manner(self, words: str) -> Manner:
        verb = words.partition(" ")[0].lower()
        return Manner.FORM if _ALSO_CALLED.get(verb, verb) == "setup" else Manner.WAITS

    async def answer(self, words: str, request: Request) -> Answer:
        """Answer what stands behind ``digest``; never raises for what a person typed."""
        messenger = self._messengers.get(request.platform)
        if messenger is None:
            return not_here()
        words, request = _show_all(words, request)
        name, _, rest = words.partition(" ")
        name = name.lower() or "status"
        verb = self._verbs.get(_ALSO_CALLED.get(name, name))
        if verb is None:
            return self._guess(words)
        call = _Call(request, rest, messenger)
        try:
            return await verb(call)
        except ZoneNeededError:
            return wording.ask_zone(call.words)
        except AmbiguousError as error:
            return wording.ask_back(error, call.words)
        except DigestError as error:
            return wording.problem(error)

    # Verbs that change something

    async def _turn_on(self, call: _Call) -> Reply:
        wish = parse_wish(call.words)
        await self._require_manager(call)
        return await self._apply(call, wish)

    async def _set_up(self, call: _Call) -> Answer:
        await self._require_manager(call)
        before = (await asyncio.to_thread(self._service.status, call.channel)).subscription
        form = make_setup_form(before, timezone=call.reader.timezone)
        if call.values is None:
            return form
        wish, errors = read_setup(call.values, before)
        if errors:
            return form.with_errors(call.values, errors)
        try:
            return await self._apply(call, wish)
        except DigestError as error:
            placed = place_error(error)
            if placed is None:
                raise
            return form.with_errors(call.values, placed)

    async def _apply(self, call: _Call, wish: DigestWish) -> Reply:
        access = await self._check(call)
        if not access.is_open:
            return wording.cannot_post(access.obstacle)
        before = await asyncio.to_thread(self._service.status, call.channel)
        done = await asyncio.to_thread(
            self._service.turn_on,
            call.channel,
            wish,
            person_id=call.reader.id,
            timezone=call.reader.timezone,
        )
        # A direct message may be one between people, where readbot cannot post: then it has to try.
        needs_proof = done.is_new and not access.is_certain
        if done.status.has_changed and (needs_proof or not call.is_private):
            deed = translatable("turned the digest on") if done.is_new else translatable("changed the digest")
            with speaking(SOURCE):
                news = wording.announcement(call.reader, deed, done.status)
            refused = await self._post(call, wording.first_message() if call.is_private else news)
            if refused is not None and not before.is_on:
                # The announcement was the proof that posts arrive, and it did not.
                await asyncio.to_thread(self._service.turn_off, call.channel)
                return wording.cannot_post(refused)
        return status_wording.turned_on(done, can_be_silent=call.messenger.can_be_silent)

    def _change(self, change: Callable[[Channel], DigestStatus], deed: str) -> _Verb:
        async def run(call: _Call) -> Reply:
            await self._require_manager(call)
            status = await asyncio.to_thread(change, call.channel)
            await self._announce(call, deed, status)
            return self._say(call, status)

        return run

    async def _resume(self, call: _Call) -> Reply:
        await self._require_manager(call)
        access = await self._check(call)
        if not access.is_open:
            return wording.cannot_post(access.obstacle)
        status = await asyncio.to_thread(self._service.resume, call.channel)
        await self._announce(call, translatable("resumed the digest"), status)
        return self._say(call, status)

    async def _skip(self, call: _Call) -> Reply:
        await self._require_manager(call)
        status = await asyncio.to_thread(self._service.skip, call.channel, person_id=call.reader.id)
        await self._announce(call, translatable("skipped the next digest"), status)
        return self._say(call, status)

    async def _post_now(self, call: _Call) -> Reply:
        await self._require_manager(call)
        access = await self._check(call)
        if not access.is_open:
            return wording.cannot_post(access.obstacle)
        await asyncio.to_thread(self._service.post_now, call.channel)
        return wording.on_its_way(await asyncio.to_thread(self._service.status, call.channel))

    async def _post_again(self, call: _Call) -> Reply:
        await self._require_manager(call)
        status = await asyncio.to_thread(self._service.post_again, call.channel, call.words)
        return wording.on_its_way(status)

    # Verbs that only look

    async def _show_status(self, call: _Call) -> Reply:
        return self._say(call, await asyncio.to_thread(self._service.status, call.channel))

    async def _preview(self, call: _Call) -> Reply:
        digest = await asyncio.to_thread(self._service.preview, call.channel)
        return wording.preview(digest, await asyncio.to_thread(self._service.status, call.channel))

    async def _another(self, call: _Call) -> Reply:
        return await asyncio.to_thread(self._service.another, call.channel, call.words.removeprefix("~"))

    async def _help(self, _call: _Call) -> Reply:
        return wording.usage()

    # Parts of verbs

    @staticmethod
    def _say(call: _Call, status: DigestStatus) -> Reply:
        return status_wording.status(status, can_be_silent=call.messenger.can_be_silent)

    def _guess(self, words: str) -> Reply:
        """Answer words that begin with no verb: perhaps a schedule, else the verbs there are."""
        try:
            parse_wish(words)
        except DigestError:
            return wording.unknown_verb(words)
        return wording.perhaps_on(words)

    async def _require_manager(self, call: _Call) -> None:
        """Learn who asks, and refuse where they may not change a digest.

        Raises:
            DigestError: They may not.
        """
        call.reader = await learn_reader(self._messengers, call.request)
        allowed = may_change(
            self._managers,
            platform_default=call.messenger.default_managers,
            is_manager=call.reader.is_manager,
        )
        if not allowed:
            raise DigestError(wording.NOT_ALLOWED)

    async def _check(self, call: _Call) -> Access:
        access = await ask(call.messenger.check(call.channel), "check", within_s=ASK_TIMEOUT_S)
        return Access() if isinstance(access, NoAnswer) else access

    async def _announce(self, call: _Call, deed: str, status: DigestStatus) -> None:
        """Tell a channel what somebody did, if they did; in a direct message the answer tells it all.

        A channel is told in English: nobody knows the languages of those in it.
        """
        if status.has_changed and not call.is_private:
            with speaking(SOURCE):
                await self._post(call, wording.announcement(call.reader, deed, status))

    async def _post(self, call: _Call, reply: Reply) -> str | None:
        """Post into the channel; return why it certainly cannot be posted there, else None."""
        posting = call.messenger.post(call.channel, reply, new_id())
        outcome = await ask(posting, "post", within_s=ASK_TIMEOUT_S)
        if isinstance(outcome, Refused) and outcome.refusal is Refusal.UNREACHABLE:
            logger.info("digests: a change could not be announced: %s", outcome.reason)
            obstacle = outcome.obstacle or (await self._check(call)).obstacle
            return obstacle or wording.unreachable(outcome.reason)
        return None


def _show_all(words: str, request: Request) -> tuple[str, Request]:
    """Return what was typed without what does not show: a complaint that repeats it would be turned around."""
    values = request.values
    if values is not None:
        values = {name: clean_text(value) for name, value in values.items()}
    return clean_text(words), replace(request, values=values)
