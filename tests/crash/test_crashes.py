"""A few of the runs that ``make crash`` makes by the hundred."""

import asyncio

import sqlalchemy as sa

from tests.crash.harness import VARIANTS, run_once
from tests.crash.platforms import Moment
from tests.crash.run import describe

#: When to kill which variant, and the run's seed. At the first claim that is seen: more might be missed.
RUNS = {
    "slack-sqlite": (Moment.ACCEPTED, 4),
    "slack-no-history": (Moment.ACCEPTED, 5),
    # Threads take messages as text channels do; posts in forums have no nonce.
    "discord-forums": (Moment.ACCEPTED, 0),
    "slack-postgresql": (Moment.CLAIMED, 2),
}
#: On a machine that has much else to do, a post may take a second to be accepted. Then nobody may have
#: looked for it yet.
CALM = {"READBOT_POST_TIMEOUT_S": "1", "READBOT_LEASE_S": "2.5", "READBOT_SETTLE_S": "3"}


async def test_killed_and_started_again_it_loses_nothing_and_doubles_nothing(postgres_server: sa.URL) -> None:
    """Side by side, as they mostly wait. Where nothing can be looked up, what is left out is listed."""
    results = await asyncio.gather(
        *(
            run_once(
                VARIANTS[name],
                moment,
                seed=seed,
                channels=4,
                kills=1,
                postgres=postgres_server,
                settings=CALM,
                asks_operator=VARIANTS[name].may_leave_out,
            )
            for name, (moment, seed) in RUNS.items()
        )
    )
    for result in results:
        assert result.is_well, f"{describe(result)}\n{result.log}"
        assert result.kills, describe(result)
        assert bool(result.unconfirmed) == VARIANTS[result.variant].may_leave_out, describe(result)
