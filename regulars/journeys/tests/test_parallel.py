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
    ends = [worker.wait(timeout=300) for worker in workers]
    assert ends[1:] == [0, 0] and ends[0] in (0, -9)
    assert reported(house, *CHILD, "report") == f"report [{PEOPLE}, {3 * PEOPLE}, {PEOPLE}]"


@pytest.mark.django_db(transaction=True)
def test_workers_that_hear_of_the_same_person_at_once_let_them_in_once(business, at):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connection, transaction

    from regulars.journeys.actions import Occasion, enrol
    from regulars.journeys.models import Enrolment
    from regulars.journeys.tests.cast import live, someone
    from regulars.journeys.versions import open_journeys
    from regulars.people.actions import merge_people

    live({"start": {"kind": "manual"}, "steps": [{"id": "w", "kind": "wait", "days": 1}]}, at)
    nodes = [someone(f"p{n}", at) for n in range(4)]
    for node in nodes[1:]:
        merge_people(a=nodes[0], b=node, by="user:1", at=at, evidence={})
    ready, (journey,) = Barrier(len(nodes)), open_journeys()

    def hear(node: int) -> int:
        ready.wait()
        try:
            with transaction.atomic():
                return enrol(journey=journey, occasions=[Occasion(node, f"e:{node}", at)], at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(nodes)) as workers:
        entered = list(workers.map(hear, nodes))
    assert sum(entered) == 1 and Enrolment.objects.count() == 1
