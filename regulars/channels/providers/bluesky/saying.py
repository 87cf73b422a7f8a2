"""Saying something on Bluesky: the record of a post, its pictures, what it answers; and looking for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.channels.networks.dig import dig, rows, text
from regulars.channels.networks.shape import Picture, Said, Saying
from regulars.channels.providers.bluesky.asking import Asking, Refused, Unclear
from regulars.channels.providers.bluesky.keys import POSTS, parts_of, record_key
from regulars.core.clock import from_us
from regulars.core.failpoints import declare, failpoint

declare("bluesky.uploaded", "bluesky.created")
GONE = ("RecordNotFound", "NotFound", "CouldNotLocateRecord")


def say(asking: Asking, saying: Saying) -> Said:
    """Publish it under its own record key. Whatever goes wrong on the way is told as what it means."""
    if saying.private:
        return Said("failed", reply="Bluesky takes no private messages from programs.")
    try:
        record = _record(asking, saying)
    except Refused as no:
        return Said("failed", code=no.code, reply=str(no))
    except Unclear as problem:
        return Said("retry", reply=str(problem))
    try:
        made = asking.post(
            "com.atproto.repo.createRecord",
            repo=asking.did,
            collection=POSTS,
            rkey=record_key(saying.key, saying.at),
            record=record,
        )
        failpoint("bluesky.created")
        return _there(asking, text(made, "uri"))
    except Refused as no:
        return _already(asking, saying) or Said("failed", code=no.code, reply=str(no))
    except Unclear as problem:
        if not problem.sent:
            return Said("retry", reply=str(problem))
        return _already(asking, saying) or Said("unknown", reply=str(problem))


def _already(asking: Asking, saying: Saying) -> Said | None:
    """It was said before, under the same key: what a repeated request meets."""
    try:
        found = find(asking, saying)
    except (Refused, Unclear):
        return None
    return found if found is not None and found.state == "handed_off" else None


def find(asking: Asking, saying: Saying) -> Said | None:
    """The record itself, on the server that keeps it: no index comes between."""
    rkey = record_key(saying.key, saying.at)
    try:
        found = asking.get("com.atproto.repo.getRecord", repo=asking.did, collection=POSTS, rkey=rkey)
    except Refused as no:
        return None if no.code in GONE else Said("unknown", code=no.code, reply=str(no))
    if text(found, "value", "text") != text({"text": saying.text}, "text"):
        return Said("unknown", reply="Something else stands under this key.")
    return _there(asking, text(found, "uri"))


def _there(asking: Asking, uri: str) -> Said:
    return Said("handed_off", external=uri, url=f"https://bsky.app/profile/{asking.handle}/post/{uri.split('/')[-1]}")


def _record(asking: Asking, saying: Saying) -> dict[str, Any]:
    when = from_us(saying.now or saying.at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": POSTS, "text": saying.text, "createdAt": when}
    if saying.language:
        record["langs"] = [saying.language]
    if facets := _facets(asking, saying.text):
        record["facets"] = facets
    if saying.reply_to:
        record["reply"] = _reply(asking, saying)
    if saying.pictures:
        record["embed"] = {
            "$type": "app.bsky.embed.images", "images": [_image(asking, one) for one in saying.pictures]
        }  # fmt: skip
    return record


def _image(asking: Asking, picture: Picture) -> dict[str, Any]:
    found: dict[str, Any] = {"image": asking.upload(picture.content, picture.type), "alt": picture.alt}
    failpoint("bluesky.uploaded")
    if picture.width and picture.height:
        found["aspectRatio"] = {"width": picture.width, "height": picture.height}
    return found


def _facets(asking: Asking, words: str) -> list[dict[str, Any]]:
    """Links, tags and names in the text, by byte: without them Bluesky shows plain words."""
    from atproto_client.models.utils import get_model_as_dict
    from atproto_client.utils import facet_detection

    facets = [get_model_as_dict(one) for one in facet_detection.detect_facets(words)]
    for one in facet_detection.detect_mentions(words):
        try:
            did = text(asking.get("com.atproto.identity.resolveHandle", handle=one.handle.lower()), "did")
        except Refused:  # nobody has this handle: it stays a word
            continue
        mention = {"$type": "app.bsky.richtext.facet#mention", "did": did}
        facets.append({"index": {"byteStart": one.byte_start, "byteEnd": one.byte_end}, "features": [mention]})
    return sorted(facets, key=lambda facet: facet["index"]["byteStart"])


def _reply(asking: Asking, saying: Saying) -> dict[str, Any]:
    """What it answers, and the beginning of the thread, each with its content hash."""
    known: Mapping[str, Any] = saying.facts.get("item") or {}
    parent = {"uri": saying.reply_to, "cid": text(known, "cid")}
    root = dig(known, "root")
    root = {"uri": text(root, "uri"), "cid": text(root, "cid")} if isinstance(root, Mapping) else dict(parent)
    if not (parent["cid"] and root["cid"]):
        parent, root = _refs(asking, saying.reply_to)
    return {"root": root, "parent": parent}


def _refs(asking: Asking, uri: str) -> tuple[dict[str, str], dict[str, str]]:
    """(parent, root) for an answer to this post, asked from the network. Raises Refused when it is gone."""
    repo, collection, rkey = parts_of(uri)
    if repo == asking.did:  # a thread of ours: the index may not show its last part yet
        found = asking.get("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)
        parent, record = {"uri": uri, "cid": text(found, "cid")}, dig(found, "value")
    else:
        posts = rows(asking.get("app.bsky.feed.getPosts", uris=[uri]), "posts")
        if not posts:
            raise Refused("NotFound", "What it answers is gone.")
        parent, record = {"uri": uri, "cid": text(posts[0], "cid")}, dig(posts[0], "record")
    root = dig(record, "reply", "root")
    return parent, {"uri": text(root, "uri"), "cid": text(root, "cid")} if isinstance(root, Mapping) else parent


def remove(asking: Asking, uri: str) -> bool:
    """Delete a record of ours; False when it was gone."""
    repo, collection, rkey = parts_of(uri)
    try:
        asking.get("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)
    except Refused as no:
        if no.code in GONE:
            return False
        raise
    asking.post("com.atproto.repo.deleteRecord", repo=repo, collection=collection, rkey=rkey)
    return True
