"""An empty inbox for each test, and a source to send with."""

from __future__ import annotations

import json

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _fresh_room():
    _forget()
    yield
    _forget()


def _forget() -> None:
    from regulars.events import inbox, inbox_sqlite, keys, pipeline, rate, requests, seen

    inbox.stop()
    inbox_sqlite.STORE.close()
    for file in settings.REGULARS_HOME.glob("inbox.sqlite3*"):
        file.unlink()
    keys._known = {}
    keys.forget()
    for cache in (requests._namespaces, pipeline._contexts, rate._buckets):
        cache.clear()
    seen._shapes.clear()
    seen._samples.clear()
    seen._sources.clear()


@pytest.fixture
def source(transactional_db, at):
    """A web shop with a write key."""
    from regulars.events import actions

    return actions.create_source(name="Web shop", by="system", at=at)


@pytest.fixture
def send(source):
    """Call the tracking API: send(path, body, ...) -> (status, answer)."""
    import io

    from regulars.events import edge

    def call(path="/v1/batch", body=None, *, key=source.key, method="POST", query="", **headers):
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO(data)}
        environ |= {"CONTENT_LENGTH": str(len(data))} if data or method == "POST" else {}
        if key:
            import base64

            environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        got = {}
        environ |= {"HTTP_" + name.upper(): value for name, value in headers.items()}
        answer = b"".join(edge.application(environ, lambda status, head: got.update(status=status, head=dict(head))))
        call.headers = got["head"]
        return int(got["status"][:3]), json.loads(answer) if answer[:1] == b"{" else answer

    return call


@pytest.fixture
def ingest(at):
    """Take in all that waits."""
    from regulars.events import ingest

    def run(now=at):
        while ingest.step(now):
            pass

    return run
