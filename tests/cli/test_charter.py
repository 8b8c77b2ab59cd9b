"""`turnabout cohort charter` prints a page that `sign-charter` takes as it comes (R26)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import ROOT
from tests.spec.files import changed, write
from turnabout.cli.commands import read_command
from turnabout.cli.main import run
from turnabout.commands.cohort import CohortCommand
from turnabout.commands.cohort_governance import SignCharter

EXAMPLE = str(ROOT / "examples" / "cohort.yaml")


def test_the_page_is_data_and_its_size_is_told_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cohort", "charter", EXAMPLE]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("# Charter: Future Skills")
    assert f"{len(shown.out.split())} of 600 words" in shown.err


def test_the_sponsor_can_sign_what_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cohort", "charter", EXAMPLE, "-o", "json"]) == 0
    printed = capsys.readouterr().out
    command = read_command(CohortCommand, "sign-charter", printed)
    assert command == SignCharter(text=json.loads(printed)["text"])


def test_words_that_do_not_fit_are_refused_by_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "word " * 55
    data = changed(lambda spec: spec.update(name=long, aim=long))
    data["kpis"] = [{"id": f"K{n}", "name": long, "outcome": "retention"} for n in (1, 2, 3, 4)]
    assert run(["cohort", "charter", str(write(tmp_path, data))]) == 4
    assert "[R26]" in capsys.readouterr().err
