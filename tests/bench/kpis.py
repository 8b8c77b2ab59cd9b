"""The KPI report of a program of fifty cohorts: read, pooled and written as a page; and what
counting one cohort takes, once its answers are unsealed."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from events import database, registry
from events.cohort_governance import CohortPlanned
from events.cohort_kpis import KpisPublished
from events.reader import LogReader
from events.sealing import MasterKeys, Vault
from events.store import EventStore
from projections.kpi.folds import facts
from projections.kpi.report import publication
from projections.kpis import kpis
from projections.rebuild import build_anew
from tests.bench.figures import Figure, Report
from tests.bench.servers import arranged
from tests.kpi.lives import Life
from tests.kpi.published import LATER
from tests.projections.story import write
from tests.projections.story_telling import Told
from turnabout.pooling import pooled
from turnabout.reads import Reads
from turnabout.report import program_report

COHORTS = 50
LONGEST = 2000
"""Milliseconds for the program's report."""
FIRST = 500


@dataclass(frozen=True)
class Effort:
    """How often the report is asked for."""

    rounds: int


async def measure(effort: Effort) -> Report:
    """Fifty random cohorts of 3 to 13 pairs publish once; then their program's report is asked for."""
    counting, told = [], []
    for seed in range(FIRST, FIRST + COHORTS):
        life = Life(seed, f"c{seed}")
        began = time.perf_counter()
        found = facts(life.log)
        assert found is not None
        made = publication(found, LATER, "lea")
        counting.append(_since(began))
        planned = next(event for _, _, event in life.told if isinstance(event, CohortPlanned))
        told += [
            Told(life.cohort, LATER, planned),
            Told(
                life.cohort,
                LATER,
                KpisPublished(number=1, publication=made.figures_alone(), disclosed=made.disclosed),
            ),
        ]
    async with arranged() as server:
        keys = MasterKeys({"bench": secrets.token_bytes(32)}, newest="bench")
        async with database.pool(server.dsn(), name="bench", role=database.WRITER, size=2) as pool:
            await write(EventStore(pool, registry.standard(), Vault(pool, keys)), told)
        async with database.pool(server.dsn(), name="bench", role=database.PROJECTOR, size=2) as pool:
            await build_anew(kpis, pool, LogReader(pool, registry.standard()))
            took = [await _asked(Reads(pool), planned.spec.program) for _ in range(effort.rounds)]
    figures, pages = zip(*took, strict=True)
    what = f"program of {COHORTS} cohorts"
    return Report(
        "kpis",
        [
            Figure(f"{what}: read and pool K1 to K4", figures, "ms", LONGEST, at_least=False, worst=True),
            Figure(f"{what}: the same as a page", pages, "ms", LONGEST, at_least=False, worst=True),
            Figure("one cohort: count K1 to K15 and decide what is told", tuple(counting), "ms"),
        ],
    )


async def _asked(reads: Reads, program: str) -> tuple[float, float]:
    """Milliseconds for the figures, and for the page."""
    began = time.perf_counter()
    assert pooled(one.figures for one in await reads.program_kpis(program))
    first, between = _since(began), time.perf_counter()
    reports = await reads.program_kpis(program)
    assert len(reports) == COHORTS
    assert program_report(program, reports)
    return first, _since(between)


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
