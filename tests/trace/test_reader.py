import io
import os
import struct
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import TraceError
from flowlike.trace.reader import Limits, SegmentReader
from flowlike.trace.records import Program, encode_block
from flowlike.trace.segment import FRAME_HEAD, FRAME_MARK, MAGIC
from flowlike.trace.writer import SegmentWriter
from tests.trace.samples import PROGRAM, read, run_records, segment

SMALL = segment(run_records("one"), run_records("two"))


def frame(content: bytes, size: int | None = None) -> bytes:
    packed = zstandard.ZstdCompressor().compress(content)
    return (
        FRAME_HEAD.pack(*FRAME_MARK, len(packed), len(content) if size is None else size) + packed
    )


def blocks(*runs: list[tuple[object, ...]]) -> bytes:
    return msgspec.msgpack.encode(runs)


def test_runs_come_back_whole() -> None:
    one, two = read(SMALL)
    assert (one.run.run_id, two.run.run_id) == ("one", "two")
    assert one.complete
    assert one.program == PROGRAM
    assert [step.seq for step in one.steps] == [1, 2]
    assert [one.value(value.content) for value in one.values] == [41, 41, 82]
    assert one.logs[0].fields == {"count": 2}
    assert one.end is not None
    assert one.end.status == "ok"


def test_every_truncation_reads_what_is_whole() -> None:
    ends = [len(MAGIC), len(segment(run_records("one"))), len(SMALL)]
    for length in range(len(SMALL) + 1):
        reader = SegmentReader(io.BytesIO(SMALL[:length]))
        runs = [trace.run.run_id for trace in reader]
        assert runs == ["one", "two"][: max(sum(end <= length for end in ends) - 1, 0)]
        assert reader.torn == (length not in ends)
        assert bool(reader.damage) == reader.torn


@pytest.mark.parametrize("bit", [1, 16, 128])
def test_no_bit_flip_shows_anything_wrong(bit: int) -> None:
    good = {trace.run.run_id: trace for trace in read(SMALL)}
    for index in range(len(SMALL)):
        changed = bytearray(SMALL)
        changed[index] ^= bit
        try:
            reader = SegmentReader(io.BytesIO(bytes(changed)))
            runs = list(reader)
        except TraceError:
            continue
        for trace in runs:
            expected = good[trace.run.run_id]
            assert (trace.steps, trace.values, trace.end) == (
                expected.steps,
                expected.values,
                expected.end,
            )
        assert len(runs) == 2 or reader.damage


@given(st.binary(max_size=200), st.booleans())
def test_noise_is_an_error_or_damage(noise: bytes, framed: bool) -> None:
    reader = SegmentReader(io.BytesIO(MAGIC + (frame(noise) if framed else noise)))
    assert list(reader) == []
    assert reader.damage or not noise or noise == b"\x90"


def test_a_damaged_frame_costs_only_itself() -> None:
    data = bytearray(segment(run_records("a"), run_records("b"), run_records("c")))
    at = len(segment(run_records("a"))) + FRAME_HEAD.size + 20
    data[at] ^= 0xFF
    reader = SegmentReader(io.BytesIO(bytes(data)))
    runs = list(reader)
    assert [trace.run.run_id for trace in runs] == ["a", "c"]
    assert len(reader.damage) == 1
    assert reader.damage[0].offset == at - 20 - FRAME_HEAD.size
    assert not reader.torn


def test_a_run_that_lost_its_middle_says_so() -> None:
    rows = run_records()
    parts = [blocks(rows[:2]), b"\xc1", blocks(rows[2:])]
    (trace,) = read(MAGIC + b"".join(map(frame, parts)))
    assert trace.damaged
    assert not trace.complete
    assert trace.end is not None


def test_a_run_that_lost_its_beginning_is_left_out() -> None:
    rows = run_records()
    data = MAGIC + frame(blocks(rows[1:])) + frame(blocks(run_records("next")))
    assert [trace.run.run_id for trace in read(data)] == ["next"]


def test_a_run_cut_off_is_incomplete() -> None:
    rows = run_records()
    data = MAGIC + frame(blocks(rows[:3])) + frame(blocks(rows[3:]))[:-1]
    (trace,) = read(data)
    assert trace.damaged
    assert trace.end is None


