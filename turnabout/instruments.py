"""What surveys ask: items, how their answers become a score, and the house's own instruments. Pure.

Every item names the action that its answers lead to (R58): a question without one is not asked. The words of
the house items are ours; an organisation may bring instruments that it has the right to use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import Field

from turnabout.model import Key, Line, Model

ENGAGEMENT, RETENTION, SKILL = "engagement", "retention-intent", "skill"
NEEDED = (ENGAGEMENT, RETENTION, SKILL)
"""What the baseline asks everybody (R55); the fourth, the tied metric, is observed and not asked."""

Answers = dict[str, int]
"""Somebody's answers: by `instrument.item` the number chosen on the item's scale; yes is 1 and no 0."""


class Item(Model):
    """One question. `measure` is what it counts towards; `yes_no` items are answered 1 or 0; of a `reversed`
    one a low answer is a good one; `action` says what is done because of the answers."""

    id: Key = Field(description="names the question within its instrument")
    text: Line = Field(description="the question, as people read it")
    measure: Key = Field(description="what it counts towards, such as `engagement`")
    yes_no: bool = Field(default=False, description="whether it is answered with yes or no")
    reversed: bool = Field(default=False, description="whether a low answer is the good one")
    action: Line = Field(description="what is done because of the answers (R58)")


class Instrument(Model):
    """A set of items with one scale, from `lowest` to `highest`. A change of an item is a new `version`, for
    only equal ones can be compared (R59). `licence` says by which right it is used; measures in `rescaled`
    are reported from 0 to 100, all others on the scale itself."""

    id: Key = Field(description="names the instrument")
    version: int = Field(ge=1, description="goes up with every change of an item (R59)")
    name: Line = Field(description="what people read")
    licence: Line = Field(description="by which right it is used")
    source: Line = Field(description="where it comes from")
    lowest: int = Field(default=1, ge=0, le=1, description="least answer of the scale")
    highest: int = Field(default=5, ge=2, le=10, description="greatest answer of the scale")
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)] = Field(
        description="the questions, 1 to 40"
    )
    rescaled: tuple[Key, ...] = Field(default=(), description="measures that are reported from 0 to 100")

    @property
    def edition(self) -> str:
        """The instrument with its version, such as `house@1`."""
        return f"{self.id}@{self.version}"

    def name_of(self, item: Item) -> str:
        """The name under which an item is answered, such as `house.energy`."""
        return f"{self.id}.{item.id}"

    def range_of(self, item: Item) -> tuple[int, int]:
        """The least and the greatest answer."""
        return (0, 1) if item.yes_no else (self.lowest, self.highest)

    def scores(self, answers: Mapping[str, int]) -> dict[str, float]:
        """By measure the mean of what somebody answered, reversed items turned round. A measure of which less
        than half is answered has no score."""
        scored: dict[str, float] = {}
        for measure in dict.fromkeys(item.measure for item in self.items):
            items = [item for item in self.items if item.measure == measure]
            values = [
                self._value(item, answers[self.name_of(item)]) for item in items if self._has(item, answers)
            ]
            if 2 * len(values) < len(items):
                continue
            mean = sum(values) / len(values)
            if measure in self.rescaled:
                low, high = self.range_of(items[0])
                mean = 100 * (mean - low) / (high - low)
            scored[measure] = mean
        return scored

    def _has(self, item: Item, answers: Mapping[str, int]) -> bool:
        return self.name_of(item) in answers

    def _value(self, item: Item, answer: int) -> int:
        low, high = self.range_of(item)
        return low + high - answer if item.reversed else answer


def form_of(instruments: Iterable[Instrument]) -> str:
    """The editions that a wave asks, such as `house@1`: two waves with one form can be compared (R59)."""
    return "+".join(instrument.edition for instrument in instruments)


def questions(instruments: Iterable[Instrument]) -> dict[str, tuple[int, int]]:
    """By the name of each item of a wave its least and greatest answer."""
    return {
        instrument.name_of(item): instrument.range_of(item)
        for instrument in instruments
        for item in instrument.items
    }


def scores(instruments: Iterable[Instrument], answers: Mapping[str, int]) -> dict[str, float]:
    """By measure somebody's score in a wave."""
    return {
        measure: score for instrument in instruments for measure, score in instrument.scores(answers).items()
    }


HOUSE = Instrument(
    id="house",
    version=1,
    name="Baseline and endpoint of the house",
    licence="Turnabout's own wording, under the licence of this software",
    source="Turnabout",
    rescaled=(ENGAGEMENT,),
    items=(
        Item(
            id="energy",
            text="On most days I start my work with energy.",
            measure=ENGAGEMENT,
            action="The lead looks at workload and time for the program with the line managers.",
        ),
        Item(
            id="meaning",
            text="I can see what my work is good for.",
            measure=ENGAGEMENT,
            action="Pairs give their sessions more of what the business is after.",
        ),
        Item(
            id="voice",
            text="What I say is taken up by people who decide.",
            measure=ENGAGEMENT,
            action="The lead and the sponsor carry insights of the pairs into decisions.",
        ),
        Item(
            id="staying",
            text="I expect to be working here a year from now.",
            measure=RETENTION,
            action="HR offers talks about next steps; the lead compares with the control group.",
        ),
        Item(
            id="skill",
            text="The skill that I most want to grow in this program: 1 is a beginner, 5 an expert.",
            measure=SKILL,
            action="The pair sets its goal by it, and at the end sees what was gained.",
        ),
    ),
)
"""What the baseline and the endpoint ask everybody, controls too (R55)."""

PULSE = Instrument(
    id="house-pulse",
    version=1,
    name="Pulse of the house, for each partner",
    licence="Turnabout's own wording, under the licence of this software",
    source="Turnabout",
    items=(
        Item(
            id="progress",
            text="How far have the two of you come towards your goal?",
            measure="progress",
            action="Low on both sides is a sign of stagnation: the lead proposes a reshuffle at mid-point.",
        ),
        Item(
            id="safety",
            text="I can say in this pair what I think, and nobody holds it against me.",
            measure="safety",
            action="Low means a routine check-in: the pair rests and the steward speaks with both.",
        ),
        Item(
            id="recommend",
            text="Would you recommend the program to a colleague?",
            measure="recommend",
            yes_no=True,
            action="The share goes into the decision whether the program goes on.",
        ),
    ),
)
"""The rated questions of a pulse, and of the endpoint's section for each partner; two free texts (what
worked, what to improve) go with a pulse, five questions in all (R58, R81)."""

REGISTRY: Mapping[str, Instrument] = {one.id: one for one in (HOUSE, PULSE)}
"""The instruments that come with the house, by id."""
