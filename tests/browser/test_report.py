"""The report in a real browser: it asks for nothing, everybody can read it, on a phone and on paper (R84)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import ViewportSize
from pypdf import PdfReader

from tests.browser.chromium import DESKTOP, Chromium, chromium
from tests.kpi.published import report
from turnabout.report import cohort_report, program_report

NARROW: ViewportSize = {"width": 320, "height": 640}
LOOKED_AT = (("plenty", NARROW), ("program", DESKTOP))
"""By axe, which takes seconds; the look of all of them is one style sheet's."""
MOST_PAGES = 8
LEAST_PX = 9.0
"""Of a letter in a picture on the narrowest phone."""
LETTERS = """() => [...document.querySelectorAll("svg text")].map(one => {
  const svg = one.ownerSVGElement, scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return parseFloat(getComputedStyle(one).fontSize) * scale;
})"""
SHAPES = """() => [...new Set([...document.querySelectorAll(".numbers tbody tr")].map(
  one => getComputedStyle(one).display))]"""
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && !one.closest("thead") && (box.right > innerWidth + 0.5 || box.left < -0.5);
}).map(one => one.outerHTML.slice(0, 80))"""


@pytest_asyncio.fixture(scope="module")
async def browser() -> AsyncIterator[Chromium]:
    async with chromium() as found:
        yield found


def pages() -> dict[str, str]:
    """A cohort that tells much, one that tells little, and a program."""
    return {
        "plenty": cohort_report(report(500), "Future Skills, spring 2026"),
        "little": cohort_report(report(505)),
        "program": program_report("future-skills", [report(seed) for seed in range(500, 506)]),
    }


@pytest.mark.parametrize("name", pages())
async def test_a_report_is_read_on_a_phone_and_a_desktop_and_on_paper(
    name: str, browser: Chromium, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    file.write_text(pages()[name], encoding="utf-8")
    browser.faults.clear()
    for size in (NARROW, DESKTOP):
        window = await browser.somebody(size)
        page = await window.new_page()
        await page.goto(file.as_uri())
        if (name, size) in LOOKED_AT:
            await browser.check(page, f"{name}, {size['width']} wide")
        assert await page.evaluate(OUTSIDE) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert min(await page.evaluate(LETTERS)) >= LEAST_PX
        shapes = await page.evaluate(SHAPES)
        await page.emulate_media(media="print")
        assert await page.evaluate(SHAPES) == ["table-row"], "paper is narrow, too, and has tables"
        assert (shapes == ["grid"]) is (size is NARROW)
        if size is DESKTOP:
            printed = PdfReader(BytesIO(await page.pdf(format="A4")))
        await window.close()
    # The file itself is all that was asked for; and neither axe nor the console found anything.
    assert browser.faults == [f"asks for {file.as_uri()}"] * 2
    text = " ".join(" ".join(one.extract_text() for one in printed.pages).split())
    assert len(printed.pages) <= MOST_PAGES
    for said in ("How good the data are", "The pictures as tables", "How it was counted"):
        assert said in text
