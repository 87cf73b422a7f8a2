"""What docs/lake.md tells people to type works."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from regulars.lake import queries
from regulars.lake.tests import truth
from regulars.lake.tests.histories import catch_up, start_over

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lake.md"


def statements() -> list[str]:
    sql = "\n".join(re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.S))
    return [s for s in sql.split(";\n") if s.strip()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moved", [False, True])
def test_the_lake_can_be_opened_by_hand_as_the_page_says(moved):
    start_over()
    a, b = truth.make_node(), truth.make_node()
    for node in (a, b, b):
        truth.make_event(node, day=1, name="Order Completed")
    catch_up()
    if moved:
        truth.merge(a, b)
        catch_up()
    by_hand = duckdb.connect()
    answers = [
        by_hand.execute(s.replace("/srv/regulars/regulars-data/lake/", f"{queries.folder()}/")).fetchall()
        for s in statements()
    ]
    assert [row[:2] for row in next(a for a in answers if a and a[0][0] == "Order Completed")] == [
        ("Order Completed", 3)
    ]
    assert answers[-1] == ([(a, 3)] if moved else [(b, 2), (a, 1)])
