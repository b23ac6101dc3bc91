from collections.abc import AsyncIterator

import pytest

from readbot.curation.addresses import AddressRule
from readbot.curation.fetcher import Limits, SafeFetcher

from .zoo import Zoo


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    async with Zoo() as opened:
        yield opened


@pytest.fixture
async def fetcher(zoo: Zoo) -> AsyncIterator[SafeFetcher]:
    rule = AddressRule(allowed={zoo.allowed})
    limits = Limits(total_s=0.4, connect_s=0.3)
    async with SafeFetcher(user_agent="readbot/test", rule=rule, limits=limits) as opened:
        yield opened
