"""Each alert has a page for whoever is paged, whose questions can be asked; tests/docs runs our commands."""

from __future__ import annotations

import re
from pathlib import Path

import asyncpg
import pytest

from tests.deploy import DEPLOY, ROOT
from tests.deploy.prometheus import alerts

RUNBOOKS = DEPLOY / "runbooks"
SECTIONS = ("What it means", "What people feel", "How to see it", "What to do", "When to wake whom")
KINDS = {
    ("page", "service"): "Wakes somebody.",
    ("ticket", "service"): "Waits for the morning.",
    ("ticket", "safety"): "For the safety stewards, in the morning. Nobody is woken.",
    ("ticket", "program"): "For Talent Operations, in the morning. Nobody is woken.",
}
PAGES = sorted(page for page in RUNBOOKS.glob("*.md") if page.stem != "README")


def test_each_alert_has_a_page_where_its_link_leads_and_no_page_lacks_its_alert() -> None:
    links = {rule["annotations"]["runbook_url"] for rule in alerts().values()}
    assert {ROOT / link.removeprefix("https://turnabout.example/") for link in links} == set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_all_that_somebody_needs_at_three_in_the_morning(page: Path) -> None:
    text, labels = page.read_text(encoding="utf-8"), alerts()[page.stem]["labels"]
    assert text.startswith(f"# {page.stem}\n\n{KINDS[labels['severity'], labels['team']]}\n")
    parts = dict(re.findall(r"^## (.*?)\n\n(.*?)(?=\n## |\Z)", text, re.DOTALL | re.MULTILINE))
    assert tuple(parts) == SECTIONS
    assert "\n$ turnabout " in parts["How to see it"], "a command to look with"
    assert text.count("$ turnabout") == len(re.findall(r"^\$ turnabout", text, re.MULTILINE)), "run by tests"
    if labels["severity"] == "page":
        assert not parts["When to wake whom"].startswith("Nobody at night")


def test_the_first_page_leads_to_each_by_its_urgency() -> None:
    told = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| (\[.*) \| (\[.*) \|$", told, re.MULTILINE)
    for column, severity in zip(row, ("page", "ticket"), strict=True):
        wanted = {
            name
            for name, rule in alerts().items()
            if rule["labels"] == {"severity": severity, "team": "service"}
        }
        assert set(re.findall(r"\[(\w+)\]\(\1\.md\)", column)) == wanted
    assert {page.stem for page in PAGES} == set(re.findall(r"\]\((\w+)\.md\)", told))


async def test_the_questions_to_postgresql_can_be_asked(pool: asyncpg.Pool) -> None:
    asked = [
        block
        for page in PAGES
        for block in re.findall(
            r"^```sql\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        )
    ]
    assert len(asked) >= 3
    for block in asked:
        await pool.fetch(block)
