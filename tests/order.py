"""How a run on several workers is divided: files that share servers stay on one worker, and what takes
longest comes first, so that no worker idles at the end.

xdist alone would start with the files of most tests, which are the quickest, and end with whole cohorts; and
it would scatter a folder, whose servers would be started once for each scrap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

TOGETHER = (
    ("tests/browser/test_by_hand.py", "tests/browser/test_staff_by_hand.py"),
    (
        "tests/cli/test_cohorts.py",
        "tests/cli/test_matching_page.py",
        "tests/cli/test_measurement.py",
        "tests/cli/test_operations.py",
        "tests/cli/test_outages.py",
        "tests/cli/test_steward.py",
    ),
    (
        "tests/client/test_commands.py",
        "tests/client/test_example.py",
        "tests/client/test_foreign.py",
        "tests/client/test_wheel.py",
    ),
    (
        "tests/e2e/test_acceptance.py",
        "tests/e2e/test_confidential.py",
        "tests/e2e/test_confidential_letters.py",
        "tests/e2e/test_kpis.py",
        "tests/e2e/test_recover.py",
    ),
)
"""Files on one stack or one cohort."""

LONGEST = (
    "tests/browser/test_cohort_by_mail.py",
    "tests/e2e/test_acceptance.py",
    "tests/e2e/test_kills.py",
    "tests/docs/test_commands.py",
    "tests/browser/test_by_hand.py",
    "tests/cli/test_demo.py",
    "tests/processes/test_up.py",
    "tests/processes/test_up_example.py",
    "tests/cli/test_operations.py",
    "tests/e2e/test_real_time.py",
    "tests/gateway/test_whole_cohort.py",
    "tests/gateway/test_matrix.py",
    "tests/gateway/test_worker_down.py",
    "tests/gateway/test_every_command.py",
    "tests/gateway/api/test_api.py",
    "tests/gateway/test_answers.py",
    "tests/gateway/test_discreet.py",
    "tests/gateway/test_pair_pages.py",
    "tests/gateway/test_roles.py",
    "tests/gateway/test_my_data.py",
    "tests/gateway/test_signin.py",
    "tests/gateway/test_links.py",
    "tests/gateway/test_process.py",
    "tests/browser/test_report.py",
    "tests/processes/test_exit.py",
    "tests/processes/test_processes.py",
    "tests/processes/test_secrets.py",
    "tests/verify/test_beside.py",
    "tests/projections/test_kill.py",
    "tests/e2e/test_acceptance_crowd.py",
    "tests/store/test_server.py",
    "tests/rules/cohort/test_large.py",
    "tests/workflow/test_effects.py",
    "tests/workflow/test_hazard.py",
    "tests/client/test_wheel.py",
    "tests/deploy/test_rules.py",
    "tests/notify/test_templates.py",
    "tests/matching/test_acceptance.py",
    "tests/matching/test_minima.py",
    "tests/store/test_machine.py",
    "tests/store/test_crash.py",
    "tests/rules/whole/test_whole_cohorts.py",
    "tests/kpi/test_recomputed.py",
    "tests/kpi/test_attack.py",
)
"""Where most of the time goes, longest first; the rest follows as collected."""

_FIRST = {file: files[0] for files in TOGETHER for file in files}
_RANKS = {_FIRST.get(file, file): rank for rank, file in enumerate(LONGEST)}


def unit(nodeid: str) -> str:
    """What a test stays together with: the first file of its group, or its own file."""
    file = nodeid.partition("::")[0]
    return _FIRST.get(file, file)


def ordered(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests unit by unit, longest first, each unit's as collected."""
    found = list(items)
    seen: dict[str, int] = {}
    for item in found:
        seen.setdefault(unit(item.nodeid), len(seen))

    def place(item: pytest.Item) -> tuple[int, int]:
        name = unit(item.nodeid)
        return _RANKS.get(name, len(_RANKS)), seen[name]

    return sorted(found, key=place)


class Order:
    """The plugin, for runs on several workers."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = ordered(items)

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> object:
        """Hand out whole units, in the order given."""
        from xdist.scheduler import LoadFileScheduling

        config.option.loadscopereorder = False
        units = LoadFileScheduling(config, log)
        units._split_scope = unit
        return units
