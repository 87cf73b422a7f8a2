"""Mastodon.py over our own guarded requests, with every way it fails told apart.

Mastodon.py wraps all troubles of a connection into one; the answer's headers, and whether a request may have arrived,
are kept here. Its own waiting after a 429 is off: a line never sleeps.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServerError,
    MastodonUnauthorizedError,
)
from requests.adapters import BaseAdapter

from regulars.channels.networks.dig import clean
from regulars.channels.networks.shape import Expired, Slower
from regulars.channels.networks.web import LONGEST, PATIENCE, WITHIN, Broken, Rejected, wait_of
from regulars.core import outside

# told, never asked for: the client recurses for ever when it cannot rank a server (halcy/Mastodon.py #450)
VERSION = "4.3.0"


class Guarded(BaseAdapter):
    """Sends what `requests` prepared through core.outside; redirects are not followed."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: dict[str, str] = {}

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        """One request, as `requests` wants it answered."""
        body = request.body or b""
        answer = outside.ask(
            request.url, method=request.method, headers=dict(request.headers), timeout=PATIENCE, within=WITHIN,
            body=body.encode() if isinstance(body, str) else body, longest=LONGEST,
        )  # fmt: skip
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        if 300 <= answer.status < 400:
            raise outside.Refused("the server sends us elsewhere, which we do not follow")
        response = requests.Response()
        response.status_code, response.request, response.url = answer.status, request, request.url
        response.headers = requests.structures.CaseInsensitiveDict(answer.headers)
        response.raw, response.encoding = BytesIO(answer.body), "utf-8"
        response._content = answer.body
        return response

    def close(self) -> None:
        """Nothing is kept open."""


class Client:
    """Calls of Mastodon.py by name: `call("status_post", ...)`. Raises Expired, Slower, Broken and Rejected."""

    def __init__(self, server: str, token: str) -> None:
        self.name = server.partition("://")[2]
        if not token or not set(token) <= set(map(chr, range(33, 127))) - set("/\\"):
            # Mastodon.py opens a token that is the name of a file
            raise Expired(f"{self.name}: the access token is missing or holds signs that no token has.")
        self.adapter, session = Guarded(), requests.Session()
        session.trust_env = False
        session.mount("https://", self.adapter)
        session.mount("http://", self.adapter)
        self.client = Mastodon(
            access_token=token, api_base_url=server, ratelimit_method="throw", version_check_mode="created",
            mastodon_version=VERSION, session=session, user_agent="Regulars", request_timeout=PATIENCE,
        )  # fmt: skip

    def call(self, name: str, *args: Any, at: int, writes: bool = False, **more: Any) -> Any:
        """What the server says."""
        try:
            return getattr(self.client, name)(*args, **more)
        except MastodonUnauthorizedError as problem:
            raise Expired(f"{self.name} no longer accepts our key{_why(problem)}. Connect it anew.") from None
        except MastodonRatelimitError:
            raise Slower(f"{self.name} asks us to wait.", wait_of(self.adapter.headers, at)) from None
        except MastodonNetworkError as problem:
            cause = problem.__context__
            sent = isinstance(cause, outside.Unreachable) and cause.sent
            raise Broken(f"{self.name}: {cause or problem}"[:300], sent=sent) from None
        except MastodonServerError as problem:
            raise Broken(
                f"{self.name} is out of order ({_status(problem)}).", sent=writes and _status(problem) != 503
            ) from None
        except MastodonNotFoundError as problem:
            raise Rejected(404, {}, f"{self.name} refuses (404){_why(problem)}.") from None
        except MastodonAPIError as problem:
            if status := _status(problem):
                raise Rejected(status, {}, f"{self.name} refuses ({status}){_why(problem)}.") from None
            raise Broken(f"{self.name} answers, but not in a way we understand.", sent=writes) from None
        except (MastodonError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            # what the client makes of an answer of another shape
            raise Broken(f"{self.name} answers, but not in a way we understand.", sent=writes) from None


def _status(problem: MastodonError) -> int:
    return problem.args[1] if len(problem.args) > 1 and isinstance(problem.args[1], int) else 0


def _why(problem: MastodonError) -> str:
    said = problem.args[3] if len(problem.args) > 3 else ""
    return f": {clean(said, most=200)}" if isinstance(said, str) and said else ""
