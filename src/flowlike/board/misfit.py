"""Which part of a JSON tree does not fit its type, and why, in words for people."""

import types
from difflib import get_close_matches
from enum import Enum
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec

from flowlike.board.locate import Path, quote

UNKNOWN_FIELD = "text.unknown-field"
MISSING_FIELD = "text.missing-field"
WRONG_TYPE = "text.wrong-type"


class Misfit(NamedTuple):
    """The innermost part that is wrong."""

    path: Path
    code: str
    message: str
    remedy: str


def find_misfit(tree: Any, kind: Any) -> Misfit:
    """The first part of ``tree`` that keeps it from being a ``kind``; there is one."""
    path: Path = ()
    while True:
        kind = _bare(kind, tree)
        found = _field_fault(tree, kind)
        if found:
            return found._replace(path=(*path, *found.path))
        for name, value, inner in _parts(tree, kind):
            if not _fits(value, inner):
                path, tree, kind = (*path, name), value, inner
                break
        else:
            return Misfit(path, WRONG_TYPE, *_type_fault(tree, kind))


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _bare(kind: Any, value: Any) -> Any:
    """The one member of an optional type that ``value`` was meant to be."""
    if get_origin(kind) not in {Union, types.UnionType}:
        return kind
    members = [arg for arg in get_args(kind) if arg not in {type(None), msgspec.UnsetType}]
    return next((arg for arg in members if _fits(value, arg)), members[0])


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _field_fault(tree: Any, kind: Any) -> Misfit | None:
    if not _is_struct(kind) or not isinstance(tree, dict):
        return None
    fields = msgspec.structs.fields(kind)
    names = [field.encode_name for field in fields]
    renamed = {field.name: field.encode_name for field in fields}
    for key in tree:
        if key not in names:
            near = [renamed[key]] if key in renamed else get_close_matches(key[:80], names, 1)
            remedy = f'Write "{near[0]}".' if near else f"Known fields: {', '.join(names)}."
            message = f"There is no field {quote(key)} here."
            return Misfit((key,), UNKNOWN_FIELD, message, remedy)
    for field in fields:
        if field.required and field.encode_name not in tree:
            name = field.encode_name
            message = f'The field "{name}" is missing.'
            return Misfit((), MISSING_FIELD, message, f'Add "{name}".')
    return None


def _parts(tree: Any, kind: Any) -> list[tuple[str | int, Any, Any]]:
    """Name, value and type of each part."""
    arguments = get_args(kind)
    if isinstance(tree, dict):
        if _is_struct(kind):
            fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
            return [(key, value, fields[key]) for key, value in tree.items()]
        if get_origin(kind) is dict:
            return [(key, value, arguments[1]) for key, value in tree.items()]
    if isinstance(tree, list) and get_origin(kind) is tuple:
        inner = arguments[0]  # all tuples of a document hold one type
        return [(index, value, inner) for index, value in enumerate(tree)]
    return []


def _type_fault(tree: Any, kind: Any) -> tuple[str, str]:
    choices = _choices(kind)
    if choices and isinstance(tree, str):
        near = get_close_matches(tree[:80], choices, 1)
        remedy = f'Write "{near[0]}".' if near else f"Use one of: {', '.join(choices)}."
        return f"{quote(tree)} is none of the known values.", remedy
    expected = _expected(kind)
    got = _JSON_NAMES.get(type(tree), "something else")
    if isinstance(tree, list) and get_origin(kind) is tuple:
        got = f"a list of {len(tree)}"
    return f"This should be {expected}, but is {got}.", f"Write {expected}."


def _choices(kind: Any) -> list[str]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    return [str(arg) for arg in get_args(kind)] if get_origin(kind) is Literal else []


def _expected(kind: Any) -> str:
    choices = _choices(kind)
    if choices:
        return "one of " + ", ".join(choices)
    if get_origin(kind) is tuple:
        arguments = get_args(kind)
        return "a list" if arguments[-1] is Ellipsis else f"a list of {len(arguments)}"
    return _TYPE_NAMES.get(kind, "an object")


_JSON_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_TYPE_NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
