"""An open mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from regulars.channels.imap import HEAD, Box, Unreadable
from regulars.channels.mail.compose import Letter
from regulars.channels.models import Mailbox
from regulars.channels.networks.dig import whole
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Expired, Heard, Login, Said, Saying, Seen, Unreachable, Who
from regulars.channels.providers import Way
from regulars.channels.providers.mailbox.reading import seen
from regulars.channels.providers.mailbox.writing import letter, name_of
from regulars.channels.providers.smtp import SmtpCarrier, options_of, probe
from regulars.core.clock import SECOND, from_us
from regulars.core.crypto import encrypt

WHOLE = 10_000_000  # bytes of a mail that is read whole
MOST = 100  # mails of one reading
FIRST_DAYS = 3
STATES = {"handed_off": "handed_off", "failed": "failed", "unknown": "unknown", "retry": "retry"}


class MailLine(Plain):
    """Mail of strangers and, from the folder of sent mail, what colleagues answered from elsewhere."""

    def __init__(self, login: Login) -> None:
        super().__init__(login)
        self.address = str(login.settings.get("address", "")).strip().lower()
        self.sent = str(login.settings.get("sent") or "").strip()

    def me(self) -> Who:
        if "@" not in self.address:
            raise Expired("Write the address of the mailbox, for example help@shop.example.com.")
        self._open(self.login.settings.get("folder") or "INBOX", lambda box: None)
        if self.login.settings.get("smtp_host") and not (found := probe(self._way())).good:
            raise Unreachable(found.sentence)
        return Who(self.address, self.address, str(self.login.settings.get("name") or self.address))

    def read(self, cursor: Mapping[str, Any], *, at: int) -> Heard:
        folders = {"in": str(self.login.settings.get("folder") or "INBOX")} | (
            {"sent": self.sent} if self.sent else {}
        )
        kept, items, more = dict(cursor), [], False
        for name, folder in folders.items():
            try:
                found, kept[name], further = self._folder(folder, cursor.get(name, {}), at)
            except Unreachable:
                if name == "in":
                    raise
                continue  # there is no such folder yet: it comes with the first answer
            items += found if name == "in" else [one for one in found if one.ours]
            more = more or further
        return Heard(tuple(items), kept, more)

    def say(self, saying: Saying) -> Said:
        if not self.login.settings.get("smtp_host"):
            return Said("failed", reply="This mailbox is only read: give it an SMTP server to answer with.")
        to = str(saying.facts.get("reply_to") or saying.to).strip()
        if "@" not in to:
            return Said("failed", reply="There is no address to answer to.")
        raw, carrier = letter(saying, self.login.settings), SmtpCarrier(options_of(self._way()))
        try:
            outcome = carrier.relay([Letter(0, self.address, to, raw, not to.isascii())])[0]
        except ValueError as problem:
            return Said("failed", reply=str(problem))
        finally:
            carrier.close()
        if outcome.state == "handed_off":
            self._keep(raw)
        wait = max(outcome.wait_us, 30 * SECOND if outcome.blame == "server" else 0)
        state = STATES.get(outcome.state, "unknown")
        external = name_of(saying, self.address) if state == "handed_off" else ""
        return Said(state, external, code=outcome.code, reply=outcome.reply[:300], wait_us=wait)

    def find(self, saying: Saying) -> Said | None:
        """It is there when it stands in the folder of sent mail; else nobody but its receiver can tell."""
        name = name_of(saying, self.address)
        if self.sent and self._open(self.sent, lambda box: box.holds(f"<{name}>")):
            return Said("handed_off", name)
        return Said("unknown", reply="Only the receiver's mail server can tell whether it arrived.")

    def _folder(self, folder: str, place: Mapping[str, Any], at: int) -> tuple[list[Seen], dict[str, Any], bool]:
        def look(box: Box) -> tuple[list[Seen], dict[str, Any], bool]:
            known = whole(place, "uid") if place.get("validity") == box.validity else None
            last = known if known is not None else box.before(from_us(at).date() - timedelta(days=FIRST_DAYS))
            items: list[Seen] = []
            count = 0
            for batch in box.since(last):
                for uid, head in batch:
                    raw = box.whole(uid) if len(head) >= HEAD and 0 < box.size(uid) <= WHOLE else head
                    one = seen(
                        raw, ours={self.address}, authserv=str(self.login.settings.get("authserv") or ""), at=at
                    )
                    items += [one] if one else []
                    last, count = uid, count + 1
                if count >= MOST:
                    return items, {"validity": box.validity, "uid": last}, True
            return items, {"validity": box.validity, "uid": last}, False

        return self._open(folder, look)

    def _keep(self, raw: bytes) -> None:
        """Among the sent ones, so that the team finds it there; that it went out does not depend on it."""
        if not self.sent or str(self.login.settings.get("save", "true")).lower() in ("false", "0", "off", "no"):
            return
        try:
            self._open(self.sent, lambda box: box.put(raw), writes=True)
        except Unreachable:
            return

    def _open(self, folder: str, look: Any, *, writes: bool = False) -> Any:
        """What `look` finds in a folder. Raises Expired when the server does not let us in, else Unreachable."""
        box = self._mailbox(folder)
        box.clear = writes
        try:
            with Box(box) as opened:
                return look(opened)
        except Unreadable as problem:
            words = str(problem).casefold()
            if any(
                one in words
                for one in ("authenticationfailed", "authentication failed", "login failed", "invalid_grant")
            ):
                raise Expired(str(problem)) from None
            raise Unreachable(str(problem)) from None

    def _mailbox(self, folder: str) -> Mailbox:
        said, secrets = self.login.settings, self.login.secrets
        oauth = {}
        if said.get("token_url"):
            oauth = {"url": said["token_url"], "client": said.get("client_id", ""), "scope": said.get("scope") or "",
                     "secret": encrypt(secrets.get("client_secret", ""))}  # fmt: skip
        key = secrets.get("refresh_token" if oauth else "password", "")
        return Mailbox(
            host=said.get("host", ""), port=whole(said, "port") or 993, tls=said.get("tls") or "implicit",
            username=said.get("username", ""), password=encrypt(key), oauth=oauth, folder=folder.replace('"', ""),
        )  # fmt: skip

    def _way(self) -> Way:
        said = self.login.settings
        same = {name: said.get(name) for name in ("username", "token_url", "client_id", "scope")}
        sending = {"host": said.get("smtp_host"), "port": said.get("smtp_port"), "tls": said.get("smtp_tls")}
        return Way(0, "smtp", {**same, **sending, "connections": 1, "timeout": 30}, dict(self.login.secrets))
