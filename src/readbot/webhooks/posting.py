"""Post the next link of a bag through a webhook, once a week or day, and never twice.

What is written down before a post and what after it:

    pick ──written as trying──▶ post ──yes──▶ sent
                                  │──no───▶ taken back: the link stays in the bag
                                  │──no answer──▶ unconfirmed: counts as posted, unless --repost
    found as trying by a later run: it was cut off, and counts as unconfirmed
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from enum import IntEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from readbot.conversation.reply import Picture, Reply
from readbot.digests.bag import Filter, Pick
from readbot.digests.calendar import Cadence, Schedule, Weekday
from readbot.digests.model import Channel, Subscription, SubscriptionState
from readbot.digests.outcomes import NoAnswer, PostOutcome, Refusal, Refused, Sent
from readbot.digests.post import DigestWriter, describe_nothing
from readbot.exceptions import StoreError
from readbot.file_lock import FileLock
from readbot.ports import Webhooks
from readbot.reading_list import ReadingList
from readbot.settings import Secret
from readbot.webhooks.message import WebhookAnswer
from readbot.webhooks.sending import TIMEOUT_S, call_webhook
from readbot.webhooks.state import ChannelState, Post, Standing, load_state, save_state

#: A longer wait than this is for the next run: a machine of CI is paid by the minute.
MAX_WAIT_S = 120.0


class Exit(IntEnum):
    """Exit codes of ``readbot post``."""

    #: Posted; or posted already this week or day.
    DONE = 0
    #: Certainly not posted, and the link stays in the bag: a later run may have more luck.
    NOT_NOW = 1
    #: Certainly not posted, nor will it be: the call, a file or the webhook is wrong.
    WRONG = 2
    #: It may be in the channel or not.
    UNCONFIRMED = 3


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a run."""

    exit: Exit
    #: For people, a sentence each.
    lines: tuple[str, ...]
    has_posted: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to post and when."""

    reading_list: ReadingList
    wanted: Filter = field(default_factory=Filter)
    #: ``WEEKLY`` or ``DAILY``.
    every: Cadence = Cadence.WEEKLY
    #: Where a week or a day begins, an IANA name.
    timezone: str = "UTC"

    def period_of(self, moment: datetime) -> str:
        """Return the week or day of an aware *moment*: "2026-W10", "2026-03-04"."""
        local = moment.astimezone(ZoneInfo(self.timezone))
        if self.every is Cadence.DAILY:
            return local.date().isoformat()
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02d}"


class WebhookPoster:
    """Runs one order on one state file."""

    def __init__(
        self,
        order: Order,
        state_path: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Keep what was posted in *state_path*; *now*, *sleep* and *timeout_s* are for tests."""
        self._order = order
        self._path = state_path
        self._now = now
        self._sleep = sleep
        self._timeout_s = timeout_s
        self._writer = DigestWriter(order.reading_list)

    def preview(self) -> tuple[Result, Reply | None]:
        """Return what a run would do now, and the message that it would post; changes nothing.

        Raises:
            StoreError: The state file cannot be used.
        """
        kept = load_state(self._path)
        state = kept or self._begin()
        done = self._done(state)
        if done is not None:
            return done, None
        pick = self._draw(state)
        if pick is None:
            return self._nothing(), None
        drawn = "" if kept else "a link drawn at random, for instance "
        line = f"Would post {drawn}{_name(pick)}."
        return Result(exit=Exit.DONE, lines=(line,)), self._write(state, pick)

    async def run(self, webhook: Secret, webhooks: Webhooks, *, repost: bool = False) -> Result:
        """Post what is due.

        Args:
            webhook: Its whole address.
            webhooks: How its platform wants to be spoken to.
            repost: Post the last link again where its post was left without an answer.

        Raises:
            StoreError: The state file cannot be used.
        """
        with _locked(self._path) as holder:
            if holder:
                line = f"Not posted: another readbot post (process {holder}) is at work with {self._path}."
                return Result(exit=Exit.NOT_NOW, lines=(line,))
            state = load_state(self._path) or self._begin()
            last = state.last
            if last is None or last.standing is not Standing.TRYING:
                return await self._run(state, webhook, webhooks, repost=repost)
            state = state.settle(Standing.UNCONFIRMED)
            save_state(self._path, state)
            result = await self._run(state, webhook, webhooks, repost=repost)
            # Of a post in doubt somebody has to hear, even where this week had no other.
            code = Exit.UNCONFIRMED if result.exit is Exit.DONE and not result.has_posted else result.exit
            return replace(
                result, exit=code, lines=(f"The last run was cut off: {_doubt(last)}", *result.lines)
            )

    async def _run(self, state: ChannelState, webhook: Secret, webhooks: Webhooks, *, repost: bool) -> Result:
        pick = self._pick_again(state) if repost else None
        if pick is None:
            done = self._done(state)
            if done is not None:
                return done
            pick = self._draw(state)
        return self._nothing() if pick is None else await self._post(state, pick, webhook, webhooks)

    # Choosing

    def _begin(self) -> ChannelState:
        return ChannelState.begin(entry.link.id for entry in self._order.reading_list.entries)

    def _done(self, state: ChannelState) -> Result | None:
        """Return what to say where this week or day has had its post, else None."""
        last = state.last
        if last is None or last.period != self._order.period_of(self._now()):
            return None
        span = "today" if self._order.every is Cadence.DAILY else "this week"
        doubt = "" if last.is_certain else " (unconfirmed)"
        line = f"Nothing to do: {span} had its link on {last.at:%Y-%m-%d %H:%M} UTC: {last.url}{doubt}"
        return Result(exit=Exit.DONE, lines=(line,))

    def _nothing(self) -> Result:
        return Result(exit=Exit.NOT_NOW, lines=(describe_nothing(self._order.wanted),))

    def _draw(self, state: ChannelState) -> Pick | None:
        ids = {entry.link.id for entry in self._order.reading_list.entries}
        drawn = self._writer.draw(self._subscription(state), state.posted, ids - state.known)
        return drawn.picks[0] if drawn.picks else None

    def _pick_again(self, state: ChannelState) -> Pick | None:
        """Return the last link where its post is in doubt and it is still on the list."""
        last = state.last
        if last is None or last.is_certain:
            return None
        entry = self._order.reading_list.find_entry(last.link_id)
        return Pick(entry=entry, round=last.round, number=last.number) if entry else None

    def _write(self, state: ChannelState, pick: Pick) -> Reply:
        """Return the message as the server would post it, without buttons: nobody would hear a click."""
        drawn = [(pick.entry.link.id, pick.number)]
        return replace(self._writer.write(self._subscription(state), drawn), actions=())

    def _subscription(self, state: ChannelState) -> Subscription:
        """Return the order as the digests know it: same bag, same words."""
        weekday = Weekday.MONDAY if self._order.every is Cadence.WEEKLY else None
        return Subscription(
            id="webhook",
            channel=Channel(platform="webhook", workspace_id="", channel_id=""),
            state=SubscriptionState.ACTIVE,
            schedule=Schedule(
                cadence=self._order.every, at=time(9), timezone=self._order.timezone, weekday=weekday
            ),
            wanted=self._order.wanted,
            seed=state.seed,
            set_up_by="",
            created_at=self._now(),
        )

    # Posting

    async def _post(self, before: ChannelState, pick: Pick, webhook: Secret, webhooks: Webhooks) -> Result:
        now = self._now()
        trying = before.with_try(pick, at=now, period=self._order.period_of(now))
        save_state(self._path, trying)
        outcome = await self._try(self._write(before, pick), webhook, webhooks)
        match outcome:
            case Sent():
                settled = self._settle(trying.settle(Standing.SENT), Exit.DONE, f"Posted {_name(pick)}.")
                return replace(settled, has_posted=True)
            case NoAnswer(reason=reason):
                assert trying.last is not None  # noqa: S101 - it has just been added
                line = f"The webhook gave no answer ({reason}): {_doubt(trying.last)}"
                return self._settle(trying.settle(Standing.UNCONFIRMED), Exit.UNCONFIRMED, line)
            case Refused():
                code = Exit.NOT_NOW if outcome.refusal is Refusal.LATER else Exit.WRONG
                return self._settle(before, code, _explain(outcome))

    def _settle(self, state: ChannelState, code: Exit, line: str) -> Result:
        """Write down how it came out; where that fails, the file still says ``trying``."""
        try:
            save_state(self._path, state)
        except StoreError as error:
            return Result(exit=Exit.WRONG, lines=(line, f"That could not be written down: {error}"))
        return Result(exit=code, lines=(line,))

    async def _try(self, reply: Reply, webhook: Secret, webhooks: Webhooks) -> PostOutcome:
        """Post *reply*: once more after a wait that the platform asks for, once more without its picture."""
        outcome = await self._call(reply, webhook, webhooks)
        if _asks_to_wait(outcome):
            assert isinstance(outcome, Refused)  # noqa: S101 - says the line above
            await self._sleep(outcome.retry_after_s or 0)
            outcome = await self._call(reply, webhook, webhooks)
        plainer = replace(reply, parts=tuple(part for part in reply.parts if not isinstance(part, Picture)))
        # Slack fetches pictures itself, and refuses the whole message for one that it cannot get.
        if isinstance(outcome, Refused) and outcome.refusal is Refusal.REJECTED and plainer != reply:
            outcome = await self._call(plainer, webhook, webhooks)
        return outcome

    async def _call(self, reply: Reply, webhook: Secret, webhooks: Webhooks) -> PostOutcome:
        reaction = await call_webhook(webhook, webhooks.to_message(reply), timeout_s=self._timeout_s)
        return webhooks.read_answer(reaction) if isinstance(reaction, WebhookAnswer) else reaction


