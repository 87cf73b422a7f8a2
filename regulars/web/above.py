"""An address that only takes a form, opened as a page: after a sign-in that came between, or from a bookmark.

It leads to the page above it, where the form is. Nothing is done by it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve


def page_above(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: instead of a blank refusal, the page above."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and _may(request):
            return redirect(above(request.path))
        return response

    return answer


def _may(request: HttpRequest) -> bool:
    """Whether it is a page for staff, and who asks may press its button: others are led nowhere."""
    match = request.resolver_match
    needs = getattr(match.func, "permission", "") if match and match.namespace == "web" else ""
    return bool(needs and request.user.is_authenticated and request.user.may(needs))


def above(path: str) -> str:
    """The nearest address above that leads anywhere: "/publish/12/act" -> "/publish/12"."""
    while path := path.rstrip("/").rpartition("/")[0]:
        try:
            if resolve(path).namespace == "web":
                return path
        except Resolver404:
            pass
    return "/"
