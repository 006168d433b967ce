"""A run's block with less in it. Runs and errors always stay."""

from typing import Any

import msgspec

from flowlike.trace.records import malformed

_RUN, _STEP, _LOG, _ERROR, _END = 0, 1, 3, 4, 6
_STEPS = frozenset({_RUN, _STEP, _LOG, _ERROR, _END})
_PAYLOAD_AT, _OUTPUT_AT, _LOG_LEVEL_AT = 3, 5, 2
_LEAST_LOG = 3
_records = msgspec.msgpack.Decoder(list[list[msgspec.Raw]]).decode
_level = msgspec.msgpack.Decoder(int).decode
_encode = msgspec.msgpack.Encoder().encode
_NONE = msgspec.Raw(b"\xc0")


def without_data(block: bytes) -> bytes:
    """The block without the values that pins, payload and outputs held.

    Raises:
        TraceError: ``trace.malformed``.
    """
    return _encode([_emptied(record) for record in _split(block) if _kind(record) in _STEPS])


def only_errors(block: bytes) -> bytes:
    """The block with the run, its errors, the log from errors on, and its end.

    Raises:
        TraceError: ``trace.malformed``.
    """
    return _encode([_emptied(record) for record in _split(block) if _is_grave(record)])


def _split(block: bytes) -> list[list[msgspec.Raw]]:
    try:
        return _records(block)
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise malformed(error) from error


def _kind(record: list[msgspec.Raw]) -> int:
    return bytes(memoryview(record[0]))[0] if record else -1


def _is_grave(record: list[msgspec.Raw]) -> bool:
    kind = _kind(record)
    if kind == _LOG:
        return len(record) > _LOG_LEVEL_AT and _level(record[_LOG_LEVEL_AT]) >= _LEAST_LOG
    return kind in {_RUN, _ERROR, _END}


def _emptied(record: list[Any]) -> list[Any]:
    at = {_RUN: _PAYLOAD_AT, _END: _OUTPUT_AT}.get(_kind(record), len(record))
    if at < len(record):
        record[at] = _NONE
    return record
