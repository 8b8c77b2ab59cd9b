"""The views on matching counted again from the whole log, sharing nothing with the fold but the meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from events.contracts import StoredEvent
from tests.projections.recount import Log, Row, cohort_of, of, spec_of, streams

KINDS = ("invitation", "choice", "consent")


def matching(log: Log) -> list[Row]:
    return [_matching(log, stream) for stream in streams(log, "cohort")]


def _matching(log: Log, stream: str) -> Row:
    cohort = cohort_of(stream)
    (planned,) = of(log, stream, "cohort.planned")
    rules = planned.data["policy"]["matching"]
    facts = {person["id"]: person for person in spec_of(log, cohort)["people"]}
    proposals = of(log, stream, "cohort.match_proposed")
    ranks = {
        (event.data["round"], edge["mentor"], edge["mentee"]): edge["rank"]
        for event in proposals
        for edge in event.data["edges"]
    }
    accepted = of(log, stream, "cohort.match_accepted")
    assigned = of(log, stream, "cohort.pair_assigned")
    got = [ranks[event.data["round"], event.data["mentor"], event.data["mentee"]] for event in accepted]
    declined = Counter(event.data["by_default"] for event in of(log, stream, "cohort.match_declined"))
    made = [(facts[event.data["mentor"]], facts[event.data["mentee"]]) for event in (*accepted, *assigned)]
    across = {
        trait: sum(one[trait] != other[trait] for one, other in made if one[trait] and other[trait])
        for trait in ("function", "location", "background")
    }
    waiting = {person: _reason(of(log, stream), person) for person in sorted(facts)}
    return {
        "cohort": cohort,
        "matched": len(accepted),
        "assigned": len(assigned),
        "declined": declined[False],
        "silent": declined[True],
        "profile": _profile(got),
        "worst_rank": max(got, default=0),
        "total_rank": sum(got),
        "pairs": len(made),
        "crosses": across if len(made) >= planned.data["policy"]["confidential_k"] else None,
        "wanted": {trait: rules[f"min_cross_{trait}"] for trait in across},
        "solves": [_solve(event) for event in proposals],
        "unmatched": [
            {"person": person, "role": facts[person]["role"], "reason": reason}
            for person, reason in waiting.items()
            if reason is not None
        ],
    }


def _solve(event: StoredEvent) -> Row:
    ranks = [edge["rank"] for edge in event.data["edges"]]
    quality = event.data["quality"]
    return {
        "round": event.data["round"],
        "solve": event.data["solve"],
        "at": event.occurred_at.isoformat(),
        "profile": _profile(ranks),
        "worst_rank": max(ranks, default=0),
        "total_rank": sum(ranks),
        "blocking_pairs": quality["blocking_pairs"] if quality else None,
    }


def _profile(ranks: list[int]) -> list[int]:
    counted = Counter(ranks)
    return [counted[rank] for rank in range(1, max(ranks, default=0) + 1)]


def _reason(events: Log, person: str) -> str | None:
    """Why somebody waits, by the last event that says something of it."""
    said = [reason for event in events for reason in _says(event, person)]
    return said[-1] if said else None


def _says(event: StoredEvent, person: str) -> Iterator[str | None]:
    data = event.data
    match event.type:
        case "cohort.round_closed":
            yield from (who["reason"] for who in data["unmatched"] if who["person"] == person)
        case "cohort.pair_end_noted":
            yield from ("the pair ended" for who in data["waiting"] if who == person)
            yield from (None for who in data["left"] if who == person)
        case "cohort.round_opened":
            yield from (None for who in data["mentees"] if who == person)
        case "cohort.pair_arranged":
            yield from (None for role in ("mentor", "mentee") if data["terms"][role] == person)
        case "cohort.person_declined" | "cohort.person_withdrew" | "cohort.person_exited":
            yield from (None for who in [data["person"]] if who == person)


def open_answers(log: Log) -> list[Row]:
    rows = []
    for stream in streams(log, "cohort"):
        events = of(log, stream)
        for place, event in enumerate(events):
            for chase in event.data.get("opens", ()):
                later = events[place + 1 :]
                if chase["kind"] in KINDS and not any(_ends(one, chase["item"]) for one in later):
                    ends = [step["at"] for step in chase["steps"] if step["action"] == "expire"]
                    rows.append(
                        {
                            "cohort": cohort_of(stream),
                            "kind": chase["kind"],
                            "person": next(who for step in chase["steps"] for who in step["to"]),
                            "since": event.occurred_at.isoformat(),
                            "closes_at": ends[0],
                            "item": chase["item"],
                        }
                    )
    return sorted(rows, key=lambda row: (str(row["cohort"]), str(row["item"])))


def _ends(event: StoredEvent, item: str) -> bool:
    return item in event.data.get("settles", ()) or (
        event.type == "cohort.item_expired" and event.data["item"] == item
    )
