"""The figures that a charter may name, by id (domain: K1 to K16). Pure."""

from __future__ import annotations

from collections.abc import Mapping

KPIS: Mapping[str, str] = {
    "K1": "people retained, against the control group",
    "K2": "change of engagement from baseline to endpoint",
    "K3": "people who reach their target skill level",
    "K4": "people promoted within a year",
    "K5": "insights that were carried out and measured better",
    "K6": "pairs that reach their goal",
    "K7": "progress as both partners rate it",
    "K8": "pairs in which both feel safe",
    "K9": "people who would recommend the program",
    "K10": "sessions held of those planned",
    "K11": "days from the signed charter to the kickoff",
    "K12": "change of the metric that goals are tied to",
    "K13": "duties that the sponsor fulfilled on time",
    "K14": "closure memos filed in time",
    "K15": "how well people were matched: first choices, assigned pairs",
    "K16": "return: benefit less cost, over cost",
}
"""What each one says, in a line."""
