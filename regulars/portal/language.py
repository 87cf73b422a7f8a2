"""Customers' pages speak the visitor's language; staff pages speak one, so that no page mixes two."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

CUSTOMERS = ("/join/", "/confirm/", "/preferences", "/l/", "/u/", "/p/", "/in/", "/v/", "/s/", "/i/", "/my/", "/r/",
             "/contact/", "/chat/", "/talk/")  # fmt: skip


def speak(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: activates the language of a request and names it in the answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        theirs = request.path.startswith(CUSTOMERS)
        language = translation.get_language_from_request(request) if theirs else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if theirs:
            response.headers.setdefault("Vary", "Accept-Language")
        return response

    return answer
