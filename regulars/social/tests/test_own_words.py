"""Words that rise because people quote us say so."""

from __future__ import annotations

import pytest

from regulars.core.clock import DAY, HOUR
from regulars.social.listening.explaining import explain
from regulars.social.tests.hearing import account, listen, say, topic

pytestmark = pytest.mark.django_db


def test_a_phrase_of_a_post_of_ours_is_marked_and_the_post_is_named(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    post = say(where, "northgate", "Our fleet is on fleek", at - DAY, ours=True)
    for n in range(60):
        say(where, f"p{n % 20}", f"northgate has nice things {n}", at - (n + 30) * HOUR)
    for n in range(12):
        said = ("northgate fleet is on fleek, broken zips", "broken zips and the fleet is on fleek, northgate")[n % 2]
        say(where, f"q{n}", f"{said} {n}", at - n * 60_000_000, thread=post.thread,
            parent=post.external)  # fmt: skip
    listen(at)
    told = explain(number, "northgate", since=at - HOUR, until=at)
    marked = {word["phrase"]: word["ours"] for word in told["words"]}
    assert any(ours for phrase, ours in marked.items() if "fleek" in phrase)
    assert not any(ours for phrase, ours in marked.items() if "zips" in phrase)
    assert told["ours"] == [(post.id, 12)] and told["small"] and told["people"] == 12
