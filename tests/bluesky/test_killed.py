"""A post goes out exactly once, whatever crashes when: counted in Bluesky's own records. And nothing heard is lost,
nor there twice."""

from __future__ import annotations

import json
import random
import time
from collections import Counter

import pytest

from regulars.events.tests.apart import fresh
from tests.bluesky.network import until
from tests.bluesky.test_stories import records, says
from tests.killing import FIRST_OR_SECOND, failpoints, kill

pytestmark = pytest.mark.slow
CHILD = ("-m", "tests.bluesky.child")
RARE = {"posts.taken_up"}  # passed only after another's death
OPEN = {"REGULARS_PRIVATE_OUTSIDE": "1"}


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup, bluesky):
    made = fresh(tmp_path_factory.mktemp("bluesky") / "home")
    made.env |= OPEN
    return made


@pytest.fixture
def house(template, tmp_path, bluesky, northgate):
    """house(3): an installation with so many posts planned for a fresh account."""

    def make(posts):
        made = template.copy(tmp_path / "home")
        made.env |= OPEN
        done = made.run(*CHILD, "plan", bluesky.pds, northgate.handle, northgate.password, str(posts))
        assert done.returncode == 0, done.stderr
        return made

    return make


def finished(house):
    """All is done, and what is stored."""
    done = house.run(*CHILD, "work")
    assert done.returncode == 0, done.stderr
    return reported(house)


def reported(house):
    done = house.run(*CHILD, "report")
    assert done.returncode == 0, done.stderr
    return json.loads(next(line for line in done.stdout.split("\n") if line.startswith("report "))[7:])


def holds(person, stored, posts):
    """On the network each is there once, and ours says so of every one."""
    there = records(person)
    assert Counter(one.value.text for one in there) == {f"Offer {n} of the week.": 1 for n in range(posts)}
    assert sorted(stored["posts"]) == sorted(["CONFIRMED", one.uri] for one in there)


@pytest.mark.parametrize("when", FIRST_OR_SECOND)
@pytest.mark.parametrize("failpoint", [name for name in failpoints("posts.") if name not in RARE])
def test_killed_there_each_post_is_on_bluesky_once(house, northgate, failpoint, when):
    made = house(3)
    kill(made, *CHILD, "work", at=failpoint + when)
    holds(northgate, finished(made), 3)


def test_killed_while_taking_up_what_another_left(house, northgate):
    made = house(3)
    kill(made, *CHILD, "work", at="posts.said")
    kill(made, *CHILD, "work", at="posts.taken_up")
    holds(northgate, finished(made), 3)


def test_killed_at_random_moments_with_two_workers(house, northgate):
    made, chance = house(12), random.Random(11)
    crew = [made.start(*CHILD, "work") for _ in range(2)]
    for mark in (1, 4, 8):
        until(lambda mark=mark: len(records(northgate)) >= mark, seconds=60)
        time.sleep(chance.uniform(0, 0.05))
        unlucky = chance.randrange(2)
        crew[unlucky].kill()
        crew[unlucky].wait()
        crew[unlucky] = made.start(*CHILD, "work")
    assert [worker.wait(timeout=120) for worker in crew] == [0, 0]
    holds(northgate, finished(made), 12)


@pytest.mark.parametrize("failpoint", failpoints("reading.", "networks.taken"))
def test_killed_while_reading_everything_is_heard_once(house, northgate, anna, failpoint):
    made = house(0)
    for number in range(3):
        says(anna, f"question {number}", to=northgate)
    kill(made, *CHILD, "read", "3", at=failpoint)
    done = made.run(*CHILD, "read", "3")
    assert done.returncode == 0, done.stderr
    heard = [text.partition(" ")[2] for text in reported(made)["items"]]
    assert sorted(heard) == ["question 0", "question 1", "question 2"]
