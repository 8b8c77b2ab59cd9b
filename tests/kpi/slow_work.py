"""K5 to K15 again, from the raw events by looping over them, and all lines together. As `slow`."""

from __future__ import annotations

import statistics as st
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scipy.optimize import brentq

from events.contracts import StoredEvent
from tests.kpi.formulas import SP, Row, gap_of_shares, proportion, share, student
from tests.kpi.slow import Line, Slow, d, day

Key = tuple[str, str, str]


class SlowReport(Slow):
    """One cohort's numbers as of a time."""

    def rows(self) -> dict[Key, Row]:
        """By line what it should say, were it told."""
        return {
            (kpi, what, window): row
            for kpi, what, window, row in (
                *self.k1(), *self.curves(), *self.k2(), *self.k3(), *self.k4(), *self.k5(), *self.k6(),
                *self.ratings(),
                *self.k10(), *self.k11(), *self.k12(), *self.k13(), *self.k14(), *self.k15(),
            )
        }  # fmt: skip

    # --- pairs ---

    def end_of(self, stream: str) -> date:
        """The end of the cohort, or that of a pair which has more time."""
        longer = self.of("pair.extended", stream=stream)
        return max(self.end, d(longer[-1].data["ends_on"])) if longer else self.end

    def within(self, days: int, *types: str, stream: str) -> list[StoredEvent]:
        """What happened by so many days after the end."""
        last = self.end_of(stream) + timedelta(days=days)
        return [one for one in self.of(*types, stream=stream) if day(one.occurred_at) <= last]

    def still_in(self, stream: str) -> bool:
        return self.state(stream) in {None, "graduated", "graduated_early"}

    def k5(self) -> Iterator[Line]:
        what = "insights that led to something better"
        streams = [one[0] for one in self.active]
        yield from self.insights(what, streams)
        yield from self.insights(f"{what}, active only", [one for one in streams if self.still_in(one)])

    def insights(self, what: str, streams: list[str]) -> Iterator[Line]:
        good = every = unmeasured = 0
        for stream in streams:
            for one in self.within(180, "pair.insight_recorded", stream=stream):
                number = one.data["number"]
                done, measured = (
                    [
                        other
                        for other in self.within(180, name, stream=stream)
                        if other.data["insight"] == number
                    ]
                    for name in ("pair.decision_implemented", "pair.decision_measured")
                )
                every += 1
                unmeasured += not measured
                good += bool(done) and bool(measured) and measured[-1].data["outcome"] == "better"
        if every:
            row = {**proportion(good, every), "missing": unmeasured / every}
            yield "K5", what, "end + 180 days", row

    def k6(self) -> Iterator[Line]:
        rated: dict[str, int | None] = {}
        for stream, *_ in self.active:
            if self.of("pair.goal_accepted", stream=stream):
                said = self.within(14, "pair.outcome_recorded", stream=stream)
                said += self.of("pair.outcome_corrected", stream=stream) if said else []
                rated[stream] = said[-1].data["attainment"] if said else None
        stayed = {s: v for s, v in rated.items() if self.state(s) in {None, "graduated", "graduated_early"}}
        for what, some in (("goals attained", rated), ("goals attained, active only", stayed)):
            if some:
                levels = [value for value in some.values() if value is not None]
                row = proportion(sum(value >= 0 for value in levels), len(some))
                yield "K6", what, "end + 14 days", {**row, "missing": 1 - len(levels) / len(some)}
        scores = [50 + 10 * value for value in rated.values() if value is not None]
        if len(scores) > 1:
            yield "K6", "mean T of goals", "end + 14 days", {
                "n": len(scores), "value": st.mean(scores), **student([[one] for one in scores], (30, 70), ())
            }  # fmt: skip

    def ratings(self) -> Iterator[Line]:
        for wave, answered, closed in (
            ("pulse 1", "pair.pulse_answered", "pair.pulse_closed"),
            ("end", "pair.endpoint_answered", "pair.endpoint_closed"),
        ):
            shut = [one for one in self.active if self.of(closed, stream=one[0])]
            said = [(one.stream, one.data) for pair in shut for one in self.of(answered, stream=pair[0])]
            mentors = {one[1] for one in self.active}
            asked = {who for one in shut for who in one[1:3]}
            groups = {"all": asked, "mentors": asked & mentors, "mentees": asked - mentors}
            means = {}
            for name, people in groups.items():
                given = {
                    who: [one["progress"] for _, one in said if one["respondent"] == who] for who in people
                }
                each = [min(own) for own in given.values() if own]  # of two pairs the lower
                if each:
                    means[name] = st.mean(each)
                    row = {"n": len(each), "value": means[name], "missing": 1 - len(each) / len(people)}
                    yield "K7", f"progress, {name}", wave, row
            if {"mentors", "mentees"} <= means.keys():
                yield (
                    "K7",
                    "progress, mentors minus mentees",
                    wave,
                    {"value": means["mentors"] - means["mentees"]},
                )
            lows = [
                min(own)
                for stream, *_ in shut
                if (own := [data["safety"] for name, data in said if name == stream])
            ]
            if lows:
                row = proportion(sum(low >= 4 for low in lows), len(lows))
                yield "K8", "safe pairs", wave, {**row, "missing": 1 - len(lows) / len(shut)}
            if wave == "end":
                votes: dict[str, list[bool]] = {}
                for _, data in said:
                    if data["recommend"] is not None:
                        votes.setdefault(data["respondent"], []).append(data["recommend"])
                if votes:
                    yes = sum(all(own) for own in votes.values())
                    yield "K9", "would recommend it", wave, {
                        "n": len(votes), "value": yes / len(votes), "missing": 1 - len(votes) / len(asked)
                    }  # fmt: skip

    def k10(self) -> Iterator[Line]:
        """To date, and by the Monday that a week begins with."""
        due, still = [], []
        for stream, *_ in self.active:
            state: dict[int, tuple[str, datetime]] = {}
            for one in self.log:
                if one.stream == stream:
                    follow(state, one)
            own = [(what, at) for what, at in state.values() if what != "cancelled" and at <= self.now]
            due += own
            still += own if self.still_in(stream) else []
        monday = d(self.spec["kickoff_on"]) - timedelta(days=d(self.spec["kickoff_on"]).weekday())
        lines = [("sessions held", "to date", due), ("sessions held, active only", "to date", still)]
        for number in range(1, 60):
            began = monday + timedelta(weeks=number - 1)
            some = [(what, at) for what, at in due if began <= day(at) < began + timedelta(weeks=1)]
            lines.append(("sessions held, by week", f"week {number}", some))
        for what_line, window, some in lines:
            if some:
                held = sum(what == "held" for what, _ in some)
                unlogged = sum(what == "planned" and at > self.now - timedelta(days=7) for what, at in some)
                row = {**proportion(held, len(some)), "missing": unlogged / len(some)}
                yield "K10", what_line, window, row

    def k11(self) -> Iterator[Line]:
        charter, kickoff = self.of("cohort.charter_signed"), self.of("cohort.kickoff_held")
        value = (d(kickoff[0].data["held_on"]) - day(charter[0].occurred_at)).days
        yield "K11", "days from charter to kickoff", "within 60 days", {"n": 1, "value": value}

    def k12(self) -> Iterator[Line]:
        window = "4 weeks before t0 to the last 4"
        base, end = self.sides(None, d(self.spec["kickoff_on"]))
        if len(base) > 1 and len(end) > 1:
            row: Row = {"n": len(base) + len(end)}
            if all(one["exposures"] for one in base + end):
                (a, n), (b, m) = (
                    (sum(one["value"] for one in x), sum(one["exposures"] for one in x)) for x in (end, base)
                )
                row |= gap_of_shares(int(a), n, int(b), m)
            else:
                before, after = (st.mean(one["value"] for one in x) for x in (base, end))
                row["value"] = (after - before) / abs(before)
                row |= fieller(*([one["value"] for one in x] for x in (base, end)))
            yield "K12", "tied metric, cohort", window, row
        yield from self.of_pairs("tied metric, mean of pairs", [one[0] for one in self.active])
        still = [one[0] for one in self.active if self.still_in(one[0])]
        yield from self.of_pairs("tied metric, mean of pairs, active only", still)

    def of_pairs(self, what: str, streams: list[str]) -> Iterator[Line]:
        moved = []
        for stream in streams:
            began = day(self.of("pair.activated", stream=stream)[0].occurred_at)
            base, end = self.sides(stream, began)
            if len(base) > 1 and len(end) > 1:
                before, after = (st.mean(one["value"] for one in x) for x in (base, end))
                moved.append((after - before) / abs(before))
        if moved:
            yield "K12", what, "4 weeks before t0 to the last 4", {
                "n": len(moved), "value": st.mean(moved), "missing": 1 - len(moved) / len(streams)
            }  # fmt: skip

    def sides(self, pair: str | None, began: date) -> tuple[list[Row], list[Row]]:
        newest: dict[tuple[str, str], Row] = {}
        for one in self.of("cohort.metric_observed"):
            if one.data["pair"] == pair:
                newest[one.data["on"], one.data["source"]] = one.data
        weeks = timedelta(weeks=4)
        base = [one for one in newest.values() if began - weeks <= d(one["on"]) < began]
        return base, [one for one in newest.values() if self.end - weeks < d(one["on"]) <= self.end]

    def k13(self) -> Iterator[Line]:
        due = self.of("cohort.sponsorship_committed")[-1].data["duties"]
        state: dict[str, str] = {}
        for one in self.of("cohort.duty_fulfilled", "cohort.duty_missed", "cohort.duty_corrected"):
            said = {"cohort.duty_missed": "missed"}.get(one.type) or one.data.get("state")
            state[one.data["duty"]] = said or ("fulfilled" if one.data["on_time"] else "late")
        ripe = [
            name for name, at in due.items() if name in state or day(datetime.fromisoformat(at)) < self.today
        ]
        good = sum(state.get(name) == "fulfilled" for name in ripe)
        yield "K13", "sponsor duties in time", "to date", {"n": len(ripe), "value": good / len(ripe)}

    def k14(self) -> Iterator[Line]:
        good = every = 0
        for stream, _, _, terms in self.active:
            ends, memos = self.of("pair.ended", stream=stream), self.of("pair.memo_filed", stream=stream)
            if not ends or ends[-1].data["state"] == "ended_by_exit":
                continue
            on, left = day(ends[-1].occurred_at), 10
            while left:
                on += timedelta(days=1)
                left -= on.weekday() < 5 and on.isoformat() not in terms["holidays"]
            if memos or self.of("pair.memo_waived", stream=stream) or on < self.today:
                every += 1
                good += bool(memos) and day(memos[-1].occurred_at) <= on
        if every:
            yield "K14", "memos in time", "10 business days", {"n": every, "value": good / every}

    def k15(self) -> Iterator[Line]:
        function = {one["id"]: one["function"].lower() for one in self.spec["people"]}
        ranks = {(edge["mentor"], edge["mentee"]): edge["rank"]
                 for one in self.of("cohort.match_proposed") for edge in one.data["edges"]}  # fmt: skip
        first = [not terms["assigned"] and ranks.get((a, b)) == 1 for _, a, b, terms in self.pairs]
        yield "K15", "first choices", "all rounds", {"n": len(first), "value": share(first)}
        yield (
            "K15",
            "assigned pairs",
            "all rounds",
            {"value": share([one[3]["assigned"] for one in self.pairs])},
        )
        across = [function[a] != function[b] for _, a, b, _ in self.pairs]
        yield "K15", "pairs across functions", "all rounds", {"n": len(across), "value": share(across)}
        blocking = self.of("cohort.match_proposed")[-1].data["quality"]["blocking_pairs"]
        yield "K15", "blocking pairs", "round 1", {"value": blocking}


