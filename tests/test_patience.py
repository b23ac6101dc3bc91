"""Somebody waits for an answer: told that it is on its way only where it takes long."""

import asyncio

import pytest

from readbot.patience import wait_or_tell


class Listener:
    """Counts what they are told; an answer that waits for it comes after it is told."""

    def __init__(self) -> None:
        self.told = 0
        self.was_told = asyncio.Event()

    async def tell(self) -> None:
        self.told += 1
        self.was_told.set()

    async def answer_at_once(self) -> str:
        return "here"

    async def answer_late(self) -> str:
        await self.was_told.wait()
        return "here"


async def test_of_an_answer_that_is_there_at_once_nobody_is_told() -> None:
    listener = Listener()
    assert await wait_or_tell(listener.answer_at_once(), patience_s=60, tell=listener.tell) == "here"
    assert listener.told == 0


async def test_of_a_late_answer_its_person_is_told_once_before_it_comes() -> None:
    listener = Listener()
    assert await wait_or_tell(listener.answer_late(), patience_s=0.01, tell=listener.tell) == "here"
    assert listener.told == 1


async def test_an_error_comes_through() -> None:
    async def fail() -> None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        await wait_or_tell(fail(), patience_s=60, tell=Listener().tell)


async def test_the_work_ends_with_whoever_waits_for_it() -> None:
    has_begun, has_ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            has_ended.set()

    waiting = asyncio.create_task(wait_or_tell(work(), patience_s=60, tell=Listener().tell))
    await has_begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await has_ended.wait()
