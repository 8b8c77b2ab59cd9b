"""What is for the safety steward alone, and what an erasure takes away (R73, R109, G21)."""

from __future__ import annotations

from events import database
from tests.cli.shell import Shell
from tests.processes.child import open_directory
from tests.waiting import until
from turnabout.commands.cohort_care import RaiseCohortConcern
from turnabout.commands.cohort_offices import ReplaceSteward
from turnabout.commands.pair_care import RaiseConcern
from turnabout.spec import CohortSpec
from workers.embedded.stack import Stack
from workers.streams import whole


async def test_the_steward_alone_reads_what_was_confided(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    (card, *_) = await stack.reads.pairs(running.id)
    for person, text in ((card.mentor, "I am talked over"), (card.mentee, "We clash")):
        concern = RaiseConcern(text=text, about_safety=False)
        await stack.turnabout.stream(f"pair-{card.pair}").execute(concern, actor=person)
    read = await shell("pair", "concerns", card.pair, "--actor", running.steward.id, "-o", "json")
    assert [(line["person"], line["text"]) for line in read.document] == [
        (card.mentor, "I am talked over"),
        (card.mentee, "We clash"),
    ]
    assert "talked over" not in read.errors
    for curious in (running.lead.id, running.sponsor.id, card.mentee, "nobody"):
        refused = await shell("pair", "concerns", card.pair, "--actor", curious)
        assert (refused.code, refused.output) == (4, "")
        assert refused.errors.startswith("[G21] only the safety steward")
    unknown = await shell("pair", "concerns", "nowhere-01", "--actor", running.steward.id)
    assert unknown.code == 3
    queue = await shell("cohort", "waiting", running.id, "--actor", running.steward.id, "-o", "json")
    assert [(line["pair"], line["what"]) for line in queue.document] == [(card.pair, "conversation")]
    assert "talked over" not in queue.output + queue.errors
    for curious in (running.lead.id, running.sponsor.id, card.mentee, "nobody"):
        refused = await shell("cohort", "waiting", running.id, "--actor", curious)
        assert (refused.code, refused.output) == (4, "")
    assert (await shell("cohort", "waiting", "nowhere", "--actor", running.steward.id)).code == 3

    alone = next(person.id for person in running.people if person.id not in {card.mentor, card.mentee})
    concern_beside = RaiseCohortConcern(text="I have to take part")
    await stack.turnabout.stream(f"cohort-{running.id}").execute(concern_beside, actor=alone)
    read = await shell("cohort", "concerns", running.id, "--actor", running.steward.id, "-o", "json")
    assert [(line["person"], line["text"]) for line in read.document] == [(alone, "I have to take part")]
    queue = await shell("cohort", "waiting", running.id, "--actor", running.steward.id, "-o", "json")
    assert [(line["pair"], line["person"]) for line in queue.document] == [(card.pair, None), (None, alone)]
    for curious in (running.lead.id, running.sponsor.id, alone, "nobody"):
        refused = await shell("cohort", "concerns", running.id, "--actor", curious)
        assert (refused.code, refused.output) == (4, "")

    # Words are for whom they were told to; who comes later sees that there were some.
    later = {"to": {"id": "stella", "timezone": "Europe/Berlin"}}
    stream = stack.turnabout.stream(f"cohort-{running.id}")
    await stream.execute(ReplaceSteward.model_validate(later), actor=running.steward.id)

    async def told() -> bool:
        return any(
            one.type == "pair.steward_changed" for one in await whole(stack.store, f"pair-{card.pair}")
        )

    await until(told)
    for words in (("pair", "concerns", card.pair), ("cohort", "concerns", running.id)):
        read = await shell(*words, "--actor", "stella", "-o", "json")
        assert (read.code, read.document) == (0, [])
        read = await shell(*words, "--actor", running.steward.id, "-o", "json")
        assert None not in {line["text"] for line in read.document}


async def test_r109_an_erasure_takes_it_away_and_is_repeated_after_a_restore(
    stack: Stack, shell: Shell, running: CohortSpec
) -> None:
    (card, *_) = await stack.reads.pairs(running.id)
    hasty = await shell("people", "erase", card.mentor)
    assert (hasty.code, "--yes" in hasty.errors) == (2, True)
    assert (await shell("people", "erase", card.mentor, "--yes")).errors == f"{card.mentor} is erased.\n"
    assert "erased before" in (await shell("people", "erase", card.mentor, "--yes")).errors
    read = await shell("pair", "concerns", card.pair, "--actor", running.steward.id, "-o", "json")
    assert [line["text"] for line in read.document] == [None, "We clash"]

    # An older backup is restored, which knows nothing of it.
    listed = await shell("people", "erasures", "-o", "json")
    assert card.mentor in [line["person"] for line in listed.document]
    with open_directory() as folder:
        file = folder / "erasures.json"
        file.write_text(listed.output, encoding="utf-8")
        async with database.connection(stack.dsn, name="restore") as owner:
            await owner.execute("DELETE FROM log.person_keys WHERE person = $1", card.mentor)
        assert (await shell("people", "repeat-erasures", str(file))).code == 2
        for told in (f"Erased again: {card.mentor}.", "Erased again: nobody."):
            assert (await shell("people", "repeat-erasures", str(file), "--yes")).errors.strip() == told
        file.write_text("[1]", encoding="utf-8")
        assert (
            "not a list of erasures" in (await shell("people", "repeat-erasures", str(file), "--yes")).errors
        )
    again = await shell("people", "erasures", "-o", "json")
    assert card.mentor in [line["person"] for line in again.document]
