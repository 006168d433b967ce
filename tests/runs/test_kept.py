import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import TraceError
from flowlike.runs.kept import STATUSES, KeptRun, decode_kept, encode_kept, writable
from flowlike.trace.records import decode_block, encode_block, first_kind
from tests.runs.samples import kept

INTEGERS = {
    name: st.integers(-(2**63), 2**63 - 1)
    for name in ("event_version", "started_us", "ended_us", "steps", "logs", "max_level")
}


@given(st.builds(KeptRun, **INTEGERS, handled_errors=st.just(0), epoch=st.integers(0, 2**53)))
def test_a_run_comes_back_from_its_block(run: KeptRun) -> None:
    block = encode_kept(run)
    assert first_kind(block) == 9
    assert decode_kept(block) == run
    assert len(decode_block(block)) == 1


def test_a_run_of_an_earlier_version_is_read_with_defaults() -> None:
    assert decode_kept(encode_block([(9, ["r1", "shop"])])) == KeptRun(run_id="r1", app="shop")


@pytest.mark.parametrize(
    "block",
    [b"", b"\x90", b"\xc1", encode_block([(9, ["r1"])]), encode_block([(9, 5)]), b"\x91\x91\x09"],
)
def test_what_is_no_run(block: bytes) -> None:
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        decode_kept(block)


def test_which_runs_are_over_and_which_failed() -> None:
    of = {status: kept(status=status) for status in STATUSES}
    assert [status for status in STATUSES if not of[status].ended] == ["pending", "running"]
    assert [status for status in STATUSES if of[status].failed] == [
        "failed",
        "cancelled",
        "timeout",
        "interrupted",
    ]


def test_halves_of_characters_are_written_out() -> None:
    odd = kept(error_message="half \ud800 of one", actor="\udfff")
    run = writable(odd)
    assert run.error_message == "half \\ud800 of one"
    assert decode_kept(encode_kept(run)) == run
    assert writable(run) is run


def test_the_numbers_of_statuses_never_change() -> None:
    assert STATUSES[:7] == (
        "pending",
        "running",
        "completed",
        "failed",
        "cancelled",
        "timeout",
        "interrupted",
    )


def test_fields_are_only_ever_added_at_the_end() -> None:
    assert [field.name for field in msgspec.structs.fields(KeptRun)][:25] == [
        *("run_id", "app", "board", "version", "event", "event_version", "node", "trigger"),
        *("actor", "status", "started_us", "ended_us", "steps", "logs", "max_level"),
        *("handled_errors", "error_code", "error_message", "error_node", "level"),
        *("request_id", "epoch", "detail", "pinned", "revision"),
    ]
