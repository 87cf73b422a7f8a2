"""From a claimed message and its person to what is carried: facts, links of its own, subject, HTML and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.channels import links
from regulars.channels.decisions import TRANSACTIONAL, Subject
from regulars.channels.delivery.claiming import Claimed
from regulars.channels.models import Campaign, Message, Sender
from regulars.channels.providers import From, Parcel
from regulars.content.supplying import in_words
from regulars.core.crypto import decrypt
from regulars.core.models import Business
from regulars.people.queries import person_id_of

UNTRACKED = ("withdrawn", "pending")


def sender_of(campaign: Campaign) -> From | None:
    """Who the messages are from: the campaign's sender, else the oldest of its channel; None when there is none."""
    senders = Sender.objects.filter(channel=campaign.channel, archived_us=None).order_by("id")
    found = Sender.objects.filter(id=campaign.sender_id).first() if campaign.sender_id else senders.first()
    if found is None:
        return None
    key = decrypt(found.dkim_key) if found.dkim_key else ""
    return From(found.name, found.address, found.reply_to, found.bounce_domain, found.dkim_selector, key)


def render(
    campaign: Campaign, sender: From, wanted: Sequence[tuple[Claimed, Subject]]
) -> tuple[dict[int, Parcel], dict[int, str]]:
    """({message: parcel}, {message: why it cannot be rendered}). One question per fact, not per person."""
    parcels: dict[int, Parcel] = {}
    errors: dict[int, str] = {}
    groups: dict[tuple[int | None, str], list[tuple[Claimed, Subject]]] = {}
    for message, subject in wanted:
        groups.setdefault((message.version_id, message.language or subject.language), []).append((message, subject))
    for (version, language), group in groups.items():
        _group(campaign, sender, version, language, group, parcels, errors)
    return parcels, errors


def _group(campaign, sender, version, language, group, parcels, errors) -> None:
    from regulars.content.queries import prepared  # Liquid and MJML load only where they are used
    from regulars.content.rendering import CannotRender
    from regulars.content.tags import facts_of

    try:
        text = prepared(version_id=version, language=language)
    except Exception as why:
        errors.update({message.id: f"The text cannot be used: {why}"[:300] for message, _ in group})
        return
    people = sorted({subject.person_id for _, subject in group})  # of a nobody nothing is known, but that is known
    facts = facts_of(tags=text.tags, person_ids=people, language=text.language)
    business = {"name": Business.load().name}
    for message, subject in group:
        try:
            shown = _shown(campaign, text, message, subject, facts.get(subject.person_id, {}), business)
        except CannotRender as why:
            errors[message.id] = str(getattr(why, "reason", why))[:300]
            continue
        parcels[message.id] = Parcel(
            message_id=message.id,
            key=message.key,
            to=message.address or subject.address,
            sender=sender,
            subject=shown.subject,
            html=shown.html,
            pieces=shown.pieces,
            text=shown.text,
            unsubscribe_url="" if campaign.purpose == TRANSACTIONAL else links.unsubscribe_url(message.id),
            language=text.language,
            lane=campaign.lane,
            campaign_id=campaign.id,
        )


def _shown(campaign: Campaign, text: Any, message: Claimed, subject: Subject, facts: dict, business: dict) -> Any:
    number = message.id
    context = _context(number, in_words(message.context, language=text.language), facts, business)
    if campaign.purpose == TRANSACTIONAL or subject.tracking in UNTRACKED:
        return text.render(context)
    written, known = text.links, {}

    def tracked(n: int, url: str) -> str:
        """The same address in HTML and text."""
        found = known.get((n, url))
        if found is None:
            found = known[n, url] = token_for(n, url)
        return found

    def token_for(n: int, url: str) -> str:
        if n >= links.NUMBERS:
            return url
        same = 1 <= n <= len(written) and "{" not in written[n - 1]  # links are numbered from 1
        return links.click_url(number, n, "" if same else url)

    return text.render(context, link=tracked, pixel=links.open_url(number))


def render_again(message: Message) -> Any:
    """A message as its receiver would see it now, for the page "view in a browser": nothing in it counts clicks.

    Raises CannotRender, and TemplateVersion.DoesNotExist for a message without a text.
    """
    from regulars.content.queries import prepared
    from regulars.content.tags import facts_of

    text = prepared(version_id=message.version_id, language=message.language)
    person = person_id_of([message.node_id]).get(message.node_id)  # nobody: they were erased
    facts = facts_of(tags=text.tags, person_ids=[person or -1], language=text.language)[person or -1]
    brought = in_words(message.context, language=text.language)
    return text.render(_context(message.id, brought, facts, {"name": Business.load().name}))


def _context(number: int, supplied: dict, facts: dict, business: dict) -> dict[str, Any]:
    ways = {
        "unsubscribe": links.unsubscribe_url(number),
        "preferences": links.preferences_url(number),
        "view": links.view_url(number),
        "loyalty": links.loyalty_url(number),
    }
    return {**supplied, "person": facts, "business": business, "links": ways}
