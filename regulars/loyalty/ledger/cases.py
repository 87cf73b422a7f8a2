"""What the books ask of people."""

from django.utils.translation import gettext_lazy as _

from regulars.inbox.kinds import Kind, register

POINTS = "points"

register(
    Kind(
        POINTS,
        _("Points"),
        {"forgiven": _("Forgiven"), "left": _("Left as a debt"), "settled": _("Settled otherwise")},
        good=frozenset({"forgiven", "settled"}),
        hours=24,
    )
)
