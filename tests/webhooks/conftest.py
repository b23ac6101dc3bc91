from collections.abc import AsyncIterator

import pytest

from tests.webhooks.loopback import PATHS, Loopback, serve_webhooks


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with serve_webhooks() as served:
        yield served


@pytest.fixture(params=PATHS)
def platform(request: pytest.FixtureRequest) -> str:
    """Run the test on both platforms."""
    return str(request.param)
