"""Checks of how a board runs: circles of pure nodes, references, what never runs."""

from collections.abc import Iterator

from msgspec import UNSET

from flowlike.board.checks.codes import finding
from flowlike.board.definition import Kind
from flowlike.board.findings import Finding
from flowlike.board.pins import split_endpoint
from flowlike.board.scene import FUNCTION_PIN, VARIABLE_PIN, Part, Scene, literal

GATHER = "control_gather"
_VARIABLE_KINDS = frozenset({Kind.VARIABLE_GET, Kind.VARIABLE_SET, Kind.VARIABLE_UPDATE})


def pure_cycles(scene: Scene) -> Iterator[Finding]:
    """Pure nodes that need their own results. One finding a circle, with the nodes in order."""
    feeds: dict[str, list[str]] = {}
    needs: dict[str, int] = dict.fromkeys(
        (node_id for node_id, part in scene.parts.items() if part.definition.pure), 0
    )
    for node_id in needs:
        for key in scene.parts[node_id].inputs:
            source = scene.wiring.source.get(f"{node_id}.{key}", "")
            source_id = split_endpoint(source)[0]
            if source_id in needs:
                feeds.setdefault(source_id, []).append(node_id)
                needs[node_id] += 1
    ready = [node_id for node_id, count in needs.items() if not count]
    while ready:
        node_id = ready.pop()
        del needs[node_id]
        for fed in feeds.get(node_id, ()):
            needs[fed] -= 1
            if not needs[fed]:
                ready.append(fed)
    # Each node left needs another that is left: walking upstream must come back to itself.
    seen: dict[str, int] = {}
    for walk, start in enumerate(sorted(needs)):
        path: list[str] = []
        each = start
        while each not in seen:
            seen[each] = walk
            path.append(each)
            each = _source_in(scene, each, needs)
        if seen[each] == walk:
            yield _cycle(scene, path[path.index(each) :][::-1])


def _source_in(scene: Scene, node_id: str, among: dict[str, int]) -> str:
    sources = (
        split_endpoint(scene.wiring.source.get(f"{node_id}.{key}", ""))[0]
        for key in scene.parts[node_id].inputs
    )
    return next(source for source in sources if source in among)


def _cycle(scene: Scene, circle: list[str]) -> Finding:
    start = circle.index(min(circle))
    ordered = [*circle[start:], *circle[:start]]
    names = [f"{scene.parts[each].title} ({each})" for each in (*ordered, ordered[0])]
    shown = names if len(names) <= 12 else [*names[:6], "…", *names[-5:]]
    return finding(
        "board.pure-cycle",
        f"These nodes need their own results: {' → '.join(shown)}.",
        "Break the circle; to keep a value from one round to the next, use a variable.",
        node=ordered[0],
    )


def references(scene: Scene) -> Iterator[Finding]:
    """Nodes that name a variable or a function which is not there or not meant for it."""
    for part in scene.parts.values():
        if part.definition.kind in _VARIABLE_KINDS:
            yield from _variable(scene, part)
        elif part.definition.kind is Kind.CALL_REFERENCE:
            yield from _function(scene, part)
        for name in part.node.functions:
            if not _is_start(scene, name):
                yield _bad_function(scene, part, name, "")


def _wired(scene: Scene, part: Part, key: str) -> bool:
    return f"{part.id}.{key}" in scene.wiring.source


def _variable(scene: Scene, part: Part) -> Iterator[Finding]:
    variables = scene.board.variables
    wired = _wired(scene, part, VARIABLE_PIN)
    name = _reference(part, VARIABLE_PIN)
    if name is UNSET and not wired:
        return  # told as a missing value
    if wired or not isinstance(name, str) or name not in variables:
        by_name = [each for each, variable in variables.items() if variable.name == name]
        near = f" The variable of that name has the id {by_name[0]!r}." if by_name else ""
        yield finding(
            "board.unknown-variable",
            "Which variable is meant cannot come over a wire."
            if wired
            else f"There is no variable {name!r:.80} in this board.",
            "Choose one of the board's variables on the node."
            + (near or scene.suggestion(str(name), variables)),
            node=part.id,
            pin=VARIABLE_PIN,
        )
    elif part.definition.kind is not Kind.VARIABLE_GET and not variables[name].editable:
        yield finding(
            "board.variable-not-editable",
            f"The variable {variables[name].name!r} is not editable, but this node writes it.",
            "Make the variable editable, or write another.",
            node=part.id,
            pin=VARIABLE_PIN,
        )


