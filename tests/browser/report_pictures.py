"""`python -m tests.browser.report_pictures`: the report of a made-up cohort as people see it, written to
`docs/pictures/`. `tests.browser.pictures` takes these, too.
"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from playwright.async_api import ViewportSize

from tests.browser.chromium import PHONE, Chromium, chromium
from tests.browser.photograph import keep
from tests.kpi.published import LATER, report
from turnabout.report import cohort_report
from workers.kpis import read_inputs

ROOT = Path(__file__).parents[2]
SEED = 1382
"""Of a cohort that tells most of its numbers: 13 pairs, and people who wait."""
COLOURS = 128
"""Enough for thin lines, too."""
WIDE: ViewportSize = {"width": 1120, "height": 1560}
TALL: ViewportSize = {"width": PHONE["width"], "height": 1560}


async def take(browser: Chromium) -> None:
    """Write both pictures."""
    told = report(SEED, LATER, read_inputs(ROOT / "examples" / "return.yaml"))
    told = told.model_copy(update={"program": "future-skills"})
    days = date(2026, 3, 3), date(2026, 5, 26)
    html = cohort_report(told, "Future Skills, spring 2026", days)
    for name, size, begins in (("report", WIDE, "header"), ("report-phone", TALL, "#pictures")):
        window = await browser.somebody(size)
        page = await window.new_page()
        await page.set_content(html)
        await page.locator(begins).evaluate("one => one.scrollIntoView()")
        keep(name, await page.screenshot(), COLOURS)
        await window.close()


async def main() -> None:
    async with chromium() as browser:
        await take(browser)


if __name__ == "__main__":
    asyncio.run(main())
