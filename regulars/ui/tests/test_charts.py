"""Charts stand in a page under a strict content security policy and are read as one image."""

import pytest

from regulars.ui import charts

SPEC = {
    "data": {"values": [{"month": n, "people": n * n} for n in range(5)]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "month", "type": "ordinal"},
        "y": {"field": "people", "type": "quantitative"},
        "description": {"field": "people"},
    },
}


def test_a_chart_holds_neither_style_nor_script():
    drawn = charts.svg(SPEC, title="More", text="It grows")
    assert drawn.startswith("<svg ")
    assert not any(
        word in drawn for word in ("style=", "<style", "<script", "onload", "http://www.w3.org/1999/xlink")
    )


def test_a_chart_has_a_name_and_its_marks_have_tooltips():
    drawn = charts.svg(SPEC, title="More <b>", text="It grows")
    assert 'role="img" aria-label="More &lt;b&gt;. It grows"' in drawn
    assert "<title>16</title>" in drawn


def test_a_page_s_chart_follows_light_and_dark_and_a_mail_s_has_colours():
    assert "var(--chart-1)" in charts.svg(SPEC)
    assert "var(" not in charts.svg(SPEC, theme="dark")
    assert charts.DARK["chart-1"] in charts.svg(SPEC, theme="dark")


def test_the_same_chart_is_drawn_once(monkeypatch):
    charts.svg(SPEC, width=401)
    monkeypatch.setattr(charts, "_draw", lambda spec: pytest.fail("drawn again"))
    assert charts.svg(SPEC, width=401, title="another title")


def test_data_cannot_smuggle_markup_into_the_page():
    spec = {**SPEC, "data": {"values": [{"month": "<script>alert(1)</script>", "people": 3}]}}
    assert "<script" not in charts.svg(spec)
