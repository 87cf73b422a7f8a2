"""STOP and START, as customers write them.

The English words are those of the CTIA Messaging Principles and of Twilio's default handling; others are what
operators in these languages honour. Only a message that is nothing else counts: "stop by on Monday" does not.
"""

from __future__ import annotations

import unicodedata

STOP = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("stopp", "abmelden", "ende", "arret", "desabonner", "parar", "baja", "basta"),
        *("stoppen", "afmelden", "avsluta", "lopeta"),
    }
)
START = frozenset({"start", "unstop", "yes", "anmelden", "oui", "alta", "inizia", "aanmelden"})


def meaning(text: str) -> str:
    """What a message asks for: "stop", "start", or "" for an ordinary one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    word = "".join(sign for sign in plain if sign.isalnum())
    return "stop" if word in STOP else "start" if word in START else ""
