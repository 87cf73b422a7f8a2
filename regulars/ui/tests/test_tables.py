"""Sort links, links that keep the query, CSV."""

from django.test import RequestFactory

from regulars.ui import tables


def get(query: str):
    return RequestFactory().get(f"/people{query}")


def test_a_link_keeps_the_filters_and_starts_at_page_one():
    assert tables.link(get("?q=anna&after=x"), sort="name") == "?q=anna&sort=name"


def test_removing_the_last_parameter_leads_to_the_bare_page():
    assert tables.link(get("?after=x"), after=None) == "/people"


def test_a_second_click_turns_the_order():
    columns = [tables.Column("Name", sort="name"), tables.Column("Spent", sort="spent", down_first=True)]
    name, spent = tables.heads(get("?sort=name"), columns)
    assert (name["order"], name["href"]) == ("ascending", "?sort=-name")
    assert (spent["order"], spent["href"]) == ("", "?sort=-spent")


def test_csv_quotes_what_a_spreadsheet_would_run():
    response = tables.csv_response("people", ["name", "spent"], [["=HYPERLINK(1)", 5], ['O"Neill', -3]])
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["name,spent", "'=HYPERLINK(1),5", '"O""Neill",-3']
