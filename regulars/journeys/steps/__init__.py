"""What can stand in a journey, one file of equal shape per kind of step: adding one is copying a neighbour.

Each file has LABEL and SAYS (for people), a struct, and
    parse(raw, path, reader) -> the struct           raises TreeError
    decide(step, batch) -> {run id: Move}            reads only; set-based; for all runs of the batch
    act(step, batch) -> None                         optional: what it does, in the transaction in which these runs
                                                     pass it (held-out people are left out)
"""

from __future__ import annotations

from types import ModuleType

from regulars.journeys.steps import (
    ask,
    branch,
    exit,
    fact,
    goal,
    list,
    points,
    random,
    send,
    survey,
    wait,
    wait_event,
    wait_until,
    webhook,
)

KINDS: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        send,
        wait,
        wait_until,
        wait_event,
        branch,
        random,
        fact,
        list,
        points,
        webhook,
        ask,
        survey,
        goal,
        exit,
    )
}
