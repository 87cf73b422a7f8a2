"""How accounts do: what the page of accounts shows, in a handful of questions."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from regulars.channels.networks import kinds
from regulars.channels.networks.accounts import WARN_US
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.shape import Network
from regulars.core.clock import DAY, MINUTE

GOOD, WAITS, BAD = "good", "warn", "bad"
ON_THE_WAY = (PostState.PLANNED, PostState.CLAIMED, PostState.HANDING_OFF)


@dataclass(frozen=True)
class Health:
    """How an account does: a word, how bad it is, a sentence."""

    word: str
    tone: str
    says: str = ""


@dataclass(frozen=True)
class Row:
    """One account on the page."""

    account: Account
    network: Network
    health: Health
    heard: int  # items of the last seven days
    heard_us: int | None
    waiting: int  # posts that are planned
    held: int
    unknown: int
    failed: int


def can_in_words(known: Network) -> list[str]:
    """What a network can, in words, in a fixed order."""
    words = {
        "read": _("hear"), "search": _("search"), "post": _("publish"), "reply": _("answer in public"),
        "answer": _("answer in private"), "edit": _("change posts"), "delete": _("take posts down"),
        "hide": _("hide comments"), "moderate": _("delete comments of others"),
        "metrics": _("count likes and shares"), "webhook": _("be called by it"),
    }  # fmt: skip
    return [word for name, word in words.items() if name in known.can]


def rows(at: int) -> list[Row]:
    """Every account that was not let go, those in trouble first."""
    accounts = list(Account.objects.filter(archived_us=None).order_by("name", "id"))
    ids = [one.id for one in accounts]
    heard = Item.objects.filter(account_id__in=ids, at__gte=at - 7 * DAY, ours=False).values("account_id")
    said = {row["account_id"]: row for row in heard.annotate(n=Count("id"), last=Max("seen_us"))}
    posts = {row["account_id"]: row for row in _posts(ids)}
    found = [_row(one, said.get(one.id, {}), posts.get(one.id, {}), at) for one in accounts]
    order = {BAD: 0, WAITS: 1, GOOD: 2}
    return sorted(found, key=lambda row: order[row.health.tone])


def _posts(ids: list[int]) -> list[dict]:
    counts = {
        "waiting": Count("id", filter=Q(state__in=ON_THE_WAY)),
        "held": Count("id", filter=Q(state=PostState.HELD)),
        "unknown": Count("id", filter=Q(state=PostState.UNKNOWN)),
        "failed": Count("id", filter=Q(state=PostState.FAILED)),
    }
    return list(Post.objects.filter(account_id__in=ids).values("account_id").annotate(**counts))


def _row(account: Account, said: dict, posts: dict, at: int) -> Row:
    counts = {name: posts.get(name, 0) for name in ("waiting", "held", "unknown", "failed")}
    heard, last = said.get("n", 0), said.get("last")
    return Row(account, kinds.network(account.kind), health(account, at), heard, last, **counts)


def health(account: Account, at: int) -> Health:
    """How one account does now."""
    if account.paused_us is not None:
        if account.failing_us is not None:
            return Health(_("connect anew"), BAD, account.paused_why)
        return Health(_("paused"), WAITS, account.paused_why)
    if account.failing_us is not None:
        return Health(_("does not answer"), BAD, account.trouble)
    if account.trouble:
        return Health(_("waits"), WAITS, account.trouble)
    if account.expires_us is not None and account.expires_us <= at + WARN_US:
        days = max(0, (account.expires_us - at) // DAY)
        return Health(_("key ends soon"), WAITS, _("Its key ends in %d days: connect it anew before.") % days)
    if account.reads and _is_late(account, at):
        return Health(_("was not read lately"), WAITS, _("Is the worker running? Health shows it."))
    return Health(_("good"), GOOD)


def _is_late(account: Account, at: int) -> bool:
    since = max(account.read_us or 0, account.created_us, account.next_us)
    return at - since > 15 * MINUTE
