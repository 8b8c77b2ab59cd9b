"""What the demo's people say and who of them is out of line. Data only; who answers what is in `cast.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

CHARTER = """\
We run a reverse-mentoring cohort in which junior colleagues teach senior leaders how our customers
find, judge and recommend us on social platforms, and in which leaders open their networks in
return. Taking part is a choice; nobody is matched against their will. What partners tell each other
stays between them, and a safety steward outside every reporting line is there for everybody. We
measure followers gained, goals attained, adherence and how safe both sides feel, and we publish
nothing about fewer than five people. I will be at the kickoff, look in at mid-point and thank the
leaders who learn in public.
"""

TEACHES = (
    "Short video for customer stories",
    "Reading platform analytics",
    "Community replies in plain words",
    "Prompting writing assistants safely",
    "Search trends and what they tell",
)
GIVES = (
    "How budgets are decided",
    "Introductions to the regional heads",
    "Preparing a board paper",
    "Career coaching towards a first team",
    "Reading a balance sheet",
)
DELIVERABLES = (
    "Draft post with two headlines",
    "Filmed a 60-second demo",
    "Rewrote the reply guide",
    "Tested two posting times",
    "One-page brief for the team",
)
WINS = ("The first post was shared by customers", "The leader now drafts without help")
ROADBLOCK = "Legal review takes a week"
ACTION = "Agree a two-day legal review with the counsel"
MEMOS = (
    "The leader publishes without help and the team keeps the brief in use.",
    "Replies to customers go out within a day, in plain words.",
    "The team reads its own analytics every Monday.",
)
LESSONS = (
    "Short drafts and fast feedback beat long lessons.",
    "A question from the junior opened the best hour.",
    "One small experiment a week is enough.",
)
NEXT_STEPS = (
    "Hand the brief to the regional team",
    "Repeat the experiment in a second market",
    "Present the guide at the leaders' meeting",
)
NEXT_COHORT = "q2-2027"
VAGUE_GOAL = "Get exposure to short video"
SOURCE = "Channel analytics"
COHORT_MEMO = "Leaders learned in public and juniors were heard; the briefs stay in use after the cohort."


@dataclass(frozen=True)
class Script:
    """Who is out of line, by the number of the pair or by the place in the roster, counted from 0.

    Everybody else answers the first mail. The numbers are chosen so that each guard shows once.
    """

    late_to_join: frozenset[int] = frozenset({3})
    late_to_rank: frozenset[int] = frozenset({1})
    declines_first_match: frozenset[int] = frozenset({2})
    absent_at_kickoff: frozenset[int] = frozenset({4})
    without_baseline: int = 8
    feels_unsafe: int = 3
    stagnates: int = 7
    undecided: int = 5
    silent_in_pulse: int = 6
    misses_sessions: dict[int, frozenset[int]] = field(
        default_factory=lambda: {2: frozenset({4}), 7: frozenset({2, 3, 4, 5, 6}), 9: frozenset({8})}
    )
    late_memo: int = 8
    proposes_vaguely: int = 4
