"""People we know who had to do with us on networks: they spoke to us there, or followed a link of ours and are known.

An author is somebody's person only when that was proven; a visitor only when the shop's own page view names a node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.events.actions import create_source
from regulars.events.consumers import Entry
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Source
from regulars.social.models import Engaged, Link

SOURCE, NAMESPACE = "Publishing", "publishing"
ENGAGED, FOLLOWED = "Post Engaged", "Social Link Followed"
VISITS = ("Page", "Product Viewed", "Product List Viewed", "Order Completed")
PLACES = ("url", "search", "path", "referrer")
CODE = re.compile(r"[?&]rg=([a-z0-9]{7})(?![a-z0-9])")
KINDS = """CASE WHEN i.kind IN ('mention', 'quote') THEN 'mention' WHEN i.kind = 'review' THEN 'review'
 WHEN i.kind IN ('dm', 'mail', 'form', 'chat') THEN 'message' ELSE 'comment' END"""
SAID = f"""INSERT INTO social_engaged (node_id, kind, key, account_id, plan_id, at)
SELECT a.node_id, {KINDS}, 'item:' || CAST(i.id AS TEXT), i.account_id, v.plan_id, i.at
FROM channels_item i JOIN channels_author a ON a.id = i.author_id
LEFT JOIN channels_post p ON p.account_id = i.account_id AND p.external = i.thread AND p.external <> ''
  AND p.origin LIKE 'plan:%%'
LEFT JOIN social_variant v ON v.post_key = p.key AND v.post_key <> ''
WHERE {{which}} AND a.node_id IS NOT NULL AND i.to_us AND NOT i.ours AND i.deleted_us IS NULL
ON CONFLICT (key) DO UPDATE SET node_id = excluded.node_id, plan_id = excluded.plan_id RETURNING id"""


@transaction.atomic
def note_items(*, item_ids: Iterable[int], at: int) -> int:
    """What known people said to us on networks; deleted words no longer count. Idempotent, set-based."""
    some, params = bulk.ids(item_ids)
    bulk.execute(
        "DELETE FROM social_engaged WHERE key IN (SELECT 'item:' || CAST(i.id AS TEXT) FROM channels_item i"
        f" WHERE i.id IN {some} AND i.deleted_us IS NOT NULL)",
        params,
    )
    return _tell(bulk.query(SAID.format(which=f"i.id IN {some}"), params), at)


@transaction.atomic
def note_author(*, author_id: int, node_id: int | None, at: int) -> int:
    """An author turned out to be a person: what they said to us counts for them; or no longer does."""
    if node_id is not None:
        return _tell(bulk.query(SAID.format(which="i.author_id = %s"), [author_id]), at)
    return bulk.execute(
        "DELETE FROM social_engaged WHERE key IN (SELECT 'item:' || CAST(i.id AS TEXT) FROM channels_item i"
        " WHERE i.author_id = %s)",
        [author_id],
    )


def note_visits(entries: Sequence[Entry], *, at: int) -> int:
    """Page views and orders that carry the code of a link of ours, in the consumer's transaction; each person, link
    and day once."""
    carried = [(entry, code) for entry in entries if (code := code_in(entry))]
    links = {link.code: link for link in Link.objects.filter(code__in={code for _entry, code in carried})}
    rows = [
        (entry.node_id, "click", f"visit:{entry.node_id}:{code}:{entry.ts // 86_400_000_000}", links[code].account_id,
         links[code].plan_id, entry.ts)
        for entry, code in carried
        if code in links
    ]  # fmt: skip
    columns = ("node_id", "kind", "key", "account_id", "plan_id", "at")
    if not bulk.insert(Engaged, columns, rows, conflict="(key) DO NOTHING"):
        return 0
    keys = [row[2] for row in rows]
    return _tell(list(Engaged.objects.filter(key__in=keys).values_list("id")), at)


def code_in(entry: Entry) -> str:
    """The code of a link of ours in an event; "" when it carries none."""
    for name in PLACES:
        found = CODE.search(str(entry.properties.get(name) or ""))
        if found:
            return found[1]
    return ""


def _tell(rows: Sequence[tuple[int]], at: int) -> int:
    """Into the event log, once for ever each: segments, journeys and the page of the person see it."""
    some = Engaged.objects.filter(id__in=[number for (number,) in rows]).order_by("id")
    items = [_event(one) for one in some if one.kind == "click" or one.plan_id]
    return note_events(source_id=source_id(at), items=items, at=at) if items else 0


def _event(one: Engaged) -> Noticed:
    name = FOLLOWED if one.kind == "click" else ENGAGED
    properties = {"kind": one.kind, "post": one.plan_id, "account": one.account_id}
    return Noticed(one.node_id, name, one.at, f"engaged-{one.key}"[:100], properties)


def source_id(at: int) -> int:
    """The source of these events; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE).values_list("id", flat=True).first()
    return found or create_source(name=SOURCE, kind="internal", namespace=NAMESPACE, by="system", at=at).id
