"""The boards that are measured, made in memory."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from flowlike.board.definition import DataType, ValueType
from flowlike.board.model import (
    Board,
    BoardSettings,
    Input,
    InstancePins,
    LogLevel,
    Node,
    Output,
    Place,
    Variable,
)
from flowlike.board.text import dump
from flowlike.nodes.catalog import Catalog, default_catalog

GROUP = 20
"""Nodes in one group of a mixed board, which has 161 pins: 8 a node."""

_FATAL = BoardSettings(log_level=LogLevel.FATAL)
_PLACES = tuple("abcdefghijkl")
_TEMPLATE = " ".join(f"{{{name}}}" for name in _PLACES)
_CASES = [f"case {number}" for number in range(12)]


@cache
def catalog() -> Catalog:
    """The built-in nodes."""
    return default_catalog()


def node(kind: str, literals: Mapping[str, Any], wires: Mapping[str, Sequence[str]]) -> Node:
    """A node of a built-in type: literals by pin, and where its outputs lead."""
    key = f"{kind}@1"
    found = catalog().node_type(key)
    if found is None:
        message = f"there is no node {key}"
        raise LookupError(message)
    pins = found.derive(literals) if found.derive is not None else InstancePins()
    return Node(
        type=key,
        pins=pins,
        inputs={pin: Input(value) for pin, value in literals.items()},
        outputs={pin: Output(tuple(to)) for pin, to in wires.items()},
    )


def _board(name: str, nodes: dict[str, Node], variables: Mapping[str, Variable]) -> Board:
    """A board as a file holds it: with the definitions of its types and a place for each node."""
    types = {node.type: found for node in nodes.values() if (found := catalog().get(node.type))}
    layout = {
        node_id: Place(x=float(number % GROUP * 240), y=float(number // GROUP * 400))
        for number, node_id in enumerate(nodes)
    }
    return Board(
        id=name,
        name=name,
        settings=_FATAL,
        types=types,
        nodes=nodes,
        variables=dict(variables),
        layout=layout,
    )


def two_nodes() -> Board:
    """Two nodes and five pins: an event fires a line of log below the board's level."""
    nodes = {
        "start": node("events_simple", {}, {"exec_out": ["log.exec_in"]}),
        "log": node("log_info", {"message": "hi there", "toast": False}, {}),
    }
    return _board("two_nodes", nodes, {})


def pure_chain(count: int) -> Board:
    """An event and a result; ``count`` additions, each fed by the one before, make it."""
    first = {"integer1": 1, "integer2": 1}
    nodes = {
        "start": node("events_simple", {}, {"exec_out": ["end.exec_in"]}),
        "end": node("events_generic_return_result", {"response": 0}, {}),
    }
    for number in range(count):
        to = "end.response" if number == count - 1 else f"add{number + 1}.integer1"
        literals = {"integer2": 1} if number else first
        nodes[f"add{number}"] = node("int_add", literals, {"sum": [to]})
    return _board("pure_chain", nodes, {})


