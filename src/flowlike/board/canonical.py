"""The one way a document is written. Equal documents give equal bytes. Spec: engine, section 6.

JSON, UTF-8, LF, a final newline. A type named in ``blocks`` stands as an indented block, one field
a line; its fields named there are spread, one item a line. All else stands on one line. Fields come
in the order of their struct, entities sorted by id, pins by name and ordinal, keys inside literals
sorted. Defaults are left out. Python walks down to what stands on one line; msgspec does the rest.
"""

import math
import re
import struct
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple, get_args

import msgspec

from flowlike.board.definition import PinDefinition
from flowlike.board.model import Input, Output, Place
from flowlike.board.pins import split_key
from flowlike.errors import TextError, Where

UNWRITABLE = "text.unwritable"
NOT_FINITE = "text.not-finite"
DEPTH = "text.depth"

Blocks = Mapping[type[msgspec.Struct], frozenset[str]]

# Their defaults are all singletons, so msgspec, which compares defaults by identity, omits them.
_PLAIN = frozenset({Input, Output, PinDefinition})
_SCALARS = frozenset({str, int, bool})

_INDENT = b"  "
_encode = msgspec.json.Encoder(order="deterministic").encode
_format = msgspec.json.format
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_WHOLE_STRINGS = re.compile(rb'(?:[^"]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[{]}"))
_SLICE = 65_536
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_EXACT = 2.0**24  # below it every whole number is a 32-bit float
_SMALLEST, _LARGEST = 2.0**-126, 3.4e38  # where 32-bit floats have their full precision
_LAST = 3.4028235e38  # rounds to the largest 32-bit float


class _Field(NamedTuple):
    attribute: str
    prefix: bytes
    default: Any  # NODEFAULT: always written
    spread: bool
    is_float: bool


def write(document: msgspec.Struct, blocks: Blocks, depth: int) -> bytes:
    """The canonical text of ``document``, nested at most ``depth`` deep.

    Raises TextError ``text.unwritable`` (not JSON), ``text.not-finite`` or ``text.depth``.
    """
    writer = _Writer(blocks, depth)
    try:
        return writer.block(document, b"") + b"\n"
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise TextError(
            UNWRITABLE,
            f"The document holds something JSON cannot say: {error}",
            remedy="Use text, numbers, true, false, null, lists and objects with text keys.",
        ) from error


def f32(value: float) -> float:
    """The float nearest to the shortest text that names the 32-bit float nearest to ``value``.

    So a coordinate is written shortest and reads back as itself. Raises TextError
    ``text.not-finite`` if ``value`` is not a number or beyond 32 bits.
    """
    if -_EXACT <= value <= _EXACT and value == int(value):
        return int(value) + 0.0  # -0.0 becomes 0.0
    # Six digits always survive a 32-bit float.
    if _SMALLEST < abs(value) < _LARGEST and (short := float(f"{value:.6g}")) == value:
        return short
    try:
        packed = struct.pack("<f", value)
    except (OverflowError, struct.error):
        packed = b""
    if not packed or not math.isfinite(value):
        raise _not_finite("A coordinate is not a finite 32-bit float.")
    (single,) = struct.unpack("<f", packed)
    for digits in range(7 if abs(single) > _SMALLEST else 1, 9):
        short = float(f"{single:.{digits}g}")
        if abs(short) <= _LAST and struct.pack("<f", short) == packed:
            return short + 0.0
    return float(f"{single:.9g}")


def deeper_than(text: bytes, depth: int) -> bool:
    """Whether objects and lists nest more than ``depth`` deep in JSON text, well-formed or not."""
    if len(text) < depth or text.count(b"[") + text.count(b"{") <= depth:
        return False
    level = start = 0
    size = _SLICE
    while start < len(text):
        whole = _WHOLE_STRINGS.match(text, start, start + size)
        end = whole.end() if whole else start
        if start + size >= len(text):
            end = len(text)  # an open string ends with the text
        elif end == start:
            size *= 2  # a string longer than the slice
            continue
        bare = _STRING.sub(b"", text[start:end]).translate(_STEPS, _NOT_BRACKETS)
        levels = list(accumulate(memoryview(bare).cast("b"), initial=level))
        if max(levels) > depth:
            return True
        level = levels[-1]
        start, size = end, _SLICE
    return False


class _Writer:
    def __init__(self, blocks: Blocks, depth: int) -> None:
        self._blocks = blocks
        self._depth = depth

    def block(self, value: msgspec.Struct, indent: bytes) -> bytes:
        inner = indent + _INDENT
        parts = [
            field.prefix + (self._spread if field.spread else self._line)(item, inner)
            for field, item in _present(value, self._blocks[type(value)])
        ]
        return _brackets(b"{}", parts, indent)

    def _spread(self, value: Any, indent: bytes) -> bytes:
        """A struct, dictionary or tuple with one item a line."""
        if isinstance(value, msgspec.Struct):
            return self.block(value, indent)
        inner = indent + _INDENT
        if isinstance(value, tuple):
            return _brackets(b"[]", [self._line(item, inner) for item in value], indent)
        blocks = self._blocks
        parts = []
        for key in _ordered(value):
            item = value[key]
            kind = type(item)
            # The first two are short ways for nearly every pin.
            if kind is Input and type(item.value) in _SCALARS:
                text = b'{"value": ' + _encode(item.value) + b"}"
            elif kind is Output:
                text = _format(_encode(item), indent=0)
            elif kind is Place:
                text = _place(item)
            elif kind in blocks:
                text = self.block(item, inner)
            else:
                text = self._line(item, inner)
            parts.append(_encode(key) + b": " + text)
        return _brackets(b"{}", parts, indent)

    def _line(self, value: Any, indent: bytes) -> bytes:
        kind = type(value)
        if kind is str:
            return _encode(value)
        if isinstance(value, msgspec.Struct) and kind not in _PLAIN:
            return self._sparse(value, indent)
        if kind is PinDefinition and (value.range is not None or value.step is not None):
            value = _with_floats(value)
        text = _encode(value)
        left = self._depth - len(indent) // len(_INDENT)
        if len(text) >= left and deeper_than(text, left):
            raise TextError(
                DEPTH,
                f"The document nests more than {self._depth} deep.",
                remedy="Flatten the deep value, or keep it as a text.",
            )
        if b"null" in text:  # what msgspec makes of NaN and infinity
            _refuse_not_finite(value)
        return _format(text, indent=0)

    def _sparse(self, value: msgspec.Struct, indent: bytes) -> bytes:
        """A struct on one line; leaves out defaults by value."""
        inner = indent + _INDENT
        parts = [
            field.prefix + self._line(float(item) if field.is_float else item, inner)
            for field, item in _present(value, frozenset())
        ]
        return b"{" + b", ".join(parts) + b"}"


def _place(place: Place) -> bytes:
    parts = []
    if place.x and (x := f32(place.x)):
        parts.append(b'"x": ' + _encode(x))
    if place.y and (y := f32(place.y)):
        parts.append(b'"y": ' + _encode(y))
    if place.z and (z := f32(place.z)):
        parts.append(b'"z": ' + _encode(z))
    if (width := place.width) is not None:
        parts.append(b'"width": ' + _encode(f32(width)))
    if (height := place.height) is not None:
        parts.append(b'"height": ' + _encode(f32(height)))
    for name, end in ((b'"entry": ', place.entry), (b'"exit": ', place.exit)):
        if end is not None:
            parts.append(name + _format(_encode((f32(end[0]), f32(end[1]))), indent=0))
    return b"{" + b", ".join(parts) + b"}"


def _with_floats(pin: PinDefinition) -> PinDefinition:
    """Declarations may give whole numbers as bounds; the text reads them back as floats."""
    bounds, step = pin.range, pin.step
    return msgspec.structs.replace(
        pin,
        range=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        step=None if step is None else float(step),
    )


def settled(place: Place) -> Place:
    """The same place in 32-bit floats. Raises TextError ``text.not-finite``."""
    width, height = place.width, place.height
    entry, leave = place.entry, place.exit
    return Place(
        x=f32(place.x),
        y=f32(place.y),
        z=f32(place.z),
        width=None if width is None else f32(width),
        height=None if height is None else f32(height),
        entry=None if entry is None else (f32(entry[0]), f32(entry[1])),
        exit=None if leave is None else (f32(leave[0]), f32(leave[1])),
    )


@cache
def _fields(kind: type[msgspec.Struct], spread: frozenset[str]) -> tuple[_Field, ...]:
    fields = []
    for field in msgspec.structs.fields(kind):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        if field.name == "format":
            default = msgspec.NODEFAULT
        prefix = _encode(field.encode_name) + b": "
        is_float = field.type is float or float in get_args(field.type)
        fields.append(_Field(field.name, prefix, default, field.name in spread, is_float))
    return tuple(fields)


def _present(value: msgspec.Struct, spread: frozenset[str]) -> list[tuple[_Field, Any]]:
    """The fields of ``value`` that differ from their defaults."""
    return [
        (field, item)
        for field in _fields(type(value), spread)
        if (item := getattr(value, field[0])) is not field[2] and item != field[2]
    ]


def _ordered(items: Mapping[str, Any]) -> list[str]:
    keys = sorted(items)
    if "#" in "".join(keys):
        keys.sort(key=split_key)
    return keys


def _brackets(pair: bytes, parts: list[bytes], indent: bytes) -> bytes:
    if not parts:
        return pair
    start = b"\n" + indent
    item = start + _INDENT
    return pair[:1] + item + (b"," + item).join(parts) + start + pair[1:]


def _refuse_not_finite(value: Any) -> None:
    open_ = [value]
    while open_:
        item = open_.pop()
        if isinstance(item, float) and not math.isfinite(item):
            raise _not_finite(f"{item!r} is no JSON number.")
        if isinstance(item, dict):
            open_.extend(item.values())
        elif isinstance(item, list | tuple):
            open_.extend(item)
        elif isinstance(item, msgspec.Struct):
            open_.extend(getattr(item, name) for name in item.__struct_fields__)


def _not_finite(message: str) -> TextError:
    return TextError(NOT_FINITE, message, remedy="Use a finite number, or a text.", where=Where())
