"""The sponsor's duties in the words of pages: to those who wait, and from the sponsor who did them."""

from __future__ import annotations

from collections.abc import Mapping

TO_DO: Mapping[str, str] = {
    "kickoff": "Be at the kickoff",
    "checkpoint": "Hold the mid-pilot checkpoint",
    "recognition": "Recognise the participating leaders in public",
    "closing": "Hold the closing checkpoint",
}
DONE: Mapping[str, str] = {
    "kickoff": "I was at the kickoff",
    "checkpoint": "I held the mid-pilot checkpoint",
    "recognition": "I recognised the participating leaders in public",
    "closing": "I held the closing checkpoint",
}


def asked(duty: str) -> str:
    """The duty within a sentence."""
    return TO_DO[duty][:1].lower() + TO_DO[duty][1:]
