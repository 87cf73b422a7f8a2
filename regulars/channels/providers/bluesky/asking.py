"""Requests to a Bluesky server: sessions kept, troubles in sentences.

Methods are called by their names (lexicon ids) and answer plain JSON: what a newer server adds breaks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import httpx
from atproto import Client, SessionEvent
from atproto import exceptions as wrong
from atproto_client.models.dot_dict import DotDict
from atproto_client.request import Request

from regulars.channels.networks import guarded
from regulars.channels.networks.shape import Expired, Login, Slower, Unreachable
from regulars.core.clock import MINUTE, SECOND

T = TypeVar("T")
ENDED = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")
LOCKED = ("AccountTakedown", "AccountDeactivated", "AccountSuspended")


class Refused(Exception):
    """The server understood and says no."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Unclear(Unreachable):
    """No answer, or a fault over there. `sent`: it may have been done all the same."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent


class Asking:
    """One account's session. `state` is what is kept of it; it changes when the session does."""

    def __init__(self, login: Login) -> None:
        self.login = login
        self.state: dict[str, Any] = dict(login.state)
        server = str(login.settings.get("server") or "https://bsky.social").rstrip("/")
        self.client = Client(server, request=Request(**guarded.options()))
        self.client.on_session_change(self._changed)
        if session := self.state.get("session"):
            with suppress(Exception):  # a session that cannot be read is made anew
                self.client.login(session_string=session, fetch_bsky_profile=False)

    def _changed(self, event: SessionEvent, session: Any) -> None:
        self.state = {**self.state, "session": session.encode()}

    @property
    def did(self) -> str:
        """Our own id there."""
        self._sign_in()
        return self.client._session.did

    @property
    def handle(self) -> str:
        """How others address us."""
        self._sign_in()
        return self.client._session.handle

    def get(self, method: str, **params: Any) -> dict[str, Any]:
        """A query, e.g. get("app.bsky.feed.getPosts", uris=[...]). Raises Expired, Slower, Unclear, Refused."""
        return self._signed(lambda: self.client.invoke_query(method, params=DotDict(params)).content, sent=False)

    def post(self, method: str, **said: Any) -> dict[str, Any]:
        """A procedure with JSON. Raises as `get` does."""
        return self._signed(
            lambda: (
                self.client.invoke_procedure(method, data=DotDict(said), input_encoding="application/json").content
            )
        )

    def upload(self, content: bytes, type_: str) -> Mapping[str, Any]:
        """A picture; gives the reference that a post holds. Nothing is published by it."""
        upload = "com.atproto.repo.uploadBlob"
        headers = {"Content-Type": type_}
        answer = self._signed(
            lambda: self.client.invoke_procedure(upload, content=content, headers=headers).content, sent=False
        )
        return answer["blob"]

    def close(self) -> None:
        """Let the connections go."""
        self.client.request.close()

    def _signed(self, call: Callable[[], Any], *, sent: bool = True) -> Any:
        """Signed in; once more with a fresh session when the old one has ended."""
        self._sign_in()
        try:
            return _told(call, sent=sent) or {}
        except Refused as no:
            if no.code not in ENDED:
                raise
        self._sign_in(anew=True)
        try:
            return _told(call, sent=sent) or {}
        except Refused as no:
            if no.code in ENDED:
                raise Expired("Bluesky ended our session and gives no new one. Connect the account anew.") from no
            raise

    def _sign_in(self, *, anew: bool = False) -> None:
        if self.client._session is not None and not anew:
            return
        handle, password = str(self.login.settings.get("handle", "")).strip(), self.login.secrets.get("password", "")
        try:
            _told(lambda: self.client.login(handle.lstrip("@"), password, fetch_bsky_profile=False), sent=False)
        except Refused as no:
            if no.code in LOCKED:
                raise Expired(f"Bluesky has locked {handle}: sign in there and see why.") from no
            raise Expired(
                "Bluesky does not accept this handle and app password. Make a new one there, and enter it here."
            ) from no


def _told(call: Callable[[], T], *, sent: bool) -> T:
    """The answer, or its trouble as ours. `sent`: a fault may mean that it was done."""
    try:
        return call()
    except wrong.RateLimitExceededError as slow:
        raise Slower("Bluesky asks us to wait: too many requests.", _wait(slow)) from slow
    except wrong.RequestErrorBase as problem:
        raise _of(problem, sent) from problem
    except wrong.LoginRequiredError as problem:
        raise Refused("AuthMissing", str(problem)) from problem
    except httpx.HTTPError as problem:
        raise Unclear(f"Bluesky does not answer: {_words(problem)}", sent=sent) from problem


def _words(problem: BaseException) -> str:
    """What it says, or, where it says nothing, what it is."""
    return str(problem) or type(problem).__name__


def _of(problem: wrong.RequestErrorBase, sent: bool) -> Exception:
    answer = problem.response
    if answer is None:
        cause = problem.__cause__
        sent = sent and not isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        return Unclear(f"Bluesky does not answer: {_words(cause or problem)}", sent=sent)
    code, why = getattr(answer.content, "error", "") or "", getattr(answer.content, "message", "") or ""
    if answer.status_code >= 500:
        return Unclear(f"Bluesky is out of order ({answer.status_code}). {why}".strip(), sent=sent)
    return Refused(code or str(answer.status_code), why or f"Bluesky refuses ({code or answer.status_code}).")


def _wait(slow: wrong.RateLimitExceededError) -> int:
    """How long the server wants us to wait, in microseconds."""
    if slow.retry_after is not None:
        return max(SECOND, int(slow.retry_after * SECOND))
    here, reset = slow.response.headers.get("date") if slow.response else None, slow.reset_at
    if reset is not None and here:
        from regulars.channels.networks.dig import moment
        from regulars.core.clock import to_us

        return max(SECOND, to_us(reset) - (moment(here) or to_us(reset) - MINUTE))
    return MINUTE
