"""The people directory: imported, changed, found, and forgotten for good."""

from __future__ import annotations

import asyncpg
import pytest
from pydantic import ValidationError

from events.people import Imported, People
from events.sealing import Vault
from turnabout.contact import Contact
from turnabout.errors import InvalidInput, NotFound

AMINA = Contact(
    id="p-1", name="Amina Diallo", email="amina@example.org", timezone="Africa/Dakar", language="fr"
)
BO = Contact(id="p-2", name="Bo Li", timezone="UTC")


@pytest.fixture
def people(writer_pool: asyncpg.Pool) -> People:
    return People(writer_pool)


async def test_an_import_reports_added_changed_and_unchanged(people: People) -> None:
    assert await people.import_people([AMINA, BO]) == Imported(added=("p-1", "p-2"))
    renamed = BO.model_copy(update={"name": "Bo Lin"})
    cy = Contact(id="p-3", name="Cy", timezone="UTC")
    again = await people.import_people([cy, renamed, AMINA])
    assert again == Imported(added=("p-3",), changed=("p-2",), unchanged=("p-1",))
    assert await people.everybody() == [AMINA, renamed, cy]
    assert await people.find(["p-3", "p-2", "p-9"]) == {"p-2": renamed, "p-3": cy}
    assert await people.import_people([]) == Imported()


async def test_an_id_twice_imports_nobody(people: People) -> None:
    with pytest.raises(InvalidInput, match="p-1 comes twice"):
        await people.import_people([AMINA, BO, AMINA])
    assert await people.everybody() == []


async def test_one_person_is_changed(people: People) -> None:
    await people.import_people([AMINA, BO])
    changed = await people.change("p-2", email="bo@example.org", timezone="Asia/Shanghai")
    assert changed == Contact(id="p-2", name="Bo Li", email="bo@example.org", timezone="Asia/Shanghai")
    assert await people.everybody() == [AMINA, changed]
    with pytest.raises(NotFound, match="p-9"):
        await people.change("p-9", name="Nobody")
    for wrong in ({"timezone": "Mars/Olympus"}, {"email": "no address"}, {"shoe_size": 44}, {"name": " "}):
        with pytest.raises(InvalidInput, match=next(iter(wrong))):
            await people.change("p-2", **wrong)
    assert await people.everybody() == [AMINA, changed]


async def test_an_erased_person_is_forgotten_and_not_imported_again(
    people: People, vault: Vault, pool: asyncpg.Pool
) -> None:
    await people.import_people([AMINA, BO])
    for recipient in ("p-1", "p-2"):
        await pool.execute(
            """INSERT INTO log.outbox (event_id, recipient, channel, stream, template, due_at, reserved_at,
            subject, body) VALUES (gen_random_uuid(), $1, 'log', 'pair-a-1', 't', now(), now(),
            'Dear', 'you')""",
            recipient,
        )
    for nobody in ("p-9", "P-1"):
        with pytest.raises(NotFound, match="nothing was erased"):
            await vault.erase(nobody)
    assert await vault.erase("p-1")
    assert not await vault.erase("p-1")
    assert await people.everybody() == [BO]
    assert await people.import_people([AMINA, BO]) == Imported(unchanged=("p-2",), erased=("p-1",))
    assert await people.everybody() == [BO]
    rows = await pool.fetch("SELECT recipient, subject, body FROM log.outbox ORDER BY recipient")
    assert [tuple(row) for row in rows] == [("p-1", None, None), ("p-2", "Dear", "you")]


@pytest.mark.parametrize(
    "wrong", [{"id": "Amina"}, {"name": ""}, {"email": "a@b, c@d"}, {"language": "klingon!"}]
)
def test_a_person_must_make_sense(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate({**AMINA.model_dump(), **wrong})


async def test_a_file_without_addresses_makes_nobody_unreachable(pool: asyncpg.Pool) -> None:
    people = People(pool)
    await people.import_people([AMINA])
    done = await people.import_people([AMINA.model_copy(update={"email": None})])
    assert done.unchanged == (AMINA.id,)
    assert (await people.find([AMINA.id]))[AMINA.id].email == AMINA.email
