"""How large a board may be. Everything here counts; nothing is expanded and nothing recurses.

A board within these bounds can be checked, drawn and compiled in bounded time and memory. Spec:
design, "Limits of a board"; threats, row 66 (``tests/security/test_t66_board_limits.py``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from operator import attrgetter

import msgspec

from flowlike.board.definition import NodeDefinition, PinDefinition
from flowlike.board.model import Board, Layer, Node
from flowlike.board.pins import split_key
from flowlike.errors import TextError, Where

TOO_LARGE = "text.too-large"
TOO_MANY_NODES = "board.too-many-nodes"
TOO_MANY_PINS = "board.too-many-pins"
TOO_MANY_WIRES = "board.too-many-wires"
TOO_MANY_ENTITIES = "board.too-many-entities"
LAYER_CYCLE = "board.layer-cycle"

_TYPE, _INPUTS, _OUTPUTS = attrgetter("type"), attrgetter("inputs"), attrgetter("outputs")
_TO = attrgetter("to")
_OWN = attrgetter("pins.inputs", "pins.outputs")
_HIGHEST = 999  # ordinal that a key can name
_LARGE = 8 * 1024 * 1024  # bytes; a board of 10,000 nodes has about half of it
_SPLIT = "Split the board; a board can call another one's functions through an event."


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Upper bounds, inclusive.

    ``pins`` counts the pins of nodes and layers with variadic pins expanded, and, by themselves,
    those of the stored types. ``wires`` counts the endpoints that outputs name. ``entities`` bounds
    variables, layers, comments and types, each by itself. ``text`` is in bytes, ``depth`` in nested
    JSON objects and lists.
    """

    nodes: int = 10_000
    pins: int = 100_000
    wires: int = 200_000
    entities: int = 10_000
    text: int = 64 * 1024 * 1024
    depth: int = 64


LIMITS = Limits()


def check_size(size: int, limits: Limits = LIMITS, *, file: str = "") -> None:
    """Whether a text of ``size`` bytes may be read at all; ask before reading a file.

    Raises TextError ``text.too-large``.
    """
    if size > limits.text:
        raise TextError(
            TOO_LARGE,
            f"The text has {size:,} bytes; {limits.text:,} are allowed.",
            remedy="Check that this is a board. Move large literals into files the board reads.",
            where=Where(file=file),
        )


class _Outline(msgspec.Struct):
    """A board whose entities are skipped, not made; a twentieth of the work."""

    variables: dict[str, msgspec.Raw] = {}
    nodes: dict[str, msgspec.Raw] = {}
    layers: dict[str, msgspec.Raw] = {}
    comments: dict[str, msgspec.Raw] = {}
    types: dict[str, msgspec.Raw] = {}
    layout: dict[str, msgspec.Raw] = {}


_outline = msgspec.json.Decoder(_Outline).decode


