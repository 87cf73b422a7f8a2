"""What a network takes: every reason why a text cannot go out there, known before it is planned. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.channels.networks.fitting import length
from regulars.channels.networks.shape import Network
from regulars.social.publishing.formats import addresses, parts


@dataclass(frozen=True)
class Enclosed:
    """A picture or video that goes along."""

    type: str
    size: int
    alt: str = ""
    seconds: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Problem:
    """A sentence. `stops`: it cannot go out like this; otherwise it is worth knowing."""

    sentence: str
    stops: bool = True


@dataclass(frozen=True)
class Fit:
    """How a text fits a network: signs used of how many, and everything that is wrong."""

    used: int
    most: int | None
    problems: tuple[Problem, ...]

    @property
    def stops(self) -> list[str]:
        return [one.sentence for one in self.problems if one.stops]

    @property
    def worth(self) -> list[str]:
        """What is worth knowing, and stops nothing."""
        return [one.sentence for one in self.problems if not one.stops]

    @property
    def left(self) -> int | None:
        return None if self.most is None else self.most - self.used


def fit(network: Network, *, text: str, enclosed: Sequence[Enclosed] = (), story: bool = False) -> Fit:
    """How `text` with what goes along fits; a thread counts its longest part."""
    used = max(length(part, network.room) for part in parts(text))
    found = [*_words(network, text, enclosed, used), *_media(network, enclosed)]
    if story and not network.room.stories:
        found.append(Problem(_("%s has no stories that others may post: publish it as a post.") % network.label))
    if story and not enclosed:
        found.append(Problem(_("A story needs a picture or a video.")))
    return Fit(used, network.room.characters, tuple(found))


def _words(network: Network, text: str, enclosed: Sequence[Enclosed], used: int) -> list[Problem]:
    room, found = network.room, []
    if "post" not in network.can:
        found.append(Problem(_("%s can only be read and answered: nothing can be published there.") % network.label))
    if not text.strip() and not enclosed:
        found.append(Problem(_("Write a text or add a picture: then you see here how it looks.")))
    if room.characters is not None and used > room.characters:
        over = used - room.characters
        found.append(Problem(_("%(over)d signs too long: %(label)s takes %(most)d.")
                             % {"over": over, "label": network.label, "most": room.characters}))  # fmt: skip
    if "{{" in text or "{%" in text:
        found.append(Problem(_("Everybody reads the same: names and other merge tags stay as they are written.")))
    if len(parts(text)) > 1 and "reply" not in network.can:
        found.append(Problem(_("%s has no threads: take the line of dashes out.") % network.label))
    if len(addresses(text)) > 2:
        found.append(Problem(_("More than two links look like advertising."), stops=False))
    return found


def _media(network: Network, enclosed: Sequence[Enclosed]) -> list[Problem]:
    room = network.room
    videos = [one for one in enclosed if one.type.startswith("video/")]
    pictures = [one for one in enclosed if one not in videos]
    found = [problem for one in pictures for problem in _picture(network, one)]
    found += [problem for one in videos for problem in _video(network, one)]
    if len(pictures) > room.pictures:
        most = {"label": network.label, "most": room.pictures}
        found.append(Problem(_("%(label)s takes %(most)d pictures at most.") % most if room.pictures
                             else _("%s takes no pictures.") % network.label))  # fmt: skip
    if len(videos) > 1 or (videos and pictures):
        found.append(Problem(_("A video goes alone: take the other pictures away.")))
    if room.needs_picture and not enclosed:
        found.append(Problem(_("%s needs a picture or a video.") % network.label))
    return found


def _picture(network: Network, one: Enclosed) -> list[Problem]:
    room, found = network.room, []
    if not one.alt.strip():
        found.append(Problem(_("“%s” needs a description: people who cannot see it read that.") % one.name))
    if room.alt_length and len(one.alt) > room.alt_length:
        found.append(Problem(_("The description of “%(name)s” is longer than %(most)d signs.")
                             % {"name": one.name, "most": room.alt_length}))  # fmt: skip
    if one.type not in room.picture_types and room.pictures:
        kinds = ", ".join(kind.partition("/")[2].upper() for kind in room.picture_types)
        found.append(Problem(_("“%(name)s” is of a kind that %(label)s does not take: %(kinds)s.")
                             % {"name": one.name, "label": network.label, "kinds": kinds}))  # fmt: skip
    if room.picture_bytes and one.size > room.picture_bytes:
        found.append(_too_large(network, one, room.picture_bytes))
    return found


def _video(network: Network, one: Enclosed) -> list[Problem]:
    room, found = network.room, []
    if room.video_bytes is None:
        return [Problem(_("%s takes no videos from other programs.") % network.label)]
    if not one.alt.strip():
        found.append(Problem(_("“%s” needs a description: people who cannot see it read that.") % one.name))
    if one.size > room.video_bytes:
        found.append(_too_large(network, one, room.video_bytes))
    if room.video_seconds and one.seconds is not None and one.seconds > room.video_seconds:
        found.append(Problem(_("“%(name)s” runs %(seconds)d seconds: %(label)s takes %(most)d.")
                             % {"name": one.name, "seconds": round(one.seconds), "label": network.label,
                                "most": room.video_seconds}))  # fmt: skip
    return found


def _too_large(network: Network, one: Enclosed, most: int) -> Problem:
    said = {"name": one.name, "size": one.size / 1e6, "label": network.label, "most": most / 1e6}
    return Problem(_("“%(name)s” has %(size).1f MB: %(label)s takes %(most).1f.") % said)
