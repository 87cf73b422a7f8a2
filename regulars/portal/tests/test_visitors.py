"""Scanners and proxies are told from people by documented tells."""

import pytest

from regulars.core.clock import HOUR, SECOND
from regulars.portal.visitors import Visit, verdict

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


@pytest.mark.parametrize(
    ("visit", "kind", "since_us", "who"),
    [
        (Visit(agent=PHONE, language="en"), "clicked", HOUR, "human"),
        (Visit(agent=PHONE), "opened", HOUR, "human"),
        (Visit(agent="Mozilla/5.0"), "opened", HOUR, "proxy"),
        (Visit(agent="Mozilla/5.0 (Windows; via ggpht.com GoogleImageProxy)"), "opened", HOUR, "proxy"),
        (Visit(agent=PHONE, language="en"), "clicked", SECOND, "scanner"),
        (Visit(agent=PHONE, language="en", method="HEAD"), "clicked", HOUR, "scanner"),
        (Visit(agent=PHONE), "clicked", HOUR, "scanner"),
        (Visit(agent=PHONE, language="en", purpose="prefetch"), "clicked", HOUR, "scanner"),
        (Visit(agent="python-requests/2.32", language="en"), "clicked", HOUR, "scanner"),
        (Visit(), "opened", HOUR, "scanner"),
    ],
)
def test_who_comes(visit, kind, since_us, who):
    assert verdict(visit, kind=kind, since_us=since_us) == who
