"""A visitor for benchmarks: signs in over HTTP and opens one page of every kind."""

from __future__ import annotations

import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from html import unescape

_LINK = re.compile(r'(?:href|hx-get)="([/?][^"#]*)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NUMBER = re.compile(r"\d+")
_SKIP = ("/static/", "/account/logout", "/media/", ".csv", "/export", "/api/v1/", "format=csv")


class Visitor:
    """Keeps cookies; `get` returns (status, seconds, body)."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> tuple[int, float, str]:
        began = time.perf_counter()
        try:
            with self.opener.open(self.base + path, timeout=60) as answer:
                body = answer.read().decode("utf-8", "replace")
                return answer.status, time.perf_counter() - began, body
        except urllib.error.HTTPError as error:
            return error.code, time.perf_counter() - began, error.read().decode("utf-8", "replace")

    def wait(self, limit: float = 60) -> float:
        """Seconds until the first page is answered. Raises TimeoutError after `limit`."""
        began = time.perf_counter()
        while time.perf_counter() - began < limit:
            try:
                self.get("/account/login/")
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)
        raise TimeoutError(f"no page after {limit} seconds")

    def sign_in(self, email: str, password: str) -> None:
        """Through the sign-in form, as a person does. Raises PermissionError when it is refused."""
        page = self.get("/account/login/")[2]
        fields = {"login": email, "password": password, "csrfmiddlewaretoken": _TOKEN.search(page).group(1)}
        request = urllib.request.Request(
            self.base + "/account/login/",
            urllib.parse.urlencode(fields).encode(),
            {"Referer": self.base + "/account/login/"},
        )
        with self.opener.open(request, timeout=60) as answer:
            if "/account/login" in answer.url:
                raise PermissionError("The sign-in form refused the password.")

    def first_bytes(self, path: str) -> tuple[int, float]:
        """(status, seconds until the first bytes of the body came): how soon a download begins."""
        began = time.perf_counter()
        try:
            with self.opener.open(self.base + path, timeout=60) as answer:
                answer.read(512)
                return answer.status, time.perf_counter() - began
        except urllib.error.HTTPError as error:
            return error.code, time.perf_counter() - began

    def kinds_of_pages(self, start: str = "/") -> list[str]:
        """One address of every kind reachable by links from the start (numbers do not make a new kind)."""
        return [paths[0] for paths in self.pages_by_kind(start).values()]

    def pages_by_kind(self, start: str = "/", *, each: int = 1) -> dict[str, list[str]]:
        """Kind -> up to `each` addresses of it reachable by links from the start. Downloads are not opened."""
        queue, known = [start], {start}
        found: dict[str, list[str]] = {}
        while queue:
            path = queue.pop(0)
            paths = found.setdefault(_kind(path), [])
            if len(paths) == each:
                continue
            status, _, body = self.get(path)
            paths.append(path)
            fresh = self._links(path, body) - known if status == 200 else set()
            known |= fresh
            queue += sorted(fresh)
        return found

    def _links(self, here: str, body: str) -> set[str]:
        links = {urllib.parse.urljoin(here, unescape(link)) for link in _LINK.findall(body)}
        return {link for link in links if not any(word in link for word in _SKIP)}


def _kind(path: str) -> str:
    parts = urllib.parse.urlsplit(path)
    keys = ",".join(sorted(urllib.parse.parse_qs(parts.query)))
    return f"{_NUMBER.sub('N', parts.path)}?{keys}"
