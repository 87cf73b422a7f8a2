"""After an erasure no word of the erased is left in the file of the database, its index of words included."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR
from regulars.core.models import QueuedJob
from regulars.inbox import searching
from regulars.inbox.actions import prove_author
from regulars.inbox.clearing import clear_index
from regulars.inbox.models import Case
from regulars.inbox.tests.talk import MONDAY, author, hear, said
from regulars.people.actions import Sighting, erase_person, record_sightings
from regulars.people.actions.erasing import wipe
from regulars.people.queries import person_id_of

WORD = "zanzibarium"
ENDING = b"nzibarium"  # an index keeps of a word what the one before it has not


def in_the_file() -> bool:
    bulk.query("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(connection.settings_dict["NAME"])
    return any(ENDING in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.fixture
def on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("About the file of SQLite; PostgreSQL's own vacuum takes dead rows out.")


@pytest.mark.django_db(transaction=True)
def test_no_word_of_the_erased_is_left_in_the_file(on_sqlite, business, ann):
    hear(*(said(f"o{n}", f"another thing about zanz{n} and zanzy", by=f"p{n}") for n in range(300)))
    hear(said("1", f"My {WORD} is broken", by="zoe"))
    email = ("email", "zoe@shop.example")
    (node,) = record_sightings(
        sightings=[Sighting("shop", (("user", "zoe"),), (email,), {}, at=MONDAY)], source_id=1, at=MONDAY
    )
    zoe = person_id_of([node])[node]
    prove_author(author_id=author("zoe").id, proof="email", email=email[1], by="system", at=MONDAY)
    assert in_the_file() and len(searching.entries_with(WORD)) == 1
    erase_person(person_id=zoe, by=ann.by, at=MONDAY + HOUR)
    if not searching.AT_ONCE:
        assert QueuedJob.objects.filter(name=clear_index.name).count() == 1
        clear_index(at=MONDAY + HOUR)
    wipe(MONDAY + DAY)
    assert not in_the_file()
    assert searching.entries_with(WORD) == [] and len(searching.entries_with("zanzy")) >= 200
    assert Case.objects.count() == 301


@pytest.mark.django_db(transaction=True)
def test_an_index_from_a_newer_sqlite_is_built_anew_by_an_older_one(on_sqlite, business, monkeypatch):
    hear(said("1", f"My {WORD} is broken", by="zoe"))
    config = "INSERT OR REPLACE INTO inbox_spokenindex_config (k, v) VALUES (%s, %s)"
    bulk.execute(config, ["secure-delete", 1])
    bulk.execute(config, ["version", searching.NEWER_FORM])
    connection.close()
    monkeypatch.setattr(searching, "AT_ONCE", False)
    searching.after_migrating()
    assert len(searching.entries_with(WORD)) == 1
