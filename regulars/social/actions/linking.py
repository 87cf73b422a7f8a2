"""Links of ours: each address in a text leads there by a short one, so that one knows what it brought."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.conf import settings

from regulars.core import bulk
from regulars.social.models import Link
from regulars.social.publishing.formats import addresses
from regulars.social.publishing.links import CODE

SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that are taken for another


def keep_links(*, plan_id: int, texts: Mapping[int, str], at: int) -> None:
    """A short address for each one in these texts ({account: text}); those known stay as they are."""
    rows = [
        (_code(), plan_id, account_id, url, at)
        for account_id, text in texts.items()
        for url in addresses(text)
        if len(url) <= 1000 and not url.startswith(f"{settings.PUBLIC_URL}/")
    ]
    columns = ("code", "plan_id", "account_id", "url", "created_us")
    bulk.insert(Link, columns, rows, conflict="(plan_id, account_id, url) DO NOTHING")


def _code() -> str:
    return "".join(secrets.choice(SIGNS) for _n in range(CODE))
