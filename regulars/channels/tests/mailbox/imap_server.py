"""A mailbox of the test's own: just enough of IMAP (RFC 9051) for the standard library's client."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import contextmanager


class Post:
    """The mail of one mailbox: uid -> bytes. `deleted` are the uids that were removed, `refuse` breaks sign-in."""

    def __init__(self) -> None:
        self.mail: dict[int, bytes] = {}
        self.validity = 7
        self.deleted: list[int] = []
        self.refuse = False
        self.cut_after = 10**9  # fetches until the line breaks

    def put(self, raw: bytes) -> None:
        self.mail[max(self.mail, default=0) + 1] = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        self.say("* OK ready")
        self.marked: set[int] = set()
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            if not self.answer(tag, command):
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def answer(self, tag: str, command: str) -> bool:
        post, word = self.server.post, command.upper()
        if word.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN") and post.refuse:
            self.say(f"{tag} NO [AUTHENTICATIONFAILED] wrong password")
            return True
        elif word.startswith(("SELECT", "EXAMINE")):
            self.say(f"* {len(post.mail)} EXISTS\r\n* OK [UIDVALIDITY {post.validity}] valid")
        elif word.startswith("UID SEARCH"):
            first = int(re.search(r"UID (\d+):", command[4:])[1])
            found = [uid for uid in post.mail if uid >= first] or sorted(post.mail)[-1:]
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif word.startswith("UID FETCH"):
            if post.cut_after <= 0:
                return False
            post.cut_after -= 1
            self.fetch([int(uid) for uid in command.split()[2].split(",")])
        elif word.startswith("UID STORE"):
            self.marked |= {int(uid) for uid in command.split()[2].split(",")}
        elif word.startswith("EXPUNGE"):
            post.deleted += sorted(self.marked)
            for uid in self.marked:
                post.mail.pop(uid, None)
        elif word.startswith("LOGOUT"):
            self.say(f"* BYE\r\n{tag} OK bye")
            return False
        self.say(f"{tag} OK done")
        return True

    def fetch(self, uids: list[int]) -> None:
        for number, uid in enumerate(uids, 1):
            raw = self.server.post.mail[uid]
            self.wfile.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (number, uid, len(raw), raw))


@contextmanager
def imap_server(post: Post):
    """The port of a server with this post."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads, server.post = True, post
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
