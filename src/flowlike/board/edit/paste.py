"""Copy a part of a board, and paste it with fresh ids. Secret values never travel."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import UNSET

from flowlike.board.definition import Kind, NodeDefinition
from flowlike.board.edit.commands import Connect, Fragment, Paste
from flowlike.board.edit.draft import Draft, beyond_count, check_id
from flowlike.board.edit.follow import FUNCTION_PIN, follow_literals
from flowlike.board.edit.pins import check_own_pins
from flowlike.board.edit.refusal import Refused, refusal
from flowlike.board.edit.values import check_name, check_place, check_value
from flowlike.board.edit.wires import connect
from flowlike.board.model import (
    ERROR_PIN,
    ERROR_TEXT_PIN,
    Board,
    Comment,
    Input,
    Layer,
    Node,
    Output,
    Place,
    Variable,
)
from flowlike.board.pins import Types, input_pins, output_pins, split_endpoint
from flowlike.errors import CommandError

VARIABLE_PIN = "var_ref"
"""Input of variable nodes that holds the id of the variable."""

_VARIABLE_KINDS = frozenset({Kind.VARIABLE_GET, Kind.VARIABLE_SET, Kind.VARIABLE_UPDATE})


def copy(board: Board, ids: Iterable[str], types: Types) -> Fragment:
    """The selection as a fragment, with all inside selected layers and the variables it names.

    Literals of sensitive pins, pinned values of sensitive outputs and defaults of secret variables
    stay behind. Raises CommandError ``command.unknown-entity``.
    """
    draft = Draft(board, types)
    chosen = list(dict.fromkeys(ids))
    for id_ in chosen:
        draft.kind_of(id_)
    inside = {*chosen, *draft.members(id_ for id_ in chosen if id_ in draft.layers)}
    nodes: dict[str, Node] = {}
    stored: dict[str, NodeDefinition] = {}
    for id_ in sorted(inside & set(draft.nodes)):
        node = draft.nodes[id_]
        definition = draft.definition(node)
        if definition is not None:
            stored[node.type] = definition
        nodes[id_] = _inner_node(node, definition, inside)
    named = {
        str(item.value)
        for node in nodes.values()
        if (item := _reference(node, stored.get(node.type))) is not None
    }
    incoming: dict[str, list[str]] = {}
    for source, key, target in sorted(draft.wires_into(inside)):
        if source not in inside:
            incoming.setdefault(f"{source}.{key}", []).append(target)
    return Fragment(
        types=stored,
        variables={
            id_: _without_value(draft.variables[id_])
            for id_ in sorted(named & set(draft.variables))
        },
        nodes=nodes,
        layers={
            id_: _inner_layer(draft.layers[id_], inside)
            for id_ in sorted(inside & set(draft.layers))
        },
        comments={
            id_: msgspec.structs.replace(draft.comments[id_], origin=None)
            for id_ in sorted(inside & set(draft.comments))
        },
        layout={id_: draft.layout[id_] for id_ in sorted(inside & set(draft.layout))},
        incoming={source: tuple(ends) for source, ends in incoming.items()},
    )


def paste(draft: Draft, command: Paste) -> None:
    """Insert a fragment into a layer with its wires and, if asked, those that entered it."""
    fragment, ids = command.fragment, command.ids
    check_value(msgspec.to_builtins(fragment), path="fragment")
    draft.check_layer(command.layer)
    _check_ids(draft, fragment, ids)
    known = _bring_types(draft, fragment)
    _bring_variables(draft, fragment, ids)

    def home(layer: str) -> str:
        return ids[layer] if layer in fragment.layers else command.layer

    inside = {*fragment.nodes, *fragment.layers}
    for id_, layer in fragment.layers.items():
        check_name(layer.name, node=ids[id_])
        check_own_pins((*layer.pins.inputs, *layer.pins.outputs), owner=ids[id_])
        pasted = msgspec.structs.replace(_inner_layer(layer, inside), parent=home(layer.parent))
        draft.put("layer", ids[id_], _renamed(pasted, ids))
    for id_, node in fragment.nodes.items():
        clean = _inner_node(node, known.get(node.type), inside)
        pasted_node = msgspec.structs.replace(clean, layer=home(node.layer), package="")
        draft.put("node", ids[id_], _redirected(draft, _renamed(pasted_node, ids), known, ids))
    for id_, comment in fragment.comments.items():
        moved: Comment = msgspec.structs.replace(comment, layer=home(comment.layer), origin=None)
        draft.put("comment", ids[id_], moved)
    _place_all(draft, command)
    for id_ in fragment.nodes:
        follow_literals(draft, ids[id_])
    if command.incoming:
        _keep_incoming(draft, fragment, ids)


def _check_ids(draft: Draft, fragment: Fragment, ids: Mapping[str, str]) -> None:
    entities = (*fragment.nodes, *fragment.layers, *fragment.comments)
    fresh = [ids.get(id_, "") for id_ in entities]
    for id_ in fresh:
        draft.fresh(id_)
    if len(set(fresh)) < len(fresh) or len(set(entities)) < len(entities):
        raise refusal(Refused.ID_TAKEN, "An id is given twice.")
    parents = {id_: layer.parent for id_, layer in fragment.layers.items()}
    for start in parents:
        step, passed = start, set()
        while step in parents:
            if step in passed:
                raise refusal(Refused.LAYER_CYCLE, f"Layer {step} lies inside itself.", node=step)
            passed.add(step)
            step = parents[step]


def _bring_types(draft: Draft, fragment: Fragment) -> dict[str, NodeDefinition]:
    """Definitions of the pasted nodes; the fragment gives those that are not known."""
    known: dict[str, NodeDefinition] = {}
    for node in fragment.nodes.values():
        definition = draft.definition(node)
        if definition is None:
            definition = fragment.types.get(node.type)
            if definition is None or definition.key != node.type:
                raise refusal(
                    Refused.UNKNOWN_TYPE, f"The fragment does not say what {node.type} is."
                )
            draft.put("type", node.type, definition)
        known[node.type] = definition
    return known


def _bring_variables(draft: Draft, fragment: Fragment, ids: Mapping[str, str]) -> None:
    for id_, variable in fragment.variables.items():
        new = ids.get(id_, id_)
        if new in draft.variables:
            if new != id_:
                raise refusal(Refused.ID_TAKEN, f"The id {new} is taken.", path=f"variables.{new}")
            continue
        check_id(new)
        check_name(variable.name, path=f"variables.{new}")
        draft.put("variable", new, _without_value(variable))


def _place_all(draft: Draft, command: Paste) -> None:
    dx, dy = command.offset
    fragment = command.fragment
    for id_, place in fragment.layout.items():
        new = command.ids.get(id_, "")
        entity: Node | Layer | Comment | None = (
            fragment.nodes.get(id_) or fragment.layers.get(id_) or fragment.comments.get(id_)
        )
        if entity is None:
            continue
        home = entity.parent if isinstance(entity, Layer) else entity.layer
        moved: Place = place
        if home not in fragment.layers:
            moved = msgspec.structs.replace(place, x=place.x + dx, y=place.y + dy)
        draft.put("place", new, check_place(moved, node=new))


def _keep_incoming(draft: Draft, fragment: Fragment, ids: Mapping[str, str]) -> None:
    """Wires that entered the fragment come again where their source still stands.

    Execution wires are left out: a second successor would change what the source does.
    """
    for source, ends in fragment.incoming.items():
        id_, key = split_endpoint(source)
        if (id_ not in draft.nodes and id_ not in draft.layers) or id_ in ids.values():
            continue
        pin = draft.output_table(id_).get(key)
        if pin is None or pin.is_execution:
            continue
        for end in ends:
            target, target_key = split_endpoint(end)
            # A wire that no longer fits, or came from a forged fragment, is left out.
            with suppress(CommandError):
                connect(draft, Connect(source, f"{ids.get(target, '')}.{target_key}"))


def _inner_layer(layer: Layer, inside: Collection[str]) -> Layer:
    """The layer with only its wires to the inside."""
    outputs = {
        key: Output(to=to) for key, output in layer.outputs.items() if (to := _kept(output, inside))
    }
    return msgspec.structs.replace(layer, outputs=outputs, origin=None)


def _inner_node(node: Node, definition: NodeDefinition | None, inside: Collection[str]) -> Node:
    """The node without secrets and with only its wires to the inside."""
    outputs = {
        key: Output(to=to)
        for key, output in node.outputs.items()
        if (to := _kept(output, inside))
        or key in {ERROR_PIN, ERROR_TEXT_PIN}
        or (definition is not None and beyond_count(key, definition.outputs))
    }
    clean = _without_secrets(node, definition)
    return msgspec.structs.replace(clean, outputs=outputs, origin=None)


def _kept(output: Output, inside: Collection[str]) -> tuple[str, ...]:
    return tuple(end for end in output.to if split_endpoint(end)[0] in inside)


def _renamed(entity: Any, ids: Mapping[str, str]) -> Any:
    outputs = {
        key: Output(to=tuple(_moved(end, ids) for end in output.to))
        for key, output in entity.outputs.items()
    }
    return msgspec.structs.replace(entity, outputs=outputs)


def _moved(end: str, ids: Mapping[str, str]) -> str:
    entity, key = split_endpoint(end)
    return f"{ids[entity]}.{key}"


def _redirected(
    draft: Draft, node: Node, known: Mapping[str, NodeDefinition], ids: Mapping[str, str]
) -> Node:
    """The node with its references to pasted nodes and variables led to their new ids."""
    functions = tuple(
        ids.get(ref, ref) for ref in node.functions if ref in ids or ref in draft.nodes
    )
    item = _reference(node, known.get(node.type)) or node.inputs.get(FUNCTION_PIN)
    inputs = node.inputs
    if item is not None and isinstance(item.value, str) and item.value in ids:
        key = next(name for name, other in inputs.items() if other is item)
        inputs = {**inputs, key: Input(value=ids[item.value])}
    return msgspec.structs.replace(node, functions=functions, inputs=inputs)


def _reference(node: Node, definition: NodeDefinition | None) -> Input | None:
    """The literal by which a variable node names its variable."""
    if definition is None or definition.kind not in _VARIABLE_KINDS:
        return None
    return node.inputs.get(VARIABLE_PIN)


def _without_value(variable: Variable) -> Variable:
    return msgspec.structs.replace(variable, default=UNSET) if variable.secret else variable


def _without_secrets(node: Node, definition: NodeDefinition | None) -> Node:
    if definition is None:
        return node
    pins = input_pins(node, definition)
    inputs = {
        key: Input() if key in pins and pins[key].sensitive else item
        for key, item in node.inputs.items()
    }
    settings = node.settings
    if settings.pinned:
        outputs = output_pins(node, definition)
        open_ = {
            key: value
            for key, value in settings.pinned.items()
            if key in outputs and not outputs[key].sensitive
        }
        settings = msgspec.structs.replace(settings, pinned=open_ or None)
    return msgspec.structs.replace(node, inputs=inputs, settings=settings)
