"""What stories through several doors share: a browser, and shops that deliver."""

from __future__ import annotations

from tests.browser.conftest import chromium as chromium
from tests.sources.conftest import connected as connected
from tests.sources.conftest import post as post
