"""What every operation shares: the key and its permissions, the rate limit, errors as sentences, strict JSON."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import msgspec
from django.core.exceptions import ObjectDoesNotExist
from django.db.utils import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import AfterValidator, Field

from regulars.channels.actions.errors import CannotSend
from regulars.core import clock
from regulars.events.actions import SourceError
from regulars.people.actions import CannotDo
from regulars.segments.definition import DefinitionError
from regulars.team import actions as team
from regulars.team import queries
from regulars.team.models import ApiKey
from regulars.team.permissions import PERMISSIONS, labels, roles_with
from regulars.web.api import limits

MOST = 500
LARGEST = 2**63 - 1


class Problem(Exception):
    """An error to answer with: an HTTP status, a short code for programs, a sentence for people."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        self.status, self.code, self.message, self.headers = status, code, message, headers
        super().__init__(message)


class Error(Schema):
    """What every error looks like."""

    code: str
    message: str


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("text must not hold NUL characters")
    return text


Text = Annotated[str, AfterValidator(_no_nul), Field(max_length=1000)]
Id = Annotated[int, Field(ge=1, le=LARGEST)]
PathId = Annotated[Id, Path()]
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]


def asked(description: str) -> Any:
    """The type of a text in the query string."""
    return Annotated[str, Query(max_length=1000, pattern=r"^[^\x00]*$", description=description)]


After = asked("`after` of the page before; leave out for the first page")


class Key(HttpBearer):
    """An API key in the header `Authorization: Bearer …` whose role has one permission."""

    def __init__(self, permission: str) -> None:
        PERMISSIONS[permission]
        self.permission = permission
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """The key. Raises Problem 401, 403 or 429."""
        key = queries.key_of(token)
        if key is None:
            raise Problem(
                401, "bad_key", "This API key is unknown or was revoked. Make one under Settings, API keys."
            )
        limits.count(key.id)
        if not key.may(self.permission):
            roles = ", ".join(labels(roles_with(self.permission)))
            message = f"This needs the permission to {PERMISSIONS[self.permission]}. Roles that have it: {roles}."
            raise Problem(403, "not_allowed", message)
        team.note_key_use(key=key, at=clock.now_us())
        return key


class StrictJson(Parser):
    """JSON as its standard has it: no NaN, no half characters, nothing behind the end."""

    def parse_body(self, request: HttpRequest) -> Any:
        return msgspec.json.decode(request.body)


api = NinjaAPI(
    title="Regulars",
    version="1",
    urls_namespace="api-1",
    docs_url=None,
    parser=StrictJson(),
    description="Reads people, segments, facts and events, sends single messages, watches broadcasts and "
    "journeys, and manages sources and keys.",
)


def by(request: HttpRequest) -> str:
    """Who acts, as the audit log names them."""
    return request.auth.by


def responses(model: Any, *, ok: int = 200) -> dict[Any, Any]:
    """The answers of an operation: its own, and the errors that every one can give."""
    return {ok: model, frozenset({400, 401, 403, 404, 409, 422, 429}): Error}


def fail(request: HttpRequest, status: int, code: str, message: str, headers: dict[str, str] | None = None):
    """An error answer."""
    answer = api.create_response(request, {"code": code, "message": message}, status=status)
    for name, value in (headers or {}).items():
        answer[name.replace("_", "-")] = value
    return answer


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return fail(request, problem.status, problem.code, problem.message, problem.headers)


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    message = "Send an API key: “Authorization: Bearer rgl_…”. Make one under Settings, API keys."
    return fail(request, 401, "no_key", message, {"WWW-Authenticate": "Bearer"})


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [f"{'.'.join(str(part) for part in e['loc'][1:])}: {e['msg']}" for e in error.errors]
    return fail(request, 422, "invalid", "; ".join(found)[:1000] + ".")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    codes = {400: "bad_json", 404: "not_found", 405: "bad_method"}
    message = "The body is not valid JSON." if error.status_code == 400 else str(error)
    return fail(request, error.status_code, codes.get(error.status_code, "error"), message)


@api.exception_handler(Http404)
@api.exception_handler(ObjectDoesNotExist)
def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:
    return fail(request, 404, "not_found", "There is nothing with this number: it was erased, or never was.")


@api.exception_handler(CannotDo)
@api.exception_handler(CannotSend)
@api.exception_handler(SourceError)
@api.exception_handler(team.TeamError)
@api.exception_handler(DefinitionError)
def _cannot(request: HttpRequest, error: ValueError) -> HttpResponse:
    return fail(request, 422, "cannot", str(error))


@api.exception_handler(DataError)
def _not_storable(request: HttpRequest, error: DataError) -> HttpResponse:
    return fail(request, 422, "invalid", "A value is too long, too large, or holds characters that cannot be kept.")


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    logging.getLogger(__name__).exception("API %s %s failed", request.method, request.path)
    return fail(request, 500, "broken", "This is our mistake. It was written to the log; try again later.")
