"""Where in a JSON text something stands: lines of paths, paths of faults. Serves error messages.

Values beside the way are skipped by the stdlib's scanner, so the cost is that of reading the text a
few times. Callers have bounded the nesting. Nothing here raises on malformed text.
"""

import json
import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_LARGEST = 8 * 1024 * 1024  # characters; in a larger text a fault is not looked up
_LEVELS = 8
_QUOTED = 60
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_@#-]{1,80}")
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_OPENERS, _CLOSERS = frozenset("[{"), frozenset("]}")
_skip = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).raw_decode
_space = re.compile(r"[ \t\n\r]*").match


def line_at(text: str, position: int) -> int:
    """Line, from 1, of a character position."""
    return text.count("\n", 0, position) + 1


def line_of(text: str, path: Path, occurrence: int = 1) -> int:
    """Line, from 1, of the value at ``path``, or of its nearest parent if it is absent.

    ``occurrence`` chooses among equal keys of the last object. 0 if the text is too large.
    """
    if len(text) > _LARGEST:
        return 0
    place = found = _after_space(text, 0)
    for depth, name in enumerate(path):
        wanted = occurrence if depth == len(path) - 1 else 1
        for key, begin, value in _children(text, place):
            if key == name:
                wanted -= 1
                found, following = begin, value
                if not wanted:
                    break
        else:
            break
        place = following
    return line_at(text, found)


def line_of_depth(text: str, depth: int) -> int:
    """Line, from 1, of the first bracket nested deeper than ``depth``; 0 if too far away."""
    level = 0
    for match in _BRACKETS.finditer(text[:_LARGEST]):
        mark = match[0]
        level += (mark in _OPENERS) - (mark in _CLOSERS)
        if level > depth:
            return line_at(text, match.start())
    return 0


def path_to_fault(text: str) -> Path:
    """Path of the innermost value (at most 8 deep) within which ``text`` stops being JSON."""
    path: Path = ()
    place = _after_space(text, 0)
    while len(text) <= _LARGEST and len(path) < _LEVELS:
        last = None
        for last in _children(text, place):  # noqa: B007 - the last one is what is wanted
            pass
        if last is None or _end(text, last[2]) is not None:
            break
        path, place = (*path, last[0]), last[2]
    return path


def path_text(path: Path) -> str:
    """A path for people: ``types.log_info@1.inputs[2].type``; odd keys are quoted and shortened."""
    parts = []
    for name in path:
        if isinstance(name, int):
            parts.append(f"[{name}]")
        elif _PLAIN_KEY.fullmatch(name):
            parts.append(f".{name}")
        else:
            parts.append(f"[{quote(name)}]")
    return "".join(parts).removeprefix(".")


def quote(text: str) -> str:
    """A foreign text for a message: quoted, shortened, with nothing in it that a terminal obeys."""
    short = text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())


def _children(text: str, place: int) -> Iterator[tuple[str | int, int, int]]:
    """Name, begin and begin of the value of each member of what stands at ``place``.

    Ends where the text is malformed; the last one given may itself be so.
    """
    opener = text[place : place + 1]
    if opener not in {"{", "["}:
        return
    at = _after_space(text, place + 1)
    index = 0
    while text[at : at + 1] not in {"", "}", "]"}:
        name: str | int = index
        value: int | None = at
        if opener == "{":
            key = _end(text, at)
            if key is None or not isinstance(key[0], str):
                return
            name, value = key[0], _after_mark(text, key[1], ":")
        if value is None:
            return
        yield name, at, value
        end = _end(text, value)
        following = None if end is None else _after_mark(text, end[1], ",")
        if following is None:
            return
        at = following
        index += 1


def _end(text: str, place: int) -> tuple[object, int] | None:
    try:
        return _skip(text, place)
    except (ValueError, RecursionError):
        return None


def _after_space(text: str, place: int) -> int:
    space = _space(text, place)
    return place if space is None else space.end()


def _after_mark(text: str, place: int, mark: str) -> int | None:
    at = _after_space(text, place)
    return _after_space(text, at + 1) if text[at : at + 1] == mark else None
