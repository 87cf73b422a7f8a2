"""What the networks of our accounts take and offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from regulars.channels.networks import kinds
from regulars.channels.networks.accounts import login_of
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Network
from regulars.content.models import Picture
from regulars.social.models import Variant
from regulars.social.publishing.limits import Enclosed, Fit, fit
from regulars.social.publishing.links import as_sent


def accounts() -> list[Account]:
    """Where something can be published, in the order they were connected."""
    found = Account.objects.filter(archived_us=None, writes=True).order_by("id")
    return [one for one in found if "post" in kinds.network(one.kind).can]


def fits(variants: Iterable[Variant]) -> dict[int, Fit]:
    """{account: how the text fits there}."""
    some = list(variants)
    numbers = {one["picture"] for variant in some for one in variant.pictures}
    library = Picture.objects.in_bulk(numbers)
    known = Account.objects.in_bulk({one.account_id for one in some})
    there = {number: network_at(account) for number, account in known.items()}
    return {one.account_id: _fit(there[one.account_id], one, library) for one in some}


def network_at(account: Account) -> Network:
    """The network as this account has it: servers of one kind may take more or less."""
    return replace(kinds.network(account.kind), room=kinds.room_of(login_of(account)))


def _fit(network: Network, one: Variant, library: Mapping[int, Picture]) -> Fit:
    known = [(library[said["picture"]], said.get("alt", "")) for said in one.pictures if said["picture"] in library]
    enclosed = [Enclosed(picture.type, picture.size, alt, picture.seconds, picture.name) for picture, alt in known]
    return fit(network, text=as_sent(one.text), enclosed=enclosed, story=one.story)
