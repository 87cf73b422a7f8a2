"""Random definitions as JSON, over a small vocabulary, so that they often have something to say."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

EVENTS = ("Order Completed", "Product Viewed", "Product Added")
PROPERTIES = {"total": "number", "category": "text", "gift": "bool", "due": "time"}
FACTS = {"trait:city": "text", "trait:birthday": "date", "trait:points": "number", "trait:renews": "time",
         "consent:marketing:email": "choice"}  # fmt: skip
CITIES = ("London", "leeds", "Bath")
CATEGORIES = ("soccer", "Running", "swimming")
DAYS = ("2026-03-29", "2026-08-31", "2026-09-01", "2026-09-20", "2026-10-25")


class Vocabulary:
    """A Catalog of the names above."""

    def fact_type(self, name: str) -> str | None:
        return FACTS.get(name)

    def property_type(self, event: str, name: str) -> str | None:
        return PROPERTIES.get(name) if event in EVENTS else None


@st.composite
def comparison(draw, kind: str, *, moving: bool = True) -> dict[str, Any]:
    """{"op":, "value":} for a type."""
    if kind in ("time", "date"):
        return draw(_about_time(kind, moving))
    if kind == "bool":
        op = draw(st.sampled_from(("=", "known", "unknown")))
        return {"op": op, "value": draw(st.booleans())} if op == "=" else {"op": op}
    scalar = st.sampled_from(CITIES + CATEGORIES) if kind in ("text", "choice") else st.integers(-2, 12)
    texts = ("=", "!=", "contains", "not_contains", "starts_with")
    ops = texts if kind in ("text", "choice") else ("=", "!=", "<", "<=", ">", ">=", "between")
    op = draw(st.sampled_from((*ops, "in", "not_in", "known", "unknown")))
    if op in ("known", "unknown"):
        return {"op": op}
    if op in ("in", "not_in"):
        return {"op": op, "value": draw(st.lists(scalar, min_size=1, max_size=2))}
    if op == "between":
        return {"op": op, "value": sorted([draw(scalar), draw(scalar)])}
    return {"op": op, "value": draw(scalar)}


@st.composite
def _about_time(draw, kind: str, moving: bool) -> dict[str, Any]:
    ops = ["before", "after", "between", "known", "unknown"]
    if moving:
        ops += ["within_last_days", "more_than_days_ago", "within_next_days", "anniversary_in_next_days"]
    op = draw(st.sampled_from(ops))
    if op in ("known", "unknown"):
        return {"op": op}
    if op == "between":
        return {"op": op, "value": sorted([draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))])}
    if op in ("before", "after"):
        return {"op": op, "value": draw(st.sampled_from(DAYS))}
    return {"op": op, "value": draw(st.integers(1, 40))}


@st.composite
def window(draw) -> dict[str, Any]:
    """The keys of a window."""
    kind = draw(st.sampled_from(("ever", "days", "days", "hours", "older", "both", "dates", "from", "this")))
    match kind:
        case "ever":
            return {}
        case "days":
            return {"within_days": draw(st.integers(1, 40))}
        case "hours":
            return {"within_hours": draw(st.integers(1, 60))}
        case "older":
            return {"older_than_days": draw(st.integers(1, 20))}
        case "both":
            older = draw(st.integers(1, 20))
            return {"older_than_days": older, "within_days": older + draw(st.integers(1, 20))}
        case "dates":
            start, end = sorted([draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))])
            return {"from": start, "to": end}
        case "from":
            return {"from": draw(st.sampled_from(DAYS))}
    return {"this": draw(st.sampled_from(("day", "week", "month", "quarter", "year")))}


@st.composite
def filters(draw, depth: int = 2) -> dict[str, Any]:
    if depth and draw(st.integers(0, 3)) == 0:
        how = draw(st.sampled_from(("all", "any", "none")))
        return {how: draw(st.lists(filters(depth - 1), min_size=1, max_size=2))}
    name = draw(st.sampled_from(sorted(PROPERTIES)))
    return {"property": name, **draw(comparison(PROPERTIES[name], moving=False))}


@st.composite
def step(draw) -> dict[str, Any]:
    found: dict[str, Any] = {"event": draw(st.sampled_from(EVENTS))}
    if draw(st.booleans()):
        found["where"] = draw(st.one_of(filters(), st.lists(filters(0), max_size=2)))
    return found


@st.composite
def measured(draw) -> dict[str, Any]:
    base = draw(step()) | draw(window())
    kind = draw(st.sampled_from(("exists", "count", "count", "moment", "amount", "distinct", "picked")))
    if kind == "exists":
        return base
    if kind == "count":
        return base | {"measure": "count"} | draw(comparison("number"))
    if kind == "moment":
        how = draw(comparison("time").filter(lambda c: "next" not in c["op"]))
        return base | {"measure": draw(st.sampled_from(("first", "last")))} | how
    if kind == "amount":
        return (
            base
            | {"measure": draw(st.sampled_from(("sum:total", "avg:total", "min:total", "max:total")))}
            | draw(comparison("number"))
        )
    if kind == "distinct":
        return base | {"measure": "distinct:category"} | draw(comparison("number"))
    return base | {"measure": draw(st.sampled_from(("first:category", "last:category")))} | draw(comparison("text"))


@st.composite
def sequences(draw) -> dict[str, Any]:
    follow = draw(st.sampled_from(("then", "then_not")))
    soon = draw(st.one_of(st.builds(lambda n: {"within_days": n}, st.integers(1, 10)),
                          st.builds(lambda n: {"within_hours": n}, st.integers(1, 48))))  # fmt: skip
    return {"sequence": {"first": draw(step()), follow: draw(step()), **soon}, **draw(window())}


@st.composite
def facts(draw) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(FACTS)))
    kind = FACTS[name]
    found: dict[str, Any] = {"fact": name} | draw(comparison(kind))
    return found | ({"type": kind} if name.startswith("trait:") else {})


@st.composite
def definitions(draw, segments: tuple[int, ...] = (), depth: int = 3) -> dict[str, Any]:
    """A whole definition; may refer to the given segments."""
    if depth and draw(st.booleans()):
        how = draw(st.sampled_from(("all", "any", "none")))
        return {how: draw(st.lists(definitions(segments, depth - 1), min_size=1, max_size=3))}
    leaf = [measured(), measured(), sequences(), facts()]
    if segments:
        leaf.append(st.builds(lambda s, m: {"segment": s, "member": m}, st.sampled_from(segments), st.booleans()))
    return draw(st.one_of(leaf))
