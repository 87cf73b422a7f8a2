"""A conversation as it is read: what everybody could read and what stayed among us, in order, from anybody.

What others said in the same thread stands between, although it was not said to us. Every word from outside goes
through `outside.shown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.channels.networks import kinds
from regulars.channels.networks.models import Account, Author, Item, Post, PostState
from regulars.content.models import Picture
from regulars.content.queries import picture_url
from regulars.inbox import queries
from regulars.inbox.models import Entry, Moderation
from regulars.inbox.queries import Conversation
from regulars.team.queries import who
from regulars.web.pages.inbox import readings
from regulars.web.pages.inbox.examining import findings_of
from regulars.web.pages.inbox.happened import happened
from regulars.web.pages.inbox.outside import host_of, link, plain, shown
from regulars.web.pages.inbox.posts import Standing, standing
from regulars.web.pages.inbox.words import WAYS

FOLDED = 1_500


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One thing said or done. `look`: said, ours, note, event, other. `audience`: public, private, us or ""."""

    key: str
    look: str
    by: str
    at: int
    words: SafeString | str = ""
    audience: str = ""
    title: str = ""
    handle: str = ""
    way: str = ""
    url: SafeString | str = ""
    gone: str = ""
    edited_us: int | None = None
    stars: int | None = None
    media: list[dict[str, Any]] = field(default_factory=list)
    post: Standing | None = None
    pictures: list[tuple[str, str]] = field(default_factory=list)
    item_id: int | None = None
    hidden: bool = False
    entry_id: int = 0
    may_hide: bool = False
    may_delete: bool = False
    asked: str = ""
    decides: int = 0
    reading: str = ""
    automatic: bool = False
    folded: bool = False

    @property
    def star_signs(self) -> str:
        """★★★☆☆"""
        return "★" * (self.stars or 0) + "☆" * (5 - (self.stars or 0))

    @property
    def may_moderate(self) -> bool:
        """Whether the network lets us hide or delete it."""
        return self.may_hide or self.may_delete or self.hidden


def turns(talk: Conversation, *, may_release: bool = False, reader: str = "", me: str = "") -> list[Turn]:
    """The whole conversation, in order of time. `reader`: who may release what others wrote, not their own. `me`: who
    looks at it."""
    entries = talk.entries
    names = who({one.by for one in entries} | {str(one.facts.get("owner", "")) for one in entries})
    names = {**names, **queries.rule_names({one.by for one in entries})}
    may = _moderating(talk)
    return [
        _turn(talk, one, names, may_release and one.by != reader, me, may.get(one.item_id, set())) for one in entries
    ]


def _moderating(talk: Conversation) -> dict[int | None, set[str]]:
    """{item: what may be done to it there, of "hide" and "moderate"}; of public words of others alone."""
    theirs = [one for one in talk.items.values() if one.public and not one.ours]
    accounts = {talk.account.id: talk.account} if talk.account else {}
    if elsewhere := {one.account_id for one in theirs} - set(accounts):  # of conversations merged into this one
        accounts |= Account.objects.in_bulk(elsewhere)
    return {one.id: _may(accounts.get(one.account_id), one) for one in theirs}


def _may(account: Account | None, item: Item) -> set[str]:
    try:
        can = kinds.network(account.kind).can if account else frozenset()
        hides = account is not None and kinds.may_hide(account.kind, thread=item.thread, us=account.external)
    except KeyError:  # its network is not there any more
        return set()
    return ({"moderate"} & can) | ({"hide"} if hides else set())


