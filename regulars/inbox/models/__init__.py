"""The tables of the room, one file per idea."""

from regulars.inbox.models.cases import Case, Entry, Looking, Notice
from regulars.inbox.models.desk import Desk, Routing
from regulars.inbox.models.public import Draft, Moderation, Proof, Spoken
from regulars.inbox.models.ready import CaseLabel, Labelled, Macro, Rule, RuleRun, SavedReply
from regulars.inbox.models.solved import Solved, SolvedTerm, TermCount
from regulars.inbox.models.waits import After, ItemDue, PostDue, Wait, WaitChange, WaitDay
from regulars.inbox.understanding.models import Label, ReadDue, Reading, ReadingRules, TextModel

__all__ = [
    "After",
    "Case",
    "CaseLabel",
    "Desk",
    "Draft",
    "Entry",
    "ItemDue",
    "Label",
    "Labelled",
    "Looking",
    "Macro",
    "Moderation",
    "Notice",
    "PostDue",
    "Proof",
    "ReadDue",
    "Reading",
    "ReadingRules",
    "Routing",
    "Rule",
    "RuleRun",
    "SavedReply",
    "Solved",
    "SolvedTerm",
    "Spoken",
    "TermCount",
    "TextModel",
    "Wait",
    "WaitChange",
    "WaitDay",
]
