"""What a pair leaves behind in each phase of its program (R62-R66, R6): kinds of evidence, how many. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from turnabout.model import Model

DeliverableKind = Literal["tutorial", "channel_demo", "draft", "targeting_change", "brief", "other"]
"""What a pair can produce: a short lesson, a channel shown at work, a draft for feedback, a change of whom
something is for, a brief that others can repeat, anything else."""

EvidenceKind = Literal[
    "goal",
    "cadence",
    "channel_demo",
    "tutorial",
    "draft",
    "deliverable",
    "experiment",
    "targeting_change",
    "insight",
    "decision",
    "brief",
    "outcome",
    "next_steps",
    "memo",
]
"""What can be asked for. A `draft` counts once it has feedback; a `deliverable` is of any kind; an insight
counts when it is recorded, a `decision` when an insight changed one; `next_steps` are those of the memo."""


class Evidence(Model):
    """So many of a kind are asked for; `weekly`: one in every week of the phase, where those that are missing
    may follow later, several in one week."""

    kind: EvidenceKind
    count: int = Field(default=1, ge=1)
    weekly: bool = False


_ONE: dict[EvidenceKind, str] = {
    "goal": "an accepted goal",
    "cadence": "an agreed cadence",
    "channel_demo": "a channel shown at work",
    "tutorial": "a short tutorial",
    "draft": "a draft with feedback",
    "deliverable": "something produced",
    "experiment": "an experiment with its verdict",
    "targeting_change": "a change of targeting",
    "insight": "an insight written down",
    "decision": "a decision that an insight changed",
    "brief": "a brief that others can repeat",
    "outcome": "the outcome against the goal",
    "next_steps": "next steps",
    "memo": "the closure memo",
}
_MANY: dict[EvidenceKind, str] = {
    "channel_demo": "channels shown at work",
    "tutorial": "short tutorials",
    "draft": "drafts with feedback",
    "deliverable": "things produced",
    "experiment": "experiments with their verdicts",
    "targeting_change": "changes of targeting",
    "insight": "insights written down",
    "decision": "decisions that insights changed",
    "brief": "briefs that others can repeat",
}


def words(asked: Evidence) -> str:
    """What is asked for, as a letter says it: `3 short tutorials`, `a draft with feedback every week`."""
    if asked.weekly:
        return f"{_ONE[asked.kind]} every week"
    return _ONE[asked.kind] if asked.count == 1 else f"{asked.count} {_MANY.get(asked.kind, asked.kind)}"


def still(missing: Evidence) -> str:
    """What is missing, as a letter says it."""
    return words(missing.model_copy(update={"weekly": False}))
