"""`python -m tests.catalog` writes docs/rules.md anew."""

from __future__ import annotations

from tests.catalog.page import PAGE, render

if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
