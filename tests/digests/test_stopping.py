"""Stopping the scheduler, at any moment of a tick."""

import asyncio
import logging

import pytest

from readbot.store import Store
from readbot.testing import FakeClock
from tests.digests.rig import Rig


@pytest.mark.parametrize("steps", range(8))
async def test_a_stop_breaks_off_no_round_that_is_about_to_begin(
    store: Store, clock: FakeClock, caplog: pytest.LogCaptureFixture, steps: int
) -> None:
    """APScheduler would report it as a failure, with a traceback."""
    rig = Rig(store, clock)
    rig.scheduler.start()
    for _ in range(steps):
        await asyncio.sleep(0)

    await rig.scheduler.stop()
    # What APScheduler has begun it cancels a step later.
    begun = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*begun, return_exceptions=True)

    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
