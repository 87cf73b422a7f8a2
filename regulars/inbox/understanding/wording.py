"""A text as words a model can count: what people write on networks, put into a steady form. Pure.

Handles, links, numbers and times become marks ("<you>", "<link>", ...); hashtags are taken apart; emoji and emoticons
become words; "sooooo" is "soo" and a mark; after a negation words carry "not_" up to the next stop.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MOST = 2_000  # characters that are read; what follows in a longer text is not

EMOTICONS = {
    "<smile>": r"[:=;8xX]['’]?[-o^]?[)\]D>3pP]+(?!\w)|\(\s?[:;=]|\^_*\^|<3+|[xX]D+\b",
    "<frown>": r"[:=;]['’]?[-o^]?[(\[|/\\cC]+(?![\w/])|D[:=](?!\w)|</3|>_+<|-_+-|[tT]_+[tT]",
}
TOKEN = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|co|ly|net|org|me|tv|gl)/\S*)"
    r"|(?P<mail>\b[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<handle>@\w+)"
    r"|(?P<tag>#\w+)"
    rf"|(?P<smile>{EMOTICONS['<smile>']})"
    rf"|(?P<frown>{EMOTICONS['<frown>']})"
    r"|(?P<money>[$£€]\s?\d[\d.,]*\s?[kmb]?\b|\b\d[\d.,]*\s?(?:€|£|eur|usd|gbp|pounds?|dollars?|euros?)\b)"
    r"|(?P<time>\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.)|\b\d{1,2}:\d\d\b)"
    r"|(?P<percent>\b\d[\d.,]*\s?%)"
    r"|(?P<number>\b\d[\d.,]*(?:st|nd|rd|th|k)?\b)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<loud>!+)|(?P<ask>\?[?!]*)|(?P<dots>\.{2,}|…)|(?P<stop>[.,;:()\"“”]|\s-+\s)"
    r"|(?P<sign>[\U0001F000-\U0001FAFF☀-➿⬀-⯿❤])",
    re.IGNORECASE,
)
LINKS = re.compile(r"(?:https?://|www\.)\S+")
CAMEL = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+")
LONG = re.compile(r"([^\W\d_])\1{2,}")
NEGATIONS = frozenset({"not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere", "cannot",
                       "without", "hardly", "barely", "scarcely"})  # fmt: skip
ENDS = frozenset({"but", "however", "although", "though", "except", "because"})
REACH = 4  # words a negation colours
SPELLINGS = {
    "dont": "don't", "cant": "can't", "wont": "won't", "isnt": "isn't", "wasnt": "wasn't", "doesnt": "doesn't",
    "didnt": "didn't", "couldnt": "couldn't", "wouldnt": "wouldn't", "shouldnt": "shouldn't", "havent": "haven't",
    "hasnt": "hasn't", "hadnt": "hadn't", "arent": "aren't", "aint": "ain't", "im": "i'm", "ive": "i've",
    "youre": "you're", "thats": "that's", "whats": "what's", "lets": "let's", "u": "you", "ur": "your", "r": "are",
    "pls": "please", "plz": "please", "thx": "thanks", "tnx": "thanks", "thnx": "thanks", "ty": "thanks",
    "luv": "love", "gr8": "great", "tmrw": "tomorrow", "tmr": "tomorrow", "2morrow": "tomorrow", "2day": "today",
    "b4": "before", "bc": "because", "cuz": "because", "cos": "because", "coz": "because", "gonna": "going_to",
    "wanna": "want_to", "gotta": "have_to", "omfg": "omg", "bday": "birthday", "ppl": "people", "w": "with",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    """The words and marks of a text, in order, negations spread."""
    return spread_negations(marks_of(text))


def marks_of(text: str) -> list[str]:
    """The words and marks of a text, as they stand."""
    text = unicodedata.normalize("NFKC", text[:MOST]).replace("’", "'")
    shouting = text.isupper()
    found: list[str] = []
    for match in TOKEN.finditer(text):
        found.extend(_marks(match.lastgroup or "", match.group(), shouting))
    return found


def _marks(kind: str, said: str, shouting: bool) -> list[str]:
    if kind == "word":
        return _word(said, shouting)
    if kind == "tag":
        return ["<tag>", *_apart(said[1:])]
    if kind == "sign":
        return [sign_name(said)]
    if kind == "loud":
        return ["!"] if len(said) == 1 else ["!", "!!"]
    if kind == "ask":
        return ["?"] if len(said) == 1 else ["?", "??"]
    if kind == "stop":
        return ["."] if said.strip() in ".;:" else [","]
    return [f"<{'you' if kind == 'handle' else kind}>"]


def _word(said: str, shouting: bool) -> list[str]:
    low = said.lower()
    short = LONG.sub(r"\1\1", low)
    word = SPELLINGS.get(short, short)
    found = [word]
    if short != low:
        found.append("<long>")
    if not shouting and len(said) > 2 and said.isupper():
        found.append("<caps>")
    return found


def _apart(tag: str) -> list[str]:
    """ "NeverAgain" is two words; "neveragain" stays one."""
    parts = CAMEL.findall(tag)
    return [part.lower() for part in parts] if len(parts) > 1 else [LONG.sub(r"\1\1", tag.lower())]


@lru_cache(maxsize=4096)
def sign_name(sign: str) -> str:
    """An emoji by its Unicode name: ":red_heart:"."""
    return ":" + unicodedata.name(sign, "sign").lower().replace(" ", "_").replace("-", "_") + ":"


def spread_negations(words: list[str]) -> list[str]:
    """ "not a good day." becomes "not not_a not_good not_day .": at most four words, up to a stop or a "but"."""
    found, left = [], 0
    for word in words:
        if word in NEGATIONS or word.endswith("n't"):
            found.append(word)
            left = REACH
        elif left and (word in ENDS or not word[0].isalpha()):
            left = 0 if word in ENDS or word in {".", ",", "!", "?", "<dots>"} else left
            found.append(word)
        elif left:
            found.append("not_" + word)
            left -= 1
        else:
            found.append(word)
    return found
