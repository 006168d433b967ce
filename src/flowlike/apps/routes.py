"""Which published HTTP event answers a method and a path. Pure, and quick: it is on the hot way.

A path has one spelling, in the event and in the request: what is not spelt so matches nothing. So
no proxy, guard or log before us can have read it differently (threat 23). Spec: api-and-security,
section 4, "HTTP event".
"""

import re
from typing import Generic, TypeVar
from urllib.parse import quote, unquote_to_bytes

_PARAMETER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
# Characters of a path segment that need no escape (RFC 3986, section 3.3).
_SAFE = "!$&'()*+,;=:@-._~"
_PLAIN = re.compile(r"[A-Za-z0-9!$&'()*+,;=:@\-._~]*")
_LONGEST = 4096
_LONGEST_SEGMENT = 1024

T = TypeVar("T")


def shape_of(method: str, path: str) -> str:
    """What two events may not share: method and path with the names of parameters left out."""
    return f"{method} {_PARAMETER.sub('{}', path)}"


class RouteTable(Generic[T]):
    """Routes of one app. A fixed segment is preferred to a parameter, from left to right."""

    def __init__(self) -> None:
        self._fixed: dict[tuple[str, str], T] = {}
        self._root: _Place[T] = _Place()

    def add(self, method: str, path: str, target: T) -> None:
        """Enter a route of an event's document. One of the same shape is replaced."""
        segments = _segments(path)
        names = tuple(found[1] for each in segments if (found := _PARAMETER.fullmatch(each)))
        if not names:
            spelt = "/" + "/".join(quote(each, safe=_SAFE) for each in segments)
            self._fixed[method, spelt] = target
            return
        place = self._root
        for each in segments:
            place = place.next(each)
        place.targets[method] = (names, target)

    def match(self, method: str, path: str) -> tuple[T, dict[str, str]] | None:
        """The target and the parameters, decoded, for the path as it came over the wire.

        None if nothing answers, or the path has another spelling than ours.
        """
        fixed = self._fixed.get((method, path))
        if fixed is not None:
            return fixed, {}
        if not self._root.fixed and self._root.any is None:
            return None
        if not path.startswith("/") or len(path) > _LONGEST:
            return None
        values = [_decoded(each) for each in _segments(path)]
        if None in values:
            return None
        found = self._root.find([each for each in values if each is not None], 0, method)
        if found is None:
            return None
        names, target, given = found
        return target, dict(zip(names, given, strict=True))


class _Place(Generic[T]):
    """Where the segments before have led."""

    __slots__ = ("any", "fixed", "targets")

    def __init__(self) -> None:
        self.fixed: dict[str, _Place[T]] = {}
        self.any: _Place[T] | None = None
        self.targets: dict[str, tuple[tuple[str, ...], T]] = {}

    def next(self, segment: str) -> "_Place[T]":
        if _PARAMETER.fullmatch(segment):
            if self.any is None:
                self.any = _Place()
            return self.any
        return self.fixed.setdefault(segment, _Place())

    def find(
        self, values: list[str], at: int, method: str
    ) -> tuple[tuple[str, ...], T, list[str]] | None:
        if at == len(values):
            found = self.targets.get(method)
            return None if found is None else (*found, [])
        value = values[at]
        fixed = self.fixed.get(value)
        if fixed is not None:
            deeper = fixed.find(values, at + 1, method)
            if deeper is not None:
                return deeper
        if self.any is None or not value:
            return None
        deeper = self.any.find(values, at + 1, method)
        if deeper is None:
            return None
        deeper[2].insert(0, value)
        return deeper


def _segments(path: str) -> list[str]:
    return path[1:].split("/") if path != "/" else []


def _decoded(segment: str) -> str | None:
    """The value of a segment; None unless it is spelt as we would spell that value."""
    if len(segment) > _LONGEST_SEGMENT:
        return None
    if _PLAIN.fullmatch(segment):
        return None if segment in {".", ".."} else segment
    try:
        value = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        return None
    if value in {".", ".."} or "/" in value or "\\" in value or not value.isprintable():
        return None
    return value if quote(value, safe=_SAFE) == segment else None
