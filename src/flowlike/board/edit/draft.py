"""A board while a command changes it: only what is touched is copied."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, cast, runtime_checkable

import msgspec

from flowlike.board.definition import NodeDefinition, PinDefinition
from flowlike.board.edit.change import (
    TABLES,
    Change,
    EntityKind,
    changes_between,
    head_changes,
    head_of,
)
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Board,
    Comment,
    InstancePins,
    Layer,
    Node,
    Output,
    Place,
    Variable,
)
from flowlike.board.pins import (
    PinTable,
    Types,
    input_pins,
    layer_pins,
    output_pins,
    split_endpoint,
    split_key,
)

ENTITY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_KIND_ORDER: tuple[EntityKind, ...] = ("type", "variable", "node", "layer", "comment", "place")
_SCANS = 2  # an index of all wires costs about as much as three scans of them


@runtime_checkable
class Derives(Protocol):
    """Types that can compute the pins which follow from a node's literals."""

    def derive(self, key: str, literals: Mapping[str, Any], /) -> InstancePins | None:
        """Pins of a node of that type beyond its type's; None if the type derives none."""
        ...


@runtime_checkable
class Migrates(Protocol):
    """Types that can turn the literals of an older version into their own."""

    def migrate(
        self, key: str, literals: Mapping[str, Any], version: int, /
    ) -> Mapping[str, Any] | None:
        """Literals for the type ``key`` from those of ``version``; None if there is no rule."""
        ...


