"""A pair gets prompts that fit its stage, from all categories in turn, and none twice (R80)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnabout.prompts import CATEGORIES, LIBRARY, Stage, stage_of, suggest

PAIRS = st.from_regex(r"pair-[a-z0-9]{2,8}-\d\d", fullmatch=True)


def test_the_library_has_ten_of_each_and_some_for_every_stage() -> None:
    assert min(Counter(prompt.category for prompt in LIBRARY)[category] for category in CATEGORIES) >= 10
    assert len({prompt.id for prompt in LIBRARY}) == len({prompt.text for prompt in LIBRARY}) == len(LIBRARY)
    for stage in ("begin", "middle", "end"):
        assert {prompt.category for prompt in LIBRARY if stage in prompt.stages} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("planned", "stages"),
    [(12, "bbbmmmmmmeee"), (6, "bmmmee"), (8, "bbmmmmee"), (13, "bbbmmmmmmeeee"), (1, "b"), (2, "be")],
)
def test_stages_are_quarters(planned: int, stages: str) -> None:
    assert "".join(stage_of(number, planned)[0] for number in range(1, planned + 1)) == stages


@given(pair=PAIRS, planned=st.integers(1, 26))
def test_none_comes_twice_and_each_fits(pair: str, planned: int) -> None:
    found = [suggest(pair, number, planned) for number in range(1, planned + 1)]
    prompts = [prompt for prompt in found if prompt is not None]
    assert len({prompt.id for prompt in prompts}) == len(found)
    for number, prompt in enumerate(prompts[:12], 1):
        stage: Stage = stage_of(number, planned)
        assert stage in prompt.stages
    counts = Counter(prompt.category for prompt in prompts)
    assert max(counts.values()) - min(counts[category] for category in CATEGORIES) <= 1


def test_the_library_ends_without_repeating_itself() -> None:
    last = len(LIBRARY)
    assert suggest("pair-q3-07", last, 12) is not None
    assert suggest("pair-q3-07", last + 1, 12) is None


def test_pairs_differ_and_each_choice_stands() -> None:
    first = [suggest(f"pair-q3-{number:02}", 1, 12) for number in range(1, 9)]
    assert first == [suggest(f"pair-q3-{number:02}", 1, 12) for number in range(1, 9)]
    assert len({prompt.id for prompt in first if prompt}) > 3
