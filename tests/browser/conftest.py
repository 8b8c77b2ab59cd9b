"""One house and one browser for all that is tried by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.chromium import Chromium, chromium
from tests.gateway.house import House
from tests.gateway.signing import a_house_with_sign_in


@pytest_asyncio.fixture(scope="session")
async def home() -> AsyncIterator[tuple[House, Chromium]]:
    async with a_house_with_sign_in(gateway_rate=10_000) as (house, _), chromium() as browser:
        yield house, browser
