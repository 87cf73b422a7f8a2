"""Pictures that hang on what others said: fetched by us, guarded, when a colleague asks to see one.

The browser never talks to a foreign host: the address comes from the stored item alone, leads into no private
network, is asked once without redirects, has a limit, and is shown only if its bytes are those of a picture.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Item
from regulars.content.pictures import MOST_BYTES, NotAPicture, sniff
from regulars.core import outside
from regulars.team.permissions import allowed
from regulars.web.pages.inbox.outside import host_of, plain

TIMEOUT, KEPT = 6.0, 12
_kept: OrderedDict[str, tuple[bytes, str]] = OrderedDict()  # in memory alone: an erased picture is in no file


@allowed("inbox.view")
def picture(request: HttpRequest, item_id: int, n: int) -> HttpResponse:
    """The place where the picture was offered, now showing it, or saying why not."""
    found = _media(item_id, n)
    alt = plain(str(found.get("alt") or ""), most=1000)
    context = {"item_id": item_id, "n": n, "alt": alt, "host": host_of(str(found["url"]))}
    try:
        fetched(str(found["url"]))
    except (outside.Refused, outside.Unreachable, NotAPicture) as problem:
        context["wrong"] = str(problem)
    return render(request, "web/inbox/_picture.html", context)


@allowed("inbox.view")
def raw(request: HttpRequest, item_id: int, n: int) -> HttpResponse:
    """Its bytes, of the type that they are."""
    try:
        body, kind = fetched(str(_media(item_id, n)["url"]))
    except (outside.Refused, outside.Unreachable, NotAPicture):
        raise Http404 from None
    answer = HttpResponse(body, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=600"
    return answer


def _media(item_id: int, n: int) -> Mapping:
    item = get_object_or_404(Item, id=item_id, deleted_us=None)
    if n >= len(item.media) or not isinstance(item.media[n], dict) or not item.media[n].get("url"):
        raise Http404
    return item.media[n]


def fetched(url: str) -> tuple[bytes, str]:
    """(bytes, type) of a picture elsewhere; the last few are kept. Raises Refused, Unreachable, NotAPicture."""
    if url not in _kept:
        _kept[url] = _fetch(url)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return _kept[url]


def _fetch(url: str) -> tuple[bytes, str]:
    answer = outside.ask(url, method="GET", timeout=TIMEOUT, longest=MOST_BYTES + 1)
    if answer.status != 200:
        raise NotAPicture(_("The other side answered %d instead of a picture.") % answer.status)
    return answer.body, sniff(answer.body).type
