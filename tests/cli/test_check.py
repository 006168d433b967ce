"""``flowlike check``: findings with file, line, node and remedy."""

import json

from tests.cli.calls import Calls, greeter, wire


def wrong() -> dict[str, object]:
    nodes = greeter()
    nodes["log"]["out"] = {"exec_out": wire("nobody.exec_in")}
    return nodes


def test_a_correct_board(call: Calls) -> None:
    file = call.board(greeter())
    call("fmt", file)
    assert call("check", file) == (0, "", "1 file checked, no errors\n")


def test_findings_name_file_line_node_and_remedy(call: Calls) -> None:
    file = call.board(wrong())
    call("fmt", file)
    done = call("check", file)
    assert done.code == 1
    first = done.out.splitlines()[0]
    assert first.startswith(f"{file}:")
    line = int(first.split(":")[1])
    assert '"log": {' in "\n".join(
        call.folder.joinpath(file).read_text("utf-8").splitlines()[line - 2 : line + 1]
    )
    assert "  node: Print Info (log)\n" in done.out
    assert "  remedy: " in done.out
    assert done.err.startswith("1 file checked, ")


def test_json(call: Calls) -> None:
    good, bad = call.board(greeter(), "a.json"), call.board(wrong(), "b.json")
    broken = call.file("c.json", "{")
    done = call("check", good, bad, broken, "--json")
    assert done.code == 1
    assert done.data["ok"] is False
    files = done.data["files"]
    assert [each["file"] for each in files] == [good, bad, broken]
    assert {each["severity"] for each in files[0]["findings"]} <= {"info", "warning"}
    assert "error" in {each["severity"] for each in files[1]["findings"]}
    assert files[2]["error"]["code"].startswith("text.")


def test_a_folder_stands_for_the_app_in_it(call: Calls) -> None:
    call("new", "shop")
    assert call("check", "shop").err == "3 files checked, no errors\n"


def test_an_event_is_held_against_its_board(call: Calls) -> None:
    call("new", "shop")
    file = call.folder / "shop/events/hello.json"
    event = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**event, "node": "nobody", "variables": {"x": 1}}), "utf-8")
    done = call("check", "shop")
    assert done.code == 1
    assert "[event.unknown-node]" in done.out
    assert "[event.unknown-variable]" in done.out
    file.write_text(json.dumps({**event, "board": "boards/none.board.json"}), "utf-8")
    done = call("check", "shop")
    assert done.code == 1
    assert "The event's board cannot be used" in done.out


def test_an_event_without_its_app_is_read_alone(call: Calls) -> None:
    call("new", "shop")
    text = (call.folder / "shop/events/hello.json").read_text("utf-8")
    assert call("check", call.file("alone.json", text)).code == 0


def test_more_findings_than_have_lines(call: Calls) -> None:
    nodes = {f"n{i:03}": {"type": "nobody_knows@1"} for i in range(70)}
    done = call("check", call.board(nodes))
    assert done.out.count("[board.unknown-type]") == 70