def fieller(start: list[float], end: list[float]) -> Row:
    """By search: the changes that a t test of Welch's kind, at the degrees of freedom of the one that was
    seen, does not reject. Where it rejects none however far, or has no spread, there is no interval."""
    a, b = st.mean(start), st.mean(end)
    va, vb = st.variance(start) / len(start), st.variance(end) / len(end)
    seen = b / a
    if not vb + seen**2 * va:
        return {"low": None, "high": None}
    df = (vb + seen**2 * va) ** 2 / (vb**2 / (len(end) - 1) + (seen**2 * va) ** 2 / (len(start) - 1))
    reach = SP.t.ppf(0.975, df)

    def rejects(ratio: float) -> float:
        return float((b - ratio * a) ** 2 - reach**2 * (vb + ratio**2 * va))

    far = 1e9 * (1 + abs(seen))
    if rejects(far) <= 0 or rejects(-far) <= 0:
        return {"low": None, "high": None}
    ends = [brentq(rejects, seen, side * far, xtol=1e-13, rtol=1e-13) - 1 for side in (-1, 1)]
    return {"low": ends[0], "high": ends[1]} if a > 0 else {"low": -ends[1], "high": -ends[0]}


def follow(state: dict[int, tuple[str, datetime]], one: StoredEvent) -> None:
    data = one.data
    for session in data.get("sessions", ()) if one.type in {"pair.activated", "pair.resumed"} else ():
        state[session["number"]] = "planned", datetime.fromisoformat(session["starts_at"])
    if one.type == "pair.pause_announced":
        for number in data["sessions"]:
            state[number] = "cancelled", state[number][1]
    said = {"pair.session_held": "held", "pair.session_missed": "missed"}.get(one.type)
    if one.type == "pair.session_corrected":
        said = "held" if data["held"] else "missed"
    if said:
        state[data["number"]] = said, state[data["number"]][1]
    if one.type == "pair.ended":
        for number, (what, at) in state.items():
            if what == "planned" and at > one.occurred_at:
                state[number] = "cancelled", at
