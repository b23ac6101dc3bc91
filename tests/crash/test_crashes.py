"""A few of the runs that ``make crash`` makes by the hundred."""

import pytest
import sqlalchemy as sa

from tests.crash.harness import VARIANTS, run_once
from tests.crash.platforms import Moment
from tests.crash.run import describe


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("slack-sqlite", Moment.ACCEPTED),
        ("slack-no-history", Moment.ACCEPTED),
        ("discord-sqlite", Moment.ARRIVED),
    ],
)
async def test_killed_and_started_again_it_loses_nothing_and_doubles_nothing(
    name: str, moment: Moment
) -> None:
    """Where nothing can be looked up, what is left out is listed as unconfirmed."""
    result = await run_once(VARIANTS[name], moment, seed=4, channels=4, kills=1)
    assert result.is_well, f"{describe(result)}\n{result.log}"
    assert result.kills
    assert bool(result.unconfirmed) == VARIANTS[name].may_leave_out


async def test_two_workers_on_postgresql_lose_nothing_and_double_nothing(postgres_server: sa.URL) -> None:
    result = await run_once(
        VARIANTS["slack-postgresql"], Moment.CLAIMED, seed=4, channels=4, kills=1, postgres=postgres_server
    )
    assert result.is_well, f"{describe(result)}\n{result.log}"
    assert result.kills
