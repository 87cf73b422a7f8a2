"""The short way of /api/v1/ answers as the pages' way does."""

import io
import json

import pytest
from django.core.handlers.wsgi import WSGIHandler

from regulars.team import actions
from regulars.web.api import door

pytestmark = pytest.mark.django_db
api, pages = door.Door(), WSGIHandler()


def answer(way, path: str, secret: str, *, host: str = "localhost", body: bytes = b""):
    said = []
    environ = {"REQUEST_METHOD": "POST" if body else "GET", "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "",
               "SERVER_NAME": host, "SERVER_PORT": "80", "HTTP_HOST": host, "CONTENT_TYPE": "application/json",
               "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http",
               "HTTP_AUTHORIZATION": f"Bearer {secret}"}  # fmt: skip
    found = b"".join(way(environ, lambda status, headers: said.append((status, dict(headers)))))
    return said[0][0], said[0][1], found


@pytest.mark.parametrize(
    "path, secret, body",
    [
        ("people", "", b""),
        ("people", "rgl_wrong", b""),
        ("nowhere", "", b""),
        ("points/earn", "", b"{"),
        ("points/earn", "", json.dumps({"person": 0}).encode()),
    ],
)
def test_both_ways_give_the_same_status_and_body(business, at, path, secret, body):
    secret = secret or actions.make_key(name="till", role="owner", by="system", at=at)[1]
    ways = [answer(way, f"/api/v1/{path}", secret, body=body) for way in (api, pages)]
    assert ways[0][0] == ways[1][0] and ways[0][2] == ways[1][2]


def test_the_answer_names_its_length_and_is_never_taken_for_a_page(business, at):
    secret = actions.make_key(name="till", role="owner", by="system", at=at)[1]
    _, headers, body = answer(api, "/api/v1/people", secret)
    assert headers["Content-Length"] == str(len(body)) and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"].startswith("application/json") and "Set-Cookie" not in headers


def test_a_foreign_host_is_refused_there_too(business, at):
    assert answer(api, "/api/v1/people", "x", host="evil.example")[0].startswith("400")


@pytest.mark.parametrize("path, ours", [("/api/v1/people", True), ("/api/s/s2s/event", False), ("/people", False)])
def test_only_the_rest_api_takes_it(path, ours):
    assert door.is_ours({"PATH_INFO": path}) is ours
