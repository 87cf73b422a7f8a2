"""What Today says about statements: which wait for approval, which are about to end."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.content.factbase.queries import ending, waiting_versions
from regulars.team.queries import who
from regulars.ui.formats import number


def todos(now: int) -> list[dict]:
    """A line for what ends soon or has ended, with who stands for it, and one for what waits."""
    found, ends = [], ending(at=now)
    if ends:
        names = who({one.owner for one in ends})
        title = ngettext("%s statement ends soon or has ended", "%s statements end soon or have ended", len(ends))
        text = _("Does it still hold? Asked: %s.") % ", ".join(sorted(set(names.values()))[:3])
        found.append(_line(title % number(len(ends)), text, "ending", _("facts")))
    waiting = waiting_versions().count()
    if waiting:
        title = ngettext("%s statement waits for approval", "%s statements wait for approval", waiting)
        text = _("Until somebody has checked it, no answer may lean on it.")
        found.append(_line(title % number(waiting), text, "review", _("facts")))
    return found


def _line(title: str, text: str, box: str, badge: str) -> dict:
    href = f"{reverse('web:facts')}?box={box}"
    return {"title": title, "text": text, "href": href, "action": _("Look"), "badge": badge}
