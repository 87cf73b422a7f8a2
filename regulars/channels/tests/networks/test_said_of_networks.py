"""What pages and docs say of networks is what their folders say."""

from pathlib import Path

import pytest

from regulars.channels.networks import kinds

DOCS = (Path(__file__).resolve().parents[4] / "docs/networks.md").read_text()
WAYS = {"read", "search", "post", "reply", "answer", "delete", "moderate", "hide", "edit", "metrics", "webhook"}


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_network_says_what_it_can_its_limits_with_their_source_and_whether_it_was_proven(kind):
    known = kinds.network(kind)
    assert known.kind == kind and known.can <= WAYS and known.how
    assert known.limits and known.prices and all(one.what and one.source for one in (*known.limits, *known.prices))
    assert ("webhook" in known.can) == hasattr(kinds.module_of(kind), "webhook")
    assert all(one.label for one in known.fields) and len({one.name for one in known.fields}) == len(known.fields)


@pytest.mark.parametrize("kind", [one for one in kinds.KINDS if not kinds.network(one).proven and one != "rss"])
def test_the_docs_say_of_every_unproven_network_that_it_is(kind):
    proven = DOCS.partition("## What is proven against what")[2].partition("\n## ")[0]
    word = {"google": "Google reviews", "x": "| X |"}.get(kind, str(kinds.network(kind).label).split()[0])
    rows = [row for row in proven.splitlines() if word in row or kinds.network(kind).kind in row.casefold()]
    assert any("not yet" in row for row in rows), kind
