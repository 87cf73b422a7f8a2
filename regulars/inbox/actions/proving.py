"""Who an author is: only by what they say or what proves it, never by guesswork; and it can be undone.

A proven author has a node of their own, named by network and account. An address they proved joins that node to
whoever has it, by the rules of the house; a colleague who knows them joins it by a word, with the evidence kept.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.channels.networks import authors
from regulars.channels.networks.models import Author
from regulars.events.actions import create_source
from regulars.events.models import Source
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Proof
from regulars.people.actions import Sighting, merge_people, record_sightings, separate, undo_link
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.deciding import CannotDo as CannotJoin
from regulars.people.models import Person
from regulars.people.queries import nodes_of, person_id_of, resolve

SOURCE, NAMESPACE = "Conversations", "conversations"
LEAST_EVIDENCE = 5


@in_one_transaction
def prove_author(
    *, author_id: int, proof: str, by: str, at: int, person_id: int | None = None, email: str = "", phone: str = "",
    user_id: str = "", evidence: str = "",
) -> Proof:  # fmt: skip
    """This author is that person. `proof` and what goes with it: email or phone (confirmed, or of a mail whose
    signature held), sign-in (`user_id` of the shop), said or colleague (`person_id`, `evidence` in a sentence).

    Proven the same way again, it is the same proof. Raises CannotDo for somebody who is proven to be another, and
    without evidence.
    """
    author = Author.objects.select_for_update().filter(id=author_id).first()
    if author is None or author.external.startswith("erased:"):
        raise CannotDo(_("There is no such author any more."))
    told = proof in ("said", "colleague")
    if told and (person_id is None or len(evidence.strip()) < LEAST_EVIDENCE):
        raise CannotDo(_("Say who it is, and in a sentence how you know."))
    if not told and not (email or phone or user_id):
        raise CannotDo(_("Without an address or a sign-in nothing is proven."))
    known = Proof.objects.filter(author_id=author.id, undone_us=None).first()
    if known and (told or known.proof in ("said", "colleague")) and not _is(known, person_id):
        raise CannotDo(_("This author is taken for somebody else already. Undo that first."))
    node = own_node(author, email=email, phone=phone, user_id=user_id, at=at)
    if known:
        return known
    link = _joined(node, person_id, proof, evidence, by, at) if told else None
    found = Proof.objects.create(
        author_id=author.id, node_id=node, link_id=link, proof=proof, evidence=evidence.strip()[:500], by=by, at=at
    )
    authors.prove_author(author_id=author.id, node_id=node, proof=proof, by=by, at=at)
    return found


def _is(known: Proof, person_id: int | None) -> bool:
    """Whether it is proven already that they are this person."""
    try:
        return person_id is not None and person_id_of([known.node_id]).get(known.node_id) == resolve(person_id)
    except Person.DoesNotExist:
        return False


def own_node(author: Author, *, email: str = "", phone: str = "", user_id: str = "", at: int) -> int:
    """The author's own node, with what was proven of it. Raises CannotDo for the erased."""
    addresses = tuple((type_, value) for type_, value in (("email", email), ("phone", phone)) if value)
    keys = (("record", author.external[:200]), *((("user", user_id),) if user_id else ()))
    sighting = Sighting(author.network, keys, addresses, {}, (), at)  # names on networks are no names of people
    node = record_sightings(sightings=[sighting], source_id=source_id(at), at=at)[0]
    if node is None:
        raise CannotDo(_("This person was erased and is not to come back."))
    return node


def _joined(node: int, person_id: int | None, proof: str, evidence: str, by: str, at: int) -> int | None:
    """The link a colleague's word makes; None when the node belongs to that person already."""
    try:
        person = resolve(person_id or 0)
        own = person_id_of([node])[node]
        if own == person:
            return None
        return merge_people(a=own, b=person, by=by, at=at, evidence={"proof": proof, "why": evidence[:500]}).id
    except (Person.DoesNotExist, CannotJoin) as refusal:
        raise CannotDo(str(refusal)) from None


@in_one_transaction
def undo_proof(*, proof_id: int, by: str, at: int) -> None:
    """It was a mistake: the author is nobody's again, and with their node goes all that was told of them to the event
    log. The link that a word had made is undone; from whom an address or a sign-in had joined, they are separated.
    Idempotent."""
    found = Proof.objects.select_for_update().filter(id=proof_id).first()
    if found is None:
        raise CannotDo(_("There is no such proof."))
    if found.undone_us is not None:
        return
    Proof.objects.filter(id=found.id).update(undone_us=at, undone_by=by)
    authors.forget_proof(author_id=found.author_id, by=by, at=at)
    if found.link_id is not None:
        undo_link(link_id=found.link_id, by=by, at=at)
    elif other := _joined_to(found.node_id):
        separate(a=found.node_id, b=other, by=by, at=at)


@in_one_transaction
def undo_address(*, author_id: int, by: str, at: int) -> None:
    """The address that a network vouches for does not make them this person (families share one): the author is
    nobody's, and no such address joins them again. What the event log heard stays. Idempotent. Raises CannotDo
    where somebody's word or a sign-in has proven it: that is undone by its number."""
    if Proof.objects.filter(author_id=author_id, undone_us=None).exists():
        raise CannotDo(_("This was proven by somebody meanwhile. Look again."))
    authors.forget_proof(author_id=author_id, by=by, at=at)


def _joined_to(node_id: int) -> int | None:
    """Another node of the person this one belongs to by the rules of the house; None while it stands alone."""
    person = person_id_of([node_id]).get(node_id)
    nodes = nodes_of([person]).get(person, []) if person else []
    return next((one for one in sorted(nodes) if one != node_id), None)


def source_id(at: int) -> int:
    """The source of what conversations tell the event log and the truth about people; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE, kind="internal").values_list("id", flat=True).first()
    return found or create_source(name=SOURCE, kind="internal", namespace=NAMESPACE, by="system", at=at).id
