"""What can be asked: one call per page, finished dataclasses, nothing computed over the base.

Money is integer minor units of the base currency, times are microseconds, shares lie between 0 and 1. Everything
says as of when it is; before the first `refit` pages get `None`.
"""

from .advice import advice as advice
from .groups import GROUPS, group_size, people_in_group
from .lines import Listed
from .person import PersonOutlook, person_outlook, rfm_cell
from .retention import RetentionPage, retention
from .today import Attention, Change, Today, drifting_page, today
from .value import FitLine, MapCell, Parameter, ValuePage, people_on_map, value

__all__ = [
    "GROUPS",
    "Attention",
    "Change",
    "FitLine",
    "Listed",
    "MapCell",
    "Parameter",
    "PersonOutlook",
    "RetentionPage",
    "Today",
    "ValuePage",
    "drifting_page",
    "group_size",
    "people_in_group",
    "people_on_map",
    "person_outlook",
    "retention",
    "rfm_cell",
    "today",
    "value",
]
