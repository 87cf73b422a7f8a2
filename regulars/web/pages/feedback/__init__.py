"""Pages of surveys: the list, one survey's figures, its answers, the codebook of topics, making and changing one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.feedback.models import Survey


def tabs(survey: Survey) -> list[tuple[str, str, str]]:
    """The tabs above one survey."""
    return [
        ("figures", _("What they say"), reverse("web:survey", args=[survey.id])),
        ("answers", _("Answers"), reverse("web:survey_answers", args=[survey.id])),
        ("edit", _("Questions and rules"), reverse("web:survey_edit", args=[survey.id])),
    ]
