"""``flowlike nodes``: the installed nodes, listed, searched, or one in full."""

from collections.abc import Iterator

from flowlike.board.definition import NodeDefinition, PinDefinition, ValueType
from flowlike.cli import output
from flowlike.cli.arguments import Options, Parser
from flowlike.cli.installed import installed
from flowlike.errors import UsageError

EXAMPLES = ("flowlike nodes", "flowlike nodes divide", "flowlike nodes int_divide --json")


def configure(parser: Parser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "name", nargs="*", metavar="NAME", help="a node's name, or words to search for"
    )
    parser.add_argument("--json", action="store_true", help="print JSON: a list, or one definition")


def execute(options: Options) -> int:
    """Shows the nodes that the words mean.

    Raises:
        UsageError: there are none.
    """
    catalog = installed()
    words = " ".join(options.name)
    exact = catalog.newest(words) if words else None
    if exact is not None:
        definition = exact.definition
        if options.json:
            output.result_json(definition)
        else:
            for line in in_full(definition):
                output.result(line)
        return 0
    found = catalog.search(words) if words else [each.definition for each in catalog]
    if not found:
        raise UsageError(
            "cli.no-node",
            f"No node is called {words!r} or speaks of it.",
            remedy="flowlike nodes lists all of them.",
        )
    if options.json:
        output.result_json(found)
    else:
        _list(found, grouped=not words)
    return 0


def _list(found: list[NodeDefinition], *, grouped: bool) -> None:
    if grouped:
        found = sorted(found, key=lambda each: (each.category, each.name))
    width = max(len(each.name) for each in found)
    category = None
    for each in found:
        if grouped and each.category != category:
            category = each.category
            output.result(f"{category or 'Other'}:")
        indent = "  " if grouped else ""
        output.result(f"{indent}{each.name:<{width}}  {each.title}. {each.description}".rstrip())


def in_full(definition: NodeDefinition) -> Iterator[str]:
    """All that a board's author needs to know of a node, as lines."""
    yield f"{definition.title} ({definition.key})"
    yield definition.description
    if definition.docs:
        yield ""
        yield from definition.docs.split("\n")
    yield ""
    yield f"category: {definition.category or 'none'}"
    yield f"kind: {definition.kind}" + (", pulled when needed" if definition.pure else "")
    if definition.permissions:
        yield f"permissions: {', '.join(definition.permissions)}"
    for side, pins in (("inputs", definition.inputs), ("outputs", definition.outputs)):
        if pins:
            yield f"{side}:"
            yield from map(_pin, pins)
    if definition.derived:
        yield "More pins follow from the node's literals."


def _pin(pin: PinDefinition) -> str:
    kind = str(pin.type)
    if pin.value_type is not ValueType.NORMAL:
        kind = f"{pin.value_type} of {kind}"
    notes = [
        note
        for note in (
            "optional" if pin.optional else "",
            "may be repeated" if pin.variadic else "",
            "sensitive" if pin.sensitive else "",
            f"default {output.json_text(pin.default)}" if _has_default(pin) else "",
            f"one of {', '.join(pin.choices)}" if pin.choices else "",
            f"from {pin.range[0]:g} to {pin.range[1]:g}" if pin.range else "",
        )
        if note
    ]
    tail = f"  ({'; '.join(notes)})" if notes else ""
    text = f"  {pin.description}" if pin.description else ""
    return f"  {pin.name}: {kind}{tail}{text}"


def _has_default(pin: PinDefinition) -> bool:
    from msgspec import UNSET

    return pin.default is not UNSET and not pin.sensitive
