"""Recommendations over the API, by permission."""

import pytest

from regulars.commerce.actions import recommend
from regulars.commerce.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def boots(anna, at) -> list[int]:
    ids = [Product.objects.create(key=f"b{n}", name=f"Boots {n}", seen_us=1).id for n in range(3)]
    rows = [
        (anna, "again", 1, ids[0], 2.0, None),
        (anna, "new", 1, ids[1], 0.5, ids[0]),
        (0, "popular", 1, ids[2], 1, None),
    ]
    recommend(rows=rows, together=[], as_of_us=at, at=at)
    return ids


def test_a_program_asks_what_to_recommend_and_why(ask, anna, boots):
    said = ask("GET", f"/people/{anna}/recommendations", role="reader").json()
    assert [(row["product"]["id"], row["kind"]) for row in said] == list(
        zip(boots[1:], ["new", "popular"], strict=True)
    )
    assert said[0]["why"]["name"] == "Boots 0" and said[1]["why"] is None


def test_kind_and_number_are_asked_for(ask, anna, boots):
    assert len(ask("GET", f"/people/{anna}/recommendations", limit=1).json()) == 1
    assert ask("GET", f"/people/{anna}/recommendations", kind="odd").status_code == 422


def test_nobody_has_recommendations_who_is_nobody(ask, boots):
    assert ask("GET", "/people/999999/recommendations").status_code == 404
