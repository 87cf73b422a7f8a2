"""Whether a text and its pictures fit into a network's room. Pure, but for the sizes of pictures in the library."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from regulars.channels.networks.shape import Network, Room
from regulars.content.models import Picture

LINK = re.compile(r"https?://\S+")
_EXTEND = ("Mn", "Me", "Mc")


def length(text: str, room: Room) -> int:
    """How long a text is as the network counts: graphemes (what one sees as a sign), characters, or X's weights."""
    links = LINK.findall(text) if room.link_length is not None else []
    rest = LINK.sub("", text) if links else text
    counted = {"graphemes": graphemes, "x": _weighted, "bytes": _bytes}.get(room.counts, len)(rest)
    return counted + len(links) * (room.link_length or 0)


def graphemes(text: str) -> int:
    """Signs as people count them (Unicode UAX 29, its common cases: marks, joined emoji, flags, skin, line ends)."""
    count, joined, flag, before = 0, False, False, ""
    for sign in text:
        point = ord(sign)
        extends = unicodedata.category(sign) in _EXTEND or sign == "\u200d" or 0x1F3FB <= point <= 0x1F3FF
        extends = extends or 0xFE00 <= point <= 0xFE0F or 0xE0020 <= point <= 0xE007F
        regional = 0x1F1E6 <= point <= 0x1F1FF
        if not (count and (extends or joined or (regional and flag) or (sign == "\n" and before == "\r"))):
            count += 1
        flag = regional and not flag
        joined, before = sign == "\u200d", sign
    return count


def _bytes(text: str) -> int:
    return len(text.encode())


def _weighted(text: str) -> int:
    """X counts Latin and some punctuation as one, everything else (and emoji) as two (twitter-text v3)."""
    light = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    return sum(1 if any(low <= ord(sign) <= high for low, high in light) else 2 for sign in text)


def left(text: str, room: Room) -> int | None:
    """How many signs are left; None where there is no limit."""
    return None if room.characters is None else room.characters - length(text, room)


def room_for(room: Room, what: str) -> Room:
    """What a text may be there as a post, a reply or an answer in private."""
    pictures = room.pictures if what in room.pictured else 0
    return replace(room, pictures=pictures, needs_picture=room.needs_picture and what == "post")


def why_not(
    text: str, title: str, pictures: Sequence[Mapping[str, Any]], known: Network, room: Room | None = None
) -> str:
    """Why it does not fit there, as a sentence; "" when it does. `room`: that of the account, where it differs."""
    room = room or known.room
    over = -(left(text, room) or 0)
    if not text.strip() and not pictures:
        return _("There is nothing to say: write a text.")
    if room.characters is not None and over > 0:
        return _("It is %(over)d signs too long for %(network)s, which takes %(most)d.") % {
            "over": over, "network": known.label, "most": room.characters
        }  # fmt: skip
    if room.needs_picture and not pictures:
        return _("%s takes nothing without a picture.") % known.label
    return _pictures_too_much(pictures, known, room)


def _pictures_too_much(pictures: Sequence[Mapping[str, Any]], known: Network, room: Room) -> str:
    if pictures and not room.pictures:
        return _("%s takes no pictures with this.") % known.label
    if len(pictures) > room.pictures:
        return _("%(network)s takes at most %(most)d pictures in one post.") % {
            "network": known.label, "most": room.pictures
        }  # fmt: skip
    rows = {one.id: one for one in Picture.objects.filter(id__in=[p.get("picture") for p in pictures])}
    for one in pictures:
        row = rows.get(one.get("picture"))
        if row is None:
            return _("A picture is no longer in the library: choose another one.")
        if row.type.startswith("video/"):
            if problem := _video_too_much(row, known, room):
                return problem
            continue
        if room.picture_types and row.type not in room.picture_types:
            return _("“%(name)s” is of a kind that %(network)s does not take.") % {
                "name": row.name, "network": known.label
            }  # fmt: skip
        if room.picture_bytes and row.size > room.picture_bytes:
            return _("“%(name)s” is too large: %(network)s takes %(most)d kB.") % {
                "name": row.name, "network": known.label, "most": room.picture_bytes // 1000
            }  # fmt: skip
        if room.alt_length and len(str(one.get("alt", ""))) > room.alt_length:
            return _("The description of “%(name)s” is too long: %(most)d signs fit.") % {
                "name": row.name, "most": room.alt_length
            }  # fmt: skip
    return ""


def _video_too_much(row: Picture, known: Network, room: Room) -> str:
    said = {"name": row.name, "network": known.label}
    if room.video_bytes is None:
        return _("%(network)s takes no videos from programs: take “%(name)s” away.") % said
    if row.size > room.video_bytes:
        return _("“%(name)s” is too large for %(network)s.") % said
    if room.video_seconds and row.seconds and row.seconds > room.video_seconds:
        return _("“%(name)s” runs longer than %(network)s takes.") % said
    return ""
