"""Colleagues at their inbox, all at the same time: list, conversation, list, and what an open page asks by itself.

Run by benchmarks/inbox.py in a process of its own: `python -m benchmarks.colleagues PORT SECONDS HOW < cookies`.
HOW: "htmx", a click every 2 to 3 seconds, which brings the pane that changes; "calm", the same every 8 to 12 seconds,
as people read, and with what a conversation fetches beside it; "pages", every click a whole page; "rush", whole pages
without a pause. While nobody clicks, every page asks `inbox/beat` as the browser does: each 0.9
seconds, each fifth time about the list too. Prints {what: [milliseconds]} and how many answers were no 200, as JSON.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import threading
import time
from collections import defaultdict
from html import unescape

BEAT_S, LIST_EVERY, LEAST_S, MOST_S = 0.9, 5, 2.0, 3.0
CALM_S = (8.0, 12.0)
BOXES = ("mine", "open", "overdue", "nobody", "mine", "closed")
LINK = re.compile(rb'href="/inbox/(\d+)\?')
BESIDE = re.compile(rb'hx-get="([^"]+)" hx-trigger="load"')


class Colleague(threading.Thread):
    """One signed-in session with one page open."""

    def __init__(self, port: int, cookie: str, until: float, how: str, seed: int) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.chance, self.until, self.how = random.Random(seed), until, how
        self.headers = {"Cookie": cookie} | ({"HX-Request": "true"} if how in ("htmx", "calm") else {})
        self.pauses = CALM_S if how == "calm" else (LEAST_S, MOST_S)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.wrong = self.beats = 0
        self.shown: list[int] = []
        self.box, self.open = "mine", 0

    def run(self) -> None:
        """Click, wait as people do, click again."""
        time.sleep(0 if self.how == "rush" else self.chance.uniform(0, self.pauses[1]))
        while time.monotonic() < self.until:
            self._list()
            self._pause()
            self._conversation()
            self._pause()

    def _list(self) -> None:
        self.box = self.chance.choice(BOXES)
        self.shown = [int(number) for number in LINK.findall(self._ask("list", f"/inbox?box={self.box}"))]

    def _conversation(self) -> None:
        if self.shown:
            self.open = self.chance.choice(self.shown)
            body = self._ask("conversation", f"/inbox/{self.open}?box={self.box}")
            if self.how == "calm":
                for path in BESIDE.findall(body)[:4]:  # the last ones only when somebody looks there
                    self._ask("beside", unescape(path.decode()))

    def _pause(self) -> None:
        if self.how == "rush":
            return
        until = time.monotonic() + self.chance.uniform(*self.pauses)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, BEAT_S))
            if left > BEAT_S:
                self._beat()

    def _beat(self) -> None:
        self.beats += 1
        said = [f"case={self.open}"] if self.open else []
        said += [f"list=box%3D{self.box}"] if self.beats % LIST_EVERY == 0 else []
        if said:
            self._ask("beat", f"/inbox/beat?{'&'.join(said)}")

    def _ask(self, what: str, path: str) -> bytes:
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.times[what].append((time.perf_counter() - began) * 1000)
        self.wrong += answer.status != 200
        return body


def main() -> None:
    """See the module."""
    port, seconds, how = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    until = time.monotonic() + seconds
    crew = [Colleague(port, cookie.strip(), until, how, seed) for seed, cookie in enumerate(sys.stdin)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    whats = ("list", "conversation", "beside", "beat")
    times = {what: [ms for one in crew for ms in one.times[what]] for what in whats}
    print(json.dumps({"times": times, "wrong": sum(one.wrong for one in crew)}))


if __name__ == "__main__":
    main()
