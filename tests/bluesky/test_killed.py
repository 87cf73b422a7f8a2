"""A post goes out exactly once, whatever crashes when: counted in Bluesky's own records. And nothing heard is lost,
nor there twice. Posts are plain, have a picture, or are the parts of a thread."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from subprocess import PIPE

import pytest

from regulars.channels.providers.bluesky import saying  # noqa: F401 - declares its failpoints
from regulars.events.tests.apart import ROOT, fresh
from tests.bluesky.network import until
from tests.bluesky.test_stories import records, says
from tests.killing import failpoints

pytestmark = pytest.mark.slow
CHILD = ("-m", "tests.bluesky.child")
RARE = {"posts.taken_up"}  # passed only after another's death
OPEN = {"REGULARS_PRIVATE_OUTSIDE": "1"}
POSTS = 3
PARTS = {"Part 1 of the thread.": "plan:2", "Part 2 of the thread.": "part:1"}


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup, bluesky):
    made = fresh(tmp_path_factory.mktemp("bluesky") / "home")
    made.env |= OPEN
    return made


@pytest.fixture
def house(template, tmp_path):
    """An installation in which nothing has happened yet."""
    made = template.copy(tmp_path / "home")
    made.env |= OPEN
    with Served(made) as served:
        yield served


class Served:
    """Commands of one installation, each in a process of its own."""

    def __init__(self, made):
        self.made = made

    def __enter__(self):
        command = [sys.executable, *CHILD, "serve"]
        self.child = subprocess.Popen(command, env=self.made.env, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)
        return self

    def __exit__(self, *why):
        self.child.stdin.close()
        self.child.wait(30)

    def run(self, *command, failpoint=""):
        """What it said; it must end well, or die at the failpoint."""
        print(json.dumps({"command": command, "failpoint": failpoint}), file=self.child.stdin, flush=True)
        answer = json.loads(self.child.stdout.readline())
        assert answer["code"] in ((0, -9) if failpoint else (0,)), answer
        return answer

    def dies(self, *command, at):
        """It is killed there, surely."""
        assert self.run(*command, failpoint=at)["code"] == -9


@pytest.fixture
def go(bluesky, northgate):
    """The command that plans so many posts of a fresh account, says what is left to say, and reports."""
    return lambda posts=POSTS: ("go", bluesky.pds, northgate.handle, northgate.password, str(posts))


def finished(house, command):
    """All is done, and what is stored."""
    said = house.run(*command)["said"]
    return json.loads(next(line for line in said.split("\n") if line.startswith("report "))[7:])


def holds(person, stored, posts=POSTS):
    """On the network each is there once, with its picture and below its parent, and ours says so of every one."""
    there = {one.value.text: one for one in records(person)}
    assert Counter(one.value.text for one in records(person)) == dict.fromkeys(
        [*(f"Offer {n} of the week." for n in range(posts)), *PARTS], 1
    )
    assert sorted(stored["posts"]) == sorted(["CONFIRMED", one.uri] for one in there.values())
    pictured = {text for text, one in there.items() if one.value.embed and len(one.value.embed.images) == 1}
    assert pictured == {"Part 1 of the thread.", *(f"Offer {n} of the week." for n in range(1, posts, 2))}
    kept = person.client.com.atproto.sync.list_blobs({"did": person.did}).cids
    assert len(kept) == len(pictured)
    root, one, two = (there[text] for text in ("Offer 2 of the week.", *PARTS))
    assert [part.value.reply.parent.uri for part in (one, two)] == [root.uri, one.uri]
    assert {part.value.reply.root.uri for part in (one, two)} == {root.uri} and root.value.reply is None


@pytest.mark.parametrize("failpoint", [name for name in failpoints("posts.", "bluesky.") if name not in RARE])
def test_killed_there_and_there_again_each_post_is_on_bluesky_once(house, go, northgate, failpoint):
    house.dies(*go(), at=failpoint)
    house.run(*go(), failpoint=f"{failpoint}:2")
    holds(northgate, finished(house, go()))


def test_killed_while_taking_up_what_another_left(house, go, northgate):
    house.dies(*go(), at="posts.said")
    house.dies(*go(), at="posts.taken_up")
    holds(northgate, finished(house, go()))


def test_killed_at_random_moments_with_two_workers(house, go, northgate):
    posts, chance = 8, random.Random(11)
    house.run("plan", *go(posts)[1:])
    crew = [house.made.start(*CHILD, *go(posts)) for _ in range(2)]
    for mark in (1, 4, 7):
        until(lambda mark=mark: len(records(northgate)) >= mark, seconds=60)
        time.sleep(chance.uniform(0, 0.05))
        unlucky = chance.randrange(2)
        crew[unlucky].kill()
        crew[unlucky].wait()
        crew[unlucky] = house.made.start(*CHILD, *go(posts))
    assert [worker.wait(timeout=120) for worker in crew] == [0, 0]
    holds(northgate, finished(house, go(posts)), posts)


@pytest.mark.parametrize("failpoint", failpoints("reading.", "networks.taken"))
def test_killed_while_reading_everything_is_heard_once(house, bluesky, northgate, anna, failpoint):
    for number in range(3):
        says(anna, f"question {number}", to=northgate)
    command = ("hear", bluesky.pds, northgate.handle, northgate.password, "3")
    house.dies(*command, at=failpoint)
    heard = [text.partition(" ")[2] for text in finished(house, command)["items"]]
    assert sorted(heard) == ["question 0", "question 1", "question 2"]
