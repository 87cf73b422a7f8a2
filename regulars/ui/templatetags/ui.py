"""The components as template tags: `{% load ui %}`. HTML stands in templates/ui/, the look in pieces.css.

Block tags (`{% sheet "Title" %} ... {% endsheet %}`) wrap what is inside them; the others stand alone.
"""

from functools import cache

from django import template
from django.contrib.messages import get_messages
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from regulars.ui import charts, formats, places, tables, toasts
from regulars.ui.icons import PATHS

register = template.Library()
SPOKEN = {"email": "E-mail", "sms": "SMS"}
WIDTHS = (("narrow", 330), ("middle", 500), ("wide", 780))
for name in ("number", "short", "money", "percent", "day", "last_day", "moment", "ago", "span"):
    register.filter(name, getattr(formats, name))


@register.filter
def receipt(number: str) -> str:
    """The number of an order as people say it."""
    return formats.receipt(str(number or ""))


@register.filter
def money_brief(minor: int | None, currency: str) -> str:
    """'£1.28 m': for figures."""
    return formats.money(minor, currency, brief=True)


@register.filter
def money_whole(minor: int | None, currency: str) -> str:
    """'£270': for estimates, whose pennies would be false precision."""
    return formats.money(minor, currency, cents=False)


@register.filter
def day_short(at: int | None, zone: str) -> str:
    """'21 Nov', where the year is clear."""
    return formats.day(at, zone, year=False)


@register.filter
def spoken(name: str) -> str:
    """'first_name' -> 'First name'."""
    return SPOKEN.get(str(name)) or str(name).replace("_", " ").capitalize()


@register.filter
def iso(at: int | None, zone: str) -> str:
    """'2026-11-21T10:42:00+00:00', for machines."""
    return "" if at is None else formats.local(at, zone).isoformat(timespec="seconds")


@register.filter
def shade(share: float | None, top: float = 1.0) -> str:
    """The class of a heat cell, h0 to h9, for a share of `top`."""
    return "" if share is None else f"h{min(9, max(0, int(share / (top or 1) * 9.999)))}"


@register.filter
def at_key(mapping, key):
    """mapping[key], or nothing: templates cannot look up by a variable."""
    return mapping.get(key) if mapping else None


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative icon; the words beside it say what it means."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        PATHS[name],
    )


@register.simple_tag(takes_context=True)
def when(context, at: int | None) -> str:
    """'11 weeks ago' that shows the exact moment on hover and to machines."""
    if at is None:
        return formats.ago(None, 0)
    iso, exact = formats.exactly(at, _zone(context), get_language())
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, exact, formats.ago(at, context["now_us"]))


def _zone(context) -> str:
    return getattr(context.get("business"), "timezone", None) or "UTC"


@register.simple_tag
def tag(text: str, tone: str = "", href: str = "") -> SafeString:
    """A small label. tone: '', on, good, warn, bad. With href it leads to the people it means."""
    if href:
        return format_html('<a class="tag {}" href="{}">{}</a>', tone, href, text)
    return format_html('<span class="tag {}">{}</span>', tone, text)


@register.simple_block_tag
def head(content, title: str, text: str = "", back: str = "", back_label: str = "") -> SafeString:
    """The page's head: `title` states the finding, `text` explains it, inside stands the next step."""
    return _render("head", title=title, text=text, back=back, back_label=back_label, inside=_filled(content))


@register.simple_block_tag
def sheet(content, title: str = "", note: str = "", span: str = "", id: str = "", level: int = 2) -> SafeString:
    """A white panel with a title and a note beside it. span: c3 to c12, its columns inside `.cols`."""
    return _render("sheet", title=title, note=note, span=span, id=id, level=level, inside=content)


@register.simple_block_tag
def figures(content, label: str = "") -> SafeString:
    """A row of figures."""
    return format_html('<section class="sheet figures" aria-label="{}">{}</section>', label, content)


@register.inclusion_tag("ui/figure.html")
def figure(label: str, value: str, note: str = "", href: str = "", about: str = "", tone: str = "") -> dict:
    """A number with what it is, its range or change, an explanation, and the way to the people behind it."""
    return locals()


@register.inclusion_tag("ui/todo.html")
def todo(title: str, text: str = "", href: str = "", action: str = "", badge: str = "", tone: str = "warn") -> dict:
    """One thing that waits for somebody, why, and the one button that begins it."""
    return locals()


@register.simple_block_tag
def nothing(content, title: str, text: str = "", icon: str = "list") -> SafeString:
    """An empty list that teaches the first step; the buttons stand inside."""
    return _render("empty", title=title, text=text, icon=icon, inside=_filled(content))


