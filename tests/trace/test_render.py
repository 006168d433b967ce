import pytest

from flowlike.trace.records import Content, Form, Shape, State
from flowlike.trace.render import duration, short, table, timeline
from tests.trace.samples import Rows, run_records, trace_of

EMPTY = trace_of(run_records()[:1])


def loop() -> Rows:
    """A loop of three turns; the turns run at once, the last one fails."""
    rows: Rows = [run_records()[0], (1, 1, 2, 0, -1, 0, 100, 0b10, 0, ())]
    for turn in range(3):
        rows.append((1, 2 + turn, 1, 1, turn, 10, 60 + turn, 0b1, 1 if turn == 2 else 0, (0, 1)))
    rows.append((1, 5, 0, 3, 0, 20, 5, 0, 0, ()))
    return rows


def test_table() -> None:
    start, add = table(trace_of(run_records()))
    assert (start.seq, start.node, start.title, start.type) == (1, "start", "Start", "start@1")
    assert start.fired == ("exec_out", "payload")
    assert start.outputs == (("payload", "41"),)
    assert (add.start_ns, add.duration_ns, add.state, add.path) == (150, 50, State.OK, "")
    assert add.inputs == (("a", "41"),)
    assert add.outputs == (("sum", "82"),)


def test_iteration_paths() -> None:
    assert [row.path for row in table(trace_of(loop()))] == ["", "0", "1", "2", "1.0"]


def test_a_limited_table_and_none() -> None:
    assert len(table(trace_of(run_records()), limit=1)) == 1
    assert table(EMPTY) == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (Content(Shape.TEXT, 5, Form.REDACTED), "<redacted text, 5 bytes>"),
        (Content(Shape.OBJECT, 70_000, Form.HEAD, b"d" * 16, b"\x81"), "<object, 70000 bytes>"),
        (Content(Shape.TEXT, 70_000, Form.HEAD, b"d" * 16, b"ab\xff"), "'ab\ufffd'"),
        (Content(Shape.OTHER, 0, Form.OPAQUE, "socket"), "<other, 0 bytes>"),
        (Content(Shape.LIST, 300, Form.BLOB, b"d" * 16), "<list, 300 bytes>"),
        (Content(Shape.TEXT, 2, data="a\nb"), "'a\\nb'"),
        (Content(Shape.TEXT, 90, data="x" * 90), "'" + "x" * 58 + "…"),
        (Content(Shape.NULL, 0), "None"),
    ],
)
def test_short_values(content: Content, text: str) -> None:
    assert short(EMPTY, content) == text


def test_timeline_nests_and_lanes() -> None:
    lines = timeline(trace_of(loop()), width=80, ascii_only=True)
    assert [line[:28].rstrip() for line in lines] == ["Each", "  Add x3", "", "", "    Start"]
    assert lines[0].count("=") == 40
    assert "!" in lines[3]
    assert all("=" in line for line in (lines[1], lines[2], lines[4]))
    assert all(line.isascii() and len(line) <= 80 for line in lines)
    assert lines[0].endswith("100 ns")


def test_an_error_shows_above_bars_in_its_column() -> None:
    rows: Rows = [run_records()[0]]
    rows += [(1, i + 1, 1, 0, -1, i, 1, 0, 1 if i == 500 else 0, ()) for i in range(1000)]
    (line,) = timeline(trace_of(rows), width=60)
    assert line.count("✗") == 1


def test_timeline_of_an_instant_and_of_nothing() -> None:
    instant: Rows = [run_records()[0], (1, 1, 0, 0, -1, 0, 0, 0, 3, ())]
    (line,) = timeline(trace_of(instant), width=1)
    assert line.split() == ["Start", "░", "0", "ns"]
    assert len(line) <= 60
    assert timeline(EMPTY) == []


def test_lines_are_limited() -> None:
    rows: Rows = [run_records()[0]]
    rows += [(1, i + 1, i, 0, -1, i, 1, 0, 0, ()) for i in range(50)]
    lines = timeline(trace_of(rows), most_lines=10)
    assert len(lines) == 10
    assert lines[-1] == "(41 more lines)"


def test_lanes_are_limited() -> None:
    rows: Rows = [run_records()[0]]
    rows += [(1, i + 1, 1, 0, -1, 0, 10, 0, 0, ()) for i in range(50)]
    assert len(timeline(trace_of(rows))) == 8


def test_depth_is_limited_and_loops_of_parents_end() -> None:
    rows: Rows = [run_records()[0]]
    rows += [(1, i + 1, i, i, 0, i, 1, 0, 0, ()) for i in range(300)]
    rows += [(1, 400, 0, 401, 0, 0, 1, 0, 0, ()), (1, 401, 0, 400, 0, 0, 1, 0, 0, ())]
    trace = trace_of(rows)
    assert len(timeline(trace, most_lines=1000)) >= 300
    assert table(trace)[-1].seq == 401


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0, "0 ns"), (999, "999 ns"), (1500, "1.5 us"), (2_000_000, "2.0 ms"), (10**10, "10.0 s")],
)
def test_durations(ns: int, text: str) -> None:
    assert duration(ns) == text
