"""The catalog is whole: every rule that holds today is at home in the code and named by a test."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.catalog import mentions
from tests.catalog.catalog import LETTERS, entries, ids_in
from tests.catalog.page import PAGE, policy_values, render
from turnabout.policy import Policy

PENDING: frozenset[str] = frozenset()
"""Rules of cohorts and pairs that are still being built."""

DUE = [id_ for id_, entry in entries().items() if entry.due and id_ not in PENDING]


@pytest.mark.parametrize("id_", DUE)
def test_a_rule_that_holds_today_has_a_home_and_a_test(id_: str) -> None:
    title = entries()[id_].title
    assert mentions.homes().get(id_), f"{id_} ({title}): no module says that it decides it"
    assert mentions.tests().get(id_), f"{id_} ({title}): no test names it"


def test_every_id_that_code_tests_and_policy_name_is_in_the_catalog() -> None:
    named = chain(mentions.homes(), mentions.tests(), policy_values(Policy()))
    assert sorted({id_ for id_ in named if id_[0] in LETTERS} - entries().keys()) == []


def test_a_range_names_all_that_lies_in_it() -> None:
    assert list(ids_in("who joins (R33-R35, G11), not X1 or R1x")) == ["R33", "R34", "R35", "G11"]


def test_the_page_of_rules_says_what_holds() -> None:
    """When this fails, `python -m tests.catalog` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()
