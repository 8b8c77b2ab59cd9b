"""A value of the tied metric for one's own pair (R44)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.cohort_measurement import RecordMetric
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit


async def _metric(_: Gateway, visit: Visit) -> View:
    state = visit.cohort
    own = [name for name, pair in state.pairs.items() if visit.person in pair.people]
    if not own:
        return View(closed="You have no pair yet whose metric could be recorded.")
    metric = state.spec.priority_metric
    fields = (
        Field("on", "On which day was it measured?", "date"),
        Field(
            "value",
            f"{metric.name[:1].upper()}{metric.name[1:]}",
            "number",
            help=f"In {metric.unit}, from {metric.source}.",
        ),
        Field(
            "exposures",
            "Of how many?",
            "number",
            required=False,
            help="Only where the number counts some of many, such as 12 of 300.",
        ),
        Field("source", "Where is it from?", limit=280),
    )
    forms = tuple(
        Form(
            RecordMetric,
            fields,
            title=f"Pair {name.removeprefix('pair-')}" if len(own) > 1 else "",
            submit="Record it",
            fixed={"pair": name},
            name=f"record_metric-{name}",
            repeatable=True,
        )
        for name in own
    )
    given = {form.id: {"source": metric.source} for form in forms}
    return View(forms, given=given)


PAGES = (
    Page(
        name="metric",
        title="The number that you want to move",
        of="cohort",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead; the sponsor only what all pairs come to.",
        show=_metric,
        intro="Record what was measured for your pair, in a minute. A later number for the same day and "
        "source takes the place of the earlier one.",
    ),
)
