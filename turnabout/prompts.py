"""Questions and small tasks to begin a session with (R80), chosen for a pair and a session. Pure.

The choice follows from the pair's name and its library alone: it is the same whenever it is made, and differs
between pairs. An organisation's own prompts are fixed with its cohort.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from turnabout.model import Line, Model

Category = Literal["customer trends", "tech demo", "leadership brief", "psychological safety"]
Stage = Literal["begin", "middle", "end"]
"""The first quarter of a pair's sessions, the half between, and the last quarter."""

CATEGORIES: tuple[Category, ...] = get_args(Category)


class Prompt(Model):
    """One question or task. `stages` are those that it fits."""

    id: str
    category: Category
    stages: tuple[Stage, ...]
    text: str


class OwnPrompt(Model):
    """A prompt that an organisation adds to the library; `stages` are those that it fits, all unless told."""

    category: Category = Field(description="which part of the library it joins (R80)")
    text: Line = Field(description="the question or task")
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)] = Field(
        default=("begin", "middle", "end"), description="when it fits"
    )


def library(own: Iterable[OwnPrompt] = ()) -> tuple[Prompt, ...]:
    """The library with an organisation's own prompts."""
    added = (
        Prompt(id=f"own-{number:02}", category=one.category, stages=one.stages, text=one.text)
        for number, one in enumerate(own, 1)
    )
    return (*LIBRARY, *added)


def stage_of(number: int, planned: int) -> Stage:
    """Where session `number`, from 1, stands among those `planned`; sessions beyond belong to the end."""
    if 4 * number <= planned or number == 1:
        return "begin"
    return "end" if 4 * number > 3 * planned else "middle"


def suggest(pair: str, number: int, planned: int, own: Iterable[OwnPrompt] = ()) -> Prompt | None:
    """What the pair may begin its session `number` with, the organisation's `own` prompts among them: it fits
    the stage, the categories take turns, and none comes twice; None when the library is used up."""
    fresh = sorted(library(own), key=lambda prompt: hashlib.sha256(f"{pair}/{prompt.id}".encode()).digest())
    turns: Counter[Category] = Counter()
    chosen: Prompt | None = None
    for session in range(1, number + 1):
        stage = stage_of(session, planned)
        fitting = [prompt for prompt in fresh if stage in prompt.stages] or fresh
        if not fitting:
            return None
        chosen = min(fitting, key=lambda prompt: turns[prompt.category])
        turns[chosen.category] += 1
        fresh = [prompt for prompt in fresh if prompt.id != chosen.id]
    return chosen


def _prompts(category: Category, initials: str, *texts: tuple[str, str]) -> tuple[Prompt, ...]:
    stages: dict[str, Stage] = {"b": "begin", "m": "middle", "e": "end"}
    return tuple(
        Prompt(
            id=f"{initials}-{number:02}",
            category=category,
            stages=tuple(stages[letter] for letter in letters),
            text=text,
        )
        for number, (letters, text) in enumerate(texts, 1)
    )


LIBRARY: Final = (
    *_prompts(
        "customer trends",
        "ct",
        ("b", "What did you buy last month without talking to anybody? Walk through it, step by step."),
        ("b", "Open the phone: which three apps would you keep, and what do they do better than ours?"),
        ("bm", "Find a complaint about us that is younger than a week. What would a good answer have been?"),
        (
            "bm",
            "Where do people of your age ask for advice before they decide? Look at one such place together.",
        ),
        ("m", "Compare how we and one newcomer welcome a new customer. Note two things to borrow."),
        ("m", "Read ten reviews of one product together. Which word comes up most, and what is behind it?"),
        ("m", "Which of our rules would make a new customer leave? Try to explain it to each other."),
        ("m", "Pick a trend that you believe is hollow. What would have to happen to change your mind?"),
        ("me", "Which customer did we not have two years ago? Who could call one of them this week?"),
        ("e", "Which habit of customers that you met here should next year's plan name? Draft the sentence."),
        ("e", "What should be watched every month from now on, by whom, and where would it be seen first?"),
    ),
    *_prompts(
        "tech demo",
        "td",
        ("b", "Sixty seconds: show the tool that saves you the most time. Then the other one tries it."),
        ("b", "Sixty seconds: set up a filter, a shortcut or a template that the other one keeps using."),
        ("bm", "Sixty seconds: let an assistant summarise a page you know well. What did it miss?"),
        (
            "bm",
            "Sixty seconds: make a short clip with the phone. What would make a stranger watch it all?",
        ),
        ("m", "Sixty seconds: turn a table of numbers into one picture that answers one question."),
        ("m", "Sixty seconds: show where your data is visible to others, and close one door."),
        ("m", "Sixty seconds: automate one thing you did twice this week, however small."),
        ("m", "Sixty seconds: show two versions of one message. Guess which works better, then look it up."),
        ("me", "Sixty seconds: the one who learned demonstrates what the other showed three sessions ago."),
        ("e", "Sixty seconds: show it to a colleague who was not there. What do they ask first?"),
        ("e", "Sixty seconds: rebuild your best trick from an empty screen, and write the steps down."),
    ),
    *_prompts(
        "leadership brief",
        "lb",
        ("b", "Which decision of this week looked odd from outside? What was weighed that nobody saw?"),
        ("b", "What is on the leader's table this quarter, in three lines? Which line is least certain?"),
        ("bm", "Who has to agree before something changes here? Draw it, with the informal ones."),
        ("bm", "Tell of a decision you would take back. When did you know, and what did you do then?"),
        ("m", "Take a paper for the next meeting and cut it to five sentences that a newcomer understands."),
        ("m", "Where does money for a small idea come from? Sketch the way from the idea to the first euro."),
        ("m", "Which number does the leadership look at first, and what does it hide?"),
        (
            "m",
            "Prepare one sentence that opens a door for the other's career, and say to whom you will say it.",
        ),
        ("me", "Rehearse a two-minute pitch of what you have built so far. The other plays the sceptic."),
        ("e", "Which of your results should the leadership hear of, in one slide? Name the ask on it."),
        ("e", "What should be handed over, to whom, with which first step and date? Write it down now."),
    ),
    *_prompts(
        "psychological safety",
        "ps",
        ("b", "What helps you to say an unfinished thought aloud? Agree on one thing that both will do."),
        ("b", "Which words or jokes make you go quiet? Say one each, and only listen."),
        ("bm", "When did somebody's honest remark help you? What did they do so that you could hear it?"),
        ("bm", "What stays between you two, and what may be told? Read your ground rules again."),
        ("m", "What did you hold back last time? If it still matters, say it in one sentence."),
        ("m", "Who speaks least in your meetings? Find one way to make room for them this week."),
        ("m", "Say 'I do not know' about something that the other expects you to know."),
        ("m", "Swap roles for five minutes: ask the question that you think the other would like to ask."),
        ("me", "Which piece of feedback did you act on? Tell what changed, and what was hard."),
        ("e", "What do you dare to say now that you did not in the first session? What made the difference?"),
        ("e", "What will you do in your own team so that others dare to speak? Choose one habit and a date."),
    ),
)
"""In own wording; at least ten of each category, and some of each for every stage."""
