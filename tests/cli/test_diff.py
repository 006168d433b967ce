"""``flowlike diff``: exit codes and words."""

from tests.cli.calls import Calls, greeter


def pair(call: Calls) -> tuple[str, str]:
    changed = greeter()
    changed["log"]["name"] = "Say it"
    changed["more"] = {"type": "log_info@1"}
    return call.board(greeter(), "a.json"), call.board(changed, "b.json")


def test_equal_boards(call: Calls) -> None:
    a, _ = pair(call)
    assert call("diff", a, a) == (0, "", "")
    assert call("diff", a, a, "--json").data == {"same": True, "differences": []}


def test_different_boards(call: Calls) -> None:
    done = call("diff", *pair(call))
    assert (done.code, done.err) == (1, "")
    assert "added   node more" in done.out
    assert "changed node log (Say it)\n" in done.out
    assert "Say it" in done.out


def test_json(call: Calls) -> None:
    done = call("diff", *pair(call), "--json")
    assert done.code == 1
    assert done.data["same"] is False
    assert {(each["id"], each["what"]) for each in done.data["differences"]} == {
        ("log", "changed"),
        ("more", "added"),
    }


def test_moves_may_be_passed_over(call: Calls) -> None:
    a = call.board(greeter(), "a.json", layout={"log": {"x": 1.0}})
    b = call.board(greeter(), "b.json", layout={"log": {"x": 2.0}})
    assert call("diff", a, b).code == 1
    assert call("diff", a, b, "--no-layout") == (0, "", "")
