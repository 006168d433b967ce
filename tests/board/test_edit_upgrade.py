"""Upgrades say first what they lose, and lose no more."""

import msgspec
import pytest

from flowlike.board.edit import apply, plan_upgrade
from flowlike.board.edit import commands as c
from flowlike.board.model import Input, Node
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, do, sample, wires


def test_what_fits_stays() -> None:
    board = do(sample(), c.SetPinValue("end", "message", "bye")).board
    plan = plan_upgrade(board, "end", 2, TYPES)
    assert (plan.before, plan.after, plan.wires, plan.values) == ("log@1", "log@2", (), ())
    applied = do(board, c.UpgradeNode("end", 2))
    assert applied.board.nodes["end"].type == "log@2"
    assert applied.board.nodes["end"].inputs == board.nodes["end"].inputs
    assert wires(applied.board) == wires(board)
    assert do(applied.board, applied.inverse).board == board


def test_losses_are_listed_and_come_back() -> None:
    board = do(sample(), c.SetPinValue("say", "message", "hi")).board
    plan = plan_upgrade(board, "say", 3, TYPES)
    assert plan.values == ("message",)
    assert plan.wires == (("join.text", "say.message"), ("say.exec_out", "end.exec_in"))
    applied = do(board, c.UpgradeNode("say", 3))
    assert set(wires(board)) - set(wires(applied.board)) == set(plan.wires)
    assert applied.board.nodes["say"].inputs == {"message": Input()} or (
        applied.board.nodes["say"].inputs == {}
    )
    assert do(applied.board, applied.inverse).board == board


def test_a_plan_changes_nothing() -> None:
    board = sample()
    plan_upgrade(board, "say", 3, TYPES)
    assert board == sample()


def test_the_type_may_migrate_literals() -> None:
    board = do(
        sample(),
        c.AddNode(id="in", type="login@1"),
        c.SetPinValue("in", "name", "ada"),
        c.SetPinValue("in", "token", "t"),
    ).board
    after = do(board, c.UpgradeNode("in", 2)).board.nodes["in"]
    assert after.inputs == {"user": Input(value="ada")}
    assert plan_upgrade(board, "in", 2, TYPES).values == ("name", "token")
    plain = apply(board, c.UpgradeNode("in", 2), dict(TYPES)).board.nodes["in"]
    assert plain.inputs == {}


def test_a_stored_definition_is_enough_for_the_old_version() -> None:
    board = do(sample(), c.RecordTypes()).board
    newer = {"log@2": TYPES["log@2"]}
    assert apply(board, c.UpgradeNode("say", 2), newer).board.nodes["say"].type == "log@2"


def test_wires_to_what_cannot_be_judged_are_lost() -> None:
    board = do(sample(), c.Connect("say.exec_out", "call.exec_in")).board
    odd = msgspec.structs.replace(
        board, nodes=board.nodes | {"call": Node(type="gone@1"), "end": Node(type="gone@1")}
    )
    plan = plan_upgrade(odd, "say", 2, TYPES)
    assert plan.wires == (("say.exec_out", "call.exec_in"), ("say.exec_out", "end.exec_in"))


@pytest.mark.parametrize("type_", ["log@1", "gone@1", "log", "log@x", "log@2"])
def test_no_way_up(type_: str) -> None:
    board = msgspec.structs.replace(sample(), nodes={"n": Node(type=type_)})
    with pytest.raises(CommandError) as caught:
        plan_upgrade(board, "n", 1, TYPES)
    assert caught.value.code == "command.bad-upgrade"
