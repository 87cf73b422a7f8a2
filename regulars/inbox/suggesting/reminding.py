"""Who stands for a statement that is about to expire gets a task: does it still hold?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.content.factbase.models import Statement, StatementVersion
from regulars.content.signals import StatementsEnding
from regulars.core.signals import on
from regulars.inbox.actions.opening import NewCase, open_cases


@on(StatementsEnding)
def statements_ending(ending: StatementsEnding) -> None:
    """One task per statement and end, due when it ends; the same end again opens no second one."""
    numbers = [statement for statement, _owner in ending.statements]
    found = Statement.objects.in_bulk(numbers)
    rows = StatementVersion.objects.filter(statement_id__in=numbers)
    said = {row.statement_id: row for row in rows if row.number == found[row.statement_id].version}
    items = [_task(found[one], said[one], owner) for one, owner in ending.statements if one in said]
    open_cases(items=items, at=ending.at)


def _task(one: Statement, said: StatementVersion, owner: str) -> NewCase:
    return NewCase(
        origin=f"content:statement:{one.id}:{one.expires_us}",
        kind="task",
        title=_("Does this still hold? “%s”") % (said.title or said.text)[:150],
        node_id=None,
        body=_(
            "It stops counting when it expires. Under Facts write its next version with a later end, or take it out."
        ),
        owner=owner,
        due_us=one.expires_us,
    )
