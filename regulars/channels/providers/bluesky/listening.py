"""Reading Bluesky: notifications, what we said ourselves, what became of what was said; and searching.

The list of notifications is ordered by when posts claim to be written, and its index is filled late and out of order.
So no time is trusted: what is new is what was not in the list before, by a short hash of each entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from regulars.channels.networks.dig import dig, moment, rows, text
from regulars.channels.networks.shape import Heard, Seen, Who
from regulars.channels.providers.bluesky.asking import Asking, Refused, Unclear
from regulars.channels.providers.bluesky.keys import POSTS
from regulars.channels.providers.bluesky.seeing import REASONS, seen_of, who_of
from regulars.core.clock import DAY, MINUTE, SECOND

SIZE, PAGES, FIRST_DAYS = 40, 5, 7
DEEP_US = 5 * MINUTE  # so often we look further down the list, for what claims to be old
OWN_US, WATCH_US, WATCHED_US = 10 * SECOND, MINUTE, 5 * DAY
MOST_KNOWN, MOST_WATCHED, AT_ONCE = 400, 200, 25
SETTLING = 2 * MINUTE  # so long the index may not show a post that is there


def read(asking: Asking, cursor: Mapping[str, Any], *, at: int) -> Heard:
    """What is new to us."""
    place = dict(cursor)
    found = _notifications(asking, place, at)
    found = _richer(asking, found) + _before(asking, found, place)
    found += _own(asking, place, at)
    found += _watch(asking, place, found, at)
    return Heard(tuple(found), place)


def _mark(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:10]


def _notifications(asking: Asking, place: dict[str, Any], at: int) -> list[Seen]:
    known, us = set(place.get("known", ())), asking.did
    deep = at - place.get("deep_us", 0) >= DEEP_US
    after, fresh, found = "", [], []
    for _ in range(PAGES):
        asked = {"limit": SIZE, "cursor": after} if after else {"limit": SIZE}
        page = asking.get("app.bsky.notification.listNotifications", **asked)
        listed = rows(page, "notifications")
        marks = [_mark(text(one, "uri"), text(one, "cid"), text(one, "reason")) for one in listed]
        new = [one for one, mark in zip(listed, marks, strict=True) if mark not in known]
        fresh += [mark for mark in marks if mark not in known]
        found += [seen for one in new if (seen := _told(one, us, at))]
        after = text(page, "cursor")
        if not after or not listed or (not new and not deep) or _is_old(listed[-1], at):
            break
    if deep:
        place["deep_us"] = at
    if fresh:
        place["known"] = [*dict.fromkeys([*fresh, *place.get("known", ())])][:MOST_KNOWN]
    return found


def _is_old(one: Mapping[str, Any], at: int) -> bool:
    return at - (moment(text(one, "indexedAt")) or at) > FIRST_DAYS * DAY


def _told(one: Mapping[str, Any], us: str, at: int) -> Seen | None:
    reason = text(one, "reason")
    if reason not in REASONS or _is_old(one, at):
        return None
    return seen_of(one, us=us, reason=reason)


def _richer(asking: Asking, found: Sequence[Seen]) -> list[Seen]:
    """With pictures, and how many follow the author, which notifications do not tell. Counts come by and by."""
    if not found:
        return []
    views = posts_of(asking, [one.external for one in found if one.facts.get("embed")])
    actors = {one.who.external for one in found if one.who}
    people = {who.external: who for part in _parts(sorted(actors)) for who in _people(asking, part)}
    done = []
    for one in found:
        view = views.get(one.external)
        more = seen_of(view, us=asking.did, reason=one.kind) if view else None
        who = people.get(one.who.external, one.who) if one.who else None
        done.append(replace(more or one, who=who))
    return done


def _people(asking: Asking, dids: Sequence[str]) -> list[Who]:
    try:
        return [who_of(one) for one in rows(asking.get("app.bsky.actor.getProfiles", actors=list(dids)), "profiles")]
    except (Refused, Unclear):  # how many follow them can wait
        return []


def posts_of(asking: Asking, uris: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """{address: post view} of those that the network shows."""
    return {
        text(one, "uri"): one
        for part in _parts(list(dict.fromkeys(uris)))
        for one in rows(asking.get("app.bsky.feed.getPosts", uris=list(part)), "posts")
    }


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[n : n + AT_ONCE] for n in range(0, len(names), AT_ONCE)]


def _before(asking: Asking, found: Sequence[Seen], place: dict[str, Any]) -> list[Seen]:
    """What was said before, where somebody names us in the middle of a conversation."""
    here = {one.external for one in found}
    middle = [one for one in found if one.parent and one.parent not in here]
    told = []
    for one in [one for one in middle if not one.parent.startswith(f"at://{asking.did}/")][:AT_ONCE]:
        try:
            asked = asking.get("app.bsky.feed.getPostThread", uri=one.external, depth=0, parentHeight=30)
        except (Refused, Unclear):  # the conversation is there without its beginning
            continue
        above = dig(asked, "thread", "parent")
        while isinstance(above, Mapping):
            if seen := seen_of(dig(above, "post") or {}, us=asking.did):
                told.append(seen)
            above = dig(above, "parent")
    return told


def _own(asking: Asking, place: dict[str, Any], at: int) -> list[Seen]:
    """What we said, here or by hand in the app: so that nothing is answered twice."""
    if at - place.get("own_us", 0) < OWN_US:
        return []
    place["own_us"] = at
    page = asking.get("com.atproto.repo.listRecords", repo=asking.did, collection=POSTS, limit=SIZE)
    marks = {_mark(text(one, "uri"), text(one, "cid")): one for one in rows(page, "records")}
    known = set(place.get("own", ()))
    new = [one for mark, one in marks.items() if mark not in known]
    if new:
        place["own"] = list(marks)
    me = {"did": asking.did, "handle": asking.handle}
    views = [{"uri": one["uri"], "cid": text(one, "cid"), "record": dig(one, "value"), "author": me} for one in new]
    found = [seen for view in views if (seen := seen_of(view, us=asking.did))]
    return [one for one in found if at - one.at < FIRST_DAYS * DAY]


def _watch(asking: Asking, place: dict[str, Any], new: Sequence[Seen], at: int) -> list[Seen]:
    """What became of what was said to us lately: deleted, changed, liked. A few at a time, in turn."""
    listed = [[uri, since, mark] for uri, since, mark in place.get("watch", ()) if at - since < WATCHED_US]
    known = {row[0] for row in listed}
    listed += [[one.external, at, _sum(one)] for one in new if one.to_us and one.external not in known]
    found: list[Seen] = []
    if at - place.setdefault("watch_us", at) >= WATCH_US and listed:
        place["watch_us"] = at
        turn, listed = listed[:AT_ONCE], listed[AT_ONCE:]
        views = posts_of(asking, [uri for uri, _, _ in turn])
        for uri, since, mark in turn:
            seen = seen_of(views[uri], us=asking.did) if uri in views else None
            if seen is None and at - since > SETTLING:
                found.append(Seen(uri, "post", since, deleted=True))
                continue
            if seen is not None and _sum(seen) != mark:
                changed = seen.facts.get("cid") != mark.partition(" ")[0]
                found.append(replace(seen, edited_us=at if changed else None))
            listed.append([uri, since, _sum(seen) if seen else mark])
    if listed or "watch" in place:
        place["watch"] = listed[-MOST_WATCHED:]
    return found


def _sum(one: Seen) -> str:
    """By what we see that something changed: its content's hash, and its counts."""
    counts = ",".join(str(one.metrics.get(name, 0)) for name in ("likes", "reposts", "replies", "quotes"))
    return f"{one.facts.get('cid', '')} {counts}"


def search(asking: Asking, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
    """What anybody says with these words, the newest first, as far as we do not know it."""
    known, place = set(cursor.get("known", ())), dict(cursor)
    try:
        page = asking.get("app.bsky.feed.searchPosts", q=words[:300], sort="latest", limit=SIZE)
    except Refused as no:
        raise Unclear(f"Bluesky cannot search for “{words[:60]}”: {no}", sent=False) from no
    views = {_mark(text(one, "uri"), text(one, "cid")): one for one in rows(page, "posts")}
    new = [one for mark, one in views.items() if mark not in known]
    if new:
        place["known"] = [*dict.fromkeys([*views, *cursor.get("known", ())])][:MOST_KNOWN]
    return Heard(tuple(seen for one in new if (seen := seen_of(one, us=asking.did))), place)
