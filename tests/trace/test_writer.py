import errno
import io
import os
import stat
from pathlib import Path

import pytest
import zstandard

from flowlike.errors import TraceError
from flowlike.trace.reader import SegmentReader
from flowlike.trace.records import encode_block
from flowlike.trace.segment import FRAME_BYTES, FRAME_HEAD, MAGIC
from flowlike.trace.writer import SegmentWriter
from tests.trace.samples import PROGRAM, read, run_records, segment

BLOCK = encode_block(run_records())


class Full(io.BytesIO):
    """A disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: object, /) -> int:
        raw = memoryview(data).tobytes()  # type: ignore[arg-type]  # bytes-like, as a file takes
        taken = raw[: self.room - len(self.getvalue())]
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(taken)


def runs_of(path: Path) -> list[str]:
    with SegmentReader(path) as reader:
        return [trace.run.run_id for trace in reader]


def test_owner_only_even_where_the_umask_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    before = os.umask(0)
    try:
        with SegmentWriter(path) as writer:
            writer.append(BLOCK, PROGRAM)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert runs_of(path) == ["r1"]


def test_an_open_file_is_closed_to_others_when_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    path.write_bytes(segment(run_records("one")))
    path.chmod(0o644)
    SegmentWriter(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_runs_append_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    for run in ("one", "two"):
        with SegmentWriter(str(path)) as writer:
            writer.append(encode_block(run_records(run)), PROGRAM)
    assert runs_of(path) == ["one", "two"]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with (
        SegmentWriter(tmp_path / "a.trace"),
        pytest.raises(TraceError, match=r"trace\.in-use"),
    ):
        SegmentWriter(tmp_path / "a.trace")


def test_a_torn_tail_is_cut_before_appending(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    whole = segment(run_records("one"), run_records("two"))
    first = len(segment(run_records("one")))
    for length in (0, 5, len(MAGIC), len(MAGIC) + 3, first - 1, first, first + 7, len(whole) - 1):
        path.write_bytes(whole[:length])
        with SegmentWriter(path) as writer:
            writer.append(encode_block(run_records("new")), PROGRAM)
        assert runs_of(path) == (["one"] if length >= first else []) + ["new"]


def test_damage_and_foreign_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    for content, code in (
        (b"some notes", "trace.not-a-segment"),
        (MAGIC + bytes(FRAME_HEAD.size), "trace.damaged"),
    ):
        path.write_bytes(content)
        path.chmod(0o644)
        with pytest.raises(TraceError) as caught:
            SegmentWriter(path)
        assert caught.value.code == code
        assert path.read_bytes() == content
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_symbolic_links_are_refused(tmp_path: Path) -> None:
    target = tmp_path / "target"
    for exists in (False, True):
        if exists:
            target.write_bytes(b"")
        link = tmp_path / f"link-{exists}"
        link.symlink_to(target)
        with pytest.raises(TraceError, match=r"trace\.symlink"):
            SegmentWriter(link)
        assert target.exists() == exists


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(TraceError, match=r"trace\.not-ours"):
        SegmentWriter(pipe)
    with pytest.raises(TraceError, match=r"trace\.io"):
        SegmentWriter(tmp_path)
    with pytest.raises(TraceError, match=r"trace\.io"):
        SegmentWriter(tmp_path / "missing" / "a.trace")
    with pytest.raises(TraceError, match=r"trace\.io"):
        SegmentWriter("a\0b")


def test_a_file_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(TraceError, match=r"trace\.not-ours"):
        SegmentWriter(tmp_path / "a.trace")


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> int:  # root may write anywhere, so the system is asked
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(TraceError, match="Permission denied") as caught:
        SegmentWriter(tmp_path / "a.trace")
    assert caught.value.code == "trace.io"
    assert caught.value.remedy


def _write_two(disk: Full) -> None:
    with SegmentWriter(disk) as writer:
        for run in ("one", "two"):
            writer.append(encode_block(run_records(run)), PROGRAM)
            writer.flush()


def test_every_amount_of_room_leaves_whole_runs() -> None:
    whole = segment(run_records("one"), run_records("two"))
    first = len(segment(run_records("one")))
    for room in range(len(whole)):
        disk = Full(room)
        with pytest.raises(TraceError, match="No space left") as caught:
            _write_two(disk)
        assert caught.value.remedy
        assert [t.run.run_id for t in read(disk.getvalue())] == (["one"] if room >= first else [])


def test_a_partial_frame_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.trace"
    writer = SegmentWriter(path)
    writer.append(BLOCK, PROGRAM)
    writer.flush()
    good = path.read_bytes()
    file = writer._sink  # noqa: SLF001 - the only way to a real file on a disk that fills up
    assert isinstance(file, io.FileIO)

    class Filling:
        def write(self, data: memoryview, /) -> int:
            if len(data) > 10:
                return file.write(data[: len(data) - 10]) or 0
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writer, "_sink", Filling())
    writer.append(encode_block(run_records("two")))
    with pytest.raises(TraceError, match="No space left"):
        writer.flush()
    writer.close()
    assert path.read_bytes() == good


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_dev_full() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(TraceError, match="No space left"),
    ):
        SegmentWriter(full)


def test_after_an_error_or_close_the_writer_refuses() -> None:
    disk = Full(len(MAGIC))
    writer = SegmentWriter(disk)
    writer.append(BLOCK)
    with pytest.raises(TraceError, match=r"trace\.io"):
        writer.flush()
    disk.room = 10**6
    for again in (writer.flush, lambda: writer.append(BLOCK)):
        with pytest.raises(TraceError, match=r"trace\.io"):
            again()
    writer.close()

    closed = SegmentWriter(io.BytesIO())
    closed.close()
    closed.close()
    for again in (closed.flush, lambda: closed.append(BLOCK)):
        with pytest.raises(TraceError, match=r"trace\.closed"):
            again()


def test_a_file_object_closed_by_others() -> None:
    file = io.BytesIO()
    writer = SegmentWriter(file)
    writer.append(BLOCK)
    file.close()
    with pytest.raises(TraceError, match=r"trace\.io"):
        writer.flush()


def test_a_sink_that_takes_nothing() -> None:
    class Stuck:
        def write(self, data: memoryview, /) -> int:
            return 0

    with pytest.raises(TraceError, match="nothing more is accepted"):
        SegmentWriter(Stuck())


def test_a_sink_that_says_nothing_took_all() -> None:
    class Silent:
        kept = b""

        def write(self, data: memoryview, /) -> None:
            self.kept += bytes(data)

    sink = Silent()
    with SegmentWriter(sink) as writer:
        writer.append(BLOCK, PROGRAM)
    assert len(read(sink.kept)) == 1


def test_a_program_is_written_once() -> None:
    once, twice = segment(run_records("a")), segment(run_records("a"), run_records("b"))
    assert len(twice) - len(once) < len(once) - len(MAGIC)
    assert all(trace.program == PROGRAM for trace in read(twice))


def test_a_program_may_be_the_engines_tuple() -> None:
    file = io.BytesIO()
    nodes = (("start", "start@1", "Start", ("in",), ("out",), ()),)
    with SegmentWriter(file) as writer:
        for run in ("one", "two"):
            writer.append(encode_block(run_records(run)), (7, "hash-1", "b", "Name", nodes))
    assert [trace.node(0).title for trace in read(file.getvalue())] == ["Start", "Start"]


def test_frames_stay_small_and_a_large_run_is_split() -> None:
    rows = run_records()
    rows[1:1] = [(3, 1, 1, f"{i} " + "x" * 200, None, i) for i in range(20_000)]
    rows[1:1] = [(8, bytes(16), bytes(2 * FRAME_BYTES))]
    file = io.BytesIO()
    with SegmentWriter(file) as writer:
        writer.append(encode_block(run_records("before")), PROGRAM)
        writer.append(encode_block(rows), PROGRAM)
        writer.append(encode_block(run_records("after")), PROGRAM)
    before, large, after = read(file.getvalue())
    assert (before.run.run_id, after.run.run_id) == ("before", "after")
    assert len(large.logs) == 20_001
    assert large.complete
    sizes, at = [], len(MAGIC)
    while at < len(file.getvalue()):
        *_, packed, size = FRAME_HEAD.unpack_from(file.getvalue(), at)
        sizes.append(size)
        at += FRAME_HEAD.size + packed
    assert len(sizes) > 4
    assert sorted(sizes)[-2] <= FRAME_BYTES
    assert sizes.count(max(sizes)) == 1


def test_a_record_too_large_is_refused_and_the_writer_goes_on() -> None:
    file = io.BytesIO()
    with SegmentWriter(file) as writer:
        with pytest.raises(TraceError, match=r"trace\.too-large"):
            writer.append(encode_block([(8, bytes(16), bytes(9 * FRAME_BYTES))]))
        with pytest.raises(TraceError, match=r"trace\.malformed"):
            writer.append(b"\xc1" * 2 * FRAME_BYTES)
        writer.append(BLOCK, PROGRAM)
    assert len(read(file.getvalue())) == 1


def test_the_file_is_a_zstd_stream() -> None:
    data = segment(run_records("one"), run_records("two"))
    stream = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
    assert BLOCK.replace(b"r1", b"") not in data
    assert b"one" in (content := stream.read())
    assert b"two" in content


def test_nothing_written_is_an_empty_segment() -> None:
    file = io.BytesIO()
    SegmentWriter(file).close()
    assert file.getvalue() == MAGIC
    assert read(MAGIC) == []
