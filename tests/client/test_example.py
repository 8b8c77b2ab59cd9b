"""The example of the README, seen by the type checker and run."""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path

import pytest

from turnabout import CohortBoard, CohortSpec, Turnabout
from turnabout.commands.cohort_governance import SignCharter
from turnabout.settings import Settings

README = Path(__file__).parents[2] / "README.md"


async def example() -> None:
    async with Turnabout.connect() as turnabout:
        cohort = await turnabout.start_cohort(CohortSpec.load("examples/cohort.yaml"))
        receipt = await cohort.execute(SignCharter(text="We learn from our juniors."), actor="s-sponsor")
        board = await turnabout.read(CohortBoard, cohort.id, after=receipt)
        print(board.state, board.charter_signed_at)  # noqa: T201 - as in the README


async def test_the_example_of_the_readme_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(README.parent)
    await example()
    assert re.search(r"^planned \d{4}-\d\d-\d\d \d\d:\d\d", capsys.readouterr().out, re.MULTILINE)


def test_the_readme_shows_what_is_tested() -> None:
    _, _, tested = inspect.getsource(example).partition("\n")
    tested = re.sub(r"  # noqa.*", "", textwrap.dedent(tested)).strip()
    (shown,) = re.findall(
        r"^```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert f"async def main() -> None:\n{textwrap.indent(tested, '    ')}\n" in shown
