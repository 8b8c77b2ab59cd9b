"""A pair gets prompts that fit its stage, from all categories in turn, and none twice (R80)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.cohort.world import make_spec
from tests.rules.pair.stage import active
from turnabout.checks import check
from turnabout.prompts import CATEGORIES, LIBRARY, OwnPrompt, Stage, stage_of, suggest

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


OWN = (
    OwnPrompt(category="customer trends", text="Call one customer of the new shop together."),
    OwnPrompt(category="tech demo", text="Sixty seconds: our own chat tool.", stages=("begin",)),
)


@given(pair=PAIRS, planned=st.integers(1, 26), count=st.integers(0, 2))
def test_r80_own_prompts_join_the_library_and_none_comes_twice(pair: str, planned: int, count: int) -> None:
    own = OWN[:count]
    found = [suggest(pair, number, planned, own) for number in range(1, len(LIBRARY) + count + 1)]
    assert {prompt.text for prompt in found if prompt} == {
        *(prompt.text for prompt in LIBRARY),
        *(prompt.text for prompt in own),
    }
    assert suggest(pair, len(LIBRARY) + count + 1, planned, own) is None


def test_r80_own_prompts_are_the_cohorts_and_reach_its_pairs() -> None:
    spec = make_spec(prompts=[prompt.model_dump() for prompt in OWN])
    assert spec.prompts == OWN
    assert not check(spec).problems
    scene = active(prompts=OWN)
    texts = []
    for number in range(1, 13):
        start = scene.state.sessions[number].starts_at
        scene = scene.until(start)
        texts += [
            str(getattr(effect, "values", {}).get("prompt"))
            for effect in scene.effects
            if getattr(effect, "template", "") == "session_reminder"
        ]
    assert len(texts) == len(set(texts)) == 12
    assert texts == [getattr(suggest("pair-q1-07", n, 12, OWN), "text", None) for n in range(1, 13)]


@pytest.mark.parametrize(
    "texts",
    [
        ["What did you buy last month, without talking to anybody?  Walk through it step by step"],
        ["Call a customer.", "call a CUSTOMER"],
    ],
    ids=["in the library", "twice"],
)
def test_r80_a_prompt_that_is_there_already_is_refused(texts: list[str]) -> None:
    spec = make_spec(prompts=[{"category": "tech demo", "text": text} for text in texts])
    assert [(finding.path[:2], finding.rule) for finding in check(spec).problems] == [
        (("prompts", len(texts) - 1), "R80")
    ]
