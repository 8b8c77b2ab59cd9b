"""Whole cohorts of people who answer late, never or unasked: whatever they do, the rules hold: G6, G9-G12,
G16, G20, G21, R9, R42, R73, R108 and R110.

`make drills` lives many more of them; a failure prints the seed of its dice.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from random import Random
from typing import get_args

import pytest

from tests.drills import SEED, dice
from tests.rules.whole import must_hold, order
from tests.rules.whole.folk import Folk
from tests.rules.whole.pauses import sessions_rest_in_a_pause
from tests.rules.whole.specs import random_spec
from tests.rules.whole.town import Town
from turnabout import calendar
from turnabout.commands.cohort_governance import PlanCohort
from turnabout.model import SYSTEM
from turnabout.presets import PresetName
from turnabout.spec import CohortSpec

COHORTS = 25 if SEED in os.environ else 3
"""Lives by each preset: more of them in a drill."""


def live(preset: PresetName, random: Random) -> tuple[Town, CohortSpec]:
    """One cohort from its plan to its archive."""
    spec = random_spec(preset, random)
    begin = calendar.instant(spec.starts_on, datetime.min.time(), spec.timezone)
    outages = [begin + timedelta(days=random.uniform(0, 300)) for _ in range(random.randrange(COHORTS))]
    town = Town(
        people=Folk(spec, random),
        now=begin,
        outages=[(at, at + timedelta(days=random.choice((0.1, 1, 4, 15)))) for at in sorted(outages)],
    )
    assert town.give(f"cohort-{spec.id}", SYSTEM.id, PlanCohort(spec=spec))
    town.live()
    return town, spec


@pytest.mark.parametrize("number", range(COHORTS))
@pytest.mark.parametrize("preset", get_args(PresetName))
def test_whatever_people_do_the_rules_hold(preset: PresetName, number: int) -> None:
    town, spec = live(preset, dice(f"{preset}-{number}"))
    must_hold.it_ends(town)
    must_hold.pairs_may_be(town, spec)
    sessions_rest_in_a_pause(town)
    must_hold.nudges_are_few(town)
    must_hold.nobody_is_reminded_at_night(town, spec)
    must_hold.memos_precede_the_close(town, spec)
    must_hold.refusals_name_a_rule(town)
    must_hold.secrets_stay(town)
    must_hold.letters_reach_the_right(town, spec)
    must_hold.letters_can_be_written(town)
    order.gates_hold_in_the_cohort(town, spec)
    order.pairs_choose_each_other(town, spec)
    order.pairs_meet_prepared(town)
    order.the_cohort_knows_its_pairs(town)
    order.the_steward_hears_at_once(town)
    order.nothing_ends_by_default(town)