class Draft:
    """The working state of one ``apply``.

    Reads see what was written before. ``board`` is the state at the beginning and never changes.
    """

    def __init__(self, board: Board, types: Types) -> None:
        self.board = board
        self.types = types
        self._tables: dict[EntityKind, dict[str, Any]] = {}
        self._first: dict[tuple[EntityKind, str], Any] = {}
        self._head: dict[str, Any] = {}
        self._scans = 0
        self._feeders: dict[str, set[str]] | None = None

    # -------------------------------------------------------------- reading

    def table(self, kind: EntityKind) -> Mapping[str, Any]:
        """All entities of a kind by id."""
        table = self._tables.get(kind)
        return self._original(kind) if table is None else table

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Nodes by id."""
        return self.table("node")

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Layers by id."""
        return self.table("layer")

    @property
    def comments(self) -> Mapping[str, Comment]:
        """Comments by id."""
        return self.table("comment")

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Variables by id."""
        return self.table("variable")

    @property
    def layout(self) -> Mapping[str, Place]:
        """Places by entity id."""
        return self.table("place")

    def node(self, id_: str) -> Node:
        """The node. Raises CommandError ``command.unknown-entity``."""
        node = self.nodes.get(id_)
        if node is None:
            raise refusal(Refused.UNKNOWN_ENTITY, f"There is no node {id_}.", node=id_)
        return node

    def layer(self, id_: str) -> Layer:
        """The layer. Raises CommandError ``command.unknown-entity``."""
        layer = self.layers.get(id_)
        if layer is None:
            raise refusal(Refused.UNKNOWN_ENTITY, f"There is no layer {id_}.", node=id_)
        return layer

    def wired(self, id_: str) -> Node | Layer:
        """The node or layer, whatever has pins. Raises CommandError ``command.unknown-entity``."""
        entity = self.nodes.get(id_) or self.layers.get(id_)
        if entity is None:
            raise refusal(Refused.UNKNOWN_ENTITY, f"There is no node or layer {id_}.", node=id_)
        return entity

    def kind_of(self, id_: str) -> EntityKind:
        """Kind of a node, layer or comment. Raises CommandError ``command.unknown-entity``."""
        for kind in ("node", "layer", "comment"):
            if id_ in self.table(kind):
                return kind
        raise refusal(
            Refused.UNKNOWN_ENTITY, f"There is no node, layer or comment {id_}.", node=id_
        )

    def home_of(self, id_: str) -> str:
        """The layer in which a node, layer or comment stands; empty is the board."""
        kind = self.kind_of(id_)
        entity = self.table(kind)[id_]
        return cast("str", entity.parent if kind == "layer" else entity.layer)

    def definition(self, node: Node) -> NodeDefinition | None:
        """The node's definition, installed or stored in the board."""
        return self.types.get(node.type) or self.table("type").get(node.type)

    def input_table(self, id_: str) -> PinTable:
        """Pins of a node or layer that wires may lead to. Raises CommandError."""
        entity = self.wired(id_)
        if isinstance(entity, Layer):
            return _relays(entity)
        return input_pins(entity, self._known(id_, entity))

    def output_table(self, id_: str) -> PinTable:
        """Pins of a node or layer that wires may leave from. Raises CommandError."""
        entity = self.wired(id_)
        if isinstance(entity, Layer):
            return _relays(entity)
        return output_pins(entity, self._known(id_, entity))

    def target_pin(self, endpoint: str) -> PinDefinition:
        """The pin a wire would lead to. Raises CommandError ``command.unknown-…``."""
        id_, key = split_endpoint(endpoint)
        return _pin(self.input_table(id_), id_, key, "input")

    def source_pin(self, endpoint: str) -> PinDefinition:
        """The pin a wire would leave from. Raises CommandError ``command.unknown-…``."""
        id_, key = split_endpoint(endpoint)
        return _pin(self.output_table(id_), id_, key, "output")

    def wires_from(self, id_: str, key: str) -> tuple[str, ...]:
        """Endpoints an output leads to."""
        output = self.wired(id_).outputs.get(key)
        return output.to if output is not None else ()

    def wires_into(self, ids: Iterable[str]) -> list[tuple[str, str, str]]:
        """(source entity, output key, target endpoint) of each wire into one of the entities."""
        wanted = set(ids)
        self._scans += 1
        if self._feeders is None and self._scans <= _SCANS:
            return _wires(wanted, self.nodes) + _wires(wanted, self.layers)
        if self._feeders is None:
            self._feeders = {}
            for table in (self.nodes, self.layers):
                for source, entity in table.items():
                    self._note_feeder(source, entity.outputs)
        sources: set[str] = set()
        for id_ in wanted:
            sources |= self._feeders.get(id_, set())
        some = sorted(sources)
        return _wires(wanted, {id_: self.nodes[id_] for id_ in some if id_ in self.nodes}) + _wires(
            wanted, {id_: self.layers[id_] for id_ in some if id_ in self.layers}
        )

    def members(self, layers: Iterable[str]) -> set[str]:
        """Ids of everything inside the layers, at any depth; not the layers themselves."""
        inside: set[str] = set()
        edge = set(layers)
        while edge:
            below = {id_ for id_, layer in self.layers.items() if layer.parent in edge}
            for kind in ("node", "comment"):
                inside |= {id_ for id_, item in self.table(kind).items() if item.layer in edge}
            edge = below - inside
            inside |= edge
        return inside

    # -------------------------------------------------------------- writing

    def put(self, kind: EntityKind, id_: str, value: msgspec.Struct) -> None:
        """Add or replace an entity."""
        table = self._own(kind)
        self._first.setdefault((kind, id_), table.get(id_))
        table[id_] = value
        if self._feeders is not None and isinstance(value, Node | Layer):
            self._note_feeder(id_, value.outputs)

    def drop(self, kind: EntityKind, id_: str) -> None:
        """Remove an entity if it is there."""
        table = self._own(kind)
        if id_ in table:
            self._first.setdefault((kind, id_), table[id_])
            del table[id_]

    def edit(self, id_: str, **fields: Any) -> None:
        """Replace fields of a node, layer or comment."""
        kind = self.kind_of(id_)
        self.put(kind, id_, msgspec.structs.replace(self.table(kind)[id_], **fields))

    def head(self) -> dict[str, Any]:
        """The board's own fields as JSON values, without its entities."""
        return head_of(self.board, self._head)

    def set_head(self, **fields: Any) -> None:
        """Replace fields of the board itself."""
        self._head |= fields

    def fresh(self, id_: str) -> str:
        """The id, if a new node, layer or comment may have it. Raises CommandError."""
        check_id(id_)
        if any(id_ in self.table(kind) for kind in ("node", "layer", "comment")):
            raise refusal(Refused.ID_TAKEN, f"The id {id_} is taken.", node=id_)
        return id_

    def check_layer(self, layer: str) -> None:
        """Refuse a layer that does not exist. Empty is the board."""
        if layer and layer not in self.layers:
            raise refusal(Refused.UNKNOWN_LAYER, f"There is no layer {layer}.", node=layer)

    def set_wires(self, id_: str, key: str, to: tuple[str, ...]) -> None:
        """Write the wires of an output; one without any stays listed if that makes it exist."""
        entity = self.wired(id_)
        outputs = dict(entity.outputs)
        if to or self._exists_by_listing(entity, key):
            outputs[key] = Output(to=to)
        else:
            outputs.pop(key, None)
        self.edit(id_, outputs=outputs)

    def cut(self, wires: Iterable[tuple[str, str, str]]) -> None:
        """Remove wires given as (source entity, output key, target endpoint)."""
        gone: dict[tuple[str, str], set[str]] = {}
        for source, key, target in wires:
            gone.setdefault((source, key), set()).add(target)
        for (source, key), targets in gone.items():
            left = tuple(end for end in self.wires_from(source, key) if end not in targets)
            self.set_wires(source, key, left)

    # -------------------------------------------------------------- the end

    def finish(self) -> tuple[Board, tuple[Change, ...]]:
        """The new board and what differs, in stable order."""
        fields: dict[str, Any] = {TABLES[kind]: table for kind, table in self._tables.items()}
        board = msgspec.structs.replace(self.board, **fields, **self._head)
        changes = head_changes(head_of(self.board), self.head()) if self._head else []
        for kind in _KIND_ORDER:
            table = self.table(kind)
            for id_ in sorted(id_ for first, id_ in self._first if first == kind):
                changes += changes_between(kind, id_, self._first[kind, id_], table.get(id_))
        return board, tuple(changes)

    # -------------------------------------------------------------- inside

    def _original(self, kind: EntityKind) -> dict[str, Any]:
        return cast("dict[str, Any]", getattr(self.board, TABLES[kind]))

    def _own(self, kind: EntityKind) -> dict[str, Any]:
        table = self._tables.get(kind)
        if table is None:
            table = self._tables[kind] = dict(self._original(kind))
        return table

    def _known(self, id_: str, node: Node) -> NodeDefinition:
        definition = self.definition(node)
        if definition is None:
            raise refusal(
                Refused.UNKNOWN_TYPE, f"The type {node.type} of node {id_} is not known.", node=id_
            )
        return definition

    def _exists_by_listing(self, entity: Node | Layer, key: str) -> bool:
        if isinstance(entity, Layer):
            return False
        if key in {ERROR_PIN, ERROR_TEXT_PIN}:
            return key in entity.outputs
        definition = self.definition(entity)
        if definition is None:
            return key in entity.outputs
        return beyond_count(key, (*definition.outputs, *entity.pins.outputs))

    def _note_feeder(self, source: str, outputs: Mapping[str, Output]) -> None:
        feeders = self._feeders
        if feeders is None:
            return
        for output in outputs.values():
            for target in output.to:
                feeders.setdefault(target.partition(".")[0], set()).add(source)


