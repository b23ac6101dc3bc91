"""A few of the runs that ``make crash`` makes by the hundred."""

import asyncio

import sqlalchemy as sa

from tests.crash.harness import VARIANTS, run_once
from tests.crash.platforms import Moment
from tests.crash.run import describe

RUNS = {
    "slack-sqlite": Moment.ACCEPTED,
    "slack-no-history": Moment.ACCEPTED,
    # Threads take messages as text channels do; posts in forums have no nonce.
    "discord-forums": Moment.ACCEPTED,
    "slack-postgresql": Moment.CLAIMED,
}


async def test_killed_and_started_again_it_loses_nothing_and_doubles_nothing(postgres_server: sa.URL) -> None:
    """Side by side, as they mostly wait. Where nothing can be looked up, what is left out is listed."""
    results = await asyncio.gather(
        *(
            run_once(VARIANTS[name], moment, seed=4, channels=4, kills=1, postgres=postgres_server)
            for name, moment in RUNS.items()
        )
    )
    for result in results:
        assert result.is_well, f"{describe(result)}\n{result.log}"
        assert result.kills, describe(result)
        assert bool(result.unconfirmed) == VARIANTS[result.variant].may_leave_out, describe(result)
