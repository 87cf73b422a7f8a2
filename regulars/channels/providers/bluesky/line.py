"""A line to one Bluesky account: what shape.Line promises, in Bluesky's methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from regulars.channels.networks.dig import rows, text
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Expired, Heard, Login, Said, Saying, Slower, Unreachable, Who
from regulars.channels.providers.bluesky import listening, may_hide, saying
from regulars.channels.providers.bluesky.asking import Asking, Refused
from regulars.channels.providers.bluesky.keys import POSTS, parts_of
from regulars.channels.providers.bluesky.seeing import COUNTS, seen_of, who_of

GATES = "app.bsky.feed.threadgate"


@contextmanager
def _understood() -> Iterator[None]:
    """A refusal outside of saying is one more way in which the network does not answer."""
    try:
        yield
    except Refused as no:
        raise Unreachable(f"Bluesky refuses: {no}") from no


class BlueskyLine(Plain):
    """Connects when it is first asked; used by one thread."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.asking = Asking(login)
        del self.state

    @property
    def state(self) -> Mapping[str, Any]:  # type: ignore[override]
        """The session."""
        return self.asking.state

    @state.setter
    def state(self, value: Mapping[str, Any]) -> None: ...

    @state.deleter
    def state(self) -> None: ...

    def me(self) -> Who:
        """Asks for the session and, where it is served, for the profile."""
        with _understood():
            self.asking._sign_in(anew=True)
            who = Who(self.asking.did, handle=self.asking.handle, name=self.asking.handle)
        try:
            return who_of(self.asking.get("app.bsky.actor.getProfile", actor=who.external))
        except (Refused, Unreachable):
            return who

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        with _understood():
            return listening.read(self.asking, cursor, at=at)

    def search(self, words: str, cursor: Mapping[str, Any], *, at: int) -> Heard:
        with _understood():
            return listening.search(self.asking, words, cursor, at=at)

    def say(self, said: Saying) -> Said:
        try:
            return saying.say(self.asking, said)
        except Expired as why:
            return Said("unauthorised", reply=str(why))
        except Slower as why:
            return Said("retry", code="429", reply=str(why), wait_us=why.wait_us)

    def find(self, said: Saying) -> Said | None:
        with _understood():
            return saying.find(self.asking, said)

    def remove(self, external: str) -> bool:
        with _understood():
            return saying.remove(self.asking, external)

    def hide(self, external: str, *, hidden: bool) -> bool:
        """An answer below a post of ours is hidden for everybody by the gate of that thread; False elsewhere."""
        with _understood():
            post = listening.posts_of(self.asking, [external]).get(external)
            seen = seen_of(post, us=self.asking.did) if post else None
            if seen is None or not may_hide(seen.thread, self.asking.did):
                return False
            self._gate(seen.thread, external, hidden)
            return True

    def _gate(self, root: str, external: str, hidden: bool) -> None:
        did, rkey = self.asking.did, parts_of(root)[2]
        from_there: dict[str, Any] = {}
        try:
            from_there = self.asking.get("com.atproto.repo.getRecord", repo=did, collection=GATES, rkey=rkey)
        except Refused as no:
            if no.code not in saying.GONE:
                raise
        gate = dict(from_there.get("value") or {"$type": GATES, "post": root, "createdAt": _now(self, root)})
        listed = [one for one in gate.get("hiddenReplies", []) if one != external]
        gate["hiddenReplies"] = [*listed, external] if hidden else listed
        swap = {"swapRecord": text(from_there, "cid")} if from_there else {}
        self.asking.post("com.atproto.repo.putRecord", repo=did, collection=GATES, rkey=rkey, record=gate, **swap)

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        """Counts by the index; what it does not show is asked of the server that keeps our records."""
        with _understood():
            views = listening.posts_of(self.asking, externals)
            found = {uri: dict(seen.metrics) for uri, view in views.items() if (seen := seen_of(view, us=""))}
            for uri in externals:
                if uri not in found and self._is_kept(uri):
                    found[uri] = dict.fromkeys(COUNTS, 0)
            return found

    def _is_kept(self, uri: str) -> bool:
        repo, collection, rkey = parts_of(uri)
        try:
            self.asking.get("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)
        except Refused as no:
            if no.code in saying.GONE:
                return False
            raise
        return True

    def close(self) -> None:
        self.asking.close()


def _now(line: BlueskyLine, root: str) -> str:
    """The time of the post that the gate belongs to: a line reads no clock."""
    views = listening.posts_of(line.asking, [root])
    return text(views.get(root, {}), "record", "createdAt") or "1970-01-01T00:00:00.000Z"


__all__ = ["POSTS", "BlueskyLine", "rows"]
