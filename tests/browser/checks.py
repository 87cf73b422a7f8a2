"""What is asked of every page: no serious accessibility fault, nothing wider than the screen."""

from __future__ import annotations

SERIOUS = ("serious", "critical")


def faults(page) -> list[str]:
    """Serious and critical faults axe finds on a page, each with the element it is about."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:3]
    ]


def too_wide(page) -> int:
    """How many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
