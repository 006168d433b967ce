"""A part of the board becomes a layer, and a layer dissolves. Behaviour stays as it was.

Wires that enter the new layer share a relay pin per inner pin; wires that leave share one per inner
data output, and one per run of neighbours at an execution output, so that their order is kept.
"""

import msgspec

from flowlike.board.definition import PinDefinition
from flowlike.board.edit.commands import Collapse, Expand
from flowlike.board.edit.draft import Draft
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_name, check_place, coordinate
from flowlike.board.model import ERROR_PIN, InstancePins, Layer, Output, Place
from flowlike.board.pins import split_endpoint, split_key


class _Bridges:
    """The relay pins of a layer that is being made."""

    def __init__(self, draft: Draft, layer: str) -> None:
        self._draft = draft
        self._layer = layer
        self.inward: list[PinDefinition] = []
        self.outward: list[PinDefinition] = []
        self.leads: dict[str, list[str]] = {}
        self._entered: dict[str, str] = {}

    def enter(self, target: str) -> str:
        """Endpoint of the relay that leads in to ``target``."""
        relay = self._entered.get(target)
        if relay is None:
            name = self._name(split_endpoint(target)[1])
            self.inward.append(_relay(name, self._draft.target_pin(target)))
            self.leads[name] = [target]
            relay = self._entered[target] = f"{self._layer}.{name}"
        return relay

    def leave(self, source: str, key: str) -> str:
        """Name of a new relay that leads out from an output."""
        name = self._name(key)
        self.outward.append(_relay(name, self._draft.source_pin(f"{source}.{key}")))
        self.leads[name] = []
        return name

    def _name(self, key: str) -> str:
        name, ordinal = split_key(key)
        base = name if ordinal == 1 else f"{name}_{ordinal}"
        if base.startswith(ERROR_PIN):
            base = base.removeprefix("auto_handle_")
        chosen, number = base, 1
        while chosen in self.leads:
            number += 1
            chosen = f"{base}_{number}"
        return chosen


def collapse(draft: Draft, command: Collapse) -> None:
    """Put entities of one layer into a new layer below it."""
    id_ = draft.fresh(command.id)
    check_name(command.name, node=id_)
    homes = {draft.home_of(member) for member in command.members}
    if len(homes) != 1:
        raise refusal(Refused.MIXED_LAYERS, "The selection is not within one layer.", node=id_)
    parent = homes.pop()
    selected = set(command.members)
    inside = selected | draft.members(member for member in selected if member in draft.layers)
    draft.put("place", id_, _place(draft, command))
    bridges = _Bridges(draft, id_)
    entering = sorted(wire for wire in draft.wires_into(inside) if wire[0] not in inside)
    for source, key in dict.fromkeys(wire[:2] for wire in entering):
        ends = draft.wires_from(source, key)
        draft.set_wires(source, key, tuple(_entered(end, inside, bridges) for end in ends))
    for source in sorted(inside):
        if source in draft.nodes or source in draft.layers:
            _lead_out(draft, source, inside, bridges, id_)
    draft.put(
        "layer",
        id_,
        Layer(
            name=command.name,
            parent=parent,
            pins=InstancePins(inputs=tuple(bridges.inward), outputs=tuple(bridges.outward)),
            outputs={name: Output(to=tuple(ends)) for name, ends in bridges.leads.items()},
        ),
    )
    for member in command.members:
        draft.edit(member, **{"parent" if member in draft.layers else "layer": id_})


def expand(draft: Draft, command: Expand) -> None:
    """Dissolve a layer; each wire into a relay leads where the relay led, in its place."""
    layer = draft.layer(command.id)
    into = draft.wires_into((command.id,))
    for source, key in dict.fromkeys(wire[:2] for wire in into if wire[0] != command.id):
        ends: dict[str, None] = {}
        for end in draft.wires_from(source, key):
            ends.update(dict.fromkeys(_onward(layer, command.id, end, frozenset())))
        draft.set_wires(source, key, tuple(ends))
    for kind in ("node", "comment", "layer"):
        field = "parent" if kind == "layer" else "layer"
        for id_ in [
            i for i, item in draft.table(kind).items() if getattr(item, field) == command.id
        ]:
            draft.edit(id_, **{field: layer.parent})
    draft.drop("layer", command.id)
    draft.drop("place", command.id)


def _entered(end: str, inside: set[str], bridges: _Bridges) -> str:
    return bridges.enter(end) if split_endpoint(end)[0] in inside else end


def _lead_out(draft: Draft, source: str, inside: set[str], bridges: _Bridges, layer: str) -> None:
    for key in sorted(draft.wired(source).outputs):
        ends = draft.wires_from(source, key)
        if all(split_endpoint(end)[0] in inside for end in ends):
            continue
        ordered = draft.source_pin(f"{source}.{key}").is_execution
        kept: list[str] = []
        relay = ""
        for end in ends:
            if split_endpoint(end)[0] in inside:
                kept.append(end)
                relay = "" if ordered else relay
                continue
            if not relay:
                relay = bridges.leave(source, key)
                kept.append(f"{layer}.{relay}")
            bridges.leads[relay].append(end)
        draft.set_wires(source, key, tuple(kept))


def _onward(layer: Layer, id_: str, end: str, passed: frozenset[str]) -> list[str]:
    entity, key = split_endpoint(end)
    if entity != id_:
        return [end]
    if key in passed or key not in layer.outputs:
        return []
    found: list[str] = []
    for further in layer.outputs[key].to:
        found += _onward(layer, id_, further, passed | {key})
    return found


def _relay(name: str, pin: PinDefinition) -> PinDefinition:
    return msgspec.structs.replace(
        pin, name=name, variadic=False, count=1, lazy=False, default=msgspec.UNSET, generic=""
    )


def _place(draft: Draft, command: Collapse) -> Place:
    if command.place is not None:
        return check_place(command.place, node=command.id)
    places = [draft.layout.get(member, Place()) for member in command.members]

    def middle(low: float, high: float) -> float:
        return coordinate(low / 2 + high / 2, node=command.id)

    xs, ys = [place.x for place in places], [place.y for place in places]
    return Place(x=middle(min(xs), max(xs)), y=middle(min(ys), max(ys)))
