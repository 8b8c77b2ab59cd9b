"""Whether a goal fits the length of its program: another behaviour takes longer than a skill (R50). Pure.

A goal is one of behaviour where it says how often something is done, or names an act between people that
counts only when it is repeated. It is a hint to the lead and never refuses a goal.
"""

from __future__ import annotations

from turnabout.presets import PresetName
from workflows.rules import goal_text, goal_words
from workflows.rules.goal_time import FREQUENCY

SHORT: frozenset[PresetName] = frozenset({"skills_sprint"})
"""The presets that are too short for another behaviour."""


def misfit(statement: str, preset: PresetName) -> bool:
    """Whether a goal means another behaviour in a program that is too short for it."""
    if preset not in SHORT:
        return False
    text = goal_text.plain(statement)
    return bool(FREQUENCY.search(text)) or any(
        word in goal_words.BEHAVIOURS for word in goal_text.tokens(text)
    )
