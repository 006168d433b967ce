"""Problems in words and as data."""

from flowlike.board.findings import Finding, Severity
from flowlike.board.model import Board, Layer, Node
from flowlike.cli.report import MOST_FINDINGS, error_lines, error_object, titles
from flowlike.errors import CompileError, FlowlikeError, Where
from flowlike.nodes.catalog import default_catalog
from tests.cli.calls import Calls, greeter, wire


def finding(number: int) -> Finding:
    return Finding(
        code="board.x",
        severity=Severity.ERROR,
        message=f"Wrong {number}.",
        remedy="Do it.",
        where=Where(node="log", pin="message"),
    )


def test_an_error_with_findings_tells_each_with_its_file() -> None:
    error = CompileError(
        "board.x", "Wrong 0.", where=Where(file="f"), findings=(finding(0), finding(1))
    )
    assert error_lines(error, lambda _: "Log it") == [
        "f: error: Wrong 0. [board.x]",
        "  node: Log it (log)",
        "  pin: message",
        "  remedy: Do it.",
        "f: error: Wrong 1. [board.x]",
        "  node: Log it (log)",
        "  pin: message",
        "  remedy: Do it.",
    ]
    assert error_object(error)["findings"] == [finding(0), finding(1)]


def test_very_many_findings_are_counted() -> None:
    found = tuple(finding(number) for number in range(MOST_FINDINGS + 5))
    lines = error_lines(CompileError("board.x", "Wrong.", findings=found))
    assert lines[-1] == "(5 more)"
    assert len(lines) == 4 * MOST_FINDINGS + 1


def test_only_what_is_known_is_told() -> None:
    error = FlowlikeError("a.b", "It failed.")
    assert error_lines(error) == ["error: It failed. [a.b]"]
    assert error_object(error) == {"code": "a.b", "message": "It failed."}


def test_titles() -> None:
    nodes = {
        "a": Node(type="int_add@1"),
        "b": Node(type="int_add@1", name="Sum"),
        "c": Node(type="nobody_knows@1"),
    }
    board = Board(id="t", nodes=nodes, layers={"l": Layer(name="Part")})
    title_of = titles(board, default_catalog())
    assert [title_of(each) for each in ("a", "b", "c", "l", "x")] == [
        "Add",
        "Sum",
        "nobody_knows@1",
        "Part",
        "",
    ]


def test_errors_before_the_run_name_nodes_by_title(call: Calls) -> None:
    nodes = greeter(name="Begin")
    done = call("run", call.board(nodes))
    assert "  node: Begin (start)\n" in done.err
    assert call("run", call.board(nodes), "--json").data["error"]["title"] == "Begin"
    nodes["log"] = {"type": "nobody_knows@1", "name": "Say it"}
    for command in ("run", "compile"):
        assert "  node: Say it (log)\n" in call(command, call.board(nodes)).err


def test_answers_logs_and_events(call: Calls) -> None:
    nodes = {
        "start": {"type": "events_simple@1", "out": {"exec_out": wire("log.exec_in")}},
        "log": {
            "type": "log_error@1",
            "in": {"message": {"value": {"left": 3}}, "toast": {"value": True}},
            "out": {"exec_out": wire("answer.exec_in")},
        },
        "answer": {
            "type": "http_respond@1",
            "in": {
                "status": {"value": 202},
                "headers": {"value": {"X-Shop": "yes"}},
                "body": {"value": "thanks"},
            },
        },
    }
    done = call("run", call.board(nodes))
    assert done.out == "thanks\n"
    assert done.err == ('error: {"left":3}\nanswered 202, X-Shop: yes\ncompleted after 3 steps\n')
    told = call("run", call.board(nodes), "--json").data
    assert told["response"] == {"status": 202, "headers": {"X-Shop": "yes"}, "body": "thanks"}
    assert told["events"][0]["kind"] == "toast"
    assert told["logs"][0]["level"] == "Error"
