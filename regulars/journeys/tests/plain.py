"""What journeys mean, written a second time and plainly: one run, one moment, lists and loops.

It shares nothing with the engine but the parsed trees, the keyed chance and who is who.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from regulars.journeys.tree import Tree, route, walk

HOUR = 3_600_000_000


@dataclass
class Happened:
    """One event."""

    id: int
    node: int
    name: str
    ts: int


@dataclass
class PlainRun:
    """One run; `passed` is step -> way, in order."""

    node: int
    occasion: str
    version: int
    entered: int
    step: str
    arrived: int
    outcome: str = ""
    into: PlainRun | None = None
    passed: dict[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> tuple:
        return (self.node, self.occasion, self.version, self.step, self.arrived, self.outcome, tuple(self.passed))


@dataclass
class Plain:
    """One journey, all its versions and runs."""

    id: int
    live_us: int
    again_us: int | None
    fresh_us: int
    start: str
    trees: list[Tree] = field(default_factory=list)
    runs: list[PlainRun] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    person_of: dict[int, int] = field(default_factory=dict)
    paused: bool = False

    def of(self, person: int) -> list[PlainRun]:
        return [run for run in self.runs if self.person_of[run.node] == person]

    def hear(self, event: Happened, at: int) -> None:
        """Somebody may enter."""
        self.events.append(event)
        if event.name != self.start or event.ts < max(self.live_us, at - self.fresh_us):
            return
        theirs, began = self.of(self.person_of[event.node]), min(event.ts, at)
        if any(not run.outcome for run in theirs):
            return
        last = max((run.entered for run in theirs), default=None)
        if last is None or (self.again_us is not None and began >= last + self.again_us):
            first = self.trees[-1].steps[0].id
            self.runs.append(PlainRun(event.node, f"e:{event.id}", len(self.trees), began, first, began))

    def publish(self, tree: Tree, moves: dict[str, str], at: int) -> None:
        """Whoever stands at a step that is named is moved."""
        self.trees.append(tree)
        for run in (r for r in self.runs if not r.outcome):
            new = moves.get(run.step, "keep")
            if new == "exit":
                run.outcome = "exited"
            elif new != "keep":
                run.arrived = run.arrived if new == run.step else at
                run.version, run.step = len(self.trees), new

    def regroup(self, person_of: dict[int, int]) -> None:
        """People were merged or separated."""
        changed = {p for n, p in person_of.items() if self.person_of.get(n, p) != p}
        changed |= {p for n, p in self.person_of.items() if person_of.get(n, p) != p}
        self.person_of = person_of
        for person in sorted(set(person_of.values())):
            if person in changed:
                self._regroup(person)

    def _regroup(self, person: int) -> None:
        on = [r for r in self.of(person) if not r.outcome or (r.outcome == "merged" and self._apart(r))]
        if not on:
            return
        first = min(on, key=lambda run: (run.entered, self.runs.index(run)))
        for run in on:
            run.outcome, run.into = ("", None) if run is first else ("merged", first)

    def _apart(self, run: PlainRun) -> bool:
        return run.into is None or self.person_of[run.into.node] != self.person_of[run.node]

    def live(self, at: int) -> None:
        """Everything moves that can move at this moment."""
        for run in self.runs if not self.paused else ():
            while not run.outcome and self._one(run, at):
                pass

    def did(self, run: PlainRun, name: str, lo: int, hi: int) -> list[int]:
        """When the person of a run did something, from lo to hi."""
        mine = [e for e in self.events if self.person_of[e.node] == self.person_of[run.node] and e.name == name]
        return sorted(e.ts for e in mine if lo <= e.ts <= hi)

    def _one(self, run: PlainRun, at: int) -> bool:
        tree = self.trees[run.version - 1]
        if tree.goal and self.did(run, tree.goal.event, run.entered, at):
            run.outcome = "goal"
            return False
        step = next(step for step, _ in walk(tree.steps) if step.id == run.step)
        if step.id in run.passed:
            return self._go(run, tree, run.passed[step.id], run.arrived)
        gone = self._decide(run, step, at)
        if gone is None:
            return False
        run.passed[step.id] = gone[0]
        return self._go(run, tree, *gone)

    def _decide(self, run: PlainRun, step, at: int) -> tuple[str, int] | None:
        match step.kind:
            case "wait":
                return ("", run.arrived + step.us) if run.arrived + step.us <= at else None
            case "wait_event":
                deadline = run.arrived + step.us
                if times := self.did(run, step.event, run.arrived, min(deadline, at)):
                    return "yes", times[0]
                return ("no", deadline) if deadline <= at else None
            case "random":
                return step.way_of(self.id, run.node), run.arrived
            case "ask":
                return "", at
        return "", run.arrived

    def _go(self, run: PlainRun, tree: Tree, way: str, time: int) -> bool:
        run.arrived = max(run.arrived, time)
        then = route(tree).follow(run.step, way)
        if not then:
            run.outcome = "done"
        run.step = then or run.step
        return bool(then)
