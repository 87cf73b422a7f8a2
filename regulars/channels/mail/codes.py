"""What a refusal means: the reply codes of SMTP (RFC 5321), the enhanced ones (RFC 3463), and the words around them.

Hard: the address is dead, and writing to it again only hurts. Everything else may work another day or was not about
the address. Many servers say “550 5.7.1” for everything, so where a code is vague the words decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
VAGUE = {"0.0", "1.0", "2.0", "3.0", "4.1", "4.4", "5.0", "7.0", "7.1", "7.129"}
BY_STATUS = {
    **dict.fromkeys(("1.1", "1.6", "1.10"), "unknown"),
    **dict.fromkeys(("1.2", "1.3", "4.4"), "no_domain"),
    "2.1": "disabled",
    **dict.fromkeys(("2.2", "4.5", "3.1"), "full"),
    **dict.fromkeys(("2.3", "3.4"), "too_big"),
    **dict.fromkeys(("1.7", "1.8", "1.9"), "sender"),
    **dict.fromkeys(("7.8", "7.9", "7.11", "5.2"), "setup"),
    **dict.fromkeys(("7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27", "7.28"), "blocked"),
}
WHO = "(user|recipient|mailbox|address|account)"
# In this order: “user unknown, see blocklist” is a block, because nobody should be lost to a blocklist.
WORDS = tuple(
    (why, re.compile(pattern, re.IGNORECASE))
    for why, pattern in (
        (
            "blocked",
            r"spam|block ?list|black ?list|block(ed|ing)|reputation|\brbl\b|dnsbl|spamhaus|policy|polic(y|ies)"
            r"|\bspf\b|\bdkim\b|\bdmarc\b|virus|malware|rate.?limit|too many|throttl|unsolicited|greylist|graylist",
        ),
        ("full", r"quota|mailbox (is )?full|over ?quota|insufficient (system )?storage|storage (limit|exceeded)"),
        ("too_big", r"too (large|big)|message size|size limit"),
        ("setup", r"authenticat|relay(ing)? (access )?(denied|not)|not permitted to relay|must issue a STARTTLS"),
        ("sender", r"sender (address )?(rejected|denied|refused|verify failed)|invalid sender"),
        (
            "disabled",
            r"(account|mailbox|user|address).{0,40}(disabled|inactive|suspended|deactivated|closed|expired)",
        ),
        (
            "unknown",
            r"(unknown|no such|invalid|non.?existent|unrouteable|bad destination).{0,30}"
            + WHO
            + "|"
            + WHO
            + r".{0,60}"
            r"(unknown|not (found|exist|known|listed)|does(n't| not) (exist|have)|unavailable|invalid|no longer)"
            r"|no mailbox|not a (valid|known) (user|mailbox)",
        ),
        (
            "no_domain",
            r"(domain|host).{0,30}(not found|unknown|does not exist|doesn't exist)|no such domain|nxdomain",
        ),
    )
)
HARD = {"unknown", "no_domain", "disabled"}
BLAME = {
    **dict.fromkeys(("unknown", "no_domain", "disabled", "full"), "address"),
    **dict.fromkeys(("setup", "sender"), "server"),
    "too_big": "message",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """`why`: unknown, no_domain, disabled, full, too_big, sender, setup, blocked or other."""

    lasting: bool
    why: str
    status: str

    @property
    def hard(self) -> bool:
        """The address is dead."""
        return self.lasting and self.why in HARD

    @property
    def blame(self) -> str:
        """address, message or server; empty where nobody can say."""
        return BLAME.get(self.why, "")


def meaning(text: str, *, code: int = 0, status: str = "") -> Meaning:
    """What a refusal means, from its reply code, its enhanced status (or the one in the text) and its words."""
    found = ENHANCED.fullmatch(status.strip()) or ENHANCED.search(text)
    lasting = code >= 500 if code else bool(found and found[1] == "5")
    detail = f"{found[2]}.{found[3]}" if found else ""
    return Meaning(lasting, _why(detail, text, code), found[0] if found else "")


def _why(detail: str, text: str, code: int) -> str:
    if detail in BY_STATUS and detail not in VAGUE:
        return BY_STATUS[detail]
    for why, words in WORDS:
        if words.search(text):
            return why
    if detail in BY_STATUS:
        return BY_STATUS[detail]
    if detail.startswith("7."):
        return "blocked"
    return {530: "setup", 535: "setup", 552: "full", 551: "unknown"}.get(code, "other")