def _reference(part: Part, key: str) -> object:
    given = literal(part.node, key)
    pin = part.inputs.get(key)
    return pin.default if given is UNSET and pin is not None else given


def _function(scene: Scene, part: Part) -> Iterator[Finding]:
    name = _reference(part, FUNCTION_PIN)
    wired = _wired(scene, part, FUNCTION_PIN)
    if wired or (name is not UNSET and not _is_start(scene, name)):
        yield _bad_function(scene, part, name, FUNCTION_PIN)


def _is_start(scene: Scene, name: object) -> bool:
    target = scene.parts.get(name) if isinstance(name, str) else None
    return target is not None and target.definition.kind is Kind.START


def _bad_function(scene: Scene, part: Part, name: object, pin: str) -> Finding:
    starts = [each for each in scene.parts if _is_start(scene, each)]
    return finding(
        "board.bad-function-reference",
        f"{name!r:.80} is not a start node of this board.",
        "Refer to the id of an event node in this board." + scene.suggestion(str(name), starts),
        node=part.id,
        pin=pin,
    )


def gathers(scene: Scene) -> Iterator[Finding]:
    """Gather nodes that wait for an input nothing leads to."""
    for node_id, part in scene.parts.items():
        if part.definition.name != GATHER:
            continue
        for key, pin in part.inputs.items():
            if pin.is_execution and not _wired(scene, part, key):
                yield finding(
                    "board.gather-never-fires",
                    f"Nothing leads to {key!r}, so this node waits for ever.",
                    "Connect the input, or remove it.",
                    node=node_id,
                    pin=key,
                )


def unreachable(scene: Scene) -> Iterator[Finding]:
    """Nodes that no start node leads to."""
    starts = [each for each in scene.parts if _is_start(scene, each)]
    if not starts:
        if scene.board.nodes:
            yield finding(
                "board.no-start",
                "No event starts this board.",
                "Add an event node and connect it to what should run.",
            )
        return
    reached = reachable(scene, starts)
    for node_id in scene.parts:
        if node_id not in reached:
            yield finding(
                "board.unreachable-node",
                "No event leads to this node, so it never runs.",
                "Connect it, or remove it.",
                node=node_id,
            )


def reachable(scene: Scene, starts: list[str]) -> set[str]:
    """Ids of all nodes a run from one of ``starts`` may need: by control, data or reference."""
    seen = set(starts)
    waiting = list(starts)
    while waiting:
        node_id = waiting.pop()
        node = scene.board.nodes[node_id]
        part = scene.parts.get(node_id)
        found = list(node.functions)
        if part is None:
            ends = [
                e for key in node.outputs for e in scene.wiring.targets.get(f"{node_id}.{key}", ())
            ]
            found += [split_endpoint(end)[0] for end in ends]
        else:
            found += _neighbours(scene, part)
        for each in found:
            if each not in seen and each in scene.board.nodes:
                seen.add(each)
                waiting.append(each)
    return seen


def _takes_control(scene: Scene, node_id: str, key: str) -> bool:
    goal = scene.parts.get(node_id)
    pin = None if goal is None else goal.inputs.get(key)
    if goal is None or pin is None:
        return False
    return pin.is_execution or goal.definition.kind is Kind.REROUTE


def _neighbours(scene: Scene, part: Part) -> Iterator[str]:
    wiring = scene.wiring
    for key, pin in part.outputs.items():
        relay = part.definition.kind is Kind.REROUTE
        for end in wiring.targets.get(f"{part.id}.{key}", ()):
            target, target_key = split_endpoint(end)
            if pin.is_execution or (relay and _takes_control(scene, target, target_key)):
                yield target
    for key, pin in part.inputs.items():
        if not pin.is_execution:
            yield split_endpoint(wiring.source.get(f"{part.id}.{key}", ""))[0]
    name = literal(part.node, FUNCTION_PIN)
    if part.definition.kind is Kind.CALL_REFERENCE and isinstance(name, str):
        yield name
