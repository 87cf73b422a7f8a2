"""Visitors write to us by a form or a box, and read our answers there.

A conversation belongs to one browser, by a secret of which only the hash is kept. An address somebody typed is not
theirs until they follow the link that is sent to it; only then answers go there, and only then it says who they are.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from regulars.channels.actions import CannotSend, send_transactional
from regulars.channels.networks.models import Account, Author, Item
from regulars.channels.networks.reading import hear
from regulars.channels.networks.shape import Heard, Seen, Who
from regulars.core.clock import DAY, MINUTE
from regulars.core.crypto import decrypt, digest, encrypt
from regulars.core.models import Business
from regulars.inbox.actions import CannotDo, prove_author
from regulars.people.identifiers import normal
from regulars.people.queries import person_id_of
from regulars.portal import tokens
from regulars.portal.letters import ANSWER, TALK, template_of
from regulars.portal.models import Talk
from regulars.portal.personal import NOBODY

LONGEST = 4000
KEPT_US = 90 * DAY
CONFIRM_US = 7 * DAY
QUIET_US = 2 * MINUTE  # so long an answer waits to be seen on the page before it is mailed
KINDS = {"form": "form", "box": "chat"}


class CannotWrite(ValueError):
    """The message cannot be taken as it is; `.field` is the line to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Words:
    """What somebody wrote. `once`: a secret of the page it was written on, so that sending it twice is once."""

    text: str
    once: str
    name: str = ""
    email: str = ""
    subject: str = ""
    language: str = ""
    page: str = ""


def secret_of(once: str) -> str:
    """The secret of a conversation that begins on a page: nobody can make one who was not given the page."""
    return digest("talk", once)


@transaction.atomic
def write(*, account_id: int, secret: str, words: Words, at: int) -> tuple[Talk, str]:
    """Keep what was written: in the conversation of `secret`, else a new one. Returns it with its secret.

    Idempotent by `words.once`. Raises CannotWrite with a sentence for the visitor.
    """
    account = Account.objects.get(id=account_id, archived_us=None)
    text = words.text.replace("\r\n", "\n").strip()
    if not text:
        raise CannotWrite("text", _("Please write your message."))
    if len(text) > LONGEST:
        raise CannotWrite("text", _("Your message is too long. Please shorten it."))
    email = _address(words.email)
    talk, secret = _talk(account, secret, words, at)
    _hear(account, talk, text, words, email, at)
    Talk.objects.filter(id=talk.id).update(last_us=at, seen_us=at)
    if email and not talk.confirmed_us:
        _ask(talk, email, words.language, at)
    return talk, secret


def _address(typed: str) -> str:
    if not typed.strip():
        return ""
    found = normal("email", typed, Business.load().country)
    if found is None or found.refused:
        raise CannotWrite("email", _("This is not an e-mail address we can write to. Please check it."))
    return found.value


def talk_of(*, account_id: int, secret: str) -> Talk | None:
    """The conversation of a secret; None when there is none on this account."""
    return Talk.objects.filter(account_id=account_id, digest=tokens.digest_of(secret)).first() if secret else None


def _talk(account: Account, secret: str, words: Words, at: int) -> tuple[Talk, str]:
    known = talk_of(account_id=account.id, secret=secret)
    if known:
        return known, secret
    secret = secret_of(words.once)
    kept = tokens.digest_of(secret)
    about = {"account_id": account.id, "thread": f"talk:{kept[:40]}", "language": words.language, "begun_us": at}
    return Talk.objects.get_or_create(digest=kept, defaults=about | {"last_us": at})[0], secret


def _hear(account: Account, talk: Talk, text: str, words: Words, email: str, at: int) -> None:
    name = " ".join(words.name.split())[:80]
    facts = {"email_typed": email, "page": words.page[:300], "confirmed": bool(talk.confirmed_us)}
    item = Seen(
        external=f"{talk.thread}/{sha256(words.once.encode()).hexdigest()[:24]}", kind=KINDS[account.kind], at=at,
        who=Who(external=talk.thread, name=name or _visitor(talk)), text=text, public=False, to_us=True,
        thread=talk.thread, title=" ".join(words.subject.split())[:120], language=words.language[:2],
        facts={key: value for key, value in facts.items() if value},
    )  # fmt: skip
    hear(account_id=account.id, heard=Heard((item,)), at=at)


