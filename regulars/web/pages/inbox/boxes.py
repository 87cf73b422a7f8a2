"""Which conversations a list shows: the box, and what narrows it down; all of it stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.recent import recent
from regulars.inbox import queries
from regulars.inbox.models import Case
from regulars.ui.formats import number

# key: (short label, title, what it holds, what an empty one says)
BOXES = {
    "mine": (lazy("Mine"), lazy("Yours"), lazy("Open ones that are yours"), ""),
    "nobody": (lazy("Nobody's"), lazy("Nobody has them"), lazy("Open ones without an owner"),
               lazy("Somebody has every open one.")),
    "waiting": (lazy("Waiting"), lazy("Waiting longest"), lazy("They wait for our answer, the longest first"),
                lazy("Everybody who wrote has an answer.")),
    "soon": (lazy("Due soon"), lazy("Due soon"), lazy("Promised within the next hours"),
             lazy("Nothing is due in the next hours.")),
    "overdue": (lazy("Overdue"), lazy("Overdue"), lazy("Promised before now, and not answered"),
                lazy("Everything that was promised is answered.")),
    "open": (lazy("All"), lazy("All open ones"), lazy("Whoever has them"), lazy("Nothing is open.")),
    "snoozed": (lazy("Aside"), lazy("Put aside"), lazy("They come back by themselves"),
                lazy("Nothing was put aside.")),
    "closed": (lazy("Closed"), lazy("Closed"), lazy("The newest first"), lazy("None is closed yet.")),
    "held": (lazy("To approve"), lazy("Answers that wait for a second person"),
             lazy("A second person reads them first"), lazy("No answer waits for a second person.")),
}  # fmt: skip
ON_DEMAND = "held"  # shown when there are any
TONES = {"overdue": "bad", "soon": "warn", "held": "warn"}


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for."""

    box: str = "mine"
    q: str = ""
    account: int = 0
    kind: str = ""
    label: str = ""
    after: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether more than the box decides."""
        return bool(self.account or self.kind or self.label)

    @cached_property
    def query(self) -> str:
        """The same as the query of an address, without the place in the list."""
        said = {"box": self.box, "q": self.q, "account": self.account or "", "kind": self.kind, "label": self.label}
        return urlencode({key: value for key, value in said.items() if value})

    def href(self, **changes: Any) -> str:
        """The list with some of it changed."""
        other = replace(self, **changes)
        return f"{reverse('web:inbox')}?{other.query}" + (f"&after={other.after}" if other.after else "")


def wanted(said: QueryDict) -> Wanted:
    """What an address asks for. Raises Http404 for a damaged one."""
    box, account, after = said.get("box", "mine"), said.get("account", ""), said.get("after", "")
    if box not in BOXES or (account and not account.isdecimal()) or len(after) > 80:
        raise Http404(_("This page's address is damaged. Start at the first page."))
    text = " ".join(said.get("q", "").replace("\x00", "").split())[:100]
    return Wanted(box, text, int(account or 0), said.get("kind", "")[:20], said.get("label", "")[:40], after)


def page_of(want: Wanted, *, me: str, at: int, columns: Sequence[str] = ()) -> queries.Page:
    """The conversations. A search looks at all of them, whatever the box. `columns`: of each at least these."""
    if want.box == "held" and not want.q:
        return queries.Page(_held(), "")
    return queries.cases_page(
        at=at,
        state="all" if want.q else STATES.get(want.box, "open"),
        owner=None if want.q else {"mine": me, "nobody": ""}.get(want.box),
        kind=want.kind,
        account_id=want.account or None,
        label=want.label,
        text=want.q,
        after=want.after,
        columns=columns,
    )


def _held() -> list[Case]:
    """Where an answer waits for a second person, the oldest first."""
    numbers = list(dict.fromkeys(entry.case_id for entry, _post in queries.held_answers()))
    cases = Case.objects.in_bulk(numbers)
    return [cases[number] for number in numbers if number in cases]


STATES = {name: name for name in ("snoozed", "closed", "overdue", "soon", "waiting")}


def boxes(want: Wanted, *, me: str, at: int, anew: bool) -> list[dict[str, Any]]:
    """Every box with how many there are, at most a second ago, or `anew`; the filters stay."""
    counts = recent("inbox counts", lambda: queries.open_counts(at=at), anew=anew)
    own = {"mine": counts.awake.get(me, 0), "nobody": counts.unassigned}
    found = []
    for key, (label, _title, about, _empty) in BOXES.items():
        count = own[key] if key in own else getattr(counts, key, None)
        if key == ON_DEMAND and not count and want.box != key:
            continue
        found.append(
            {
                "key": key, "label": label, "about": about, "count": count, "shown": brief(count),
                "href": want.href(box=key, q="", after=""), "tone": TONES.get(key, "") if count else "",
            }
        )  # fmt: skip
    return found


def brief(count: int | None) -> str:
    """A count for a small place: 1,204 is '1.2k'."""
    if count is None:
        return ""
    return number(count) if count < 1000 else f"{number(count / 1000, 1 if count < 10_000 else 0)}k"


def title_of(want: Wanted) -> str:
    """The heading above the list."""
    return _("Found: %s") % want.q if want.q else str(BOXES[want.box][1])
