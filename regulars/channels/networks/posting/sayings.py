"""A post as its network is told it: what it answers, to whom, and the pictures themselves."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Account, Author, Item, Post
from regulars.channels.networks.shape import Picture, Saying
from regulars.content import models as content
from regulars.content.pictures import path_of
from regulars.content.queries import picture_url


class CannotBeSaid(Exception):
    """Something it needs is gone: a sentence."""


def saying_of(post: Post, account: Account, *, at: int, pictures: bool = True) -> Saying:
    """What the line is told. Without `pictures` when it is only looked for. Raises CannotBeSaid."""
    item = Item.objects.filter(id=post.item_id).first() if post.item_id else None
    if post.item_id and (item is None or item.deleted_us is not None) and pictures:
        raise CannotBeSaid(_("What it answers is gone: its author or the network deleted it."))
    private = not post.public
    return Saying(
        key=post.key,
        text=post.text,
        at=post.created_us,
        pictures=tuple(_picture(one) for one in post.pictures) if pictures else (),
        reply_to=item.external if item else str(post.facts.get("reply_to", "")),
        thread=item.thread if item else str(post.facts.get("thread", "")),
        to=_recipient(post) if private else "",
        private=private,
        title=post.title,
        language=post.language,
        story=bool(post.facts.get("story")),
        facts=dict(post.facts) | ({"item": dict(item.facts), "kind": item.kind} if item else {}),
        now=at,
    )


def _recipient(post: Post) -> str:
    author = Author.objects.filter(id=post.author_id).first()
    if author is None or author.external.startswith("erased:"):
        raise CannotBeSaid(_("Nobody is left to send it to."))
    return author.external


def _picture(one: dict) -> Picture:
    row = content.Picture.objects.filter(id=one.get("picture")).first()
    path = path_of(row.digest) if row else None
    if row is None or path is None or not path.exists():
        raise CannotBeSaid(_("A picture is no longer in the library: choose another one."))
    alt = str(one.get("alt") or "")
    url = settings.PUBLIC_URL + picture_url(row)  # Instagram fetches pictures itself
    return Picture(path.read_bytes(), row.type, alt=alt, name=row.name, width=row.width, height=row.height, url=url)
