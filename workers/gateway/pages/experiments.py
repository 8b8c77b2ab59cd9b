"""Experiments with their interval and verdict (R68)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_practice import RecordExperiment
from turnabout.experiments import Comparison
from turnabout.results.work import ExperimentLine
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.pages.work import begun
from workers.gateway.pages.work_log import known
from workers.gateway.visit import Page, View, Visit

ROWS = 4
"""Variants that the page has room for."""
MINUS = "\u2212"
VERDICTS = {"better": "better", "worse": "worse", "inconclusive": "cannot tell yet"}
_DIRECTIONS = (Option("increase", "More is better"), Option("decrease", "Less is better"))


def _form() -> Form:
    columns = (
        Field("name", "Name", limit=280),
        Field("exposures", "How many saw it?", "number"),
        Field("successes", "With how many did it succeed?", "number"),
    )
    return Form(
        RecordExperiment,
        (
            Field("metric", "What did you count?", limit=280, help="Such as: replies to a post."),
            Field("direction", "Which way is better?", "choice", options=_DIRECTIONS),
            Field(
                "variants",
                "What did you try?",
                "rows",
                columns=columns,
                rows=ROWS,
                help=f"Two to {ROWS}, one a block; what you did before comes first. Leave the rest empty.",
            ),
        ),
        title="A new experiment",
        submit="Record the counts",
        repeatable=True,
    )


async def _experiments(gateway: Gateway, visit: Visit) -> View:
    log = await known(gateway, visit)
    closed = begun(visit)
    shown = [
        {
            "line": one,
            "verdict": VERDICTS[one.verdict],
            "compared": [_compared(one, found) for found in one.comparisons],
        }
        for one in log.experiments
    ]
    forms = () if closed else (_form(),)
    return View(forms, closed=closed, context={"experiments": shown})


def _compared(one: ExperimentLine, found: Comparison) -> str:
    """What the counts say of a variant, in a sentence."""
    more = "more" if found.difference >= 0 else "less"
    low, high = (_points(value, signed=True) for value in (found.low, found.high))
    points, verdict = _points(abs(found.difference)), VERDICTS[found.verdict]
    return (
        f"{found.variant}: {points} percentage points {more} than {one.variants[0].name} "
        f"({one.confidence} % interval from {low} to {high}): {verdict}."
    )


def _points(share: float, *, signed: bool = False) -> str:
    return f"{share * 100:{'+' if signed else ''}.1f}".replace("-", MINUS)


PAGES = (
    Page(
        name="experiments",
        title="Experiments",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead.",
        show=_experiments,
        template="experiments.html.j2",
        intro="Here you record what you tried and counted, in three minutes; the page works out whether "
        'the difference is real. "Cannot tell yet" is a result, too.',
    ),
)
