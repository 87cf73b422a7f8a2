"""Forms and chat boxes of our own: what visitors write comes through the portal, our answers are kept beside it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from regulars.channels.networks.lines import Plain
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.shape import Expired, Said, Saying, Seen, Who
from regulars.channels.networks.taking import take
from regulars.channels.providers import Field
from regulars.core.clock import now_us

FIELDS = (
    Field("slug", _("Name in its address"), required=True, help=_("Small letters, digits, dashes: contact.")),
    Field("headline", _("Headline"), required=True, help=_("For example: How can we help?")),
    Field("intro", _("A sentence below it"), help=_("For example: We answer within a working day.")),
    Field(
        "origins",
        _("Websites that may show it"),
        help=_("For example https://shop.example.com; several with blanks."),
    ),
)


class VisitLine(Plain):
    """Answers to visitors: kept in their conversation, where they see them. Nothing is asked of anybody."""

    kind = "form"

    def me(self) -> Who:
        slug = str(self.login.settings.get("slug", ""))
        if not re.fullmatch(r"[a-z0-9-]{1,60}", slug):
            raise Expired("The name in the address may hold small letters, digits and dashes.")
        return Who(external=slug, handle=slug, name=str(self.login.settings.get("headline") or slug)[:120])

    def say(self, saying: Saying) -> Said:
        if not saying.thread:
            return Said("failed", reply="There is no conversation this belongs to.")
        take(account_id=self.login.account_id, heard=[self._seen(saying)], at=saying.now or saying.at)
        return Said("handed_off", name_of(saying))

    def find(self, saying: Saying) -> Said | None:
        there = Item.objects.filter(account_id=self.login.account_id, external=name_of(saying), deleted_us=None)
        return Said("handed_off", name_of(saying)) if there.exists() else None

    def edit(self, external: str, saying: Saying) -> Said:
        told = Seen(**{**vars(self._seen(saying)), "external": external, "edited_us": saying.now or saying.at})
        take(account_id=self.login.account_id, heard=[told], at=saying.now or saying.at)
        return Said("handed_off", external)

    def remove(self, external: str) -> bool:
        there = Item.objects.filter(account_id=self.login.account_id, external=external, deleted_us=None, ours=True)
        if not there.exists():
            return False
        take(account_id=self.login.account_id, heard=[Seen(external, self.kind, now_us(), deleted=True)], at=now_us())
        return True

    def _seen(self, saying: Saying) -> Seen:
        about: dict[str, Any] = {"kind": self.kind, "public": False, "ours": True}
        return Seen(name_of(saying), at=saying.now or saying.at, text=saying.text, thread=saying.thread,
                    parent=saying.reply_to, **about)  # fmt: skip


def name_of(saying: Saying) -> str:
    """What an answer is called: the same at every try."""
    return "said:" + sha256(saying.key.encode()).hexdigest()[:40]


def places_of(account: Account) -> tuple[str, str]:
    """(the page of a form or box, the HTML that shows it in another website); empty for other kinds."""
    if account.kind not in ("form", "box"):
        return "", ""
    page = f"{settings.PUBLIC_URL}/{'contact' if account.kind == 'form' else 'chat'}/{account.external}"
    name = escape(account.name)
    if account.kind == "box":
        script = settings.PUBLIC_URL + static("portal/box.js")
        return page, f'<script src="{script}" data-box="{page}/embed" data-label="{name}" defer></script>'
    return page, f'<iframe src="{page}/embed" title="{name}" width="100%" height="640" style="border:0"></iframe>'
