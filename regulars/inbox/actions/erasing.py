"""Erasing somebody who is nobody's person yet: a visitor or a stranger, by the conversation they began.

For one transaction they become a person of their own and are erased as every person is, so that every promise of
erasing holds for them: all rooms, files and copies, and a keyed hash that keeps them from coming back.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.channels.networks import authors
from regulars.channels.networks.models import Author
from regulars.inbox.actions.proving import own_node
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case
from regulars.people.actions import ErasureReport, erase_person
from regulars.people.actions.again import in_one_transaction
from regulars.people.queries import nodes_of, person_id_of
from regulars.team.actions import audit

REASONS = {
    "asked": gettext_lazy("They asked to be erased"),
    "guardian": gettext_lazy("Whoever speaks for them asked for it"),
    "law": gettext_lazy("An authority or a court asked for it"),
}


@in_one_transaction
def erase_author(*, case_id: int, reason: str, by: str, at: int) -> ErasureReport:
    """Everything of whoever began this conversation goes, in all of their conversations; for ever, and audited.

    Raises CannotDo for another reason, and where a person is known: then the person is what is to be erased.
    """
    if reason not in REASONS:
        raise CannotDo(_("Nobody is erased but for a reason: %s.") % ", ".join(str(one) for one in REASONS.values()))
    author = _author(case_id)
    node = own_node(author, at=at)
    person = person_id_of([node])[node]
    if author.node_id is not None or nodes_of([person])[person] != [node]:
        raise CannotDo(_("It is known who this is. Erase the person on their own page: it takes all of this along."))
    authors.name_for_erasing(author_id=author.id, node_id=node)
    report = erase_person(person_id=person, by=by, at=at)
    details = {"reason": reason, "person": person, "rows": report.rows}
    audit(by=by, act="conversation.erase", object=f"case:{case_id}", details=details, at=at)
    return report


def _author(case_id: int) -> Author:
    """Who began it, held until we commit."""
    number = Case.objects.filter(id=case_id).values_list("author_id", flat=True).first()
    author = Author.objects.select_for_update().filter(id=number).first() if number else None
    if author is None or author.external.startswith("erased:"):
        raise CannotDo(_("Nobody who could be erased began this conversation."))
    return author
