"""What a text wants of us: a question, a complaint, praise, a buying signal, a request for help. Rules that can be
read, for English; elsewhere only questions are known, by their mark. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

INTENTS = ("help", "complaint", "question", "buying", "praise")  # the first that holds is the one shown

HELP = r"""
    \b(?:please|pls|plz|can|could|would|will)\s+(?:some(?:one|body)|any(?:one|body)|you|u|ya
        |y'all)\s+(?:please\s+|pls\s+)?
        (?:help|fix|sort|check|look|tell|send|advise|assist|explain|refund|replace|cancel|change|call|contact
        |dm|reply|respond|confirm)
  | \b(?:need|needs|want|looking\s+for|asking\s+for|could\s+use)\s+(?:some\s+|your\s+
        |a\s+bit\s+of\s+)?(?:help|assistance|advice|support)\b
  | \b(?:help\s+(?:me|us|please|pls)|please\s+(?:help|assist|advise|fix|respond|reply|contact|call|check)
        |any\s+(?:help|ideas?|tips|advice|suggestions)\b)
  | \b(?:how\s+(?:do|can|should|would)\s+(?:i|we|you)\b|(?:i|we)\s+(?:can't|cannot|cant|can\s+not
        |couldn't)\s+(?:log|sign|get|find|open|access|connect|pay|order|work\s+out|figure|reset|reach|use|track))
  | \bwhat\s+(?:can|should|do)\s+i\s+do\b | \b(?:does|do)\s+(?:any(?:one|body))\s+know\s+how\b
  | \b(?:won't|wont|doesn't|does\s+not|will\s+not)\s+(?:start|turn\s+on|open|load|charge|connect|fit|close
        |work)\b.*(?:\?|\bhelp\b|\bideas?\b)
"""
QUESTION = r"""
    \?\s*(?:$|\s) | ^(?:@\w+\s+)*(?:hi|hello|hey)?[,!\s]*(?:who|what|when|where|why|which|how|is|are|do|does
        |did|can|could|will|would|should|has|have)\s
        .*\b(?:you|your|it|this|that|there|i|we|they|the)\b[^.!]*\?
  | \b(?:does|do|has|have|is|did)\s+any(?:one|body)\b | \b(?:wondering|curious)\s+(?:if|whether|when|how|what)\b
  | \b(?:any\s+idea|anyone\s+know|do\s+you\s+know|can\s+you\s+tell|when\s+will|how\s+long|what\s+time)\b
"""
BUYING = r"""
    \b(?:where|how)\s+(?:can|could|do|would)\s+(?:i|we|one|you)\s+(?:buy|get|order|purchase|find|pre-?order)\b
  | \b(?:thinking\s+(?:of|about)|considering|planning\s+on|about\s+to|going\s+to|gonna|want\s+to|wanna
        |looking\s+to|would\s+like\s+to|'d\s+like\s+to|ready\s+to)
        \s+(?:buy|buying|get|getting|order|ordering|purchase|purchasing|upgrade|upgrading|switch|switching
        |try|trying)\b
  | \b(?:looking\s+for|in\s+the\s+market\s+for|shopping\s+for|recommend(?:ation)?s?\s+(?:me\s+)?(?:for|a|an
        |any|some|good)|any(?:one|body)\s+recommend|can\s+you\s+recommend)\b
  | \b(?:how\s+much\s+(?:is|are|does|do|for|would)|what(?:'s|\s+is)\s+the\s+price|price\s+of|in\s+stock
        |back\s+in\s+stock|do\s+you\s+(?:sell|ship|deliver|stock|have\s+any)|still\s+available|available\s+in
        |discount\s+code|promo\s+code)\b
  | \balternatives?\s+to\b | \bworth\s+(?:buying|getting|the\s+money|it)\?  
        | \bwhich\s+(?:one\s+)?(?:should\s+i|do\s+you)\s+(?:buy|get|recommend)\b
  | \b(?:i|we)\s+need\s+(?:a|an|some)\s+new\b | \badd(?:ed|ing)\s+to\s+(?:my\s+)?(?:cart|basket
        |wish\s?list)\b | \bshut\s+up\s+and\s+take\s+my\s+money\b
"""
GRIEVANCE = r"""
    \b(?:refund|money\s+back|never\s+(?:arrived|received|again|came|coming|buying|using)|still\s+(?:waiting
        |no|not|haven't|hasn't)|no\s+(?:reply|response|answer)|on\s+hold
        |not\s+(?:working|delivered|received|arrived|acceptable|good\s+enough|impressed)|(?:is|was|arrived
        |came)\s+(?:broken|damaged|faulty|late|wrong|missing|cold|dirty|rude)
        |stopped\s+working|(?:doesn't|does\s+not|didn't|won't|don't)\s+work|keeps?\s+(?:crashing|breaking
        |losing|dropping|failing|freezing|cancelling)|wrong\s+(?:item|size|order|colour|color|one)
        |(?:poor|bad|terrible|awful|worst|horrible|appalling|shocking|disgusting)\s+(?:service|customer
        |experience|quality|product|food|company|airline|support|staff|delivery)
        |complaint|complain|overcharged|charged\s+(?:me\s+)?twice|unacceptable|rip\s?off|scam(?:med)?
        |let\s+down|disappointed|fed\s+up|sick\s+of|ridiculous|useless|disgrace(?:ful)?|a\s+joke
        |cancell?ed\s+(?:my|our)|lost\s+my|waste\s+of\s+(?:money|time)|waited\s+\w+\s+(?:hours?|days?|weeks?
        |months?))\b
"""
THANKS = r"""
    \b(?:thank\s*(?:s|you)|thx|kudos|shout\s?out|well\s+done|great\s+(?:job|work|service|product|team|staff
        |experience|food|value)|good\s+(?:job|service)|love\s+(?:your|this|these|the|my|it|you)
        |loving\s+(?:my|the|this)
        |highly\s+recommend|best\s+\w+\s+(?:ever|in\s+town|around)|excellent|amazing|awesome|fantastic
        |brilliant|perfect|impressed|you\s+(?:guys\s+)?(?:rock|rule)|made\s+my\s+day|happy\s+with|appreciate)\b
"""
FLAGS = re.IGNORECASE | re.VERBOSE
RULES = {
    "help": re.compile(HELP, FLAGS),
    "question": re.compile(QUESTION, FLAGS),
    "buying": re.compile(BUYING, FLAGS),
    "grievance": re.compile(GRIEVANCE, FLAGS),
    "thanks": re.compile(THANKS, FLAGS),
}
OURS = re.compile(r"\b(?:you|your|you're|service|order|delivery|staff|shop|store)\b", FLAGS)
LINK = re.compile(r"https?://\S+|www\.\S+")
MOST = 1_000


def intents_of(text: str, *, negative: float | None, positive: float | None, language: str = "en") -> list[str]:
    """What the text wants, the most urgent first; several may hold, or none.

    A complaint is a grievance that sounds negative, praise a thank-you that sounds positive: `negative`, `positive`
    are the model's probabilities, None where it cannot read the language.
    """
    plain = LINK.sub(" ", text[:MOST]).replace("’", "'")
    if language not in ("en", ""):
        return ["question"] if plain.rstrip().endswith(("?", "؟", "？")) else []
    low, high = negative or 0.0, positive or 0.0
    holds = {key: bool(rule.search(plain)) for key, rule in RULES.items()}
    found = {
        "help": holds["help"],
        "question": holds["question"],
        "buying": holds["buying"] and low < 0.6,
        "complaint": (holds["grievance"] and high < 0.5)
        or (low >= 0.75 and not holds["thanks"] and _about_us(plain)),
        "praise": holds["thanks"] and high >= 0.5,
    }
    return [key for key in INTENTS if found[key]]


def _about_us(text: str) -> bool:
    """Strong displeasure counts as a complaint where it is said to somebody."""
    return (
        "@" in text
        or re.search(r"\b(?:you|your|you're|service|order|delivery|staff|shop|store)\b", text.lower()) is not None
    )


def first(intents: Sequence[str]) -> str:
    return intents[0] if intents else ""
