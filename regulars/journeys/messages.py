"""The one place where journeys speak with channels: campaigns, planned messages, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.content.models import Template, TemplateVersion

if TYPE_CHECKING:
    from regulars.journeys.models import Broadcast, Journey
    from regulars.journeys.step import Batch, Step
