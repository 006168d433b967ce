"""Wires and pins: what replaces what, numbering, and pins that follow."""

from msgspec import UNSET

from flowlike.board.edit import commands as c
from flowlike.board.model import Board, Input, Output
from tests.board.edit_examples import TYPES, E, I, S, do, pin, sample, wires


def test_a_wire_into_an_occupied_input_replaces_and_undo_brings_it_back() -> None:
    board = do(sample(), c.AddNode(id="more", type="add@1")).board
    applied = do(board, c.Connect("more.sum", "tail.a"))
    assert ("calc.sum", "tail.a") not in wires(applied.board)
    assert ("more.sum", "tail.a") in wires(applied.board)
    assert applied.touched == {"node:calc", "node:more", "node:tail"}
    assert do(applied.board, applied.inverse).board == board


def test_a_relay_of_data_has_one_source_too() -> None:
    board = do(
        sample(),
        c.AddPin("box", "in", pin=pin("n", I)),
        c.AddNode(id="more", type="add@1"),
        c.Connect("calc.sum", "box.n"),
        c.Connect("more.sum", "box.n"),
    ).board
    assert [source for source, end in wires(board) if end == "box.n"] == ["more.sum"]


def test_execution_inputs_take_many_and_outputs_keep_order() -> None:
    board = do(sample(), c.Connect("go.exec_out", "end.exec_in", 0)).board
    assert board.nodes["go"].outputs["exec_out"].to == ("end.exec_in", "say.exec_in")
    assert ("say.exec_out", "end.exec_in") in wires(board)


def test_the_same_output_can_be_moved_to_another_turn_of_itself() -> None:
    board = do(sample(), c.Disconnect("go.exec_out", "say.exec_in")).board
    assert "exec_out" not in board.nodes["go"].outputs


def test_a_layer_may_pass_through_itself() -> None:
    board = do(
        sample(), c.AddPin("box", "out", pin=pin("leave", E)), c.Connect("box.enter", "box.leave")
    ).board
    assert board.layers["box"].outputs["enter"].to == ("deep.exec_in", "box.leave")


def test_removing_one_of_several_moves_literals_and_wires_up() -> None:
    board = do(
        sample(),
        c.AddPin("join", "in", name="items"),
        c.AddPin("join", "in", name="items"),
        c.SetPinValue("join", "items#4", "four"),
        c.AddNode(id="fmt", type="format@1"),
        c.Connect("fmt.text", "join.items#3"),
    ).board
    applied = do(board, c.RemovePin("join", "in", "items"))
    node = applied.board.nodes["join"]
    assert node.inputs == {"items": Input(value="!"), "items#3": Input(value="four")}
    assert ("fmt.text", "join.items#2") in wires(applied.board)
    assert all(source != "go.who" for source, _ in wires(applied.board))
    assert do(applied.board, applied.inverse).board == board


def test_variadic_outputs_renumber_and_stay_listed() -> None:
    board = do(
        sample(),
        c.AddPin("deep", "out", name="exec_out"),
        c.AddPin("deep", "out", name="exec_out"),
        c.Connect("deep.exec_out#2", "end.exec_in"),
        c.Connect("deep.exec_out#4", "say.exec_in"),
    ).board
    after = do(board, c.RemovePin("deep", "out", "exec_out#2")).board
    assert after.nodes["deep"].outputs == {"exec_out#3": Output(to=("say.exec_in",))}
    empty = do(after, c.Disconnect("deep.exec_out#3", "say.exec_in")).board
    assert empty.nodes["deep"].outputs == {"exec_out#3": Output()}
    least = do(empty, c.RemovePin("deep", "out", "exec_out")).board
    assert least.nodes["deep"].outputs == {}


