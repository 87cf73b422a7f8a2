"""What a text wants of us: a question, a complaint, praise, a buying signal, a request for help. Rules that can be
read, for English; elsewhere only questions are known, by their mark. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

INTENTS = ("help", "complaint", "question", "buying", "praise")  # the first that holds is the one shown

HELP = r"""
    \b(?:can|could|would|will)\s+(?:you|u|ya|y'all|some(?:one|body)|any(?:one|body)|a\s+human
        |a\s+person)(?:\s+\w+){0,4}?
        \s+(?:help|fix|sort|check|look|tell|send|resend|advise|assist|explain|refund|replace|cancel|change|call|ring
        |contact|dm|reply|respond|confirm|swap|move|forward|add|remove|transfer|update|correct|unlock|reset|arrange
        |resolve|exchange|extend|track|make\s+sure|step\s+in|get\s+back|walk\s+me|show\s+me|let\s+(?:me|us)
        |take\s+(?:it|this)
        |put\s+(?:it|me|us)|give\s+me|find\s+out|come\s+and)\b
  | \b(?:please|pls|plz|kindly|someone|somebody)\s+(?:please\s+|pls\s+)?(?:help|fix|sort|check|look|tell|send
        |resend|advise
        |assist|explain|refund|replace|cancel|change|call|ring|contact|dm|reply|respond|confirm|swap|move|forward
        |add
        |remove|take|transfer|update|correct|unlock|reset|arrange|resolve|exchange|extend|get\s+back|give
        |let\s+(?:me|us)
        |put|make|come|stop\s+(?:sending|charging)|deactivate|delete|return|share\s+(?:the|your)\s+(?:details
        |number))\b
  | \b(?:need|needs|want|looking\s+for|asking\s+for|could\s+use|grateful\s+for|appreciate)\s+(?:some\s+|any\s+
        |your\s+|a\s+bit\s+of\s+)?
        (?:help|assistance|advice|support|guidance|a\s+hand)\b
  | \b(?:help\s+(?:me|us|please|pls|needed|wanted)|any\s+(?:help|ideas?|tips|advice|suggestions)|sos|mayday)\b
  | \bhelp\s*!|(?:^|[.,;!?]\s*)(?:help|tips|advice|suggestions|ideas)\s*[!?.]*$
  | \bhow\s+(?:do|can|should|would)\s+(?:i|we)\b
  | \b(?:i|we)\s+(?:still\s+)?(?:can't|cannot|cant|can\s+not|couldn't)\s+(?:seem\s+to\s+)?(?:log|sign|get|find
        |open|access|connect
        |pay|order|work\s+out|figure|reset|reach|use|track|cancel|return)
  | ^struggling\s+(?:to|with)\b | \b(?:locked\s+(?:myself\s+)?out|(?:i'm|i\s+am|we're|am)\s+(?:stuck|lost
        |at\s+a\s+loss)|(?:i'm|am|been|still)\s+struggling|tried\s+everything
        |been\s+trying\s+to|don't\s+know\s+how|no\s+idea\s+(?:how|what)|not\s+sure\s+how|i\s+forgot\s+(?:my
        |which))\b
  | \bwhat\s+(?:can|should|do|am)\s+i\s+do(?:ing)?\b | \b(?:now\s+what|what\s+now|what\s+are\s+my\s+options
        |who\s+(?:do|can|should)\s+i
        \s+(?:talk|speak|contact|ask|call|turn|write)|who\s+(?:does|handles)\s+that)\b
  | \b(?:does|do)\s+(?:any(?:one|body))\s+know\s+how\b | \bany\s+chance\s+(?:you|of\s+(?:changing|moving|swapping
        |a\s+refund))\b
  | \b(?:can|could)\s+(?:it|one|this|that|they|these|my\s+\w+|the\s+\w+)\s+be\s+(?:taken|changed|moved|cancelled
        |canceled|swapped|sent
        |refunded|replaced|exchanged|fixed|repaired|removed|added|corrected|delivered\s+to)\b
  | \bneeds?\s+(?:to\s+be|(?:my|our|the|this)\s+\w+(?:\s+\w+)?)\s+(?:changed|transferred|replaced|fixed|corrected
        |refunded|moved|cancelled
        |sorted|returned|repaired|updated)\b
  | \b(?:get\s+back\s+to\s+(?:me|us)|(?:call|ring|phone|write)\s+(?:me|us)\s+back|look\s+into\s+(?:it|this|that)
        |sort\s+(?:it|this)\s+out)\b
  | \b(?:won't|wont|doesn't|does\s+not|will\s+not)\s+(?:start|turn\s+on|switch\s+on|open|load|charge|connect|fit
        |close|install
        |work)\b.*(?:\?|\bhelp\b|\bideas?\b|\btips\b|\bassistance\b|\badvice\b)
