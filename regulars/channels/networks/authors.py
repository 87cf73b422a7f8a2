"""Who speaks: kept as the network names them; a person only when they said so themselves or something proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from regulars.channels.networks import cleaning
from regulars.channels.networks.erased import refused_authors
from regulars.channels.networks.models import Author
from regulars.channels.networks.shape import Who
from regulars.channels.networks.signals import AuthorProved
from regulars.core import bulk, signals
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.people.identifiers import normal
from regulars.people.models import Erased, Identifier, Quarantine
from regulars.people.queries import person_id_of
from regulars.team.actions import audit

PROOFS = ("said", "email", "phone", "sign-in", "colleague")
UNDONE = "undone"  # somebody said that it is not them: no address proves it by itself again
COLUMNS = ("network", "external", "handle", "name", "url", "avatar", "followers", "bot", "proof", "proved_by",
           "first_us", "last_us")  # fmt: skip


def _latest(name: str, empty: str) -> str:
    """SQL: the newest value that says something."""
    old, new = f"channels_author.{name}", f"excluded.{name}"
    later = "excluded.last_us >= channels_author.last_us"
    return f"{name} = CASE WHEN {new} {empty} OR (NOT ({later}) AND NOT ({old} {empty})) THEN {old} ELSE {new} END"


_UPDATE = ", ".join(
    [
        *(_latest(name, "= ''") for name in ("handle", "name", "url", "avatar")),
        _latest("followers", "IS NULL"),
        "bot = CASE WHEN excluded.last_us >= channels_author.last_us THEN excluded.bot ELSE channels_author.bot END",
        "first_us = CASE WHEN excluded.first_us < channels_author.first_us THEN excluded.first_us"
        " ELSE channels_author.first_us END",
        "last_us = CASE WHEN excluded.last_us > channels_author.last_us THEN excluded.last_us"
        " ELSE channels_author.last_us END",
    ]
)


def taken_authors(*, network: str, who: Iterable[Who], at: int) -> dict[str, int | None]:
    """{external: author id; None for the erased}, in the caller's transaction; known ones are brought up to date."""
    seen = {cleaning.name_of(one.external, 300): one for one in who if one.external}
    if not seen:
        return {}
    rows = [_row(network, external, one, at) for external, one in sorted(seen.items())]
    bulk.insert(Author, COLUMNS, rows, conflict=f"(network, external) DO UPDATE SET {_UPDATE}")
    # asked after the writing: an erasure that commits meanwhile is seen, one that begins now waits for our rows
    refused = refused_authors(network, seen) | _refused_addresses(seen)
    Author.objects.filter(network=network, external__in=refused, node_id=None).delete()
    found = Author.objects.filter(network=network, external__in=list(seen))
    known = {external: (number, node, proof) for external, number, node, proof in found.values_list(
        "external", "id", "node_id", "proof")}  # fmt: skip
    open_ = {known[name][0]: one for name, one in seen.items() if name in known and known[name][1:] == (None, "")}
    _prove_by_address(open_, at)
    return {name: known[name][0] if name in known and name not in refused else None for name in seen}


def _row(network: str, external: str, one: Who, at: int) -> tuple:
    handle, name = cleaning.line(one.handle, cleaning.HANDLE), cleaning.line(one.name, cleaning.NAME)
    url, avatar = cleaning.link(one.url, 500), cleaning.link(one.avatar, 500)
    followers = one.followers if one.followers is None or one.followers >= 0 else None
    return (network, external, handle, name, url, avatar, followers, one.bot, "", "", at, at)


def _addresses(seen: Mapping[object, Who]) -> dict[object, list[tuple[str, str]]]:
    """The normalised addresses that the network vouches for."""
    country = Business.load().country if any(one.email or one.phone for one in seen.values()) else ""
    found: dict[object, list[tuple[str, str]]] = {}
    for name, one in seen.items():
        for type_, raw in (("email", one.email), ("phone", one.phone)):
            value = normal(type_, raw, country) if raw else None
            if value and not value.refused:
                found.setdefault(name, []).append((type_, value.value))
    return found


def _refused_addresses(seen: Mapping[str, Who]) -> set[str]:
    marks = {digest(*pair): name for name, pairs in _addresses(seen).items() for pair in pairs}
    return {marks[mark] for mark in Erased.objects.filter(digest__in=list(marks)).values_list("digest", flat=True)}


def _prove_by_address(seen: Mapping[int, Who], at: int) -> None:
    """An address that one person alone has proves who it is; nobody becomes a person by writing."""
    wanted = _addresses(seen)
    pairs = {pair for found in wanted.values() for pair in found}
    if not pairs:
        return
    nodes = _holders(pairs)
    for author, found in wanted.items():
        sole = next(((pair[0], nodes[pair]) for pair in found if pair in nodes), None)
        if sole:
            _prove([author], sole[1], sole[0], "system", at)


def _holders(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """A node of the one person who has an address; values that several share prove nothing."""
    rows = Identifier.objects.filter(value__in={value for _, value in pairs}, refused="")
    held = [(type_, value, node) for type_, value, node in rows.values_list("type", "value", "node_id")]
    shared = set(
        Quarantine.objects.filter(value__in={v for _, v in pairs}, released_us=None).values_list("type", "value")
    )
    person = person_id_of([node for _, _, node in held])
    people: dict[tuple[str, str], dict[int, int]] = {}
    for type_, value, node in held:
        if node in person:
            people.setdefault((type_, value), {}).setdefault(person[node], node)
    return {
        pair: next(iter(found.values()))
        for pair, found in people.items()
        if pair in pairs and pair not in shared and len(found) == 1
    }


def _prove(author_ids: Sequence[int], node_id: int, proof: str, by: str, at: int) -> None:
    Author.objects.filter(id__in=author_ids).update(node_id=node_id, proof=proof, proved_by=by, proved_us=at)
    for number in author_ids:
        signals.send(AuthorProved(number, node_id, at))


@transaction.atomic
def prove_author(*, author_id: int, node_id: int, proof: str, by: str, at: int) -> None:
    """This author is known to be this person. `proof`: said (they told us), email, phone, sign-in, colleague (who
    knows them). Undone by `forget_proof`. Raises Author.DoesNotExist, ValueError for another proof."""
    if proof not in PROOFS:
        raise ValueError(f"“{proof}” proves nothing: one of {', '.join(PROOFS)} does.")
    Author.objects.get(id=author_id)
    _prove([author_id], node_id, proof, by, at)
    audit(by=by, act="author.prove", object=f"author:{author_id}", details={"node": node_id, "proof": proof}, at=at)


def name_for_erasing(*, author_id: int, node_id: int) -> None:
    """Whose words go, in the transaction that erases this node; nobody is told who it was."""
    Author.objects.filter(id=author_id, node_id=None).update(node_id=node_id)


@transaction.atomic
def forget_proof(*, author_id: int, by: str, at: int) -> None:
    """This author is nobody's again, and no address that their network vouches for makes them somebody's by itself
    any more. Idempotent."""
    nobody = {"node_id": None, "proof": UNDONE, "proved_by": by, "proved_us": at}
    if Author.objects.filter(id=author_id).exclude(node_id=None).update(**nobody):
        signals.send(AuthorProved(author_id, None, at))
        audit(by=by, act="author.forget_proof", object=f"author:{author_id}", details={}, at=at)
