"""Every kind of network that is asked over HTTP, in one shape, for what must hold for all of them.

with every("youtube", net, at) as here: here.says("Hello"); reading.read_account(here.account.id, at)
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from typing import Any

from regulars.channels.networks.accounts import sealed
from regulars.channels.networks.models import Account
from regulars.channels.tests.networks import bluesky
from regulars.channels.tests.networks.loopback import Answer, Net
from regulars.channels.tests.networks.mastodon_server import HOST, Mastodon
from regulars.channels.tests.networks.test_discourse import Forum
from regulars.channels.tests.networks.test_google_reviews import PLACE, Place
from regulars.channels.tests.networks.test_meta import SECRETS, Meta
from regulars.channels.tests.networks.test_x import Net as XNet
from regulars.channels.tests.networks.test_youtube import Channel
from regulars.core.clock import SECOND
from regulars.core.crypto import encrypt

WAIT = 120  # seconds that `slow` asks us to wait
DEAD = Answer({"error": {"code": 401, "message": "Invalid Credentials"}}, 401)


@dataclass
class Here:
    """One kind. `says(text, name, picture)`: somebody says something to us; `ours()`: how much of us stands there."""

    net: Net
    settings: dict[str, Any]
    secrets: dict[str, str]
    says: Callable[..., Any]
    ours: Callable[[], int] | None = None  # None: nothing can be said there
    slow: Answer = field(default_factory=lambda: Answer("", 429, {"Retry-After": str(WAIT)}))
    dead: Answer | None = DEAD  # how a key that ended is refused; None: there is no key
    state: dict[str, Any] = field(default_factory=dict)
    writes: str = "POST"  # the request that says something
    html: bool = False  # what is said there is HTML
    pictures: bool = False
    gone: Callable[[str], bool] | None = None  # whether what we said is not there any more
    account: Account = field(default_factory=Account)


def every(kind: str, net: Net, at: int) -> Here:
    """This kind on loopback, with an account."""
    here = KINDS[kind](net, at)
    here.account = Account.objects.create(
        kind=kind, name=kind, external=f"us-{kind}", connected_by="user:1", created_us=at, settings=here.settings,
        secrets=encrypt(json.dumps(here.secrets)), state=sealed(here.state),
    )  # fmt: skip
    return here


def _bluesky(net: Net, at: int) -> Here:
    there, number = bluesky.serve(net), itertools.count(1)

    def says(text: str, name: str = "Anna", picture: str = "") -> None:
        author = {"did": bluesky.ANNA, "handle": "anna.test", "displayName": name}
        shown = {"embed": {"images": [{"fullsize": picture, "alt": "x"}]}} if picture else {}
        there.mention(next(number), text=text, author=author, **shown)

    settings, secrets = {"handle": "northgate.test", "server": net.base}, {"password": there.password}
    return Here(net, settings, secrets, says, lambda: len(there.records), bluesky.slow(WAIT), bluesky.ENDED,
                pictures=True, gone=lambda name: name not in there.records)  # fmt: skip


def _mastodon(net: Net, at: int) -> Here:
    there = Mastodon(net, at)

    def says(text: str, name: str = "anna", picture: str = "") -> None:
        shown = {"id": "1", "type": "image", "url": picture, "preview_url": picture, "description": "x"}
        there.mention(there.account(f"{name}@far.example"), f"<p>{text}</p>",
                      media_attachments=[shown] if picture else [])  # fmt: skip

    limit = {"X-RateLimit-Reset": "2026-09-21T14:15:20Z", "Date": "Mon, 21 Sep 2026 14:13:20 GMT"}
    return Here(net, {"server": net.base, "host": HOST}, {"token": "good"}, says, lambda: len(there.ours()),
                Answer("", 429, limit), Answer({"error": "The access token is invalid"}, 401), html=True,
                pictures=True, gone=lambda name: name not in there.statuses)  # fmt: skip


def _discourse(net: Net, at: int) -> Here:
    there = Forum(net, at)
    dead = {"errors": ["The API username or key is invalid."], "error_type": "invalid_access"}
    return Here(
        net, {"url": net.base, "username": "northgate"}, {"key": "k"},
        lambda text, name="anna", picture="": there.post(name, f"@northgate {text}"),
        lambda: sum(one["username"] == "northgate" for one in there.posts.values()),
        dead=Answer(dead, 403), html=True, gone=lambda name: int(name) not in there.posts,
    )  # fmt: skip


def _google_keys(net: Net) -> tuple[dict[str, Any], dict[str, str]]:
    settings = {"api": net.base, "token_url": f"{net.base}/token", "client_id": "c"}
    return settings, {"client_secret": "s", "refresh": "r1"}


def _youtube(net: Net, at: int) -> Here:
    there = Channel(net, at)
    settings, secrets = _google_keys(net)

    def all_() -> list[dict[str, Any]]:
        return [one for thread in there.threads.values() for one in [thread["top"], *thread["all"]]]

    return Here(net, {**settings, "units": "10000"}, secrets,
                lambda text, name="anna", picture="": there.comment(text, by=f"UC{name}"),
                lambda: sum(one["snippet"]["authorChannelId"]["value"] == "UCus" for one in all_()),
                gone=lambda name: name not in [one["id"] for one in all_()])  # fmt: skip


def _google(net: Net, at: int) -> Here:
    there = Place(net, at)
    settings, secrets = _google_keys(net)
    return Here(net, {**settings, "location": PLACE}, secrets,
                lambda text, name="Jo", picture="": there.review(text, name=name),
                lambda: sum("reviewReply" in one for one in there.reviews.values()), writes="PUT",
                gone=lambda name: "reviewReply" not in there.reviews[name.removesuffix(":reply")])  # fmt: skip


def _meta(net: Net, at: int) -> tuple[Meta, Callable[..., None], dict[str, Any]]:
    there = Meta(net, at)

    def says(text: str, name: str = "Anna", picture: str = "") -> None:
        made = there.says(text, name=name)
        made |= {"attachment": {"media": {"image": {"src": picture}}}} if picture else {}
        there.show()

    usage = json.dumps({"10": [{"type": "pages", "estimated_time_to_regain_access": WAIT // 60}]})
    slow = Answer({"error": {"code": 4, "message": "limit"}}, 400, {"X-Business-Use-Case-Usage": usage})
    dead = Answer({"error": {"code": 190, "message": "The token has ended."}}, 400)

    def ours() -> int:
        return sum(one["from"]["id"] == "10" for said in there.comments.values() for one in said)

    def gone(name: str) -> bool:
        return name not in [one["id"] for said in there.comments.values() for one in said]

    return there, says, {"ours": ours, "slow": slow, "dead": dead, "gone": gone}


def _facebook(net: Net, at: int) -> Here:
    _, says, more = _meta(net, at)
    return Here(net, {"page": "10", "api": net.base}, SECRETS, says, pictures=True, **more)


def _instagram(net: Net, at: int) -> Here:
    _, says, more = _meta(net, at)
    return Here(net, {"ig": "20", "page": "10", "api": net.base}, SECRETS, says, **more)


def _x(net: Net, at: int) -> Here:
    there = XNet(net, at)
    settings = {"api": net.base, "token_url": f"{net.base}/oauth2/token", "client_id": "c", "cap": "10"}
    limit = {"x-rate-limit-reset": str(at // SECOND + WAIT), "Date": formatdate(at / SECOND, usegmt=True)}
    return Here(net, settings, {"client_secret": "s", "access": "ended", "until": "1", "refresh": "r1"},
                lambda text, name="", picture="": there.post("8", f"@northgate {text}"),
                lambda: sum(one["author_id"] == "1" for one in there.posts.values()), Answer("", 429, limit),
                state={"me": "1"}, gone=lambda name: name not in there.posts)  # fmt: skip


def _rss(net: Net, at: int) -> Here:
    said: list[str] = []

    def says(text: str, name: str = "Anna", picture: str = "") -> None:
        shown = f'<enclosure url="{escape(picture)}" type="image/jpeg" length="1"/>' if picture else ""
        clean = "".join(sign for sign in text if sign >= " " or sign in "\n\t")  # XML knows no others
        said.append(f"<item><guid>g{len(said)}</guid><title>{escape(name)}</title><author>{escape(name)}</author>"
                    f"<description>{escape(clean)}</description>{shown}</item>")  # fmt: skip

    net.on("GET", "/feed")(lambda asked: f'<rss version="2.0"><channel>{"".join(said)}</channel></rss>')
    return Here(net, {"url": f"{net.base}/feed", "about": "reviews"}, {}, says, dead=None, html=True, pictures=True)


KINDS: dict[str, Callable[[Net, int], Here]] = {
    "bluesky": _bluesky, "mastodon": _mastodon, "rss": _rss, "discourse": _discourse, "youtube": _youtube,
    "facebook": _facebook, "instagram": _instagram, "google": _google, "x": _x,
}  # fmt: skip
SPEAKING = [kind for kind in KINDS if kind != "rss"]
LOCKED = SPEAKING  # those with a key that can end


def is_about(wait_us: int) -> bool:
    """As long as `slow` asked for; a network that tells by its own clock lost some of it on the way."""
    return (WAIT - 20) * SECOND < wait_us <= (WAIT + 1) * SECOND


def stalled(net: Net, until: Callable[[], bool]) -> None:
    """From now on it takes every request and answers none, until then."""

    def answer(asked: Any) -> Answer:
        net.asked.append(asked)
        while not until():
            time.sleep(0.01)
        return Answer("", 503)

    net.answer = answer  # type: ignore[method-assign]
