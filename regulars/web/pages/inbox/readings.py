"""How a text reads, in words, as a guess: never a number of its own, and never a reason to answer or to hide."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.inbox.models import Reading

INTENTS = {
    "complaint": lazy("a complaint"), "help": lazy("a request for help"), "question": lazy("a question"),
    "buying": lazy("interest in buying"), "praise": lazy("praise"),
}  # fmt: skip
FEELS = {"negative": lazy("negative"), "positive": lazy("positive")}
SAID = (("negative", lazy("negative")), ("neutral", lazy("neutral")), ("positive", lazy("positive")))


def words(found: Reading | None) -> str:
    """'reads as a complaint, negative'; "" where nothing is known or it is unsure."""
    if found is None:
        return ""
    parts = [str(INTENTS[found.intent])] if found.intent in INTENTS else []
    parts += [str(FEELS[found.feels])] if found.feels in FEELS else []
    return _("reads as %s") % ", ".join(parts) if parts else ""