def test_a_run_of_another_program_reads_without_it() -> None:
    (trace,) = read(segment(run_records(program="other")))
    assert trace.program is None
    assert trace.node(1).title == "#1"


@pytest.mark.parametrize("content", [b"hello", b"\0" * 100, MAGIC[:-1] + b"2"])
def test_other_files_are_no_segments(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(TraceError, match=r"trace\.not-a-segment"):
        SegmentReader(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"trace\.io"):
        SegmentReader(tmp_path / "missing")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for odd in (pipe, tmp_path):
        with pytest.raises(TraceError, match=r"trace\.not-a-segment"):
            SegmentReader(odd)
    closed = io.BytesIO(SMALL)
    reader = SegmentReader(closed)
    closed.close()
    with pytest.raises(TraceError, match=r"trace\.io"):
        list(reader)


def test_a_bomb_is_refused_by_its_own_head() -> None:
    bomb = MAGIC + frame(bytes(64 * 1024 * 1024), size=100)
    assert len(bomb) < 10_000
    with pytest.raises(TraceError, match=r"trace\.too-large"):
        read(bomb)


def test_a_frame_that_hides_its_size_is_damage() -> None:
    packed = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(10**6))
    data = MAGIC + FRAME_HEAD.pack(*FRAME_MARK, len(packed), 10**6) + packed
    reader = SegmentReader(io.BytesIO(data))
    assert list(reader) == []
    assert reader.damage


def test_lengths_that_disagree_are_damage() -> None:
    reader = SegmentReader(io.BytesIO(MAGIC + frame(blocks(run_records()), size=5)))
    assert list(reader) == []
    assert reader.damage[0].reason == "its lengths do not agree"


def test_a_length_beyond_reason_is_not_read() -> None:
    data = MAGIC + struct.pack("<IIII", *FRAME_MARK, 2**32 - 1, 5) + bytes(100)
    reader = SegmentReader(io.BytesIO(data))
    assert list(reader) == []
    assert not reader.torn
    assert reader.damage[0].offset == len(MAGIC)


def test_deep_data_is_damage() -> None:
    reader = SegmentReader(io.BytesIO(MAGIC + frame(b"\x91" * 1_000_000)))
    assert list(reader) == []
    assert reader.damage


@pytest.mark.parametrize(
    "limits",
    [
        Limits(frame_bytes=100),
        Limits(run_bytes=100),
        Limits(run_records=3),
        Limits(total_bytes=100),
        Limits(programs=0),
    ],
)
def test_limits(limits: Limits) -> None:
    with pytest.raises(TraceError, match=r"trace\.too-large") as caught:
        list(SegmentReader(io.BytesIO(SMALL), limits))
    assert caught.value.remedy


def test_a_run_without_end_stops_at_its_limit() -> None:
    part = frame(blocks([(3, 0, 0, "", None, 0)] * 1000))
    data = MAGIC + frame(blocks(run_records()[:1])) + part * 50
    with pytest.raises(TraceError, match=r"trace\.too-large"):
        list(SegmentReader(io.BytesIO(data), Limits(run_records=10_000)))


def test_empty_blocks_and_programs_alone() -> None:
    program = Program("h", "b", "n", ())
    data = MAGIC + frame(b"\x90") + frame(b"\x91\x90") + frame(b"\x91" + encode_block([program]))
    assert read(data) == []


def test_control_characters_are_data() -> None:
    rows = run_records("a\x1b[2Jb\u202e")
    (trace,) = read(segment(rows))
    assert trace.run.run_id == "a\x1b[2Jb\u202e"


def test_ten_thousand_runs(tmp_path: Path) -> None:
    path = tmp_path / "many.trace"
    with SegmentWriter(path) as writer:
        for number in range(10_000):
            writer.append(encode_block(run_records(f"run-{number}")), PROGRAM)
    with SegmentReader(path) as reader:
        count = 0
        for number, trace in enumerate(reader):
            assert trace.run.run_id == f"run-{number}"
            assert trace.complete
            count += 1
    assert count == 10_000
    assert path.stat().st_size < 1_000_000
