"""The product's settings and threshold, as they are, on two published sets of duplicates."""

import duckdb
import pytest

from regulars.people.linkage import suggest, truth
from regulars.people.linkage.tests import truths
from tests.paths import shared_data

pytestmark = pytest.mark.anydb


@pytest.fixture
def connection():
    with duckdb.connect() as made:
        yield made


def _found(connection) -> set[truths.Pair]:
    truth.prepare(connection, country="AU")
    return {(s.a, s.b) for s in suggest.find(connection)}


def test_fake_1000_is_found_with_the_settings_everybody_has(connection):
    true = truths.load_fake_1000(connection, shared_data("identity/fake_1000.csv"))
    found = _found(connection)
    precision, recall, f1 = truths.agreement(truths.closed(found), true)
    assert len(true) == 2031
    assert f1 >= 0.93 and precision >= 0.98, (precision, recall, f1)
    assert truths.agreement(found, true)[2] >= 0.78


def test_febrl_3_is_found_with_the_same_settings(connection):
    true = truths.load_febrl_3(connection, shared_data("identity/febrl3.csv.gz"))
    found = _found(connection)
    precision, recall, f1 = truths.agreement(truths.closed(found), true)
    assert len(true) == 6538
    assert f1 >= 0.99 and precision >= 0.99, (precision, recall, f1)
    assert truths.agreement(found, true)[2] >= 0.98


def test_the_same_people_give_the_same_suggestions(connection):
    truths.load_fake_1000(connection, shared_data("identity/fake_1000.csv"))
    truth.prepare(connection, country="GB")
    first, again = suggest.find(connection), suggest.find(connection)
    assert [(s.a, s.b, round(s.score, 9)) for s in first] == [(s.a, s.b, round(s.score, 9)) for s in again]
