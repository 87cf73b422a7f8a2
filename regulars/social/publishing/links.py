"""A text with its short addresses, and where one leads."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from regulars.social.models import Drive, Link, Plan
from regulars.social.publishing.formats import ADDRESS

CODE = 7  # signs of a code


def tracked(text: str, *, plan_id: int, account_id: int) -> str:
    """The text as it goes out: every address we know replaced by its short one."""
    known = dict(Link.objects.filter(plan_id=plan_id, account_id=account_id).values_list("url", "code"))
    return with_codes(text, known)


def with_codes(text: str, known: dict[str, str]) -> str:
    """Each address by its code ({url: code}); others stay."""
    return ADDRESS.sub(lambda found: short(known[found[0]]) if found[0] in known else found[0], text)


def short(code: str) -> str:
    """What stands in the post."""
    return f"{settings.PUBLIC_URL}/g/{code}"


def target_of(link: Link, network: str) -> str:
    """Where it leads: the author's address, with what the shop's own statistics understand."""
    drive_id = Plan.objects.filter(id=link.plan_id).values_list("drive_id", flat=True).first()
    campaign = Drive.objects.filter(id=drive_id or 0).values_list("tag", flat=True).first() or f"post-{link.plan_id}"
    return with_marks(link.url, source=network, campaign=campaign, code=link.code)


def with_marks(url: str, *, source: str, campaign: str, code: str) -> str:
    """UTM marks behind an address, unless its author put some there; our own `rg` always: it names the link."""
    parts = urlsplit(url)
    ours = [f"rg={code}"]
    if "utm_source=" not in parts.query:
        ours = [f"utm_source={source}", "utm_medium=social", f"utm_campaign={campaign}", *ours]
    return urlunsplit(parts._replace(query="&".join([*([parts.query] if parts.query else []), *ours])))


def as_sent(text: str) -> str:
    """The text with addresses as long as they will be: codes all have the same length."""
    own = f"{settings.PUBLIC_URL}/"
    return ADDRESS.sub(lambda found: found[0] if found[0].startswith(own) else short("x" * CODE), text)
