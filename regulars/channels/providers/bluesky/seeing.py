"""What Bluesky shows of posts and people, as items. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, moment, rows, text, whole
from regulars.channels.networks.shape import Seen, Who
from regulars.core.clock import HOUR

COUNTS = {"likes": "likeCount", "reposts": "repostCount", "replies": "replyCount", "quotes": "quoteCount"}
REASONS = ("mention", "reply", "quote")


def who_of(actor: Mapping[str, Any]) -> Who:
    """An author: the id (DID) stays when the handle changes."""
    did, handle = text(actor, "did"), text(actor, "handle", most=200)
    labels = {text(label, "val", most=40) for label in rows(actor, "labels")}
    return Who(
        external=did,
        handle="" if handle == "handle.invalid" else handle,
        name=text(actor, "displayName", most=200),
        url=f"https://bsky.app/profile/{did}",
        avatar=text(actor, "avatar", most=500),
        followers=whole(actor, "followersCount"),
        bot="bot" in labels,
    )


def seen_of(post: Mapping[str, Any], *, us: str, reason: str = "") -> Seen | None:
    """A post view (app.bsky.feed.defs#postView) or a notification as an item; None for what is no post."""
    record, uri = dig(post, "record"), text(post, "uri", most=400)
    if not uri or not isinstance(record, Mapping) or text(record, "$type") != "app.bsky.feed.post":
        return None
    author = dig(post, "author") or {}
    ours = text(author, "did") == us
    root, parent = text(record, "reply", "root", "uri"), text(record, "reply", "parent", "uri")
    kind = reason or _kind(record, parent, us)
    return Seen(
        external=uri,
        kind=kind,
        at=_when(record, post),
        who=who_of(author) if text(author, "did") else None,
        text=text(record, "text"),
        to_us=not ours and kind in REASONS and (bool(reason) or _to_us(record, parent, us)),
        ours=ours,
        thread=root or uri,
        parent=parent,
        url=f"https://bsky.app/profile/{text(author, 'did')}/post/{uri.rpartition('/')[2]}",
        language=text(record, "langs", 0, most=8),
        media=tuple(_media(post, record, text(author, "did"))),
        metrics={name: n for name, key in COUNTS.items() if (n := whole(post, key)) is not None},
        facts=_facts(post, record),
    )


def _kind(record: Mapping[str, Any], parent: str, us: str) -> str:
    if parent:
        return "reply"
    if us in mentioned(record):
        return "mention"
    return "quote" if _quoted(record) else "post"


def _to_us(record: Mapping[str, Any], parent: str, us: str) -> bool:
    ours = f"at://{us}/"
    return parent.startswith(ours) or us in mentioned(record) or _quoted(record).startswith(ours)


def mentioned(record: Mapping[str, Any]) -> set[str]:
    """The ids of those whom a post names."""
    features = [feature for facet in rows(record, "facets") for feature in rows(facet, "features")]
    return {text(feature, "did") for feature in features if text(feature, "$type").endswith("#mention")}


def _quoted(record: Mapping[str, Any]) -> str:
    return text(record, "embed", "record", "uri") or text(record, "embed", "record", "record", "uri")


def _when(record: Mapping[str, Any], post: Mapping[str, Any]) -> int:
    """When it was said. What claims to be older than an hour when it arrived, or to come later, was said then."""
    said, came = moment(text(record, "createdAt")), moment(text(post, "indexedAt"))
    if said and came:
        return said if came - HOUR <= said <= came else came
    return said or came or 0


def _facts(post: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"cid": text(post, "cid", most=100)}
    root = dig(record, "reply", "root")
    if isinstance(root, Mapping):
        found["root"] = {"uri": text(root, "uri", most=400), "cid": text(root, "cid", most=100)}
    if quoted := _quoted(record):
        found["quoted"] = quoted[:400]
    if embed := text(record, "embed", "$type", most=60):
        found["embed"] = embed
    if labels := sorted({text(label, "val", most=40) for label in rows(post, "labels")} - {""}):
        found["labels"] = labels
    if links := links_of(record):
        found["links"] = links
    return found


def links_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where words of the text lead: {"shown", "url"}; what is shown may name another place."""
    whole_text = text(record, "text").encode()
    found = []
    for facet in rows(record, "facets"):
        start, end = whole(facet, "index", "byteStart") or 0, whole(facet, "index", "byteEnd") or 0
        shown = whole_text[max(0, start) : max(0, end)].decode("utf-8", "replace")
        for feature in rows(facet, "features"):
            if text(feature, "$type").endswith("#link"):
                found.append({"shown": shown[:300], "url": text(feature, "uri", most=1000)})
    return found[:20]


def _media(post: Mapping[str, Any], record: Mapping[str, Any], did: str) -> list[dict[str, Any]]:
    embed = dig(post, "embed") or {}
    embed = dig(embed, "media") or embed
    shown = [
        {"url": text(one, "fullsize", most=1000), "type": "image", "alt": text(one, "alt", most=2000)}
        for one in rows(embed, "images")
    ]
    if text(embed, "playlist"):
        alt = text(embed, "alt", most=2000)
        shown.append({"url": text(embed, "thumbnail", most=1000), "type": "video", "alt": alt})
    return shown
