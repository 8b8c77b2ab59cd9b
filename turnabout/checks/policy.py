"""Values of a policy that contradict each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from turnabout.checks.finding import Finding
from turnabout.model import Model
from turnabout.policy import Policy
from turnabout.presets import preset_policy

if TYPE_CHECKING:
    from turnabout.spec import CohortSpec

ORDERED = (
    ("charter", "R32", "min_kpis", "max_kpis"),
    ("charter", "T3", "launch_info", "launch_warning"),
    ("charter", "T3", "launch_warning", "launch_limit"),
    ("charter", "T2", "reminders", "escalation"),
    ("charter", "T4", "opening_reminders", "opening_escalation"),
    ("charter", "T4", "enrolment_reminders", "enrolment"),
    ("matching", "R36", "shortlist_min", "shortlist_max"),
    ("matching", "T5", "choice_reminder", "choice_window"),
    ("matching", "G13", "min_pairs", "max_pairs"),
    ("matching", "R89", "min_roll_out_pairs", "max_pairs"),
    ("matching", "R39", "min_cross_function", "max_pairs"),
    ("matching", "R39", "min_cross_location", "max_pairs"),
    ("matching", "R39", "min_cross_background", "max_pairs"),
    ("kickoff", "T7", "reminder", "invite"),
    ("kickoff", "T8", "first_meeting_reminders", "first_meeting_escalation"),
    ("kickoff", "T8", "first_meeting_due", "first_meeting_escalation"),
    ("sessions", "R45", "min_minutes", "max_minutes"),
    ("pulse", "T10", "reminders", "window"),
    ("measurement", "T6", "reminders", "opens"),
    ("closing", "T16", "memo", "memo_escalation"),
    ("closing", "G9", "close_reminders", "close_escalation"),
    ("safety", "G6", "red_rating", "amber_rating"),
)
"""Group, rule, and two of its values of which the first may not be larger (of a list: none of it)."""

AT_LEAST_ONE = (
    ("charter", "R26", "max_words"),
    ("charter", "R32", "min_kpis"),
    ("charter", "T4", "enrolment"),
    ("matching", "R36", "shortlist_min"),
    ("matching", "T5", "choice_window"),
    ("matching", "R37", "consent_window"),
    ("matching", "R37", "max_solves"),
    ("matching", "G12", "mentor_capacity"),
    ("matching", "G12", "mentee_capacity"),
    ("matching", "G13", "min_pairs"),
    ("kickoff", "R51", "minutes"),
    ("kickoff", "R78", "first_meeting_minutes"),
    ("goal", "G2", "stretch"),
    ("sessions", "T9", "moves"),
    ("sessions", "R45", "min_minutes"),
    ("pulse", "T10", "window"),
    ("nudges", "G20", "max_nudges"),
)
WEIGHTS = ("weight_gap", "weight_interests", "weight_overlap", "weight_difference")

SLOW = frozenset({"inclusion", "cross-generational trust"})
"""The outcomes that rest on how people behave."""


def problems(spec: CohortSpec) -> Iterator[Finding]:
    """Every contradiction of the policy."""
    policy = spec.policy
    weights = sum(getattr(policy.matching, name) for name in WEIGHTS)
    if weights != 100:
        yield Finding(
            ("policy", "matching"),
            "R36",
            f"The weights sum to {weights}, not 100.",
            f"Change {', '.join(WEIGHTS)}.",
        )
    for group, rule, smaller, larger in ORDERED:
        values = getattr(policy, group)
        low, high = getattr(values, smaller), getattr(values, larger)
        if (max(low, default=0) if isinstance(low, tuple) else low) > high:
            yield Finding(
                ("policy", group, smaller), rule, f"{smaller} ({_show(low)}) is beyond {larger} ({high})."
            )
    for group, rule, name in AT_LEAST_ONE:
        if getattr(getattr(policy, group), name) < 1:
            yield Finding(("policy", group, name), rule, f"{name} must be 1 or more.")
    yield from _reminders(policy)
    for group, rule, what in (("nudges", "R108", "Working hours"), ("sessions", "R45", "Hours for sessions")):
        hours = getattr(policy, group)
        if not 0 <= hours.day_starts < hours.day_ends <= 23:
            yield Finding(
                ("policy", group),
                rule,
                f"{what} from {hours.day_starts} to {hours.day_ends} are none.",
                "day_starts comes before day_ends, both from 0 to 23.",
            )


def _reminders(policy: Policy) -> Iterator[Finding]:
    for group, values in policy:
        for name, value in values if isinstance(values, Model) else ():
            if isinstance(value, tuple) and len(value) > policy.nudges.max_nudges:
                yield Finding(
                    ("policy", group, name),
                    "G20",
                    f"{len(value)} reminders for one item; at most {policy.nudges.max_nudges} are allowed.",
                    "Remove some.",
                )
            if isinstance(value, tuple) and len(set(value)) < len(value):
                yield Finding(("policy", group, name), "G20", "The same reminder stands there twice.")


def warnings(spec: CohortSpec) -> Iterator[Finding]:
    """Values that the preset overrides although somebody chose them."""
    default, chosen, used = (
        Policy().closing,
        spec.policy.closing,
        preset_policy(spec.preset, spec.policy).closing,
    )
    for name, rule in (("endpoint_grace", "T15"), ("memo", "T16")):
        mine = getattr(chosen, name)
        if mine not in {getattr(default, name), getattr(used, name)}:
            yield Finding(
                ("policy", "closing", name),
                rule,
                f"{spec.preset} sets {name} to {getattr(used, name)}; {mine} has no effect.",
                "Remove it, or choose another preset.",
            )


def fit_warnings(spec: CohortSpec) -> Iterator[Finding]:
    """A program too short for what most of its KPIs are about (R50)."""
    slow = [kpi for kpi in spec.kpis if kpi.outcome in SLOW]
    if spec.preset == "skills_sprint" and 2 * len(slow) > len(spec.kpis):
        yield Finding(
            ("preset",),
            "R50",
            f"Most KPIs are about {' and '.join(sorted({kpi.outcome for kpi in slow}))}.",
            "Such a change takes longer than a skills sprint; behaviour_change has the time for it.",
        )


def _show(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
