"""Several workers at once: everybody passes every step once, also when one of the workers is killed."""

import pytest

from regulars.journeys.tests.crowd_size import PEOPLE
from tests.killing import begun, reported

CHILD = ("-m", "regulars.journeys.tests.crowd")


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    return begun(tmp_path_factory.mktemp("crowd"), CHILD)


@pytest.mark.parametrize("dies", ["", "journeys.advance.before_commit:3", "journeys.advance.after_commit:3"])
def test_workers_side_by_side_take_everybody_through_once(template, tmp_path, dies):
    house = template.copy(tmp_path / "home")
    workers = [
        house.start(*CHILD, "work", **({"REGULARS_FAILPOINT": dies} if n == 0 and dies else {})) for n in range(3)
    ]
    ends = [worker.wait(timeout=100) for worker in workers]
    assert ends[1:] == [0, 0] and ends[0] in (0, -9)
    assert reported(house, *CHILD, "report") == f"report [{PEOPLE}, {3 * PEOPLE}, {PEOPLE}]"