def _visitor(talk: Talk) -> str:
    """A name for somebody who gave none; a given one stays."""
    known = Author.objects.filter(external=talk.thread).values_list("name", flat=True).first()
    return known or f"Visitor {talk.thread[5:9]}"


def _ask(talk: Talk, email: str, language: str, at: int) -> None:
    """Send the link that confirms the address, at most once a minute, and not again to the same address for a day."""
    mark = digest("email", email)
    wait = DAY if talk.address == mark else MINUTE
    if talk.asked_us and at - talk.asked_us < wait:
        return
    token, kept = tokens.fresh()
    with suppress(CannotSend):  # an address nothing may be sent to: they still see the answer on the page
        send_transactional(
            kind="confirm-talk",
            template_id=template_of(TALK, at=at),
            key=f"talk:{talk.id}:{at}",
            person_id=-(NOBODY + talk.id),
            address=email,
            context={"confirm_url": f"{settings.PUBLIC_URL}/talk/confirm/{token}"},
            language=language,
            at=at,
        )
    Talk.objects.filter(id=talk.id).update(confirm=kept, address=mark, said=encrypt(email), asked_us=at)


@transaction.atomic
def confirm_talk(*, token: str, at: int) -> Talk | None:
    """The address is theirs: answers go there, and the author is who has it. None: unknown, used or old link."""
    talk = Talk.objects.select_for_update().filter(confirm=tokens.digest_of(token)).first()
    if talk is None or not talk.said or (talk.asked_us or 0) + CONFIRM_US < at:
        return None
    author = Author.objects.filter(external=talk.thread, network__in=KINDS).first()
    node = _proven(author, decrypt(talk.said), at) if author else None
    talk.confirmed_us, talk.confirm, talk.node_id = at, "", node
    talk.save(update_fields=["confirmed_us", "confirm", "node_id"])
    return talk


def _proven(author: Author, email: str, at: int) -> int | None:
    """Who the address belongs to. It agrees to nothing: whoever wants to hear from us says so elsewhere."""
    try:
        with transaction.atomic():
            return prove_author(author_id=author.id, proof="email", email=email, by="portal", at=at).node_id
    except CannotDo:  # erased, or taken for somebody else by a colleague: they still get their answer
        return None


def look(*, talk_id: int, at: int) -> None:
    """The visitor looks at the page."""
    stale = Q(seen_us__lt=F("answered_us")) | Q(seen_us__lt=at - MINUTE)  # an open page asks every few seconds
    Talk.objects.filter(stale, id=talk_id, seen_us__lt=at).update(seen_us=at)


def mail_answers(*, at: int) -> int:
    """Mail what was answered and not seen for two minutes, to those who confirmed an address; how many mails.

    Idempotent: an answer is in one mail.
    """
    due = Talk.objects.filter(
        confirmed_us__isnull=False, answered_us__gt=F("seen_us"), answered_us__lte=at - QUIET_US
    ).filter(answered_us__gt=F("mailed_us"))
    talks = list(due.order_by("answered_us")[:200])
    nodes = [talk.node_id for talk in talks if talk.node_id]
    people = person_id_of(nodes) if nodes else {}
    for talk in talks:
        _mail(talk, people.get(talk.node_id or 0), at)
    return len(talks)


def _mail(talk: Talk, person: int | None, at: int) -> None:
    said = Item.objects.filter(
        account_id=talk.account_id, thread=talk.thread, ours=True, deleted_us=None,
        at__gt=max(talk.seen_us, talk.mailed_us),
    )  # fmt: skip
    words = "\n\n".join(said.order_by("at", "id").values_list("text", flat=True)[:20])
    account = Account.objects.get(id=talk.account_id)
    place = "chat" if account.kind == "box" else "contact"
    with transaction.atomic():
        if words and talk.said:
            with suppress(CannotSend):
                send_transactional(
                    kind="answer", template_id=template_of(ANSWER, at=at), key=f"talk:{talk.id}:{talk.answered_us}",
                    person_id=person or -(NOBODY + talk.id), address=decrypt(talk.said), at=at,
                    language=talk.language,
                    context={"answer": words, "talk_url": f"{settings.PUBLIC_URL}/{place}/{account.external}"},
                )  # fmt: skip
        Talk.objects.filter(id=talk.id).update(mailed_us=talk.answered_us)
