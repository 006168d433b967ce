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
from flowlike.trace.reader import Limits, SegmentReader, program_at, run_at
from flowlike.trace.records import Program, decode_block, encode_block, first_kind
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


# ------------------------------------------------------------------ one run, by its place


def kept(about: object) -> bytes:
    return encode_block([(9, about)])


def test_what_an_archive_notes_is_passed_over_by_those_who_read_all(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with SegmentWriter(path) as writer:
        writer.append(kept(["not traced"]))
        for run in ("one", "two"):
            writer.append(kept([run]), PROGRAM)
            writer.append(encode_block(run_records(run)))
        writer.append(kept(["not traced either"]))
    with SegmentReader(path) as reader:
        found = list(reader)
    assert [trace.run.run_id for trace in found] == ["one", "two"]
    assert all(trace.complete and trace.program == PROGRAM for trace in found)


def test_one_run_is_read_from_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    long = run_records("long")
    long[1:1] = [(3, 1, 1, f"{i} " + "x" * 300, None, i) for i in range(9_000)]
    rows = {"one": run_records("one"), "long": long, "two": run_records("two"), "none": []}
    places = {}
    with SegmentWriter(path) as writer:
        of_program = writer.append(encode_block([PROGRAM]))
        for run, records in rows.items():
            places[run] = writer.append(kept([run]))
            if records:
                writer.append(encode_block(records))
    assert decode_block(program_at(path, *of_program)) == [PROGRAM]
    for run, place in places.items():
        found = run_at(path, *place)
        assert found.about == kept([run])
        trace = found.trace({PROGRAM.hash: PROGRAM})
        if run == "none":
            assert trace is None
            continue
        assert trace is not None
        assert trace.run.run_id == run
        assert trace.complete
        assert trace.program == PROGRAM
        assert len(trace.logs) == (9_001 if run == "long" else 1)


def test_a_run_without_notes_is_read_from_its_place_too(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with SegmentWriter(path) as writer:
        first = writer.append(encode_block(run_records("one")))
        second = writer.append(encode_block(run_records("two")))
    for run, place in (("one", first), ("two", second)):
        found = run_at(path, *place)
        assert found.about is None
        assert found.blocks == [encode_block(run_records(run))]
        trace = found.trace({})
        assert trace is not None
        assert trace.program is None


def test_a_place_where_no_run_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with SegmentWriter(path) as writer:
        of_program = writer.append(encode_block([PROGRAM]))
        place = writer.append(encode_block(run_records("one")))
        loose = writer.append(encode_block([(6, "ok", None, 2, 0, None, 200)]))
    for offset, block in (
        (place.offset, 7),
        (place.offset + 1, 0),
        (10**9, 0),
        tuple(of_program),
        tuple(loose),
    ):
        with pytest.raises(TraceError, match=r"trace\.malformed"):
            run_at(path, offset, block)
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        program_at(path, *place)
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        program_at(path, 10**9, 0)


def test_a_run_whose_end_is_missing_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    long = run_records("long")
    long[1:1] = [(3, 1, 1, f"{i} " + "x" * 300, None, i) for i in range(9_000)]
    with SegmentWriter(path) as writer:
        place = writer.append(kept(["long"]))
        writer.append(encode_block(long))
    path.write_bytes(path.read_bytes()[:-10])
    found = run_at(path, *place)
    assert found.damaged
    trace = found.trace({})
    assert trace is not None
    assert not trace.complete


def test_the_first_kind_of_a_block_is_known_without_decoding_it() -> None:
    wide = (0, *range(20))
    for block, kind in (
        (kept([1]), 9),
        (encode_block([PROGRAM]), 7),
        (encode_block(run_records()), 0),
        (encode_block([wide]), 0),
        (encode_block([(6, "ok", None, 2, 0, None, 200)] * 16), 6),
        (encode_block([(6, "ok", None, 2, 0, None, 200)] * 70_000), 6),
        (b"\x90", -1),
        (b"", -1),
        (b"\x91", -1),
        (b"\xdc\x00", -1),
    ):
        assert first_kind(block) == kind
