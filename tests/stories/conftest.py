"""What stories through several doors share: shops that deliver."""

from __future__ import annotations

from tests.sources.conftest import connected as connected
from tests.sources.conftest import post as post