@register.simple_block_tag
def notice(content, tone: str = "") -> SafeString:
    """Something to know before going on. tone: '', warn, bad."""
    return _render("notice", tone=tone, inside=content)


@register.simple_block_tag(takes_context=True)
def confirm(context, content, id: str, title: str, action: str, button: str, tone: str = "danger") -> SafeString:
    """A dialog that says what will happen and to how many, opened by `{% opens id %}`; posts to `action`."""
    shown = {"id": id, "title": title, "action": action, "button": button, "tone": tone, "inside": content}
    return _render("confirm", request=context.get("request"), **shown)


@register.inclusion_tag("ui/opener.html")
def opens(id: str, label: str, look: str = "", icon: str = "") -> dict:
    """The button that opens dialog `id`."""
    return locals()


@register.inclusion_tag("ui/heads.html", takes_context=True)
def heads(context, columns, sort: str = "") -> dict:
    """The head row of a table; `sort` is the order when the address names none."""
    return {"heads": tables.heads(context["request"], columns, sort)}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context, shown: int, total: int | None = None, after: str | None = None, noun: str = "") -> dict:
    """'Showing 50 of 20,118', to the first page, to the next one. `after` is the next page's cursor."""
    request = context["request"]
    return {
        "shown": shown, "total": total, "noun": noun,
        "first": tables.link(request, after=None) if request.GET.get("after") else "",
        "next": tables.link(request, after=after) if after else "",
    }  # fmt: skip


@register.simple_tag(takes_context=True)
def link(context, **changes) -> str:
    """This page's address with some parameters changed."""
    return tables.link(context["request"], **changes)


@register.inclusion_tag("ui/csv.html", takes_context=True)
def csv_link(context, label: str = "") -> dict:
    """The link to this list as a CSV file, filters and order kept."""
    return {"href": tables.link(context["request"], format="csv", after=None), "label": label}


@register.inclusion_tag("ui/field.html")
def field(bound) -> dict:
    """A form field with label, help and its errors as sentences, tied together for screen readers."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    notes = ([f"{bound.auto_id}_help"] if bound.help_text else []) + (
        [f"{bound.auto_id}_error"] if bound.errors else []
    )
    attrs = {"aria-describedby": " ".join(notes)} if notes else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    many = kind in ("radio", "checkbox") and hasattr(widget, "choices")
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "many": many,
        "check": kind == "checkbox" and not many,
    }


@register.inclusion_tag("ui/fields.html")
def fields(form) -> dict:
    """Every field of a form, with what is wrong with the form as a whole on top."""
    return {"form": form}


@register.inclusion_tag("ui/chart.html")
def chart(drawn: charts.Chart) -> dict:
    """A chart with its table behind it, drawn in three widths of which the page shows the one that fits."""
    drawings = [(name, mark_safe(drawn.svg(width=width))) for name, width in WIDTHS]
    return {"chart": drawn, "drawings": drawings}


@register.inclusion_tag("ui/progress.html")
def progress(work) -> dict:
    """Long work: where it stands. `work`: url, done, total, label, note, ended, perhaps shown."""
    return {"work": work}


@register.inclusion_tag("ui/tabs.html")
def tabs(entries, now: str = "", label: str = "") -> dict:
    """Tabs that are links: entries are (key, label, href)."""
    return {"entries": entries, "now": now, "label": label}


@register.inclusion_tag("ui/rail.html", takes_context=True)
def rail(context) -> dict:
    """The rail and the bottom bar: the places this person may open."""
    request = context["request"]
    shown = [{"place": p, "count": p.count and p.count(request)} for p in places.visible_to(request)]
    groups: dict[str, list[dict]] = {}
    for entry in shown:
        groups.setdefault(entry["place"].group, []).append(entry)
    near = [entry["place"] for entry in shown if entry["place"].near][:5]
    return {"groups": groups.items(), "near": near, "here": context.get("here", ""), "request": request}


@register.inclusion_tag("ui/toasts.html", takes_context=True)
def toast_list(context) -> dict:
    """What just happened, with a way to undo it."""
    request = context.get("request")
    return {"toasts": [toasts.read(m) for m in get_messages(request)] if request else [], "request": request}


def _filled(content: str) -> str:
    return content if content.strip() else ""


def _render(name: str, *, request=None, inside: str = "", **context) -> SafeString:
    return mark_safe(render_to_string(f"ui/{name}.html", {**context, "inside": mark_safe(inside)}, request))
