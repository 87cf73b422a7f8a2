"""Keeping what the networks say: set-based, and right whatever comes late, twice, out of order, edited or deleted.

One transaction locks the account, reads what is known of these items, merges (`merging.py`) and writes what differs.
The rooms above hear of it by `ItemsChanged` in the same transaction. What an erased person said is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from regulars.channels.networks import cleaning
from regulars.channels.networks.authors import taken_authors
from regulars.channels.networks.erased import masks
from regulars.channels.networks.merging import Version, emptied, is_news, merged
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.shape import Heard, Seen
from regulars.channels.networks.signals import ItemsChanged
from regulars.core import bulk, signals
from regulars.core.clock import DAY
from regulars.core.failpoints import declare, failpoint

declare("networks.taken")
COLUMNS = tuple(one.name for one in fields(Version) if one.name != "id")
JSON = ("media", "metrics", "facts")
AHEAD = DAY  # a clock may be wrong by a day; what claims to be said later was said now
UPDATED = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "external")


@dataclass(frozen=True)
class Taken:
    """What a reading brought: items that are new or changed, how many were known as they are, how many refused."""

    changed: tuple[int, ...] = ()
    new: int = 0
    known: int = 0
    refused: int = 0


def take(*, account_id: int, heard: Heard | Sequence[Seen], at: int) -> Taken:
    """Keep what was heard on an account at `at`; any order and repetition of calls ends in the same state.

    Idempotent, one transaction (the caller's, if there is one); sends ItemsChanged for what is new, edited, deleted
    or was measured anew. Raises Account.DoesNotExist.
    """
    seen = [one for one in (heard.items if isinstance(heard, Heard) else heard) if one.external]
    if not seen:
        return Taken()
    with transaction.atomic():
        account = Account.objects.select_for_update().only("id", "kind").get(id=account_id)
        authors = taken_authors(network=account.kind, who=[one.who for one in seen if one.who], at=at)
        told = masks(account_id, {name for one in seen for name in (one.external, one.thread, one.parent)})
        versions = [_version(one, told, authors, at) for one in seen if _welcome(one, told, authors)]
        found = _keep(account_id, versions)
        if found.changed:
            signals.send(ItemsChanged(found.changed, at))
    failpoint("networks.taken")
    return Taken(found.changed, found.new, found.known, len(seen) - len(versions))


def _welcome(one: Seen, told: Mapping[str, str], authors: Mapping[str, int | None]) -> bool:
    """Not what an erased person said, also when only its deletion is told."""
    if told.get(one.external, "").startswith("erased:"):
        return False
    return one.who is None or authors.get(cleaning.name_of(one.who.external, 300)) is not None


def _version(one: Seen, told: Mapping[str, str], authors: Mapping[str, int | None], at: int) -> Version:
    external = cleaning.name_of(one.external, 400)
    when = min(one.at, at + AHEAD) if one.at > 0 else at
    found = Version(
        external=external,
        kind=cleaning.name_of(one.kind, 10) or "post",
        public=one.public,
        to_us=one.to_us,
        ours=one.ours,
        thread=told.get(one.thread, "") or external,
        parent=told.get(one.parent, ""),
        author_id=authors.get(cleaning.name_of(one.who.external, 300)) if one.who else None,
        title=cleaning.line(one.title, cleaning.TITLE),
        text=cleaning.text(one.text),
        language=cleaning.name_of(one.language, 8),
        url=cleaning.link(one.url),
        stars=one.stars,
        media=_media(one.media),
        metrics={cleaning.name_of(k, 20): int(v) for k, v in list(one.metrics.items())[:20] if v is not None},
        facts=_bounded(one.facts),
        at=when,
        seen_us=at,
        read_us=at,
        measured_us=at,
        edited_us=min(one.edited_us, at + AHEAD) if one.edited_us else None,
        deleted_us=at if one.deleted else None,
    )
    return emptied(found) if one.deleted else found


def _media(raw: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    parts = [
        {"url": url, "type": cleaning.name_of(one.get("type"), 40), "alt": cleaning.text(one.get("alt"), 2000)}
        for one in list(raw)[: cleaning.MOST_PARTS]
        if (url := cleaning.link(one.get("url"), 1000))
    ]
    return parts


def _bounded(raw: Any, depth: int = 0) -> Any:
    """Particulars of a network: plain values, texts cleaned, a few dozen at most."""
    if isinstance(raw, Mapping):
        if depth > 3:
            return {}
        return {cleaning.name_of(k, 60): _bounded(v, depth + 1) for k, v in list(raw.items())[:40]}
    if isinstance(raw, list | tuple):
        return [_bounded(one, depth + 1) for one in raw[:40]] if depth <= 3 else []
    return raw if isinstance(raw, int | float | bool | None) else cleaning.text(raw, 2000)


def _keep(account_id: int, versions: Sequence[Version]) -> Taken:
    before = _known(account_id, {one.external for one in versions})
    after: dict[str, Version] = {}
    for one in versions:
        known = after.get(one.external) or before.get(one.external)
        after[one.external] = merged(known, one) if known else one
    write = [one for name, one in sorted(after.items()) if name not in before or one != before[name]]
    _write(account_id, write)
    news = {one.external for one in write if is_news(before.get(one.external), one)}
    ids = {one.external: one.id for one in _known(account_id, news).values()}
    new = sum(name not in before for name in after)
    return Taken(tuple(sorted(ids.values())), new=new, known=len(after) - len(news))


def _known(account_id: int, externals: Iterable[str]) -> dict[str, Version]:
    rows = Item.objects.filter(account_id=account_id, external__in=list(externals)).values("id", *COLUMNS)
    return {row["external"]: Version(**row) for row in rows}


def _write(account_id: int, versions: Sequence[Version]) -> None:
    rows = [(account_id, *(_column(one, name) for name in COLUMNS)) for one in versions]
    bulk.insert(Item, ("account_id", *COLUMNS), rows, conflict=f"(account_id, external) DO UPDATE SET {UPDATED}")


def _column(one: Version, name: str) -> Any:
    value = getattr(one, name)
    return json.dumps(value) if name in JSON else value
