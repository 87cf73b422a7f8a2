"""An import is killed at every commit boundary and continued: the tables are those of an import left in peace."""

from __future__ import annotations

import json
import random

import pytest

from regulars.events.tests import apart
from tests.killing import failpoints, kill, reported

pytestmark = [pytest.mark.django_db, pytest.mark.story]
FAILPOINTS = failpoints("imports.", "take_in.", "consumers.", "customers.")
CHILD = ("-m", "tests.stories.import_child")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Ninety lines: orders of several lines that are not together, equal lines, returns, nobody, wrong rows."""
    pick = random.Random(5)
    rows = ["order,date,customer,sku,quantity,price"]
    for n in range(90):
        order = pick.choice([f"{100 + pick.randrange(40)}"] * 9 + [f"C{500 + n}"])
        customer = pick.choice(["1", "2", "3", "4", ""]) if order[0] == "C" else str(int(order) % 5 or "")
        price = "broken" if n % 31 == 7 else f"{pick.randrange(900) / 100}"
        quantity = -1 if order[0] == "C" else pick.randrange(1, 4)
        rows.append(f"{order},2025-01-{1 + n % 28:02},{customer},P{n % 7},{quantity},{price}")
    path = tmp_path_factory.mktemp("file") / "till.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return apart.fresh(tmp_path_factory.mktemp("kill") / "home")


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory, file):
    return report(template.copy(tmp_path_factory.mktemp("peace") / "home"), file)


def report(house, file) -> dict:
    return json.loads(reported(house, *CHILD, str(file)).removeprefix("report "))


def test_there_is_a_failpoint_at_every_commit_boundary():
    assert {"imports.before_commit", "imports.after_commit", "imports.refused_written", "imports.finished",
            "customers.before_commit", "take_in.before_commit"} <= set(FAILPOINTS)  # fmt: skip


@pytest.mark.parametrize("when", [":1", pytest.param(":4", marks=pytest.mark.slow)])
@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_there_and_continued_nothing_is_lost_and_nothing_double(
    template, tmp_path, file, undisturbed, failpoint, when
):
    house = template.copy(tmp_path / "home")
    kill(house, *CHILD, str(file), at=failpoint + when, surely=when == ":1")
    assert report(house, file) == undisturbed


def test_left_in_peace_the_file_is_all_there(undisturbed):
    assert undisturbed["state"] == "done"
    assert undisturbed["taken"] + undisturbed["refused"] == undisturbed["lines"] == 90
    assert undisturbed["refused"] > 3
    assert len(undisturbed["errors"].splitlines()) == undisturbed["refused"] + 1
    assert undisturbed["refunds"]
    assert undisturbed["summary"]["nobodys"]
