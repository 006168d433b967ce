import io
from pathlib import Path

import pytest

from flowlike.errors import TraceError
from flowlike.trace.frames import Frames
from flowlike.trace.records import encode_block
from flowlike.trace.segment import FRAME_HEAD, MAGIC, Limits
from flowlike.trace.writer import SegmentWriter
from tests.trace.samples import run_records, segment


def test_frames_tell_where_they_begin_and_can_be_gone_back_to() -> None:
    data = segment(run_records("one"), run_records("two"), program=None)
    frames = Frames(io.BytesIO(data))
    first, second = (frame for frame in frames if frame is not None)
    assert first.offset == len(MAGIC)
    assert frames.offset == len(data)
    frames.seek(second.offset)
    assert [frame for frame in frames if frame is not None] == [second]
    frames.seek(0)
    assert next(iter(frames)) == first
    assert [bytes(memoryview(block)) for block in second.blocks()] == [
        encode_block(run_records("two"))
    ]


def test_a_writer_says_where_its_blocks_will_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    blocks = [encode_block(run_records(f"r{number}")) for number in range(9)]
    with SegmentWriter(path) as writer:
        places = []
        for number, block in enumerate(blocks):
            places.append(writer.append(block))
            if number % 4 == 3:
                writer.flush()
        assert writer.length == path.stat().st_size
    for block, place in zip(blocks, places, strict=True):
        frames = Frames(path)
        frames.seek(place.offset)
        frame = next(iter(frames))
        assert frame is not None
        assert bytes(memoryview(frame.blocks()[place.block])) == block
        frames.close()


def test_where_no_frame_begins(tmp_path: Path) -> None:
    data = segment(run_records("one"))
    frames = Frames(io.BytesIO(data))
    frames.seek(len(MAGIC) + 3)
    assert list(frames) == [None]
    assert frames.damage[-1].offset == len(MAGIC) + 3
    frames.seek(len(data))
    assert list(frames) == []
    frames.seek(len(data) - 5)
    assert list(frames) == []
    assert frames.torn
    frames.seek(0)
    assert not frames.torn


def test_a_source_that_cannot_be_gone_back_in() -> None:
    class Pipe(io.BytesIO):
        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation("no")

    frames = Frames(Pipe(segment(run_records())))
    with pytest.raises(TraceError, match=r"trace\.io"):
        frames.seek(0)


def test_a_frame_that_holds_no_blocks_is_damaged_only_when_asked() -> None:
    file = io.BytesIO()
    writer = SegmentWriter(file)
    writer.append(b"\xc1")
    writer.flush()
    (frame,) = Frames(io.BytesIO(file.getvalue()))
    assert frame is not None
    with pytest.raises(TraceError, match=r"trace\.malformed"):
        frame.blocks()


def test_limits_of_frames() -> None:
    data = segment(run_records("one"), run_records("two"))
    with pytest.raises(TraceError, match=r"trace\.too-large"):
        list(Frames(io.BytesIO(data), Limits(frame_bytes=10)))
    with pytest.raises(TraceError, match=r"trace\.too-large"):
        list(Frames(io.BytesIO(data), Limits(total_bytes=300)))
    lying = bytearray(data)
    lying[len(MAGIC) + FRAME_HEAD.size - 1] ^= 0x7F
    frames = Frames(io.BytesIO(bytes(lying)))
    assert [frame is None for frame in frames] == [True, False]
    assert "lengths" in frames.damage[0].reason
