"""The worker's processes share what was loaded before they were started."""

import gc

from regulars.config import run


def test_children_are_started_from_frozen_memory_that_no_collection_touches(monkeypatch):
    frozen = []
    monkeypatch.setattr(run.connections, "close_all", lambda: None)
    monkeypatch.setattr(run.Supervisor, "run", lambda _: frozen.append(gc.get_freeze_count()))
    try:
        run.run([])
    finally:
        gc.unfreeze()
    assert frozen[0] > 100_000
