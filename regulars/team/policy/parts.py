"""The parts of the policy, and a text to begin with for each. The shop changes every word of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PARTS = {
    "who": _("Who may do what"),
    "tone": _("How we sound"),
    "disclose": _("What we always say"),
    "private": _("What never goes into public"),
    "escalate": _("When to ask, and whom"),
    "crisis": _("When it burns"),
    "own": _("On your own account"),
}
START = {
    "who": _(
        "- Everybody who passed the training may **answer** in public.\n"
        "- **Posts** to everybody are agreed by a second person.\n"
        "- **Accounts** are connected by the owner; nobody shares a password.\n"
        "- Whoever answers first keeps the conversation until it is handed over."
    ),
    "tone": _(
        "- We write as people, with our first name.\n"
        "- We take up what the other person said before we say anything of ours.\n"
        "- When something went wrong on our side, we say so in the first sentence. “If” has no place in an apology.\n"
        "- We are brief. We do not joke about what annoys somebody."
    ),
    "disclose": _(
        "- Who we are, whenever we join a conversation that was not addressed to us.\n"
        "- That we get something for it, when we are paid or were given the product.\n"
        "- That a program answers, when a program answers.\n"
        "- Nobody on the team writes reviews of our own shop or of others we compete with."
    ),
    "private": _(
        "- Names, addresses, phone and order numbers of customers.\n"
        "- Anything about somebody's health, family or money.\n"
        "- What colleagues do or did. We speak for the shop."
    ),
    "escalate": _(
        "- Somebody is or could be **hurt**: call the owner at once, answer that we are looking into it, and "
        "by when.\n"
        "- **Lawyers, press, authorities**: the owner answers, nobody else.\n"
        "- **Threats or abuse**: answer once, calmly; then report it to the network and tell a colleague.\n"
        "- You are **not sure** that something is true: a second person looks first. Slow and right beats "
        "quick and wrong."
    ),
    "crisis": _(
        "1. Pull the brake: what is planned stops going out.\n"
        "2. One person decides, one person answers. Say to each other who is who.\n"
        "3. Say what is known, what is not, and when the next word comes. Keep that hour even if there is "
        "nothing new.\n"
        "4. Hide nothing because it is critical. Hide only what the list of reasons names, and note it.\n"
        "5. Afterwards: write down what happened, and what changes."
    ),
    "own": _(
        "- You may speak about your work on your own account. Say that you work here, and that you speak for "
        "yourself.\n"
        "- Do not settle customers' matters there: point them to the shop."
    ),
}


def starting_parts() -> dict[str, str]:
    """A policy to begin with, in the language of who begins."""
    return {key: str(text) for key, text in START.items()}
