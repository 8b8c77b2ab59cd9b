"""The operators' verbs on a running stack: log, read models, schema, people, doctor, recovery."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path
from uuid import uuid4

import asyncpg

from activities.documents.catalog import DOCUMENTS
from events.people import People
from events.sealing import Vault
from events.templates import TEMPLATES
from tests.cli.shell import NOWHERE, PROGRAM, ROOT, Shell
from tests.waiting import until
from turnabout.cells import person_id
from turnabout.codec import PayloadKey
from turnabout.commands.pair_career import StateCareerOutcome
from turnabout.load import load_spec
from turnabout.results import PROJECTIONS
from turnabout.spec import CohortSpec
from workers.embedded.stack import Stack
from workers.settings import EngineSettings

ROSTER = """Person,Full name,Mail,role,timezone,Gender
x-1,Zoë Adler,zoe@example.org,staff,Europe/Berlin,f
x-2,Bo Berg,not an address,staff,Europe/Berlin,m
x-3,Cai Cole,cai@example.org,staff,Nowhere/City,m
x-4,Dee Day,dee@example.org,staff,Europe/London,f
"""
MAPPING = "columns: {id: Person, name: Full name, email: Mail}\n"


async def test_the_log_is_read_by_stream_and_position(shell: Shell, running: CohortSpec) -> None:
    stream = f"cohort-{running.id}"
    tail = await shell("events", "tail", "--stream", stream, "--last", "3", "-o", "json")
    assert [event["stream"] for event in tail.document] == [stream] * 3
    last = tail.document[-1]
    lines = await shell("events", "tail", "--stream", stream, "--last", "3", "-o", "jsonl")
    assert lines.lines == tail.document
    table = (await shell("events", "tail", "--stream", stream, "--last", "2")).output.splitlines()
    assert table[0].split() == ["position", "occurred", "at", "stream", "version", "type", "actor"]
    assert table[2].split()[0] == str(last["position"])
    assert len(table) == 3

    one = await shell("events", "show", str(last["position"]), "-o", "json")
    assert one.document == last
    page = await shell("events", "show", str(last["position"]))
    assert f"  type            {last['type']}\n" in page.output
    for words in (("show", "99999999"), ("tail", "--stream", "cohort-unknown")):
        missing = await shell("events", *words)
        assert (missing.code, missing.output) == (3, "")


async def test_the_log_is_followed_until_somebody_stops(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    words = ("events", "tail", "-f", "--last", "1", "-o", "jsonl")
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *words,
        cwd=ROOT,
        env=shell.variables(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        await process.stdout.readline()
        handed = ("--json", '{"to": {"id": "s-new", "timezone": "UTC"}}', "--actor", running.lead.id)
        assert (await shell("cohort", "execute", running.id, "hand-over-lead", *handed)).code == 0
        while b"cohort.lead_handed_over" not in await process.stdout.readline():
            assert process.returncode is None
        process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (130, b"Interrupted.\n")


async def test_read_models_are_listed_and_rebuilt(shell: Shell, running: CohortSpec) -> None:
    before = await shell("cohort", "show", running.id, "-o", "json")
    rebuilt = await shell("projection", "rebuild", "cohort_board")
    assert (rebuilt.code, rebuilt.output) == (0, "")
    assert rebuilt.errors == "cohort_board is rebuilt.\n"
    assert (await shell("cohort", "show", running.id, "-o", "json")).output == before.output
    listed = {line["projection"]: line for line in (await shell("projection", "list", "-o", "json")).document}
    assert set(listed) == set(PROJECTIONS)
    assert listed["cohort_board"]["build"] > 1
    lag = await shell("projection", "lag")
    assert lag.output.splitlines()[0].split() == ["projection", "status", "lag", "events", "lag", "seconds"]
    unknown = await shell("projection", "rebuild", "cohort_bord")
    assert unknown.code == 3
    assert "cohort_board" in unknown.errors


async def test_all_read_models_are_rebuilt(shell: Shell, running: CohortSpec) -> None:
    """R103."""
    before = await shell("cohort", "show", running.id, "-o", "json")
    rebuilt = await shell("projection", "rebuild", "--all")
    assert (rebuilt.code, rebuilt.output) == (0, "")
    assert rebuilt.errors == f"{', '.join(PROJECTIONS)} are rebuilt.\n"
    assert (await shell("cohort", "show", running.id, "-o", "json")).output == before.output
    for words in ((), ("cohort_board", "--all")):
        assert (await shell("projection", "rebuild", *words)).code == 2


async def test_log_and_read_models_are_verified(shell: Shell, running: CohortSpec) -> None:
    """A message of an event that is not there is the fault; nobody else reads it."""
    clean = await shell("verify", "--remember", "-o", "json")
    assert clean.code == 0, clean.output
    looked = {line["check"]: line["looked_at"] for line in clean.document["checks"]}
    assert looked["read models"] == len(PROJECTIONS)
    assert [check for check, number in looked.items() if not number] == ["fingerprint"]
    planted = uuid4()
    owner = await asyncpg.connect(shell.variables()["TURNABOUT_DATABASE_URL"])
    await owner.execute(
        "INSERT INTO log.outbox (event_id, recipient, channel, stream, template, due_at, reserved_at) "
        "VALUES ($1, 'x-1', 'log', 'cohort-gone', 'welcome', now(), now())",
        planted,
    )
    kept = f"{clean.document['position']}:{clean.document['fingerprint']}"
    told = await shell("verify", "--no-read-models", "--expect", kept)
    await owner.execute("DELETE FROM log.outbox WHERE event_id = $1", planted)
    await owner.close()
    assert told.code == 1
    assert f"of the event {planted}: there is no such event" in told.output
    assert "1 fault was found. " in told.errors
    assert (await shell("verify", "--expect", "today")).code == 2


async def test_read_verbs_answer_as_of_a_moment(stack: Stack, shell: Shell, running: CohortSpec) -> None:
    """R104: before a cohort was planned there was none."""
    pair = f"{running.id}-01"
    of_cohort = [("cohort", verb, running.id) for verb in ("show", "matching", "traps", "surveys")]
    now = f"{await stack.pool.fetchval('SELECT clock_timestamp()'):%Y-%m-%dT%H:%M:%S.%f%z}"
    for words in (*of_cohort, ("cohort", "list"), ("pair", "show", pair), ("pair", "work", pair)):
        live = await shell(*words, "-o", "json")
        then = await shell(*words, "-o", "json", "--as-of", now)
        assert (then.code, then.output) == (live.code, live.output), words
        if live.code == 0:
            assert "As recorded by " in then.errors
        early = await shell(*words, "-o", "json", "--as-of", "2020-01-01")
        assert early.document == [] if early.code == 0 else early.code == 3, words
    both = await shell("cohort", "show", running.id, "--after", "1", "--as-of", now)
    assert both.code == 2


async def test_an_import_tells_how_many_of_the_changed_are_in_running_cohorts(
    shell: Shell, running: CohortSpec, tmp_path: Path
) -> None:
    roster, person = tmp_path / "some.csv", running.people[0]
    for name in ("One", "Two"):
        rows = (f"{one},{name},staff,{person.timezone}" for one in (person.id, "x-5"))
        roster.write_text("\n".join(["id,name,role,timezone", *rows]), encoding="utf-8")
        done = await shell("people", "import", roster)
        assert done.code == 0
    assert done.errors.endswith("2 changed, 1 of them in running cohorts.\n")
    roster.write_text("id,name,role,timezone\nx-5,Three,staff,UTC", encoding="utf-8")
    done = await shell("people", "import", roster)
    assert done.errors.endswith("Added 0, changed 1, unchanged 0.\n")


async def test_people_are_imported_row_by_row_and_changed(stack: Stack, shell: Shell, tmp_path: Path) -> None:
    roster, mapping = tmp_path / "staff.csv", tmp_path / "mapping.yaml"
    roster.write_text(ROSTER, encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    done = await shell("people", "import", roster, "--mapping", mapping)
    assert (done.code, done.output) == (2, "")
    assert "Added 2, changed 0, unchanged 0, left out 2 rows." in done.errors
    assert "staff.csv row 3, column Mail: " in done.errors
    assert "staff.csv row 4, column timezone: " in done.errors
    assert "Gender" in done.errors
    assert "zoe@example.org" not in done.errors
    again = await shell("people", "import", roster, "--mapping", mapping, "-o", "json")
    assert (again.document["added"], again.document["unchanged"]) == (0, 2)
    assert [row["row"] for row in again.document["rejected"]] == [3, 4]

    assert again.document["made_ids"] == []
    assert again.document["running"] == 0

    assert (await shell("people", "change", "x-4", "--email", "new@example.org")).code == 0
    found = await People(stack.pool).find(["x-1", "x-2", "x-3", "x-4"])
    assert {known: person.email for known, person in found.items()} == {
        "x-1": "zoe@example.org",
        "x-4": "new@example.org",
    }
    cases: tuple[tuple[tuple[str | Path, ...], int, str], ...] = (
        (("change", "x-9", "--name", "Nobody"), 3, "x-9"),
        (("change", "x-4", "--timezone", "Mars/Base"), 2, "timezone"),
        (("import", roster, "--mapping", tmp_path / "gone.yaml"), 2, "There is no file"),
    )
    runs = [shell("people", *words) for words, _, _ in cases]
    for ended, (_, code, told) in zip(await asyncio.gather(*runs), cases, strict=True):
        assert (ended.code, ended.output) == (code, "")
        assert told in ended.errors


async def test_the_directory_is_listed_with_the_ids_that_were_made(
    stack: Stack, shell: Shell, tmp_path: Path
) -> None:
    roster = tmp_path / "staff.csv"
    rows = [f"Liv Lund {n},liv{n}@example.org,staff,Europe/Oslo" for n in range(7)]
    roster.write_text("\n".join(("name,email,role,timezone", rows[0], "", rows[1])), encoding="utf-8")
    done = await shell("people", "import", roster)
    assert (done.code, done.output) == (0, "")
    ids = [person_id(f"liv{n}@example.org") for n in range(7)]
    assert done.errors == (
        "Added 2, changed 0, unchanged 0.\n"
        f"2 ids were made from addresses: {ids[0]} (row 2), {ids[1]} (row 4). See `turnabout people list`.\n"
    )
    roster.write_text("\n".join(("name,email,role,timezone", *rows, "X,,staff,UTC")), encoding="utf-8")
    document = await shell("people", "import", roster, "-o", "json")
    assert document.document["made_ids"] == [{"row": 2 + n, "id": ids[n]} for n in range(7)]
    many = await shell("people", "import", roster)
    assert "7 ids were made" in many.errors
    assert f"{ids[4]} (row 6) and 2 more. See" in many.errors
    assert "left out 1 row." in many.errors
    assert "liv" not in many.errors

    listed = {line["id"]: line for line in (await shell("people", "list", "-o", "json")).document}
    assert listed[ids[0]] == {
        "id": ids[0],
        "name": "Liv Lund 0",
        "email": "liv0@example.org",
        "timezone": "Europe/Oslo",
        "language": "en",
    }
    table = (await shell("people", "list")).output.splitlines()
    assert table[0].split() == ["id", "name", "email", "timezone", "language"]
    assert len(table) == len(listed) + 1
    assert (await shell("people", "erase", ids[0], "--yes")).code == 0
    assert ids[0] not in (await shell("people", "list")).output
    without = await shell("people", "import", roster, "-o", "json")
    assert ids[0] not in [one["id"] for one in without.document["made_ids"]]
    assert "1 person asked to be forgotten; left out." in without.document["notices"]


async def test_schema_and_stack_are_examined(shell: Shell) -> None:
    migrations = await shell("db", "status", "-o", "json")
    assert [line["number"] for line in migrations.document] == list(range(1, len(migrations.document) + 1))
    assert all(line["applied_at"] for line in migrations.document)
    nothing = await shell("db", "migrate")
    assert (nothing.code, nothing.output, nothing.errors) == (0, "", "The schema is up to date.\n")

    healthy = await shell("doctor", "-o", "json")
    found = {check["check"]: check["status"] for check in healthy.document}
    assert healthy.code == 0, healthy.output
    assert found.pop("search attributes") == "warning"  # the time-skipping server has none
    assert found.pop("backups") == "warning"  # none was recorded
    assert set(found) == {
        *("codec keys", "master keys", "postgresql", "clock", "schema", "stored keys", "read models"),
        "temporal",
    }
    assert set(found.values()) == {"ok"}


async def test_doctor_names_what_is_wrong_and_the_fix(stack: Stack, shell: Shell) -> None:
    down = await shell.with_variables(**NOWHERE)("doctor", "-o", "json")
    assert down.code == 5
    checks = {check["check"]: check for check in down.document}
    assert checks["postgresql"]["status"] == checks["temporal"]["status"] == "unreachable"
    assert "TEMPORAL_ADDRESS" in checks["temporal"]["fix"]
    await Vault(stack.pool, EngineSettings(master_keys=stack.keys.master).master()).keys(["p-1"], create=True)
    other = shell.with_variables(TURNABOUT_MASTER_KEYS=PayloadKey.generate("other").format())
    wrong = await other("doctor", "-o", "json")
    checks = {check["check"]: check for check in wrong.document}
    assert (wrong.code, checks["stored keys"]["status"]) == (1, "fault")
    assert "master key" in checks["stored keys"]["fix"]
    empty = shell.with_variables(TURNABOUT_DATABASE_URL=stack.postgres.dsn("template1"))
    bare = await empty("doctor", "-o", "json")
    checks = {check["check"]: check for check in bare.document}
    assert bare.code == 5
    assert checks["schema"]["status"] == "fault"
    assert checks["schema"]["fix"] == "Run `turnabout db migrate`."
    assert (await empty("cohort", "list")).code == 5


async def test_a_workflow_that_is_gone_is_recovered(stack: Stack, shell: Shell, running: CohortSpec) -> None:
    handle = stack.client.get_workflow_handle(f"cohort-{running.id}")
    await handle.terminate("by the test")
    gone = await shell("cohort", "execute", running.id, "close-enrolment", "--actor", running.lead.id)
    assert gone.code == 5
    assert gone.errors == f"cohort-{running.id} exists but is not running. Run `turnabout recover`.\n"
    recovered = await shell("recover", "-o", "json")
    assert (recovered.code, recovered.document) == (0, [{"stream": f"cohort-{running.id}"}])

    async def answers() -> bool:
        ended = await shell("cohort", "execute", running.id, "close-enrolment", "--actor", "nobody")
        return ended.code == 4

    assert await until(answers)
    assert (await shell("recover")).errors == "Everything that should run, runs.\n"


async def test_the_two_partners_alone_read_what_the_mentor_hopes_for(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    """R4: not the lead, not the steward, not the sponsor."""
    (card, *_) = await stack.reads.pairs(running.id)  # before somebody of it is erased, below
    assert (await shell("pair", "career", card.pair, "--actor", card.mentee)).code == 3
    hope = StateCareerOutcome(outcome="lead the community team")
    await stack.turnabout.stream(f"pair-{card.pair}").execute(hope, actor=card.mentor)
    for partner in (card.mentor, card.mentee):
        read = await shell("pair", "career", card.pair, "--actor", partner)
        assert (read.code, read.output) == (0, "lead the community team\n")
    for curious in (running.lead.id, running.steward.id, running.sponsor.id, "nobody"):
        refused = await shell("pair", "career", card.pair, "--actor", curious)
        assert (refused.code, refused.output) == (4, "")


async def test_a_pair_has_a_calendar_file_once_its_sessions_are_planned(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    (card, *_) = await stack.reads.pairs(running.id)
    early = await shell("pair", "calendar", card.pair)
    assert (early.code, early.output) == (4, "")
    assert early.errors.startswith("[R45] no session is planned yet.")
    assert (await shell("pair", "calendar", "nowhere-01")).code == 3


async def test_messages_and_documents_are_previewed(tmp_path: Path) -> None:
    """R82: each template with its version and digest, as text, page and, for documents, PDF."""
    shell = Shell(NOWHERE)
    listed = {one["template"]: one for one in (await shell("template", "list", "-o", "json")).document}
    assert listed.keys() == {*TEMPLATES, *DOCUMENTS}
    assert all(re.fullmatch("[0-9a-f]{12}", one["digest"]) for one in listed.values())
    assert {one["kind"]: bool(one["version"]) for one in listed.values()} == {
        "message": False,
        "document": True,
    }
    text = (await shell("template", "show", "session_reminder")).output
    assert text.startswith(
        "Subject: Your next session: Tuesday 26 January 2027, 10:00 (Europe/Berlin)\n\nHello"
    )
    page = (await shell("template", "show", "session_reminder", "--format", "html")).output
    assert page.startswith("<!doctype html>")
    sheet = await shell("template", "show", "cheat_sheet", "--format", "md")
    assert sheet.output.startswith("# Your kickoff and your first meeting\n")
    assert f"version 1, digest {listed['cheat_sheet']['digest']}" in sheet.errors
    file = tmp_path / "sheet.pdf"
    assert (await shell("template", "show", "cheat_sheet", "--format", "pdf", "--out", str(file))).code == 0
    assert file.read_bytes().startswith(b"%PDF")
    for words, hint in (
        (("love_letter",), "turnabout template list"),
        (("cheat_sheet", "--format", "pdf"), "--out"),
        (("memo_due", "--format", "pdf", "--out", str(file)), "Only documents"),
        (("memo_due", "--out", str(tmp_path)), "cannot be written"),
    ):
        refused = await shell("template", "show", *words)
        assert refused.code in {2, 3}
        assert hint in refused.errors


async def test_a_document_takes_the_values_of_a_cohorts_file() -> None:
    """R51, R77, R82."""
    file = str(ROOT / "examples" / "cohort.yaml")
    checklist = await Shell(NOWHERE)("template", "show", "launch_checklist", "--cohort", file)
    assert checklist.code == 0
    assert load_spec(Path(file)).spec.name in checklist.output
    message = await Shell(NOWHERE)("template", "show", "memo_due", "--cohort", file)
    assert message.code == 2


async def test_a_pair_that_did_not_graduate_has_no_certificate_and_nobody_is_due_for_erasure_yet(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    (card, *_) = await stack.reads.pairs(running.id)
    refused = await shell("pair", "certificate", card.pair, card.mentor)
    assert (refused.code, refused.output) == (4, "")
    assert refused.errors.startswith("[R92] there is no certificate")
    assert (await shell("pair", "certificate", "nowhere-01", card.mentor)).code == 3
    assert (await shell("pair", "certificate", card.pair, card.mentor, "--format", "pdf")).code == 2
    listed = await shell("people", "retention", "-o", "json")
    assert (listed.code, listed.document) == (0, [])
    assert (await shell("people", "retention", "--on", "tomorrow")).code == 2