def _turn(
    talk: Conversation, one: Entry, names: Mapping[str, str], may_release: bool, me: str, may: set[str]
) -> Turn:
    if one.kind == "event":
        return Turn(key=f"e{one.id}", look="event", by=names.get(one.by, one.by), at=one.at,
                    words=happened(one, talk.case, names))  # fmt: skip
    item, post = talk.items.get(one.item_id), talk.posts.get(one.post_id)
    theirs = one.kind in ("said", "other")
    text = item.text if item and not item.ours else one.text
    author = talk.authors.get(one.author_id)
    return Turn(
        key=f"e{one.id}",
        look={"said": "said", "answer": "ours", "note": "note"}.get(one.kind, "other"),
        entry_id=one.id,
        by=_name(one, author, names),
        handle=_handle(author) if theirs else "",
        at=one.at,
        words=shown(text),
        folded=len(text) > FOLDED,
        audience="us" if one.kind == "note" else "public" if one.public else "private",
        way=str(WAYS.get(one.facts.get("way", ""), "")),
        post=standing(post, may_release=may_release, findings=_findings(talk, post)) if post else None,
        pictures=_ours(post) if post else [],
        automatic=one.automatic,
        may_hide=theirs and one.public and "hide" in may,
        may_delete=theirs and one.public and "moderate" in may,
        asked=_asked(talk.moderation.get(one.id)),
        decides=_decides(talk.moderation.get(one.id), me),
        reading=readings.words(talk.readings.get(one.item_id)) if one.kind == "said" else "",
        **(_of_item(item) if item else {}),
    )


def _asked(found: Moderation | None) -> str:
    """Where it stands that somebody wanted it hidden; nothing of what was done, for that is seen."""
    if found is None or found.state == "done":
        return ""
    if found.state == "failed":
        return _("It could not be hidden or deleted there. %s") % found.trouble
    return {
        "asked": _("a second person is asked about hiding it"),
        "going": _("it is being hidden or deleted there"),
        "refused": _("a second person wanted it to stay visible"),
    }.get(found.state, "")


def _decides(found: Moderation | None, me: str) -> int:
    """The number of what waits for a second person, for whoever may be that; 0 for who asked."""
    return found.id if found and found.state == "asked" and found.by != me else 0


def _of_item(item: Item) -> dict[str, Any]:
    return {
        "title": plain(item.title, most=300),
        "url": link(item.url, _("there")) if item.url else "",
        "edited_us": item.edited_us,
        "gone": _gone(item),
        "hidden": item.hidden_us is not None,
        "stars": round(item.stars) if item.stars is not None else None,
        "media": media(item),
        "item_id": item.id,
    }


def _findings(talk: Conversation, post: Post) -> list[dict[str, Any]]:
    """What the gate says of an answer that is held; there are seldom any."""
    if post.state != PostState.HELD:
        return []
    return findings_of(talk.case, post.text, "public" if post.public else "private", post.by)["findings"]


def _ours(post: Post) -> list[tuple[str, str]]:
    """(address, description) of the pictures of an answer, from our own library."""
    rows = Picture.objects.in_bulk([one.get("picture") for one in post.pictures])
    return [
        (picture_url(rows[one["picture"]]), str(one.get("alt", "")))
        for one in post.pictures
        if one.get("picture") in rows
    ]


def _gone(item: Item) -> str:
    if item.deleted_us:
        return _("deleted there by who wrote it")
    return _("hidden by us") if item.hidden_us else ""


def media(item: Item) -> list[dict[str, Any]]:
    """What hangs on an item: only what it is and from which host; nothing of it is fetched by the page."""
    return [
        {
            "n": n,
            "host": host_of(str(one.get("url", ""))),
            "alt": plain(str(one.get("alt") or ""), most=300),
            "picture": str(one.get("type", "image")).startswith("image"),
            "link": link(str(one.get("url", ""))),
        }
        for n, one in enumerate(item.media[:8])
        if isinstance(one, dict) and host_of(str(one.get("url", "")))
    ]


def _name(one: Entry, author: Author | None, names: Mapping[str, str]) -> str:
    if one.kind in ("said", "other"):
        return name_of(author) if author else _("the person")
    if one.by == "elsewhere":
        return _("Us, on the network itself")
    return names.get(one.by, one.by)


def name_of(author: Author | None) -> str:
    """How somebody on a network is called, or that nobody knows."""
    return (
        plain(author.name or author.handle, most=80) if author and (author.name or author.handle) else _("somebody")
    )


def _handle(author: Author | None) -> str:
    return plain(author.handle, most=80) if author and author.name and author.handle != author.name else ""