def _asks_to_wait(outcome: PostOutcome) -> bool:
    return (
        isinstance(outcome, Refused)
        and outcome.refusal is Refusal.LATER
        and outcome.retry_after_s is not None
        and outcome.retry_after_s <= MAX_WAIT_S
    )


def _explain(refused: Refused) -> str:
    """Say that nothing was posted, why, and what to do."""
    if refused.refusal is Refusal.LATER:
        wait = f" and asks to wait {refused.retry_after_s:.0f} s" if refused.retry_after_s else ""
        return f"Not posted: {refused.reason}{wait}. The link stays in the bag; run this again later."
    return f"Not posted: {refused.reason}. {refused.obstacle}".rstrip()


def _doubt(post: Post) -> str:
    return (
        f"{post.url} may be in the channel or not. It counts as posted, so that nobody reads it twice; "
        "look there, and if it is missing, run this again with --repost."
    )


def _name(pick: Pick) -> str:
    return f"“{pick.entry.link.title}” ({pick.entry.link.url})"


@contextmanager
def _locked(path: Path) -> Iterator[str]:
    """Keep other runs from the state file *path*; give the process that does so already, empty if none does.

    Raises:
        StoreError: The lock file beside it cannot be made.
    """
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    try:
        holder = "" if lock.acquire() else lock.holder()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path} cannot be locked ({reason}); name a file in a folder that is there and yours."
        ) from error
    try:
        yield holder
    finally:
        lock.release()
