"""What the builder calls operators, measures and windows, and which input a value needs."""

from django.utils.translation import gettext_lazy as _

KNOWN = {"known": _("is known"), "unknown": _("is not known")}
TEXT = {
    "=": _("is"), "!=": _("is not"), "in": _("is one of"), "not_in": _("is none of"), "contains": _("contains"),
    "not_contains": _("does not contain"), "starts_with": _("begins with"), **KNOWN,
}  # fmt: skip
NUMBER = {
    ">=": _("is at least"), "<=": _("is at most"), "=": _("is exactly"), ">": _("is more than"),
    "<": _("is less than"), "!=": _("is not"), "between": _("is between"), "in": _("is one of"),
    "not_in": _("is none of"), **KNOWN,
}  # fmt: skip
TIME = {
    "within_last_days": _("was within the last"), "more_than_days_ago": _("was longer ago than"),
    "before": _("is before"), "after": _("is after"), "between": _("is between"),
    "within_next_days": _("is within the next"), "anniversary_in_next_days": _("has its anniversary within"), **KNOWN,
}  # fmt: skip
BOOL = {"=": _("is"), **KNOWN}
OPERATORS = {
    "text": TEXT,
    "choice": TEXT,
    "number": NUMBER,
    "money": NUMBER,
    "bool": BOOL,
    "time": TIME,
    "date": TIME,
}
IN_DAYS = ("within_last_days", "more_than_days_ago", "within_next_days", "anniversary_in_next_days")
MEASURES = {
    "count": _("how often"), "sum": _("sum of"), "avg": _("average of"), "max": _("largest"), "min": _("smallest"),
    "distinct": _("how many different"), "first": _("first time"), "last": _("last time"),
}  # fmt: skip
WINDOWS = {
    "ever": _("at any time"), "last": _("within the last"), "older": _("longer ago than"),
    "span": _("between so many days ago"), "dates": _("between two days"), "this": _("in the running"),
}  # fmt: skip
PERIODS = {"day": _("day"), "week": _("week"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}
GROUPS = {"all": _("all of these"), "any": _("at least one of these"), "none": _("none of these")}


def input_for(type: str, op: str) -> str:
    """Which input a comparison needs: none, days, range, list, or the type itself."""
    if op in KNOWN:
        return "none"
    if op in IN_DAYS:
        return "days"
    if op == "between":
        return "range"
    return "list" if op in ("in", "not_in") else type


def fitting(type: str, op: str) -> str:
    """The operator if the type has it, else the type's first one: what is compared was just changed."""
    operators = OPERATORS.get(type, TEXT)
    return op if op in operators else next(iter(operators))
