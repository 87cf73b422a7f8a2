"""Pictures of messages: kept once by what is in them."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.metadata import Damaged, bare
from regulars.content.models import Picture
from regulars.content.pictures import NotAPicture, keep, sniff
from regulars.content.videos import TYPE as VIDEO
from regulars.content.videos import bare_video, is_video, sniff_video
from regulars.team.actions import audit


def add_picture(*, data: bytes, name: str, by: str, at: int, alt: str = "") -> Picture:
    """A picture for messages; the same bytes again are the same picture. Raises NotAPicture with a sentence.

    The type is what the bytes say, never what the name or the browser says. Where and when it was taken, and by
    whom, is taken out before anything is kept.
    """
    found = sniff(data)
    try:
        data = bare(data, found.type)
    except Damaged:
        raise NotAPicture(_("The file is damaged: it ends too early. Save the picture again.")) from None
    digest = hashlib.sha256(data).hexdigest()
    keep(digest, data)
    with transaction.atomic():
        made, new = Picture.objects.get_or_create(
            digest=digest,
            defaults={
                "name": PurePath(name.replace("\\", "/")).name[:200] or "picture", "type": found.type,
                "alt": alt[:300], "width": found.width, "height": found.height, "size": len(data), "at": at, "by": by,
            },
        )  # fmt: skip
        if new:
            audit(by=by, act="picture.add", object=f"picture:{made.id}", at=at)
    return made


def add_media(*, data: bytes, name: str, by: str, at: int, alt: str = "") -> Picture:
    """A picture or an MP4 video for posts, as add_picture. Raises NotAPicture with a sentence."""
    if not is_video(data):
        return add_picture(data=data, name=name, by=by, at=at, alt=alt)
    film = sniff_video(data)
    data = bare_video(data)
    size = {"width": film.width, "height": film.height, "seconds": film.seconds, "size": len(data)}
    return _keep(data, name, {"type": VIDEO, "alt": alt[:300], "at": at, "by": by, **size})


def _keep(data: bytes, name: str, known: dict[str, Any]) -> Picture:
    digest = hashlib.sha256(data).hexdigest()
    keep(digest, data)
    with transaction.atomic():
        known["name"] = PurePath(name.replace("\\", "/")).name[:200] or "video"
        made, new = Picture.objects.get_or_create(digest=digest, defaults=known)
        if new:
            audit(by=known["by"], act="picture.add", object=f"picture:{made.id}", at=known["at"])
    return made


@transaction.atomic
def describe_picture(*, picture_id: int, alt: str, by: str, at: int) -> Picture:
    """What the picture shows, for those who cannot see it: what a new image block begins with."""
    found = Picture.objects.select_for_update().get(id=picture_id)
    found.alt = " ".join(alt.split())[:300]
    found.save(update_fields=["alt"])
    audit(by=by, act="picture.describe", object=f"picture:{picture_id}", at=at)
    return found