def check_outline(raw: bytes, limits: Limits = LIMITS) -> None:
    """Whether a large text holds too many entities, before any is made.

    Says nothing of small or malformed text. Raises TextError ``board.too-many-…``.
    """
    if len(raw) <= _LARGE:
        return
    try:
        outline = _outline(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    _check_entities(outline, limits)


def check_board(board: Board, limits: Limits = LIMITS) -> None:
    """Whether ``board`` keeps within ``limits`` and its layers form a tree.

    Raises TextError ``board.too-many-…`` or ``board.layer-cycle`` with the path of the part.
    """
    _check_entities(board, limits)
    _check_pins(board, limits)
    _check_wires(board, limits)
    _check_layers(board.layers)


def _check_entities(board: Board | _Outline, limits: Limits) -> None:
    _check_count("nodes", len(board.nodes), limits.nodes, TOO_MANY_NODES)
    for part in ("variables", "layers", "comments", "types"):
        _check_count(part, len(getattr(board, part)), limits.entities, TOO_MANY_ENTITIES)
    places = limits.nodes + 2 * limits.entities
    _check_count("layout", len(board.layout), places, TOO_MANY_ENTITIES)


def pins_of(node: Node, declared: Mapping[str, int]) -> int:
    """How many pins ``node`` has; ``declared`` gives the count of each pin name of its type.

    Works from the highest ordinal listed, so ``exec_out#999`` counts as the 999 pins it asks for.
    """
    counts = dict(declared)
    _add(counts, "in", node.pins.inputs)
    _add(counts, "out", node.pins.outputs)
    for side, keys in (("in", node.inputs), ("out", node.outputs)):
        for key in keys:
            name, ordinal = split_key(key)
            side_name = f"{side}.{name}"
            if ordinal > counts.get(side_name, 0):
                counts[side_name] = ordinal
    return sum(counts.values())


def _add(counts: dict[str, int], side: str, pins: Iterable[PinDefinition]) -> None:
    # A negative count must not make room for others.
    for pin in pins:
        name = f"{side}.{pin.name}"
        counts[name] = counts.get(name, 0) + (max(pin.count, 1) if pin.variadic else 1)


def declared_pins(definition: NodeDefinition) -> dict[str, int]:
    """How many pins stand by each name of a type, by ``in.name`` and ``out.name``."""
    counts: dict[str, int] = {}
    _add(counts, "in", definition.inputs)
    _add(counts, "out", definition.outputs)
    return counts


def _check_pins(board: Board, limits: Limits) -> None:
    declared = {key: declared_pins(definition) for key, definition in board.types.items()}
    _check_count("types", sum(map(_definitions, board.types.values())), limits.pins, TOO_MANY_PINS)
    total = sum(_layer_pins(layer) for layer in board.layers.values())
    _check_count("layers", total, limits.pins, TOO_MANY_PINS)
    plain = {key: sum(counts.values()) for key, counts in declared.items()}
    if total + _most_pins(board.nodes, plain) <= limits.pins:
        return
    nothing: dict[str, int] = {}
    for node in board.nodes.values():
        if node.pins.inputs or node.pins.outputs or "#" in "".join((*node.inputs, *node.outputs)):
            total += pins_of(node, declared.get(node.type, nothing))
        else:
            total += max(plain.get(node.type, 0), len(node.inputs) + len(node.outputs))
        if total > limits.pins:
            break
    _check_count("nodes", total, limits.pins, TOO_MANY_PINS)


def _most_pins(nodes: Mapping[str, Node], plain: Mapping[str, int]) -> int:
    """A number of pins that the nodes do not exceed, found much faster than how many they have."""
    listed = nodes.values()
    most = sum(plain.get(key, 0) * count for key, count in Counter(map(_TYPE, listed)).items())
    for side in (_INPUTS, _OUTPUTS):
        most += sum(map(len, map(side, listed)))
        most += "".join(chain.from_iterable(map(side, listed))).count("#") * _HIGHEST
    own = chain.from_iterable(chain.from_iterable(map(_OWN, listed)))
    return most + sum([pin.count + 1 if pin.count > 0 else 1 for pin in own])


def _definitions(definition: NodeDefinition) -> int:
    return len(definition.inputs) + len(definition.outputs)


def _layer_pins(layer: Layer) -> int:
    counts: dict[str, int] = {}
    _add(counts, "in", layer.pins.inputs)
    _add(counts, "out", layer.pins.outputs)
    return max(sum(counts.values()), len(layer.outputs))


def _check_wires(board: Board, limits: Limits) -> None:
    wires = _ends(board.nodes.values()) + _ends(board.layers.values())
    _check_count("nodes", wires, limits.wires, TOO_MANY_WIRES)


def _ends(entities: Iterable[Node | Layer]) -> int:
    outputs = chain.from_iterable(map(dict.values, map(_OUTPUTS, entities)))
    return sum(map(len, map(_TO, outputs)))


def _check_count(part: str, count: int, limit: int, code: str) -> None:
    if count <= limit:
        return
    noun = {TOO_MANY_PINS: "pins", TOO_MANY_WIRES: "wires"}.get(code, part)
    raise TextError(
        code,
        f"The board has more than {limit:,} {noun}, which is the limit.",
        remedy=_SPLIT,
        where=Where(path=part),
    )


def _check_layers(layers: Mapping[str, Layer]) -> None:
    safe: set[str] = set()  # layers from which the way up is known to end
    for start in layers:
        way: dict[str, None] = {}
        layer = start
        while layer and layer in layers and layer not in safe:
            if layer in way:
                raise TextError(
                    LAYER_CYCLE,
                    f"Layer {layer} lies, through its parents, inside itself.",
                    remedy="Change the parent of one of these layers, or leave it out.",
                    where=Where(node=layer, path=f"layers.{layer}.parent"),
                )
            way[layer] = None
            layer = layers[layer].parent
        safe.update(way)
