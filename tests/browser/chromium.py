"""A real Chromium, headless: the system's own, or the one that TURNABOUT_CHROMIUM names.

Nothing a page does may leave this machine, and nothing may go wrong in it: both are kept in `faults`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
    async_playwright,
)

VARIABLE = "TURNABOUT_CHROMIUM"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name leads anywhere but to this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""What axe looks for."""
PATIENCE_MS = 60_000


def executable() -> str:
    """Where Chromium is. `make test` installs Debian's."""
    here = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    named = os.environ.get(VARIABLE) or here or "/usr/bin/chromium-headless-shell"
    assert Path(named).is_file(), f"There is no browser at {named}: make test installs it, or set {VARIABLE}."
    return named


@dataclass
class Chromium:
    """A browser with what went wrong in it so far. `checked` are the kinds of pages that axe has seen."""

    browser: Browser
    faults: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    _axe: Axe = field(default_factory=Axe)

    async def somebody(self, viewport: ViewportSize = PHONE) -> BrowserContext:
        """A browser window of somebody's own, without cookies and drafts."""
        context = await self.browser.new_context(viewport=viewport, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", self._within)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error.message}"))
        return context

    async def check(self, page: Page, kind: str) -> None:
        """Let axe look at a kind of page once; what it finds is a fault."""
        if kind in self.checked:
            return
        self.checked.add(kind)
        found = await self._axe.run(page, options=RULES)
        for one in found.response["violations"]:
            where = [node["html"] for node in one["nodes"]][:3]
            self.faults.append(f"{kind}: {one['id']}: {one['help']}: {where}")

    def _within(self, request: Request) -> None:
        # Playwright can stop requests, too, but each would then come here and back, and none from the cache.
        if not request.url.startswith(("http://127.0.0.1:", "http://localhost:", "data:")):
            self.faults.append(f"asks for {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A refusal's status is the page's answer, and Chromium reports it as an error of its own.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """A browser for the length of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=FLAGS, chromium_sandbox=False
        )
        try:
            yield Chromium(browser)
        finally:
            with suppress(Error):  # it is gone already
                await browser.close()