"""
QUESTION = r"""
    \?\s*(?:$|\s) | ^(?:@\w+\s+)*(?:hi|hello|hey)?[,!\s]*(?:who|what|when|where|why|which|how|is|are|do|does
        |did|can|could|will|would|should|has|have)\s
        .*\b(?:you|your|it|this|that|there|i|we|they|the)\b[^.!]*\?
  | ^(?:@\w+\s+)*(?:(?:hi|hello|hey|quick\s+(?:question|one)|just\s+curious)\b)?[,!:\s]*(?:
        (?:are|is|do|does|did|can|could|will|would|has|may|am)\s+(?:i|you|we|they|it|there|the|your|my|any(?:one
        |body|thing)?|this
            |these|those|all|dogs|kids|children|pets|gift|both)\b(?!\s+are\s+the)
      | (?:what|which|who|how|when|where|why)(?:\s+\w+)?\s+(?:is|are|do|does|did|can|could|will|would|should|has
        |many|much|long)\b
        (?!\s+to\b))[^.!]*$
  | \b(?:does|do|has|have|is|did)\s+any(?:one|body)\b | \b(?:wondering|curious|wonder|(?:like|love
        |want)\s+to\s+know|need\s+to\s+know)
        \s+(?:if|whether|when|how|what|which|where|who|why)\b
  | \b(?:any\s+idea|anyone\s+know|do\s+you\s+know|can\s+you\s+tell|when\s+will|how\s+long|what\s+time|(?:may|can
        |could)\s+i\s+ask
        |any\s+(?:news|word|update)\s+(?:on|about)|quick\s+question)\b
