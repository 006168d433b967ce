"""Checks of wires: that they lead from an output to an input that exists and fits."""

from collections import deque
from collections.abc import Iterator

from flowlike.board.checks.codes import finding
from flowlike.board.definition import DataType, Kind
from flowlike.board.findings import Finding
from flowlike.board.pins import PinTable, layer_pins, split_endpoint
from flowlike.board.scene import VARIABLE_PIN, Part, Scene, literal
from flowlike.board.types import Refused
from flowlike.board.unify import Resolved

LOG = "log"


def ends(scene: Scene) -> Iterator[Finding]:
    """Wires as they stand in the document: both ends must exist and be of the right side."""
    board = scene.board
    layer_tables = {layer_id: layer_pins(layer) for layer_id, layer in board.layers.items()}
    for node_id in board.nodes:
        part = scene.parts.get(node_id)
        for key, output in board.nodes[node_id].outputs.items():
            if part is not None and key not in part.outputs:
                yield _no_output(scene, node_id, key, part.inputs, part.outputs)
            for end in output.to:
                yield from _end(scene, layer_tables, node_id, key, end)
    for layer_id, layer in board.layers.items():
        inward, outward = layer_tables[layer_id]
        for key, output in layer.outputs.items():
            if key not in inward and key not in outward:
                yield _no_output(scene, layer_id, key, {}, inward | outward)
            for end in output.to:
                yield from _end(scene, layer_tables, layer_id, key, end)


def _no_output(scene: Scene, entity: str, key: str, inputs: PinTable, outputs: PinTable) -> Finding:
    if key in inputs:
        return finding(
            "board.wire-direction",
            f"{key!r} is an input; wires leave from outputs.",
            "Draw the wire from the other end.",
            node=entity,
            pin=key,
        )
    return finding(
        "board.unknown-pin",
        f"There is no output {key!r}.",
        "Remove the pin and its wires." + scene.suggestion(key, outputs),
        node=entity,
        pin=key,
    )


def _end(
    scene: Scene,
    layer_tables: dict[str, tuple[PinTable, PinTable]],
    entity: str,
    key: str,
    end: str,
) -> Iterator[Finding]:
    target, pin = split_endpoint(end)
    if target in scene.board.nodes:
        part = scene.parts.get(target)
        if part is None or pin in part.inputs:
            return
        if pin in part.outputs:
            yield finding(
                "board.wire-direction",
                f"The wire leads to {end!r}, which is an output.",
                "Let it lead to an input.",
                node=entity,
                pin=key,
            )
            return
        known = list(part.inputs)
    elif target in layer_tables:
        inward, outward = layer_tables[target]
        if pin in inward or pin in outward:
            return
        known = [*inward, *outward]
    else:
        near = scene.suggestion(target, (*scene.board.nodes, *layer_tables))
        yield finding(
            "board.dangling-wire",
            f"The wire leads to {end!r}, but there is no {target!r} in this board.",
            "Remove the wire, or let it lead to a node that exists." + near,
            node=entity,
            pin=key,
        )
        return
    yield finding(
        "board.unknown-pin",
        f"The wire leads to {end!r}, but {target!r} has no such input.",
        "Remove the wire, or let it lead to a pin that exists." + scene.suggestion(pin, known),
        node=entity,
        pin=key,
    )


def fits(scene: Scene, resolved: Resolved) -> Iterator[Finding]:
    """Wires between nodes, relays walked through: types must fit, data has one source."""
    for output, targets in scene.wiring.targets.items():
        source, key = split_endpoint(output)
        part = scene.parts.get(source)
        if part is None or key not in part.outputs:
            continue
        control = part.outputs[key].is_execution
        for target in targets:
            node, pin = split_endpoint(target)
            goal = scene.parts.get(node)
            if goal is None or pin not in goal.inputs:
                continue
            verdict = resolved.wire(output, target)
            if isinstance(verdict, Refused):
                yield finding(
                    verdict.code,
                    f"{output} does not fit {target}: {verdict}.",
                    "Convert the value between the two, or connect another pin.",
                    node=source if control else node,
                    pin=key if control else pin,
                    path=verdict.path,
                )
    for target, sources in scene.wiring.rivals.items():
        node, pin = split_endpoint(target)
        goal = scene.parts.get(node)
        if goal is None or pin not in goal.inputs or _takes_control(goal, pin, resolved):
            continue
        yield finding(
            "board.two-sources",
            f"Several outputs lead into this input: {', '.join(sources[:4])}.",
            "Remove all but one; to choose between values, use a select node.",
            node=node,
            pin=pin,
        )


def _takes_control(part: Part, pin: str, resolved: Resolved) -> bool:
    if part.definition.kind is Kind.REROUTE:
        return resolved.input(part.id, pin).type is DataType.EXECUTION
    return part.inputs[pin].is_execution


def relays(scene: Scene) -> Iterator[Finding]:
    """Layer pins that lead in circles, and layers that do nothing."""
    for output in scene.wiring.relay_loops:
        node, pin = split_endpoint(output)
        yield finding(
            "board.relay-cycle",
            "The layer pins this wire runs through lead back to themselves.",
            "Disconnect one of the layer pins.",
            node=node,
            pin=pin,
        )
    for layer_id in scene.wiring.empty_layers:
        yield finding(
            "board.empty-layer",
            "Nothing is inside this layer; execution passes straight through it.",
            "Put nodes inside, or remove the layer and connect its neighbours.",
            node=layer_id,
        )
    if scene.wiring.cut:
        yield finding(
            "board.too-many-relays",
            "Wires run through so many layer pins that following them was given up.",
            "Connect nodes directly, or split the board.",
        )


def secrets(scene: Scene) -> Iterator[Finding]:
    """Secret values that reach a node which writes a log, directly or through pure nodes."""
    wiring = scene.wiring
    waiting = deque(_secret_outputs(scene))
    seen = set(waiting)
    while waiting:
        output = waiting.popleft()
        for target in wiring.targets.get(output, ()):
            node, pin = split_endpoint(target)
            part = scene.parts.get(node)
            if part is None or pin not in part.inputs:
                continue
            if LOG in part.definition.permissions:
                yield finding(
                    "board.secret-logged",
                    "A secret value leads into a node that writes the log.",
                    "Log something else; the value is hidden in traces, not in what a node writes.",
                    node=node,
                    pin=pin,
                )
            if not part.definition.pure or part.definition.declassifies:
                continue
            fed = [f"{node}.{key}" for key in part.outputs]
            waiting.extend(each for each in fed if each not in seen)
            seen.update(fed)


def _secret_outputs(scene: Scene) -> Iterator[str]:
    variables = scene.board.variables
    for node_id, part in scene.parts.items():
        variable = literal(part.node, VARIABLE_PIN)
        reads = part.definition.kind is Kind.VARIABLE_GET and isinstance(variable, str)
        secret = reads and variable in variables and variables[str(variable)].secret
        for key, pin in part.outputs.items():
            if secret or pin.sensitive:
                yield f"{node_id}.{key}"
