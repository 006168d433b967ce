"""Checks of what stands on a board: ids, types, layers, variables."""

import re
from collections.abc import Iterator, Mapping

from msgspec import UNSET

from flowlike.board.checks.codes import finding
from flowlike.board.findings import Finding
from flowlike.board.model import Layer
from flowlike.board.pins import layer_pins
from flowlike.board.scene import Scene
from flowlike.board.values import ValueMismatch, checker

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_VERSIONS_AHEAD = 8

VALUE_CODES = {
    "value.integer-beyond-64-bits": "board.integer-beyond-64-bits",
    "value.not-finite": "board.not-finite",
}


def ids(scene: Scene) -> Iterator[Finding]:
    """Ids that no file, wire or address could carry, and ids that mean two things."""
    board = scene.board
    for kind, entities in (
        ("nodes", board.nodes),
        ("layers", board.layers),
        ("variables", board.variables),
        ("comments", board.comments),
    ):
        for each in entities:
            if ID.fullmatch(each):
                continue
            yield finding(
                "board.bad-id",
                f"{each[:80]!r} cannot be an id.",
                "Use up to 64 letters, digits, '_' and '-', the first a letter or digit.",
                node=each if kind in {"nodes", "layers"} else "",
                path="" if kind in {"nodes", "layers"} else f"{kind}.{each}",
            )
    for each in board.nodes.keys() & board.layers.keys():
        yield finding(
            "board.duplicate-id",
            f"A node and a layer share the id {each!r}, so wires to it mean two things.",
            "Give one of them another id.",
            node=each,
        )


def types(scene: Scene) -> Iterator[Finding]:
    """Types that are unknown, not recorded in the board, or older than an installed one."""
    board = scene.board
    for node_id in scene.missing:
        key = board.nodes[node_id].type
        yield finding(
            "board.unknown-type",
            f"The node type {key!r} is not installed, and the board does not describe it.",
            "Install the package it comes from, or remove the node."
            + scene.suggestion(key, board.types),
            node=node_id,
        )
    newer: dict[str, str] = {}
    for node_id, part in scene.parts.items():
        key = part.node.type
        if key not in board.types:
            yield finding(
                "board.type-not-recorded",
                f"The board does not describe the node type {key!r}.",
                "Format the board with the packages installed; it then opens without them.",
                node=node_id,
            )
        if key not in newer:
            newer[key] = _newer(scene, key)
        if newer[key]:
            yield finding(
                "board.outdated-type",
                f"{newer[key]!r} is installed; this node is of {key!r}.",
                "Upgrade the node when it suits you; the upgrade lists what it changes.",
                node=node_id,
            )


def _newer(scene: Scene, key: str) -> str:
    name, _, version = key.rpartition("@")
    if not version.isdecimal() or len(version) > 9:
        return ""
    ahead = range(int(version) + _VERSIONS_AHEAD, int(version), -1)
    return next((found for each in ahead if scene.types.get(found := f"{name}@{each}")), "")


def layers(scene: Scene) -> Iterator[Finding]:
    """Layers that do not exist, contain themselves, or have two pins of one name."""
    board = scene.board
    known = board.layers
    for node_id, node in board.nodes.items():
        if node.layer and node.layer not in known:
            yield _unknown_layer(scene, node.layer, node=node_id)
    for comment_id, comment in board.comments.items():
        if comment.layer and comment.layer not in known:
            yield _unknown_layer(scene, comment.layer, path=f"comments.{comment_id}")
    for layer_id, layer in known.items():
        if layer.parent and layer.parent not in known:
            yield _unknown_layer(scene, layer.parent, node=layer_id)
        inward, outward = layer_pins(layer)
        names = [pin.name for pin in (*layer.pins.inputs, *layer.pins.outputs)]
        if len(names) == len(inward) + len(outward) == len(set(names)):
            continue
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield finding(
                "board.duplicate-pin",
                f"The layer has several pins named {name!r}, so wires to it mean several things.",
                "Rename all but one; the names of a layer's inputs and outputs must all differ.",
                node=layer_id,
                pin=name,
            )
    for layer_id in _recursive(known):
        yield finding(
            "board.layer-cycle",
            "The layer lies inside itself.",
            "Move it, or the layer around it, to the top of the board.",
            node=layer_id,
        )


def _unknown_layer(scene: Scene, layer_id: str, *, node: str = "", path: str = "") -> Finding:
    return finding(
        "board.unknown-layer",
        f"There is no layer {layer_id!r} in this board.",
        "Move it to a layer that exists." + scene.suggestion(layer_id, scene.board.layers),
        node=node,
        path=path,
    )


def _recursive(layers_: Mapping[str, Layer]) -> list[str]:
    """Layers on a circle of parents; each layer is visited once."""
    state: dict[str, int] = {}
    found: list[str] = []
    for walk, start in enumerate(layers_):
        path: list[str] = []
        each = start
        while each in layers_ and each not in state:
            state[each] = walk
            path.append(each)
            each = layers_[each].parent
        if state.get(each) == walk and each in path:
            found += path[path.index(each) :]
    return found


def variables(scene: Scene) -> Iterator[Finding]:
    """Initial values that do not fit, and secrets that stand in the document."""
    for variable_id, variable in scene.board.variables.items():
        path = f"variables.{variable_id}.default"
        if variable.default is UNSET:
            continue
        if variable.secret:
            yield finding(
                "board.secret-default",
                f"The secret variable {variable.name!r} has a value in the document.",
                "Remove the value and store it as a secret. If the file was shared, replace it.",
                path=path,
            )
            continue
        try:
            checker(variable)(variable.default)
        except ValueMismatch as error:
            yield finding(
                VALUE_CODES.get(error.code, "board.bad-literal"),
                f"The initial value of the variable {variable.name!r} {error.message}.",
                f"Give it a value of its type, {variable.type} ({variable.value_type}).",
                path=path,
            )
