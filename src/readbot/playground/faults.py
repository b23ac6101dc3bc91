"""What goes wrong on a loopback platform: drawn call by call, from a script or by chance.

Neutral between platforms: a loopback server names its operations ("chat.postMessage",
"POST /channels/{id}/messages"), and passes each call through :meth:`Faults.around`.
"""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web


class FaultKind(StrEnum):
    """The ways in which a platform fails a caller."""

    #: An HTTP error status.
    SERVER_ERROR = "server_error"
    #: The connection is cut without an answer.
    RESET = "reset"
    #: No answer comes for ``seconds``, then the connection is cut.
    HANG = "hang"
    #: 429 with a Retry-After of ``seconds``. Nothing is accepted.
    RATE_LIMIT = "rate_limit"
    #: The answer is right and comes ``seconds`` late.
    DELAY = "delay"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong with one call."""

    kind: FaultKind
    #: Whether the call takes effect before it goes wrong: the caller cannot tell which it was.
    accepted: bool = False
    #: For a hang, a rate limit or a delay; see :class:`FaultKind`.
    seconds: float = 0.0
    #: For a server error.
    status: int = 500


#: Answers a call: carries it out and says what came of it.
Handler = Callable[[], Awaitable[web.StreamResponse]]


class Faults:
    """Decides which calls fail, and makes them fail.

    Scripted faults come first, in order; then faults by chance, from a seeded generator, so that a
    run can be repeated. Operations are whatever names the server uses.
    """

    def __init__(
        self,
        *,
        chances: Mapping[Fault, float] | None = None,
        operations: frozenset[str] | None = None,
        accept_delay_s: tuple[float, float] = (0.0, 0.0),
        history_lag_s: float = 0.0,
        seed: int = 0,
    ) -> None:
        """Let things go wrong.

        Args:
            chances: Faults with their probabilities, 0 to 1, at most 1 in sum.
            operations: Which operations can fail by chance; None for all.
            accept_delay_s: Shortest and longest time between a call's arrival and its taking
                effect, whether or not its caller still lives.
            history_lag_s: How long a message stays invisible to whoever reads the history.
            seed: Of the generator behind every chance.
        """
        self.chances = dict(chances or {})
        self.operations = operations
        self.accept_delay_s = accept_delay_s
        self.history_lag_s = history_lag_s
        self._random = random.Random(seed)
        self._scripts: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._released = asyncio.Event()
        #: Every fault that happened, with its operation, in order.
        self.happened: list[tuple[str, Fault]] = []
        #: Called with the same at once.
        self.observers: list[Callable[[str, Fault], None]] = []

    def script(self, operation: str, *faults: Fault | None) -> None:
        """Let the next calls of *operation* go wrong like this, one fault a call; None goes well."""
        self._scripts[operation].extend(faults)

    def clear(self) -> None:
        """Let everything go well from now on, and cut what hangs."""
        self._scripts.clear()
        self.chances.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def around(
        self,
        operation: str,
        request: web.Request,
        accept: Handler,
        *,
        rate_limited: Callable[[float], web.Response],
    ) -> web.StreamResponse:
        """Answer *request* by *accept*, or fail as drawn.

        Args:
            operation: The platform's name for the call.
            request: The call; its connection is cut for a reset or a hang.
            accept: Carries the call out. Called once, or not at all.
            rate_limited: Makes the platform's own 429 for a number of seconds.
        """
        fault = self._draw(operation)
        if self.accept_delay_s[1]:
            await asyncio.sleep(self._random.uniform(*self.accept_delay_s))
        if fault is None:
            return await accept()
        self.happened.append((operation, fault))
        for observer in self.observers:
            observer(operation, fault)
        if fault.kind is FaultKind.RATE_LIMIT:
            return rate_limited(fault.seconds)
        if fault.kind is FaultKind.DELAY:
            response = await accept()
            await self._wait(fault.seconds)
            return response
        if fault.accepted:
            await accept()
        if fault.kind is FaultKind.SERVER_ERROR:
            return web.Response(status=fault.status, text="upstream connect error")
        if fault.kind is FaultKind.HANG:
            await self._wait(fault.seconds)
        if request.transport is not None:
            request.transport.abort()
        # Never sent: the connection is gone. aiohttp wants a response all the same.
        return web.Response(status=500)

    def _draw(self, operation: str) -> Fault | None:
        script = self._scripts.get(operation)
        if script:
            return script.popleft()
        if not self.chances or (self.operations is not None and operation not in self.operations):
            return None
        drawn = self._random.random()
        for fault, chance in self.chances.items():
            if drawn < chance:
                return fault
            drawn -= chance
        return None

    async def _wait(self, seconds: float) -> None:
        """Wait, but no longer than until everything is cleared."""
        try:
            async with asyncio.timeout(seconds):
                await self._released.wait()
        except TimeoutError:
            pass