def _wires(wanted: set[str], table: Mapping[str, Node | Layer]) -> list[tuple[str, str, str]]:
    only = f"{next(iter(wanted))}." if len(wanted) == 1 else ""
    return [
        (source, key, target)
        for source, entity in table.items()
        if entity.outputs
        for key, output in entity.outputs.items()
        for target in output.to
        if (target.startswith(only) if only else target.partition(".")[0] in wanted)
    ]


def check_id(id_: str) -> None:
    """Refuse a malformed id."""
    if not ENTITY_ID.fullmatch(id_):
        raise refusal(Refused.BAD_ID, "An id is malformed.", path=id_[:80])


def beyond_count(key: str, pins: Iterable[PinDefinition]) -> bool:
    """Whether a pin exists only by being listed: a variadic one beyond the type's count."""
    name, ordinal = split_key(key)
    return any(pin.variadic and pin.name == name and ordinal > pin.count for pin in pins)


def _relays(layer: Layer) -> PinTable:
    inward, outward = layer_pins(layer)
    return inward | outward


def _pin(table: PinTable, id_: str, key: str, side: str) -> PinDefinition:
    pin = table.get(key)
    if pin is None:
        raise refusal(Refused.UNKNOWN_PIN, f"{id_} has no {side} pin {key}.", node=id_, pin=key)
    return pin
