"""Imports: upload a file, say what its columns mean, try it without effect, then let it run."""

from django.http import HttpRequest, HttpResponse

from regulars.events.models import Import
from regulars.team.permissions import allowed
from regulars.web.pages.sources import tabbed


@allowed("sources.view")
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, newest first."""
    return tabbed(request, "files", imports=Import.objects.order_by("-id")[:100])
