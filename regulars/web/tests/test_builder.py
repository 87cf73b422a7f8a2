"""The segment builder: trees survive the form, steps change their shape."""

import pytest

from regulars.web.builder.lines import Choices, Drawer
from regulars.web.builder.reading import Reader
from regulars.web.builder.steps import change

pytestmark = pytest.mark.anydb


class Known:
    """Some facts and properties."""

    facts = {"spent": "money", "orders": "number", "city": "text", "birthday": "date", "vip": "bool"}
    properties = {"category": "text", "total": "money", "revenue": "money"}

    def fact_type(self, name):
        return self.facts.get(name)

    def property_type(self, event, name):
        return self.properties.get(name)


CHOICES = Choices(Known(), [], ["Order Completed"], {"Order Completed": ["category", "total"]}, [(12, "VIP")])


def fields_of(line: dict) -> dict[str, str]:
    """What a browser would send for a drawn line: the templates name fields so."""
    path, found = line["path"], {}
    if line["kind"] == "group":
        found |= {f"{path}.is": line["how"], f"{path}.size": str(len(line["children"]))}
        for child in line["children"]:
            found |= fields_of(child)
        return found
    found[f"{path}.is"] = line["kind"]
    if line["kind"] == "segment":
        return found | {f"{path}.segment": str(line["segment"]), f"{path}.member": "in" if line["inside"] else "out"}
    if line["kind"] == "fact":
        return found | {f"{path}.fact": line["fact"]} | compared(line, path)
    found |= {f"{path}.{k}": str(line[k]) for k in ("when", "within", "older", "from", "to", "this")}
    found[f"{path}.unit"] = "hours" if line["unit_hours"] else "days"
    if line["kind"] == "event":
        measured = {f"{path}.measure": line["measure"], f"{path}.of": line["of"]}
        return found | happened(line) | measured | compared(line, path)
    found |= happened(line["first"]) | happened(line["second"])
    found |= {f"{path}.follow": line["follow"], f"{path}.gap": str(line["gap"])}
    return found | {f"{path}.gap_unit": "hours" if line["gap_hours"] else "days"}


def compared(line: dict, path: str) -> dict[str, str]:
    found = {f"{path}.op": line["op"]}
    if line["input"] != "none":
        found[f"{path}.value"] = line["value"]
    if line["input"] == "range":
        found[f"{path}.value2"] = line["value2"]
    return found


def happened(h: dict) -> dict[str, str]:
    at = h["at"]
    found = {f"{at}.event": h["event"], f"{at}.where": str(len(h["filters"])), f"{at}.where_json": h["where_json"]}
    for one in h["filters"]:
        found |= {f"{one['path']}.property": one["property"]} | compared(one, one["path"])
    return found


TREES = {
    "nested groups": {"all": [{"any": [{"fact": "orders", "op": ">=", "value": 3}]}, {"none": []}]},
    "money in pence": {"all": [{"fact": "spent", "op": ">=", "value": 50050}]},
    "a range": {"all": [{"fact": "spent", "op": "between", "value": [1000, 250000]}]},
    "a list": {"any": [{"fact": "city", "op": "in", "value": ["Leeds", "York"]}]},
    "known": {"all": [{"fact": "city", "op": "known"}]},
    "yes and no": {"all": [{"fact": "vip", "op": "=", "value": False}]},
    "an anniversary": {"all": [{"fact": "birthday", "op": "anniversary_in_next_days", "value": 7}]},
    "an event": {
        "all": [
            {
                "event": "Order Completed", "measure": "sum:total", "op": ">", "value": 9900, "within_days": 90,
                "where": [{"property": "category", "op": "=", "value": "soccer"}],
            }
        ]
    },
    "hours": {"all": [{"event": "Order Completed", "measure": "count", "op": ">=", "value": 1, "within_hours": 6}]},
    "a span": {
        "all": [
            {"event": "Order Completed", "measure": "count", "op": "=", "value": 0, "within_days": 60,
             "older_than_days": 30}
        ]
    },
    "a filter of groups": {
        "all": [
            {
                "event": "Order Completed", "measure": "count", "op": ">=", "value": 1, "this": "month",
                "where": {"any": [{"property": "category", "op": "=", "value": "run"}]},
            }
        ]
    },
    "did and did not": {
        "all": [
            {
                "sequence": {"first": {"event": "Order Completed"}, "then_not": {"event": "Order Completed"},
                             "within_days": 30},
                "within_days": 365,
            }
        ]
    },
    "a segment": {"all": [{"segment": 12, "member": False}]},
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_a_tree_survives_the_form(name):
    line = Drawer(CHOICES, "GBP").line(TREES[name])
    assert Reader(fields_of(line), CHOICES.catalog, "GBP").tree() == TREES[name]


def test_adding_and_removing_change_only_their_place():
    tree = {"all": [{"fact": "orders", "op": ">=", "value": 1}, {"any": []}]}
    grown = change(tree, "add segment n-1")
    assert grown["all"][1] == {"any": [{"segment": "", "member": True}]}
    assert change(grown, "remove n-1-0") == tree
    assert change(tree, "remove n") == tree


def test_a_button_of_an_older_page_changes_nothing():
    assert change({"all": []}, "remove n-7") == {"all": []}


def test_a_filter_can_be_added_to_either_side_of_a_sequence():
    tree = change(change({"all": []}, "add sequence n"), "where n-0.b")
    assert tree["all"][0]["sequence"]["then_not"]["where"] == [{"property": "category", "op": "=", "value": ""}]
    assert change(tree, "unwhere n-0.b 0")["all"][0]["sequence"]["then_not"]["where"] == []


@pytest.mark.parametrize(
    ("where", "faulty"),
    [("all[1]", "n-1"), ("all[0].any[0].value", "n-0-0"), ("all[0].any", "n-0"), ("all[1].where[0].op", "n-1")],
)
def test_a_fault_stands_at_the_condition_it_is_about(where, faulty):
    tree = {"all": [{"any": [{"fact": "orders", "op": ">=", "value": ""}]}, {"event": "Order Completed"}]}
    line = Drawer(CHOICES, "GBP", (where, "is wrong")).line(tree)
    lines = [line, *line["children"], *line["children"][0]["children"]]
    assert [one["path"] for one in lines if one["error"]] == [faulty]