def fired_chain(count: int) -> Board:
    """An event and ``count`` nodes after it: a variable is set, each time to its value plus 1."""
    nodes = {"start": node("events_simple", {}, {"exec_out": ["set0.exec_in"] if count else []})}
    for number in range(count // 2):
        last = number == count // 2 - 1
        on = [] if last else [f"set{number + 1}.exec_in"]
        value = [] if last else [f"add{number + 1}.integer1"]
        literals = {"integer2": 1} if number else {"integer1": 1, "integer2": 1}
        nodes[f"add{number}"] = node("int_add", literals, {"sum": [f"set{number}.value_in"]})
        wires = {"exec_out": on, "value_ref": value}
        nodes[f"set{number}"] = node("variable_set", {"var_ref": "total"}, wires)
    return _board("fired_chain", nodes, _total())


def endless() -> Board:
    """Two lines of log that fire each other for ever."""
    nodes = {
        "start": node("events_simple", {}, {"exec_out": ["one.exec_in"]}),
        "one": node("log_info", {"message": "one"}, {"exec_out": ["two.exec_in"]}),
        "two": node("log_info", {"message": "two"}, {"exec_out": ["one.exec_in"]}),
    }
    return _board("endless", nodes, {})


def eating() -> Board:
    """Keeps 8 MiB more with each round, for ever."""
    nodes = {
        "start": node("events_simple", {}, {"exec_out": ["keep.exec_in"]}),
        "keep": node("array_push_ref", {"var_ref": "kept"}, {"exec_out": ["keep.exec_in"]}),
    }
    template = {"format_string": "{a}" * 1_024}
    for name, to in (("a", "b.a"), ("b", "keep.value")):
        more = {"a": "12345678"} if name == "a" else {}
        nodes[name] = node("string_format", template | more, {"formatted_string": [to]})
    kept = Variable(name="kept", type=DataType.GENERIC, value_type=ValueType.ARRAY, default=[])
    return _board("eating", nodes, {"kept": kept})


def awaiting() -> Board:
    """An event, a delay, a line of log: the smallest board that waits."""
    nodes = {
        "start": node("events_simple", {}, {"exec_out": ["wait.exec_in"]}),
        "wait": node("delay", {"time": 1.0}, {"exec_out": ["log.exec_in"]}),
        "log": node("log_info", {"message": "hi there", "toast": False}, {}),
    }
    return _board("awaiting", nodes, {})


def added() -> Board:
    """An HTTP request, two numbers out of its query, their sum as the result: seven nodes."""
    nodes = {
        "start": node(
            "event_http_request",
            {},
            {"exec_out": ["end.exec_in"], "query": ["a.struct", "b.struct"]},
        ),
        "a": node("struct_get", {"field": "a"}, {"value": ["a_number.string"]}),
        "b": node("struct_get", {"field": "b"}, {"value": ["b_number.string"]}),
        "a_number": node("val_from_string", {}, {"value_ref": ["sum.integer1"]}),
        "b_number": node("val_from_string", {}, {"value_ref": ["sum.integer2"]}),
        "sum": node("int_add", {}, {"sum": ["end.response"]}),
        "end": node("events_generic_return_result", {}, {}),
    }
    return _board("add", nodes, {})


@cache
def mixed(count: int) -> Board:
    """A chain of groups with branches, loops and pure nodes; ``count`` is a multiple of 20."""
    nodes: dict[str, Node] = {}
    groups = count // GROUP
    for number in range(groups):
        nodes |= _group(number, last=number == groups - 1)
    # The first group has no group before it to read from, and room for the event.
    nodes["g0_event"] = node("events_simple", {}, {"exec_out": ["g0_diff.exec_in"]})
    return _board("mixed", nodes, _total())


@cache
def mixed_text(count: int) -> str:
    """The canonical text of that board."""
    return dump(mixed(count))


def _total() -> dict[str, Variable]:
    return {"total": Variable(name="Total", type=DataType.INTEGER, default=0)}


def _format(wired: str) -> dict[str, Any]:
    """The literals of a text with twelve names, but for those that are wired."""
    texts = {name: "text" for name in _PLACES if name not in wired}
    return {"format_string": _TEMPLATE, **texts}


_Parts = tuple[str, dict[str, Any], dict[str, list[str]]]


def _group(number: int, *, last: bool) -> dict[str, Node]:
    """Twenty nodes that control runs through from ``diff`` to ``again``."""

    def at(*ends: str) -> list[str]:
        return [f"g{number}_{end}" for end in ends]

    def names(node: str, count: int) -> list[list[str]]:
        return [at(f"{node}.{name}") for name in _PLACES[:count]]

    start, end = "2026-01-01T00:00:00Z", "2026-02-03T04:05:06Z"
    numbers = ("total_seconds", "days", "hours", "minutes", "seconds")
    first = dict(zip(numbers, names("format1", 5), strict=True))
    made: dict[str, _Parts] = {
        "diff": (
            "utils_datetime_diff",
            {"start": start, "end": end},
            {"exec_out": at("log1.exec_in"), **first},
        ),
        "format1": (
            "string_format",
            _format("abcdef" if number else "abcde"),
            {"formatted_string": at("log1.message")},
        ),
        "log1": ("log_info", {"toast": False}, {"exec_out": at("branch.exec_in")}),
        "add": (
            "int_add",
            {"integer1": number, "integer2": 7},
            {"sum": at("less.integer1", "set.value_in")},
        ),
        "less": ("int_less_than", {"integer2": 50}, {"less_than": at("branch.condition")}),
        "branch": (
            "control_branch",
            {},
            {"true": at("log2.exec_in"), "false": at("set.exec_in")},
        ),
        "log2": (
            "log_warning",
            {"message": "small", "toast": False},
            {"exec_out": at("set.exec_in")},
        ),
        "set": (
            "variable_set",
            {"var_ref": "total"},
            {"exec_out": at("switch.exec_in"), "value_ref": at("format2.a", "clamp.integer")},
        ),
        "switch": (
            "control_switch",
            {"cases": _CASES},
            {"case": at("log3.exec_in"), "default": at("each.exec_in")},
        ),
    }
    made |= _loops(at, f"g{number + 1}_diff.exec_in", last=last)
    if number:
        made["read"] = ("variable_get", {"var_ref": "total"}, {"value_ref": at("format1.f")})
    return {f"g{number}_{name}": node(*parts) for name, parts in made.items()}


def _loops(at: Callable[..., list[str]], following: str, *, last: bool) -> dict[str, _Parts]:
    """The second half of a group: what comes after the switch."""
    return {
        "format2": ("string_format", _format("a"), {"formatted_string": at("switch.value")}),
        "log3": (
            "log_error",
            {"message": "first case", "toast": False},
            {"exec_out": at("each.exec_in")},
        ),
        "each": (
            "control_for_each",
            {"array": [1, 2, 3]},
            {
                "exec_out": at("log4.exec_in"),
                "value": at("format3.a"),
                "index": at("format3.b"),
                "done": at("loop.exec_in"),
            },
        ),
        "format3": ("string_format", _format("ab"), {"formatted_string": at("log4.message")}),
        "log4": ("log_info", {"toast": False}, {}),
        "loop": (
            "control_while_loop",
            {"condition": True, "max_iter": 3},
            {
                "exec_out": at("again.exec_in"),
                "iter": at("format4.a"),
                "done": [] if last else [following],
            },
        ),
        "clamp": (
            "int_clamp",
            {"min": 0, "max": 100},
            {"clamped": at("format4.b")},
        ),
        "format4": ("string_format", _format("abc"), {"formatted_string": at("log5.message")}),
        "again": (
            "control_do_n",
            {"n": 2, "start_index": 0},
            {"then": at("log5.exec_in"), "index": at("format4.c")},
        ),
        "log5": ("log_info", {"toast": False}, {}),
    }
