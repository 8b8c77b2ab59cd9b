"""Every event that was ever written can be read: each type in each schema version, also after an erasure."""

from __future__ import annotations

from typing import Any

import pytest

from events import registry, upcasts
from events.upcasts import UPCASTERS
from tests.replay.test_old_streams import DECIDERS
from tests.store.corpus import Key, corpus, wanted

KNOWN, CORPUS = registry.standard(), corpus()


def test_there_is_an_example_of_each_type_and_schema_version() -> None:
    """`python -m tests.store.corpus` adds those that are missing; what no story tells is in `BY_HAND`."""
    assert CORPUS.keys() == wanted()


@pytest.mark.parametrize("key", sorted(CORPUS), ids=lambda key: f"{key[0]}@{key[1]}")
def test_it_is_read(key: Key) -> None:
    name, version = key
    sealed = KNOWN.sealed_fields(name)
    for shown in ({}, dict.fromkeys(sealed, None)):
        body: dict[str, Any] = {**CORPUS[key], **shown}
        newest, data = KNOWN.current(name, version, body)
        assert newest == KNOWN.schema_version(name)
        event = DECIDERS[name.partition(".")[0]].events.validate_python({"type": name, **data})
        assert event.payload() == KNOWN.current(name, newest, event.payload())[1]


@pytest.mark.parametrize("key", sorted(UPCASTERS), ids=lambda key: f"{key[0]}@{key[1]}")
def test_an_old_example_is_one_of_its_time(key: Key) -> None:
    """Its upcaster has something to do, but where the body did not change: what was allowed did."""
    same = UPCASTERS[key](CORPUS[key]) == CORPUS[key]
    assert same is (UPCASTERS[key] in {upcasts._duties_1, upcasts._left_1})
