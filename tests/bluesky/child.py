"""Run by the tests in processes of their own, and killed there: connect, say what is planned, read, report.

`python -m tests.bluesky.child plan SERVER HANDLE PASSWORD POSTS | go (the same) | hear SERVER HANDLE PASSWORD ITEMS`
`go` and `hear` do all that is left to do and report it; each may be run again and again. `serve`: commands come on
standard input, each is done by a process of its own that is forked, and the answer is one line: the importing, which
takes longer than all the rest, is done once.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback

import django

django.setup()

from regulars.channels.models import Gate  # noqa: E402
from regulars.channels.networks import accounts, posting, reading  # noqa: E402
from regulars.channels.networks.models import Account, Item, Post, PostState  # noqa: E402
from regulars.channels.tests.networks.pretend import cleared  # noqa: E402
from regulars.content.actions import add_picture  # noqa: E402
from regulars.core import failpoints  # noqa: E402
from regulars.core.clock import SECOND, now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from tests.bluesky.pictures import png  # noqa: E402

DONE = (PostState.CONFIRMED, PostState.FAILED)
PARTS = 3  # of the thread


def connected(server: str, handle: str, password: str) -> Account:
    """The account, connected by whoever comes first."""
    Business.objects.get_or_create(id=1, defaults={"name": "Northgate", "timezone": "Europe/London"})
    values = {"handle": handle, "password": password, "server": server}
    known = Account.objects.first()
    return known or accounts.connect(kind="bluesky", values=values, by="user:1", at=now_us())


def plan(server: str, handle: str, password: str, posts: int) -> None:
    """An account, and so many posts that are due: every second one has a picture, the third is a thread's first."""
    account, at = connected(server, handle, password), now_us()
    for number in range(posts):
        say(account, f"plan:{number}", f"Offer {number} of the week.", at, picture=number % 2, size=number + 2)


def say(
    account: Account, key: str, text: str, at: int, *, picture: bool = False, size: int = 1, **facts: str
) -> None:
    """Plan it, once for ever."""
    if Post.objects.filter(key=key).exists():
        return
    pictures, alt = [], f"Picture {size}"
    if picture:
        made = add_picture(data=png(size, size), name=f"{size}.png", by="user:1", at=at)
        pictures = [{"picture": made.id, "alt": alt}]
    examined = cleared(text, alts=[alt] if pictures else [])
    posting.plan_post(key=key, account_id=account.id, purpose="post", text=text, pictures=pictures, facts=facts,
                      examined=examined, by="user:1", at=at)  # fmt: skip


def go_on(account: Account, at: int) -> bool:
    """The next part of the thread that the third post begins, when the last one is out; whether one is to come."""
    parts = list(Post.objects.filter(key__in=["plan:2", *(f"part:{n}" for n in range(1, PARTS))]).order_by("id"))
    if not parts or len(parts) == PARTS:
        return False
    first, last, number = parts[0], parts[-1], len(parts)
    if last.state in (PostState.HANDED_OFF, PostState.CONFIRMED):
        told = {"reply_to": last.external, "thread": first.external}
        say(account, f"part:{number}", f"Part {number} of the thread.", at, picture=number == 1, size=90, **told)
    return True


def work() -> None:
    """Say and look until all is settled. Its clock runs ahead where it would only wait."""
    account = Account.objects.get()
    at = max(now_us(), Gate.objects.values_list("beat_us", flat=True).first() or 0)
    until = time.monotonic() + 300
    while time.monotonic() < until:
        said = posting.say_some(account_id=account.id, at=at)
        looked = posting.look_some(account_id=account.id, at=at)
        more = go_on(account, at)
        if not more and not Post.objects.exclude(state__in=DONE).exists():
            return
        at += SECOND
        if not (said or looked):
            time.sleep(0.03)  # another worker may be at it, or a lease has to end


def hear(server: str, handle: str, password: str, items: int) -> None:
    """Read until so many items are there."""
    account = connected(server, handle, password)
    while Item.objects.filter(to_us=True).count() < items:
        Account.objects.update(next_us=0, leased_us=0)
        reading.read_account(account.id, now_us())
        time.sleep(0.02)


def report() -> None:
    """What is stored, in one line."""
    posts = [[PostState(state).name, external] for state, external in Post.objects.values_list("state", "external")]
    print("report", json.dumps({"posts": posts, "items": list(Item.objects.values_list("text", flat=True))}))


def serve() -> None:
    """One command a line, {"command": [...], "failpoint": ""}; one answer a line, {"code": -9, "said": "..."}."""
    from regulars.channels.providers.bluesky import line  # noqa: F401 - only to have it

    for asked in map(json.loads, sys.stdin):
        reader, writer = os.pipe()
        if (number := os.fork()) == 0:
            os.dup2(writer, 1)
            failpoints._wanted, _, count = asked["failpoint"].partition(":")
            failpoints._left = int(count or 1)
            os._exit(_tried(asked["command"]))
        os.close(writer)
        with open(reader) as said:
            words = said.read()
        code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        print(json.dumps({"code": code, "said": words}), flush=True)


def _tried(command: list[str]) -> int:
    try:
        run(command)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def run(words: list[str]) -> None:
    """What was asked for."""
    command, *given = words
    match command:
        case "plan":
            plan(*given[:3], int(given[3]))
        case "go":
            plan(*given[:3], int(given[3]))
            work()
            report()
        case "hear":
            hear(*given[:3], int(given[3]))
            report()


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else run(sys.argv[1:])
