"""What is asked of every page: no serious accessibility fault, nothing wider than the screen."""

from __future__ import annotations

SERIOUS = ("serious", "critical")
ASKED = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"  # the rest is as long as the page
LOOKS = (("wide", "light"), ("narrow", "dark"))  # colours do not depend on the width, nor widths on colours


def faults(page) -> list[str]:
    """Serious and critical faults axe finds on a page, each with the element it is about."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is neither
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(ASKED)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"][:3]
    ]


def too_wide(page) -> int:
    """How many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