"""
BUYING = r"""
    \b(?:where|how)\s+(?:can|could|do|would)\s+(?:i|we|one|you)\s+(?:buy|get|order|purchase|find|pre-?order|book
        |sign)\b
  | \b(?:thinking\s+(?:of|about)|considering|planning\s+(?:on|to)|about\s+to|going\s+to|gonna|want\s+to|wanna
        |tempted\s+to
        |looking\s+to|(?:would|i'd|we'd)\s+(?:like|love)\s+to|'d\s+(?:like|love)\s+to|ready\s+to|hoping\s+to
        |need\s+to|decided\s+to)
        \s+(?:(?:buy|buying|order|ordering|purchase|purchasing|upgrade|upgrading|switch|switching
        |book|booking|reserve|subscribe|sign\s+up|join\s+(?:you|your)|pre-?order|gift)
        |(?:get|getting|try|trying)\s+(?:one|two|these|this|that|those|some|another|mine|tickets?|your
        |an?\s+(?:new|pair|membership)|the\s+\w+\s+tickets?))\b
  | \b(?:looking\s+for|in\s+the\s+market\s+for|shopping\s+for
        |(?<!anyone\s)(?<!you\s)(?<!anybody\s)interested\s+in|saving\s+up|budget\s+(?:of\s+|is\s+)?[£$€]?\d+
        |recommend(?:ation)?s?\s+(?:me\s+)?(?:for|a|an|any|some|good|welcome)|any(?:one|body)\s+recommend
        |can\s+you\s+recommend)\b
  | \b(?:how\s+much\s+(?:is|are|does|do|for|would)|what(?:'s|\s+is)\s+the\s+price|price\s+of|in\s+stock
        |back\s+in\s+stock|(?:do|does)\s+(?:you|any(?:one|body))\s+(?:sell|have\s+(?:any|the|this|it))
        |who\s+sells|still\s+available|available\s+in
        |discount\s+code|promo\s+code|(?:could|can)\s+you\s+quote|a\s+quote)\b
  | \balternatives?\s+to\b | \bworth\s+(?:buying|getting|the\s+money|it)\?
        | \bwhich\s+(?:one\s+)?(?:should\s+i|do\s+you)\s+(?:buy|get|recommend)\b
  | \b(?:i|we|(?:my|our)\s+\w+)\s+needs?\s+(?:a|an|some)\s+new\b | \b(?:i|we)\s+(?:so\s+)?(?:need|want)\s+(?:this
        |that|these|those|one|it)\b
        (?!\s+(?:to|fixed|sorted|changed|replaced|cancelled|refunded|gone|removed|back|resolved|before|today
        |asap))(?:\s+\w+)?(?:\s+(?:so|badly|in\s+my\s+life|now|please)|\s*[.!]*$)
  | \bneed\s+(?:a|an|some)\s+(?:\w+\s+)?(?:present|gift)\b | \badd(?:ed
        |ing)\s+(?:\w+\s+){0,3}to\s+(?:my\s+)?(?:cart|basket
        |wish\s?list)\b | \b(?:on|to)\s+my\s+wish\s?list\b | \btake\s+my\s+money\b
  | \b(?:i'm|i\s+am|we're|i'll|we'll|i\s+will)\s+(?:definitely\s+|so\s+|just\s+)?(?:getting|ordering|buying
        |booking|be\s+ordering|order|buy|take|get)
        \s+(?:one|two|three|four|some|these|this|that|it|the|a|another|mine|more)\b(?!\s+(?:out|up|back|over
        |error|message|runaround))
  | ^(?:just\s+)?(?:ordering|buying|booking|getting|reserving)\s+(?:one|two|three|some|these|this|another|a|more)\b
  | \b(?:i'd|i\s+would|we'd|we\s+would|would)\s+(?:definitely\s+|happily\s+)?(?:buy|order|take|book|pay\s+for
        |come\s+and\s+collect)\b
  | \b(?:can|could|may)\s+(?:i|we)\s+(?:still\s+)?(?:buy|order|pre-?order|book|reserve|get\s+(?:one|tickets))\b
  | \b(?:reserve|hold|keep|put)\s+(?:a|one|two|me)\s+(?:pair|aside|down|table|copy|for)\b | \b(?:tickets?
        |vouchers?|seats?|places?|spots?)\s+left\b
  | \bpre-?order\b
"""
GRIEVANCE = r"""
    \b(?:refund|money\s+back|never\s+(?:arrived|received|again|came|coming|buying|using|turned\s+up|showed)
        |still\s+(?:waiting
        |no|not|haven't|hasn't)|no\s+(?:reply|response|answer|sign\s+of)|on\s+hold
        |not\s+(?:working|delivered|received|arrived|acceptable|good\s+enough|impressed|happy
        |what\s+i\s+(?:ordered|paid))
        |(?:is|was|were|arrived|came|comes|turned\s+up)\s+(?:\w+\s+)?(?:broken|damaged|faulty|late|wrong|missing
        |cold|dirty|rude|soaked|mouldy|stale|off\b|empty|smashed|declined|cancelled)
        |stopped\s+working|(?:doesn't|does\s+not|didn't|won't|don't|can't)\s+(?:be\s+used|work)|does?\s+nothing
        |keeps?\s+(?:crashing|breaking
        |losing|dropping|failing|freezing|cancelling|looping|logging)|(?:wrong|half\s+the
        |half\s+of\s+my)\s+(?:item|size|order|colour|color|one|lens|pair|parts?|buttons|address|flavour)
        |(?:poor|bad|terrible|awful|worst|horrible|appalling|shocking|disgusting|lousy|shoddy|sloppy
        |useless)\s+(?:service|customer
        |experience|quality|product|food|company|airline|support|staff|delivery|attitude|communication|instructions)
        |complaint|complain|overcharged|(?:charged|billed)\s+(?:me\s+|us\s+)?(?:twice|double|for)|unacceptable
        |rip\s?off|scam(?:med)?|cheated|conned
        |let[\s-]down|disappoint(?:ed|ing|ment)|fed\s+up|sick\s+of|ridiculous|useless|disgrace(?:ful)?|a\s+joke
        |pathetic|shambles|had\s+enough
        |cancell?ed\s+(?:my|our|on)|lost\s+(?:my|our)|waste\s+of\s+(?:money|time)|wait(?:ed|ing)\s+(?:for\s+
        |over\s+|almost\s+|nearly\s+)?\w+(?:\s+\w+)?\s+(?:minutes?|hours?|days?|weeks?
        |months?)|(?:\w+)\s+(?:weeks?|months?|days?)\s+(?:and|later)\s+(?:still|no|nothing)
        |overpriced|undercooked|overcooked|lukewarm|tasteless|bland|inedible|tast(?:es?|ed)\s+(?:of\s+nothing
        |awful|off|horrible)|smell(?:s|ed|t)?\s+of|filthy|grubby
        |(?:fell|came|falls|coming|falling|peeling|peels)\s+(?:off|apart)|gave\s+(?:up|out)|snapped|ripped|tore
        |cracked|leaks?|leaking|leaked|shrank|broke(?:\s+down)?|soaked\s+through|threw\s+(?:the|my|it)
        |throw\s+(?:the|it|away)|wobbl(?:y|es))\b
  | \b(?:so\s+much\s+for|last\s+time\s+(?:i|we)\s+(?:shop|order|buy|eat|come|book|use|fly)|for\s+that\s+(?:money
        |price)|expected\s+(?:more|better)|step\s+backwards?|in\s+circles
        |all\s+over\s+the\s+place|nobody\s+(?:answers|cares|cared|replies|replied|came|picks|turned|helps|knows)
        |no\s?one\s+(?:answers|cares|cared|replies|replied|came|picks|turned|helps)
        |(?:was|were|been)\s+(?:promised|passed\s+(?:between|around|from)|ignored|told\s+it)|(?:second|third
        |fourth|fifth|\d(?:rd|th))\s+(?:time|one)\s+(?:this|in|now|that)
        |how\s+is\s+it\s+possible|(?:barely|hardly)\s+(?:lasts?|works?|edible|any)|log(?:s|ged)\s+me\s+out
        |hung\s+up\s+on|line\s+went\s+dead|went\s+dead|am\s+i\s+supposed\s+to\s+pay
        |looks?\s+nothing\s+like|don't\s+match|closed\s+during|shut\s+during|missing\s+(?:from|parts|half)|(?:was
        |were|is|are|half)\s+(?:\w+\s+)?missing|far\s+too\s+(?:long|slow|loud|small|expensive|salty)|why\s+(?:was
        |is|does|do|did|has)\s+(?:my|your|the|it)\b)
"""
THANKS = r"""
    \b(?:thank\s*(?:s|you)|thx|kudos|shout\s?out|well\s+done|great\s+(?:job|work|service|product|team|staff
        |experience|food|value)|good\s+(?:job|service)|love\s+(?:your|this|these|the|my|it|you)
        |loving\s+(?:my|the|this)|highly\s+recommend|excellent|amazing|awesome|fantastic
        |brilliant|perfect|impressed|you\s+(?:guys\s+)?(?:rock|rule)|made\s+my\s+day|happy\s+with|appreciate
        |grateful|beautiful|lovely|friendly|gorgeous|delicious|divine|superb|wonderful|stunning|outstanding
        |exactly\s+what\s+i|(?:so|very|really)\s+(?:happy|pleased|quick|fast|helpful|kind|good|friendly|soft
        |comfy)|great|a\s+hit|still\s+look)\b
"""
APPLAUSE = r"""
    \b(?:best\s+(?:\w+\s+){1,3}(?:ever|in\s+town|around|in\s+the\s+\w+|i've)|hats\s+off|kudos|shout\s?out\s+to
        |(?:can't|cannot|couldn't|could\s+not)\s+(?:fault|praise|recommend|be\s+happier|have\s+been\s+(?:easier
        |better|nicer|happier))
        |faultless|flawless|spot\s+on|chef's\s+kiss|thumbs\s+up|hands\s+down|10/10|five\s+stars|5\s+stars
        |loveliest|kindest|friendliest|nicest|never\s+let\s+(?:me|us)\s+down|what\s+i\s+call\s+(?:service|quality|a)
        |exactly\s+what\s+(?:i|we)\s+(?:was|were|needed|wanted)|even\s+(?:softer|better|nicer|prettier|comfier
        |tastier)\s+than|won't\s+(?:wear|use|drink|eat|buy|go)\s+any(?:thing|where)\s+else
        |the\s+only\s+one\s+i|like\s+butter|like\s+a\s+dream|(?:i'm|i\s+am|am)\s+sold\s+on|pure\s+joy
        |feels?\s+like\s+home|(?:keep|kept)\s+telling\s+every(?:one|body)|went\s+(?:out\s+of|above)
        |above\s+and\s+beyond|went\s+the\s+extra
        |made\s+my\s+(?:day|week|year)|would\s+(?:stay|come|buy|order|recommend)\s+again|will\s+be\s+back
        |saved\s+(?:my|our|the)\s+(?:day|trip|holiday|evening)|not\s+a\s+single\s+(?:blister|problem|complaint
        |scratch)|in\s+love\s+with\s+(?:my|this|these|the|your)|love\s+love|(?:that
        |this)\s+was\s+(?:so\s+)?(?:quick|fast|lovely|delicious))\b
"""
FLAGS = re.IGNORECASE | re.VERBOSE
RULES = {
    "help": re.compile(HELP, FLAGS),
    "question": re.compile(QUESTION, FLAGS),
    "buying": re.compile(BUYING, FLAGS),
    "grievance": re.compile(GRIEVANCE, FLAGS),
    "thanks": re.compile(THANKS, FLAGS),
    "applause": re.compile(APPLAUSE, FLAGS),
}
NOT_BUYING = re.compile(
    r"\b(?:not|never|don't|won't|wouldn't|didn't)\s+(?:\w+\s+){0,2}(?:buy|looking|order|get\s+one|recommend)", FLAGS
)
OURS = re.compile(r"\b(?:you|your|you're|service|order|delivery|staff|shop|store)\b", FLAGS)
LINK = re.compile(r"https?://\S+|www\.\S+")
MOST = 1_000


def intents_of(text: str, *, negative: float | None, positive: float | None, language: str = "en") -> list[str]:
    """What the text wants, the most urgent first; several may hold, or none.

    A complaint is a grievance that does not sound positive, praise a thank-you that sounds positive or applause that
    does not sound negative: `negative`, `positive` are the model's probabilities, None where it cannot read them.
    """
    plain = LINK.sub(" ", text[:MOST]).replace("’", "'")
    if language not in ("en", ""):
        return ["question"] if plain.rstrip().endswith(("?", "؟", "？")) else []
    low, high = negative or 0.0, positive or 0.0
    holds = {key: bool(rule.search(plain)) for key, rule in RULES.items()}
    found = {
        "help": holds["help"],
        "question": holds["question"],
        "buying": holds["buying"] and low < 0.7 and not NOT_BUYING.search(plain),
        "complaint": (holds["grievance"] and high < 0.5)
        or (low >= 0.75 and not holds["thanks"] and _about_us(plain)),
        "praise": (holds["thanks"] and high >= 0.4) or (holds["applause"] and low < 0.6 and not holds["grievance"]),
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
