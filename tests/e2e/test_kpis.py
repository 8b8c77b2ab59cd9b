"""KPIs of a whole cohort, as docs/kpis.md tells people to publish and read them (G19, G21, R110)."""

from __future__ import annotations

import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.cli.forking import Forking, forking
from tests.cli.shell import Shell
from tests.docs.test_commands import commands
from tests.e2e.conftest import Story
from tests.e2e.test_confidential import betrays

PAGE = "docs/kpis.md"
KPIS = {f"K{number}" for number in range(1, 17)}


@pytest_asyncio.fixture(scope="module")
async def forks() -> AsyncIterator[Forking]:
    async with forking() as made:
        yield made


async def test_the_commands_of_the_page_publish_and_show_every_kpi(
    story: Story, forks: Forking, tmp_path: Path
) -> None:
    """A cohort of four pairs tells of its people together or not at all, and names nobody."""
    spec, stack = story.house.spec, story.house.stack
    shell = Shell(stack.environment(), forks)
    nothing = await shell("kpi", "cohort", spec.id)
    assert (nothing.code, "turnabout kpi publish small" in nothing.errors) == (3, True)
    refused = await shell("kpi", "publish", spec.id, "--actor", spec.sponsor.id)
    assert refused.code == 4
    assert "[G21] s-sponsor may not publish KPIs here." in refused.errors
    unknown = await shell("kpi", "explain", "K17", "--cohort", spec.id)
    assert (unknown.code, "There is no KPI 'K17'" in unknown.errors) == (2, True)
    for words in (("cohort", "nowhere"), ("program", "nowhere"), ("publish", "nowhere", "--actor", "s-lead")):
        assert (await shell("kpi", *words)).code == 3
    said = []
    for command in commands(PAGE):
        typed = command.replace("q1-2027", spec.id).replace("--out ", f"--out {tmp_path}/")
        ended = await shell(*shlex.split(typed)[1:])
        assert ended.code == 0, f"{command}\n{ended.errors}"
        said.append(ended)
        await stack.reads.wait_for(await stack.log.head())
    _, glance, page, sponsor, _, inputs, *_ = said
    report, program = [
        (tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "program.html")
    ]
    assert spec.name in report
    assert "Over" in program or "Suppressed" in program
    nowhere = await shell("report", "cohort", spec.id, "--out", str(tmp_path / "no" / "folder.html"))
    assert (nowhere.code, "cannot be written" in nowhere.errors) == (2, True)
    assert set(re.findall(r"^K\d+", page.output, re.MULTILINE)) == KPIS
    assert "What K16 counts with" in page.output
    figures = sponsor.document["figures"]
    assert {one["kpi"] for one in figures} == KPIS - {"K10"}
    people = [one.id for one in spec.people]
    assert "Safety and engagement" in glance.output
    for told in (glance.output, page.output, sponsor.output, report, program):
        assert not betrays(told)
        assert not [who for who in people if who in told]
        assert not re.search(r"pair-small-\d|paused|steward|concern", told)
    assert "cohort.planned" in inputs.output
    roles = [
        one
        for one in figures
        if one["kpi"] == "K7" and one["what"] in {"progress, mentors", "progress, mentees"}
    ]
    assert roles
    assert {one["verdict"] for one in roles} == {"suppressed"}, "scenario 9"


async def test_figures_stay_what_they_were_published_as(story: Story, forks: Forking) -> None:
    spec, stack = story.house.spec, story.house.stack
    shell = Shell(stack.environment(), forks)
    first = await shell("kpi", "publish", spec.id, "--actor", spec.lead.id, "-o", "json")
    assert first.code == 0
    idle = await shell("kpi", "publish", spec.id, "--actor", spec.lead.id, "--due")
    assert (idle.code, "nothing was published" in idle.errors) == (0, True), idle.errors
    again = await shell("kpi", "publish", spec.id, "--actor", spec.lead.id, "-o", "json")
    assert again.document["position"] > first.document["position"]
    report = await shell("kpi", "cohort", spec.id, "--after", str(again.document["position"]), "-o", "json")
    rows = await stack.pool.fetch(
        "SELECT data -> 'publication' -> 'figures' FROM log.events WHERE type = 'cohort.kpis_published'"
        " ORDER BY position"
    )
    assert len({row[0] for row in rows[-2:]}) == 1
    numbers = await stack.pool.fetchval(
        "SELECT max(number) FROM read.kpi_reports_v1 WHERE cohort = $1", spec.id
    )
    assert report.document["number"] == numbers == len(rows)
    before = await stack.pool.fetchval(
        "SELECT recorded_at - interval '1 microsecond' FROM log.events WHERE type = 'cohort.kpis_published'"
        " ORDER BY position OFFSET $1 LIMIT 1",
        numbers - 1,
    )
    then = await shell("kpi", "cohort", spec.id, "--as-of", before.isoformat(), "-o", "json")
    assert then.document["number"] == numbers - 1, "R104"
    glance = await shell("kpi", "dashboard", spec.id, "--as-of", before.isoformat(), "-o", "json")
    assert glance.document["number"] == numbers - 1
    program = await shell("kpi", "program", spec.program, "--as-of", before.isoformat(), "-o", "json")
    assert program.document["cohorts"] == [spec.id]
    early = await shell("report", "program", spec.program, "--out", "x.html", "--as-of", "2025-01-01")
    assert early.code == 3
