"""The demo shop knows who is who, so it can judge what the product suggests about it."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from regulars.demo import generate
from regulars.people.linkage import suggest, truth
from regulars.people.linkage.tests import truths

pytestmark = [pytest.mark.anydb, pytest.mark.story]


def test_nine_of_ten_suggestions_among_people_who_share_homes_and_names_are_right(at):
    shop = generate(seed=3, people=3_000, end_us=at)
    with duckdb.connect() as connection:
        true = load(connection, shop)
        truth.prepare(connection, country="GB")
        found = {(s.a, s.b) for s in suggest.find(connection)}
    precision, recall, _ = truths.agreement(found, true)
    assert precision >= 0.9, (precision, recall)
    assert recall >= 0.5, (precision, recall)


def load(connection, shop) -> set[truths.Pair]:
    """Every account as a record, but for those that a shared e-mail joins already."""
    rows, seen = [], set()
    for number, account in enumerate(shop.accounts):
        said = account.traits
        home = said.get("address") or {}
        email = said.get("email")
        if email in seen and email:
            continue
        seen.add(email)
        rows.append(
            {
                "person_id": number,
                "first_name": said.get("firstName"),
                "last_name": said.get("lastName"),
                "birthday": said.get("birthday"),
                "email": email,
                "phone": None,
                "street": home.get("street"),
                "postcode": home.get("postalCode"),
                "city": home.get("city"),
                "cards": None,
                "truth": account.person,
            }
        )
    records = pa.Table.from_pylist(rows)
    connection.register("records", records)
    connection.execute("CREATE TABLE shown AS SELECT * REPLACE (cards::VARCHAR[] AS cards) FROM records")
    return truths.true_pairs(connection)
