"""Messages rendered a second, on one core: a usual mail, one with a product list, an SMS; beside the bare library."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import liquid

from regulars.content.rendering import Prepared, compile_variants

PERSON = {"first_name": "Anna & Co", "city": "Rome", "orders": 7, "spent": "£1,234"}
PRODUCT = {"name": "Boot", "price": "£30", "url": "https://shop.example/p/1", "image": "https://img.example/1.png"}
CONTEXT = {
    "person": PERSON,
    "links": {name: f"https://own.example/{name}" for name in ("unsubscribe", "preferences", "view")},
    "business": {"name": "Northgate Sports"},
    "products": [PRODUCT] * 4,
    "voucher": {"code": "ABC-123"},
}
USUAL = [
    {"kind": "heading", "text": 'Hi {{ person.first_name | default: "there" }}!'},
    {"kind": "text", "text": 'See [the shop](https://shop.example/?c={{ person.city | default: "x" }}).'},
    {"kind": "text", "text": "{% if person.orders > 3 %}You came {{ person.orders }} times.{% endif %}"},
    {"kind": "image", "src": "https://img.example/a.png", "alt": "Boots", "href": "https://shop.example/boots"},
    {"kind": "button", "label": "Look", "href": "https://shop.example/look"},
    {"kind": "columns", "columns": [[{"kind": "text", "text": "left"}], [{"kind": "text", "text": "right"}]]},
    {"kind": "footer", "text": "Northgate Sports, 1 High Street"},
]
RICH = [*USUAL[:-1], {"kind": "products"}, {"kind": "supplied", "what": "voucher"}, USUAL[-1]]
SMS = "Hi {{ person.first_name | default: 'there' }}, new boots: https://shop.example/boots"
FACTS = {"first_name": True, "city": True, "orders": False, "spent": False}


def prepared(source: object, form: str = "blocks", channel: str = "email") -> Prepared:
    """A template as it is sent."""
    variant = {"subject": 'For {{ person.first_name | default: "you" }}', "preheader": "New boots", "format": form}
    return Prepared(compile_variants({"en": {**variant, "source": source}}, facts=FACTS, channel=channel))


def per_second(render: Callable[[], object], seconds: float) -> float:
    """How often it can be called, the best of five."""
    best = 0.0
    for _ in range(5):
        done, start = 0, time.perf_counter()
        while (took := time.perf_counter() - start) < seconds / 5:
            for _ in range(50):
                render()
            done += 50
        best = max(best, done / took)
    return best


def bare(source: str) -> Callable[[], object]:
    """The library alone on the same HTML: no links rewritten, no limits."""
    template = liquid.Environment(autoescape=True).from_string(source)
    return lambda: template.render(**CONTEXT)


def main() -> None:
    """Print the table."""
    seconds = 0.5 if "--quick" in sys.argv else 3
    kinds = {
        "usual mail": prepared(USUAL),
        "with products and voucher": prepared(RICH),
        "SMS": prepared(SMS, "text", "sms"),
    }
    for name, ready in kinds.items():
        rate = per_second(
            lambda r=ready: r.render(CONTEXT, lambda number, url: f"https://t.example/l/{number}"), seconds
        )
        size = len(ready.render(CONTEXT).html)
        print(f"{name:28} {rate:9,.0f}/s per core  {1e6 / rate:6.0f} us  {size:6,} characters of HTML", flush=True)
    variant = {"subject": "x", "format": "html", "source": "<p>{{ person.first_name | default: 'x' }}</p>" * 20}
    one = compile_variants({"en": variant}, facts=FACTS)
    ours = per_second(lambda r=Prepared(one): r.render(CONTEXT), seconds)
    library = per_second(bare(one["en"]["html"]), seconds) / 2  # HTML and text
    print(f"{'20 merge tags':28} {ours:9,.0f}/s per core; bare library {library:,.0f}/s: {ours / library:.1f} times")


if __name__ == "__main__":
    main()
