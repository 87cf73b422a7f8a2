"""Whoever was written to looks different to segments: told a minute later, in their own time, beside the sending."""

from __future__ import annotations

from django.db import transaction

from regulars.channels.models import Contact
from regulars.core.clock import MINUTE
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Reader
from regulars.people.actions import touch
from regulars.people.queries import person_id_of

declare("contacts.told")
LATER = MINUTE  # by then every transaction that could hold a smaller number has ended
MOST = 2000


def tell_contacts(at: int) -> bool:
    """Touch the people of the next contacts; says whether there were any."""
    with exclusive("contacts") as mine:
        if not mine:
            return False
        with transaction.atomic():
            reader = Reader("contacts")
            rows = Contact.objects.filter(id__gt=reader.position()[1], at__lte=at - LATER).order_by("id")
            found = list(rows.values_list("id", "node_id")[:MOST])
            if found:
                people = person_id_of(list({node for _, node in found}))
                touch(person_ids=sorted(set(people.values())), cause="derived", at=at)
                reader.move((0, found[-1][0]))
        failpoint("contacts.told")
    return len(found) == MOST
