"""No address inside our own network can be asked by naming it."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core import outside

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "172.16.9.9",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.1.1",
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address):
    assert not outside.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert outside.is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fd00::/8"))
def test_no_address_of_a_private_network_is_ever_public(address):
    assert not outside.is_public(str(address))


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example", "file:///etc/passwd", "https://", "http://a:b@x.example", "https://x.example:port",
     "http://x\n.example", "http://127.0.0.1/", "http://localhost:1/", "http://[::1]/", "http://0x7f000001/", "http://2130706433/"],
)  # fmt: skip
def test_what_leads_inside_or_is_no_web_address_is_refused(url):
    with pytest.raises((outside.Refused, outside.Unreachable)):
        outside.ask(url, timeout=1)


def test_a_name_is_refused_when_one_of_its_addresses_is_private(monkeypatch):
    found = [(0, 0, 0, "", ("8.8.8.8", 80)), (0, 0, 0, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(outside.Refused, match="private network"):
        outside.public_address("both.example", 80)


class _Server(BaseHTTPRequestHandler):
    def do_POST(self):
        said = self.rfile.read(int(self.headers["Content-Length"]))
        if said == b"hang up":
            return
        self.send_response(302 if said == b"redirect" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(said[::-1])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with HTTPServer(("127.0.0.1", 0), _Server) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/x"
        made.shutdown()


def test_an_answer_comes_back_whole(server):
    assert outside.ask(server, body=b"abc").body == b"cba"


def test_redirects_are_not_followed(server):
    assert outside.ask(server, body=b"redirect").status == 302


def test_a_broken_line_says_that_the_request_may_have_arrived(server):
    with pytest.raises(outside.Unreachable) as problem:
        outside.ask(server, body=b"hang up")
    assert problem.value.sent


def test_nobody_listening_says_that_nothing_was_sent(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(outside.Unreachable) as problem:
        outside.ask(f"http://127.0.0.1:{port}/", timeout=1)
    assert not problem.value.sent


def test_a_server_that_drips_its_answer_is_left_in_time(monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    stop = threading.Event()

    class Drips(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.02):
                self.wfile.write(b"x")

        def handle_one_request(self):
            with contextlib.suppress(OSError):
                super().handle_one_request()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Drips) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(outside.Unreachable, match=r"too long|timed out"):
            outside.ask(f"http://127.0.0.1:{server.server_port}/", method="GET", timeout=5, within=0.2)
        stop.set()
        server.shutdown()
