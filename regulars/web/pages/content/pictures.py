"""Pictures: the team's page, and the address everybody's mail program loads them from."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.content import actions, queries
from regulars.content.models import Picture
from regulars.content.pictures import MOST_BYTES, TYPES, NotAPicture, path_of
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.content.tabs import tabbed


@allowed("content.view")
def pictures(request: HttpRequest) -> HttpResponse:
    """All pictures, newest first."""
    found = [(one, queries.picture_url(one)) for one in Picture.objects.order_by("-id")[:500]]
    return tabbed(request, "pictures", pictures=found)


@require_POST
@allowed("content.edit")
def add(request: HttpRequest) -> HttpResponse:
    """Take in pictures."""
    for file in request.FILES.getlist("file")[:20]:
        try:
            if file.size > MOST_BYTES:
                raise NotAPicture(_("The file is larger than %d MB.") % (MOST_BYTES // 1_000_000))
            actions.add_picture(data=file.read(), name=file.name or "", by=request.user.by, at=now_us())
        except NotAPicture as error:
            toasts.warn(request, f"{file.name}: {error}")
    return redirect("web:pictures")


@require_POST
@allowed("content.edit")
def describe(request: HttpRequest, picture_id: int) -> HttpResponse:
    """Say what a picture shows."""
    get_object_or_404(Picture, id=picture_id)
    actions.describe_picture(picture_id=picture_id, alt=request.POST.get("alt", ""), by=request.user.by, at=now_us())
    return redirect("web:pictures")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes of a picture, for anybody: mail programs have no session. The name is the hash of what is in it, so
    it can be kept for ever; the type is what was found in the bytes."""
    digest, _dot, extension = name.partition(".")
    found = Picture.objects.filter(digest=digest).first()
    if found is None or TYPES[found.type] != extension or not path_of(digest).exists():
        raise Http404
    answer = FileResponse(path_of(digest).open("rb"), content_type=found.type)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Content-Disposition"] = "inline"
    return answer
