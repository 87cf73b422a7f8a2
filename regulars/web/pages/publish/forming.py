"""One post as its page edits it: the words for all accounts, and what one account says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Network
from regulars.content.models import Picture
from regulars.content.queries import picture_url
from regulars.social.actions.writing import Words
from regulars.social.models import Plan, Variant
from regulars.social.publishing.networks import network_at


@dataclass
class Place:
    """An account as the form shows it."""

    account: Account
    network: Network
    on: bool = False
    own: str = ""
    story: bool = False
    bare: bool = False


@dataclass
class Draft:
    """The whole form."""

    title: str = ""
    text: str = ""
    headline: str = ""
    language: str = ""
    note: str = ""
    objective: str = ""
    drive_id: int | None = None
    pictures: list[dict[str, Any]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    @property
    def words(self) -> list[Words]:
        """What is said where."""
        return [
            Words(
                one.account.id, one.own or self.text, self.headline, () if one.bare else tuple(self.pictures),
                self.language, one.story,
            )
            for one in self.places
            if one.on
        ]  # fmt: skip


def offered(accounts: Sequence[Account]) -> list[Place]:
    """Every account something can be published on."""
    return [Place(one, network_at(one)) for one in accounts]


def of_plan(plan: Plan, variants: Sequence[Variant], accounts: Sequence[Account]) -> Draft:
    """The form filled with what is kept."""
    texts = Counter(one.text for one in variants)
    main = texts.most_common(1)[0][0] if texts else ""
    known = {one.account_id: one for one in variants}
    pictures = max((one.pictures for one in variants), key=len, default=[])
    places = offered(accounts)
    for place in places:
        one = known.get(place.account.id)
        if one:
            place.on, place.own, place.story = True, "" if one.text == main else one.text, one.story
            place.bare = bool(pictures) and not one.pictures
    first = variants[0] if variants else None
    return Draft(
        plan.title, main, first.title if first else "", first.language if first else "", plan.note, plan.objective,
        plan.drive_id, with_files(pictures), places,
    )  # fmt: skip


def of_post(post: Mapping[str, Any], accounts: Sequence[Account]) -> Draft:
    """The form as it was sent."""
    places = offered(accounts)
    for place in places:
        n = place.account.id
        place.on, place.story, place.bare = f"on_{n}" in post, f"story_{n}" in post, f"bare_{n}" in post
        place.own = post.get(f"own_{n}", "").strip() if f"differs_{n}" in post else ""
    numbers = [int(one) for one in post.getlist("picture") if one.isdecimal()]
    pictures = [{"picture": n, "alt": post.get(f"alt_{n}", "")} for n in dict.fromkeys(numbers)]
    drive = post.get("drive", "")
    return Draft(
        post.get("title", ""), post.get("text", ""), post.get("headline", ""), post.get("language", "")[:8],
        post.get("note", ""), post.get("objective", ""), int(drive) if drive.isdecimal() else None,
        with_files(pictures), places,
    )  # fmt: skip


def with_files(pictures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Chosen pictures with their files; without a description of their own they get that of the library."""
    files = Picture.objects.in_bulk([one["picture"] for one in pictures])
    return [with_file(files[one["picture"]], one.get("alt", "")) for one in pictures if one["picture"] in files]


def with_file(file: Picture, alt: str = "") -> dict[str, Any]:
    """A picture of the library as the form shows it."""
    return {"picture": file.id, "alt": alt or file.alt, "file": file, "url": picture_url(file)}