def test_a_variadic_pin_outlives_its_literal() -> None:
    board = do(
        sample(), c.AddPin("join", "in", name="items"), c.SetPinValue("join", "items#3", "x")
    ).board
    cleared = do(board, c.ClearPinValue("join", "items#3"), c.ClearPinValue("join", "items#2"))
    assert cleared.board.nodes["join"].inputs == {"items#3": Input()}


def test_pins_follow_from_literals_and_their_wires_come_back() -> None:
    board = do(
        sample(),
        c.AddNode(id="fmt", type="format@1"),
        c.SetPinValue("fmt", "template", "$who is $age"),
        c.Connect("go.who", "fmt.who"),
        c.SetPinValue("fmt", "age", "old"),
    ).board
    assert [p.name for p in board.nodes["fmt"].pins.inputs] == ["who", "age"]
    applied = do(board, c.SetPinValue("fmt", "template", "nobody"))
    assert applied.board.nodes["fmt"].pins.inputs == ()
    assert applied.board.nodes["fmt"].inputs == {"template": Input(value="nobody")}
    assert ("go.who", "fmt.who") not in wires(applied.board)
    assert do(applied.board, applied.inverse).board == board


def test_a_call_follows_its_start_node() -> None:
    board = sample()
    assert [(p.name, p.type) for p in board.nodes["call"].pins.inputs] == [("who", S)]
    board = do(board, c.Connect("join.text", "call.who"), c.AddErrorPin("go")).board
    grown = do(board, c.AddPin("go", "out", pin=pin("age", I))).board
    assert [p.name for p in grown.nodes["call"].pins.inputs] == ["who", "age"]
    shrunk = do(grown, c.RemovePin("go", "out", "who"))
    assert [p.name for p in shrunk.board.nodes["call"].pins.inputs] == ["age"]
    assert ("join.text", "call.who") not in wires(shrunk.board)
    assert do(shrunk.board, shrunk.inverse).board == grown
    orphan = do(grown, c.Remove(("go",))).board
    assert orphan.nodes["call"].pins == grown.nodes["call"].pins
    free = do(orphan, c.AddPin("call", "in", pin=pin("extra", S))).board
    assert [p.name for p in free.nodes["call"].pins.inputs] == ["who", "age", "extra"]


def test_error_pins_come_and_go() -> None:
    board = do(
        sample(),
        c.AddErrorPin("say"),
        c.Connect("say.auto_handle_error", "end.exec_in"),
        c.Connect("say.auto_handle_error_string", "end.message"),
    ).board
    kept = do(board, c.Disconnect("say.auto_handle_error", "end.exec_in")).board
    assert kept.nodes["say"].outputs["auto_handle_error"] == Output()
    gone = do(board, c.RemoveErrorPin("say"))
    assert set(gone.board.nodes["say"].outputs) == {"exec_out"}
    assert do(gone.board, gone.inverse).board == board


def test_removal_takes_wires_and_references_along() -> None:
    board = do(sample(), c.SetFunctionReference("say", ("go", "end"))).board
    applied = do(board, c.Remove(("end", "calc")))
    assert applied.board.nodes["say"].functions == ("go",)
    assert "exec_out" not in applied.board.nodes["say"].outputs
    assert "calc" not in applied.board.layout
    assert do(applied.board, applied.inverse).board == board


def test_many_wires_in_one_batch_use_an_index() -> None:
    count = 40
    add = [c.AddNode(id=f"n{at}", type="add@1") for at in range(count)]
    join = [c.Connect(f"n{at}.sum", f"n{at + 1}.a") for at in range(count - 1)]
    again = [c.Connect("n0.sum", f"n{at}.a") for at in range(2, count)]
    board = do(Board(id="b"), *add, *join, *again, c.Remove(("n5",))).board
    assert len(board.nodes["n0"].outputs["sum"].to) == count - 2
    assert all(output.value is UNSET for output in board.nodes["n3"].inputs.values())
    assert {source for source, _ in wires(board)} == {"n0.sum"}
    assert TYPES.get("add@1") is not None
