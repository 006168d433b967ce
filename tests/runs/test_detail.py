from typing import Any

import pytest

from flowlike.errors import TraceError
from flowlike.runs.detail import only_errors, without_data
from flowlike.trace.records import encode_block
from tests.trace.samples import PROGRAM, run_records, trace_of

PAYLOAD = (4, 6, 0, "secret")


def rows() -> list[tuple[Any, ...]]:
    made = run_records()
    head = made[0]
    made[0] = (*head[:3], PAYLOAD, *head[4:])
    made[-1] = (6, "failed", "node.failed", 2, 0, PAYLOAD, 200)
    made[1:1] = [
        (8, bytes(16), b"secret" * 100),
        (3, 1, 2, "careful", None, 5),
        (3, 1, 3, "oh no", None, 6),
        (4, 2, "node.failed", "It broke.", 1),
    ]
    return made


def trace(block: bytes) -> Any:
    from flowlike.trace.records import decode_block

    records = decode_block(block)
    return trace_of(records)  # type: ignore[arg-type]  # structs encode as their tuples do


def test_without_data_steps_logs_and_errors_stay() -> None:
    slim = without_data(encode_block(rows()))
    assert b"secret" not in slim
    found = trace(slim)
    assert found.complete
    assert found.program == PROGRAM
    assert [step.seq for step in found.steps] == [1, 2]
    assert [log.message for log in found.logs] == ["careful", "oh no", "added"]
    assert len(found.errors) == 1
    assert found.values == ()
    assert found.run.payload is None
    assert found.end.output is None
    assert found.end.status == "failed"


def test_only_errors_keeps_the_run_its_errors_and_its_end() -> None:
    slim = only_errors(encode_block(rows()))
    assert b"secret" not in slim
    found = trace(slim)
    assert found.complete
    assert found.steps == ()
    assert [log.message for log in found.logs] == ["oh no"]
    assert [error.message for error in found.errors] == ["It broke."]
    assert found.run.payload is None


def test_what_has_less_already_stays_as_it_is() -> None:
    lean = encode_block([row for row in run_records() if row[0] in {0, 6}][:1])
    assert without_data(lean) == lean
    assert only_errors(lean) == lean
    assert only_errors(encode_block([])) == encode_block([])


@pytest.mark.parametrize("block", [b"\xc1", b"\x91\x01", b"", b"\x92\x90"])
def test_damage_is_told(block: bytes) -> None:
    for slim in (without_data, only_errors):
        with pytest.raises(TraceError, match=r"trace\.malformed"):
            slim(block)


def test_a_record_of_nothing_is_left_out() -> None:
    assert without_data(b"\x91\x90") == b"\x90"
    assert only_errors(b"\x91\x91\x03") == b"\x90"
