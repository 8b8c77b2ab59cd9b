"""Start, command and look at cohorts and pairs from the command line, and what each refusal says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError

from tests.cli.shell import NOWHERE, Ended, Shell
from tests.processes.coming import coming_cohort
from tests.spec.files import write
from tests.waiting import until
from turnabout.cli.main import run
from turnabout.spec import CohortSpec
from turnabout.traps import TRAPS
from workers.embedded.stack import Stack

RUNS = 10
TEXT = json.dumps({"text": "We learn from our juniors."})


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a sound spec of that id, with changes."""

    def make(cohort: str, /, **changes: Any) -> Path:
        data = coming_cohort().model_dump(mode="json")
        return write(tmp_path, {**data, "id": cohort, **changes}, f"{cohort}.yaml")

    return make


async def nothing_began(stack: Stack, name: str) -> None:
    """Neither the log nor Temporal has heard of a cohort."""
    assert await stack.reads.stream(f"cohort-{name}") is None
    with pytest.raises(RPCError, match="not found"):
        await stack.client.get_workflow_handle(f"cohort-{name}").describe()


async def test_a_cohort_from_file_to_charter(stack: Stack, shell: Shell, file: Callable[..., Path]) -> None:
    path = file("first")
    started = await shell("cohort", "start", path)
    assert started.code == 0, started.errors
    assert started.output.startswith("cohort first was started: version 1, log position ")
    assert re.search(
        r"lacks \d+ of this cohort, so no letter reaches them: .*turnabout people import",
        " ".join(started.errors.split()),
    )

    again = await shell("cohort", "start", path, "-o", "json")
    assert (again.code, again.document["version"], again.document["found"]) == (0, 1, True)
    assert f"log position {again.document['position']}." in started.output

    other = await shell("cohort", "start", file("first", name="Another one"))
    assert (other.code, other.output) == (4, "")
    assert other.errors.startswith("[E1] cohort-first exists already and was opened with other content.")
    planned = [event for event in await stack.reads.events("cohort-first") if event.type == "cohort.planned"]
    assert [(event.position, event.command_id) for event in planned] == [
        (again.document["position"], "start")
    ]

    early = await shell("cohort", "execute", "first", "open-enrolment", "--actor", "s-lead")
    assert early.code == 4
    assert early.errors.startswith("[G8] ")

    mine = shell.with_variables(TURNABOUT_ACTOR="s-sponsor")
    signed = await mine("cohort", "execute", "first", "sign_charter", "--json", TEXT, "-o", "json")
    assert (signed.code, signed.document["stream"]) == (0, "cohort-first")
    after = str(signed.document["position"])
    shown = await shell("cohort", "show", "first", "--after", after, "-o", "jsonl")
    assert len(shown.lines) == 1
    assert shown.document["cohort"]["charter_signed_at"] is not None
    assert shown.document["checklist"][0]["done"] is True
    page = await shell("cohort", "show", "first")
    assert "[x]  The sponsor has signed the charter" in page.output
    listed = await shell("cohort", "list", "-o", "json")
    assert "first" in [board["cohort"] for board in listed.document]
    found = await shell("cohort", "start", file("first"))
    assert found.code == 0
    (version,) = re.findall(r"^cohort first was found: planned, version (\d+)\.$", found.output.strip())
    assert int(version) >= signed.document["version"]


async def test_an_id_makes_a_command_happen_once(
    stack: Stack, shell: Shell, file: Callable[..., Path]
) -> None:
    """Each of these processes has used Temporal's client, and each ends with its own exit code, as do all
    other runs in this folder."""
    assert (await shell("cohort", "start", file("once"))).code == 0
    gate = asyncio.Semaphore(3)

    async def sign() -> Ended:
        async with gate:
            words = ("sign-charter", "--json", "@-", "--id", "signing", "--actor", "s-sponsor")
            return await shell("cohort", "execute", "once", *words, "-o", "json", stdin=TEXT)

    ended = await asyncio.gather(*(sign() for _ in range(RUNS)))
    assert {(one.code, one.errors) for one in ended} == {(0, "")}
    assert len({one.output for one in ended}) == 1
    stored = [event for event in await stack.reads.events("cohort-once") if event.command_id == "signing"]
    assert [event.type for event in stored] == ["cohort.charter_signed"]

    other = json.dumps({"text": "Something else."})
    reused = await shell(
        *("cohort", "execute", "once", "sign-charter", "--json", other, "--id", "signing"),
        *("--actor", "s-sponsor"),
    )
    assert reused.code == 4
    assert reused.errors.startswith("[E1] ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sign-chater",), "There is no command 'sign-chater'. Did you mean sign-charter?"),
        (("run-cohort-step",), "There is no command 'run-cohort-step'."),
        (("lunch",), "There are accept-match, "),
        (("SignCharter",), "  - text: it is missing."),
        (("sign-charter", "--json", '{"txt": "x"}'), "  - txt: there is no such field."),
        (("fulfil-duty", "--json", '{"duty": "lunch"}'), "  - duty: it must be 'kickoff', 'checkpoint', "),
        (("fulfil_duty", "--json", "{}"), "It takes duty: kickoff|checkpoint|recognition|closing."),
        (("accept-match", "--json", '{"mentee": "A B"}'), "  - mentee: an id has lower-case letters, "),
        (("rank-shortlist", "--json", '{"mentors": []}'), "  - mentors: it needs at least 1 entry."),
        (("rank-shortlist", "--json", '{"mentors": "x"}'), "  - mentors: it must be a list."),
        (("sign-charter", "--json", '{"text": "\udce9"}'), "The text of --json is not UTF-8. Save"),
        (("sign-charter", "--json", r'{"text": "\ud800"}'), "an escape that stands for no character"),
        (("sign-charter", "--json", "{"), "--json is not JSON"),
        (("sign-charter", "--json", "[]"), "--json must be an object"),
        (("sign-charter", "--json", "9" * 5000), "--json cannot be read"),
        (("sign-charter", "--json", "@gone.json"), "There is no file gone.json"),
        (("sign-charter", "--json", '{"type": "opt_in"}'), "another command than sign-charter"),
    ],
)
def test_a_command_that_does_not_fit_is_refused_before_a_server_is_asked(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["cohort", "execute", "unknown", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err


async def test_text_that_is_not_utf_8_is_told_as_such(tmp_path: Path) -> None:
    latin, file = '{"text": "caf\xe9"}'.encode("latin-1"), tmp_path / "charter.json"
    file.write_bytes(latin)
    words = ("cohort", "execute", "unknown", "sign-charter", "--json")
    shell = Shell(NOWHERE)
    for ended, told in zip(
        await asyncio.gather(shell(*words, f"@{file}"), shell(*words, "@-", stdin=latin)),
        (f"{file} is not UTF-8.", "What stdin holds is not UTF-8."),
        strict=True,
    ):
        assert (ended.code, ended.output) == (2, "")
        assert ended.errors == f"{told} Save or send it as UTF-8.\n"


async def test_a_command_needs_an_actor_and_a_cohort(shell: Shell) -> None:
    words = ("cohort", "execute", "unknown", "close-cohort")
    for ended, code, told in zip(
        await asyncio.gather(
            shell(*words), shell(*words, "--actor", "B B"), shell(*words, "--actor", "s-lead")
        ),
        (2, 2, 3),
        (
            "Nobody gives the command. Name an actor",
            "'B B' is no person's id.",
            "There is no cohort-unknown in",
        ),
        strict=True,
    ):
        assert (ended.code, ended.output) == (code, "")
        assert told in ended.errors


async def test_a_cancelled_cohort_takes_nothing_more(
    stack: Stack, shell: Shell, file: Callable[..., Path]
) -> None:
    path = file("over")
    now = await stack.clock.now()
    saturday = datetime.combine(now.date() + timedelta(days=(5 - now.weekday()) % 7 or 7), time(), UTC)
    await stack.clock.sleep(
        saturday - now
    )  # nobody is told before Monday, so the stream stays open till then
    assert (await shell("cohort", "start", path)).code == 0
    lead = ("--actor", "s-lead", "--id", "goodbye")
    cancelling = ("cohort", "execute", "over", "cancel-cohort", "--json", '{"reason": "budget"}', *lead)
    cancelled = await shell(*cancelling)
    assert cancelled.code == 0
    await stack.reads.wait_for(await stack.log.head())
    found = await shell("cohort", "start", path)
    assert found.code == 0
    assert found.output.startswith("cohort over was found: cancelled, version ")
    refused = await shell("cohort", "execute", "over", "open-enrolment", "--actor", "s-lead")
    assert refused.code == 4
    assert "[G9] the cohort is cancelled and does not take open_enrolment." in refused.errors

    async def closed() -> bool:
        await stack.clock.sleep(timedelta(hours=8))
        stream = await stack.reads.stream("cohort-over")
        return stream is not None and stream.closed

    await until(closed)
    late = await shell("cohort", "execute", "over", "open-enrolment", "--actor", "s-lead")
    assert (late.code, late.output) == (4, "")
    assert late.errors == "[E5] cohort-over is closed and takes no more commands. Read its record instead.\n"
    restarted = await shell("cohort", "start", path)
    assert restarted.code == 4
    assert restarted.errors.startswith("[E5] cohort-over is closed.")
    repeated = await shell(*cancelling)
    assert (repeated.code, repeated.output) == (0, cancelled.output), "an id answers with its old receipt"


async def test_the_trap_radar_shows_all_six(shell: Shell, running: CohortSpec) -> None:
    """R76: before the kickoff a cohort whose charter is signed is exposed to little."""
    told = (await shell("cohort", "traps", running.id, "-o", "jsonl")).lines
    assert [one["trap"] for one in told] == list(TRAPS)
    assert {one["trap"] for one in told if one["exposed"]} <= {"poor matching", "a one-off"}
    page = await shell("cohort", "traps", running.id)
    assert page.code == 0
    assert all(name in page.output for name in TRAPS)
    missing = await shell("cohort", "traps", "nobody")
    assert missing.code == 3


async def test_pairs_are_shown_and_commanded(shell: Shell, running: CohortSpec, stack: Stack) -> None:
    (card, *_) = await stack.reads.pairs(running.id)
    page = await shell("pair", "show", card.pair)
    assert page.code == 0
    assert page.output.startswith(f"{card.pair} (forming)\n")
    assert re.search(rf"^  mentor +{card.mentor}$", page.output, re.MULTILINE)
    cohort = await shell("cohort", "show", running.id)
    assert re.search(rf"^  {card.pair} +forming ", cohort.output, re.MULTILINE)

    body = json.dumps({"teaches": "Short video", "gives": "How a board decides"})
    agreeing = ("pair", "execute", card.pair, "agree-exchange", "--json", body)
    agreed = await shell(*agreeing, "--actor", card.mentor, "-o", "json")
    assert agreed.document["stream"] == f"pair-{card.pair}"
    after = str(agreed.document["position"])
    shown = await shell("pair", "show", card.pair, "--after", after, "-o", "json")
    assert (shown.document["teaches"], shown.document["gives"]) == ("Short video", "How a board decides")

    stranger = await shell(*agreeing, "--actor", "x")
    assert stranger.code == 4
    assert stranger.errors.startswith("[G21] you may not ask for agree_exchange here.")
    vague = json.dumps({"statement": "Get exposure to TikTok"})
    words = ("pair", "execute", card.pair, "propose-goal", "--json", vague, "--actor", card.mentor)
    refused = await shell(*words)
    assert refused.code == 4
    assert refused.errors.startswith("[G2] ")
    assert (await shell("pair", "show", "running-99")).code == 3


async def test_the_commands_are_listed_with_their_fields(shell: Shell) -> None:
    for noun, one, fields in (
        ("cohort", "sign-charter", ["text: text"]),
        ("cohort", "fulfil-duty", ["duty: kickoff|checkpoint|recognition|closing"]),
        ("cohort", "hand-over-lead", ["to: {id: person id, timezone: text}"]),
        ("cohort", "plan-cohort", ["spec: {id, program, name, kind, ...}"]),
        ("cohort", "close-cohort", []),
        ("pair", "record-outcome", ["value: number", "attainment: -2..2"]),
        (
            "pair",
            "log-session",
            [
                "number: whole number from 1",
                "held?: true|false = true",
                "deliverables?: [text, ...]",
                "note?: text",
            ],
        ),
        (
            "pair",
            "check-milestone",
            [
                "progress: 1..5",
                "roadblocks: [text, ...] (1 to 2)",
                "wins: [text, ...] (exactly 2)",
                "actions: [{what: text, owner: person id, due_on: YYYY-MM-DD}, ...] (at least 1)",
            ],
        ),
        (
            "pair",
            "reschedule-session",
            ["number: whole number from 1", "starts_at: YYYY-MM-DDTHH:MM+HH:MM"],
        ),
    ):
        lines = {line["command"]: line for line in (await shell(noun, "commands", "-o", "json")).document}
        assert lines[one]["fields"] == fields
        assert all(line["given_by"] and line["meaning"] for line in lines.values())
        assert f"run-{noun}-step" not in lines


async def test_servers_that_are_down_or_wrong_start_nothing(
    stack: Stack, shell: Shell, file: Callable[..., Path]
) -> None:
    path = file("never")
    cases: tuple[tuple[dict[str, str], int, str], ...] = (
        (
            {"TURNABOUT_DATABASE_URL": NOWHERE["TURNABOUT_DATABASE_URL"]},
            5,
            "PostgreSQL does not answer",
        ),
        ({"TURNABOUT_DATABASE_URL": "mysql://db"}, 2, "TURNABOUT_DATABASE_URL cannot be read"),
        ({"TURNABOUT_DATABASE_URL": stack.postgres.dsn("nowhere")}, 5, 'database "nowhere" does not exist'),
        ({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, 5, "Temporal does not answer at 127.0.0.1:1"),
        ({"TEMPORAL_ADDRESS": "nonsense"}, 5, "Temporal does not answer at nonsense"),
        ({"TURNABOUT_CODEC_KEYS": "k1:short"}, 2, "TURNABOUT_CODEC_KEYS"),
    )
    runs = [shell.with_variables(**variables)("cohort", "start", path) for variables, _, _ in cases]
    for ended, (_, code, told) in zip(await asyncio.gather(*runs), cases, strict=True):
        assert (ended.code, ended.output) == (code, "")
        assert told in ended.errors
    await nothing_began(stack, "never")
    unset = Shell({"TURNABOUT_STATE_DIR": str(path.parent)})
    ended = await unset("cohort", "start", path)
    assert ended.code == 5
    assert "no stack runs here" in ended.errors
    assert "make up" in ended.errors


async def test_reading_needs_no_temporal_and_no_keys(shell: Shell, running: CohortSpec) -> None:
    variables = {**NOWHERE, "TURNABOUT_DATABASE_URL": shell.environment["TURNABOUT_DATABASE_URL"]}
    ended = await Shell(variables)("cohort", "list", "-o", "jsonl")
    assert ended.code == 0
    assert running.id in [line["cohort"] for line in ended.lines]
