"""What the history says of a batch, for every verb."""

import msgspec
import pytest

from flowlike.apps.stamps import check_from_outside, stamped
from flowlike.apps.summaries import summary_of
from flowlike.board.definition import DataType
from flowlike.board.edit import Batch, Command, Restore, copy
from flowlike.board.edit import commands as c
from flowlike.board.model import Comment, Variable
from flowlike.errors import CommandError
from tests.board.edit_examples import TYPES, do, sample

BOARD = sample()
NAMED = do(BOARD, c.Rename("say", "Speak"), c.UpsertComment("memo", Comment(content="x"))).board
AFTER = do(NAMED, c.AddNode(id="new", type="add@1")).board


def said(*commands: Command) -> str:
    return summary_of(Batch(commands), NAMED, AFTER, TYPES)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (c.AddNode(id="new", type="add@1"), "Add node Add"),
        (c.Remove(("say",)), "Remove Speak"),
        (c.Remove(("say", "end")), "Remove 2 parts"),
        (c.SetPinValue("say", "message", "secret"), "Set a value of Speak"),
        (c.ClearPinValue("join", "items"), "Clear a value of concat@1"),
        (c.SetNodeSetting("say", "disabled", True), "Change a setting of Speak"),
        (c.Rename("say", "Speak"), "Rename Speak"),
        (c.SetComment("box", "x"), "Note on Box"),
        (c.MoveMany({"say": c.Move(x=1.0)}), "Move Speak"),
        (c.MoveMany({"say": c.Move(x=1.0), "end": c.Move(x=1.0)}), "Move 2 parts"),
        (c.SetLayer(("say",), "box"), "Put Speak into another layer"),
        (c.Connect("say.exec_out", "end.exec_in"), "Connect Speak"),
        (c.Disconnect("say.exec_out", "end.exec_in"), "Disconnect Speak"),
        (c.OrderWires("say.exec_out", ()), "Order the wires of Speak"),
        (c.AddPin("deep", "out", name="exec_out"), "Add a pin to sequence@1"),
        (c.RemovePin("deep", "out", "exec_out"), "Remove a pin of sequence@1"),
        (c.AddErrorPin("say"), "Handle errors of Speak"),
        (c.RemoveErrorPin("say"), "Stop handling errors of Speak"),
        (c.Paste(fragment=c.Fragment(), ids={"a": "new"}), "Paste Add"),
        (c.Paste(fragment=c.Fragment(), ids={"a": "b", "c": "d"}), "Paste 2 parts"),
        (c.Collapse(id="l", members=("say", "end")), "Collapse 2 parts"),
        (c.Expand("box"), "Expand Box"),
        (c.UpsertLayer(id="box"), "Edit layer Box"),
        (
            c.UpsertVariable("count", Variable(name="n", type=DataType.STRING)),
            "Edit variable count",
        ),
        (c.RemoveVariable("count"), "Remove variable count"),
        (c.UpsertComment("memo", Comment()), "Edit a comment"),
        (c.Remove(("memo",)), "Remove a comment"),
        (c.SetFunctionReference("call", ()), "Change what call@1 calls"),
        (c.SetBoard(name="x"), "Edit the board's settings"),
        (c.UpgradeNode("say", 2), "Upgrade Speak"),
        (c.RecordTypes(), "Record types"),
        (Restore(()), "Restore"),
        (c.Rename("gone", "x"), "Rename gone"),
    ],
)
def test_every_verb_has_its_words(command: Command, words: str) -> None:
    assert said(command) == words


def test_of_many_the_first_is_told() -> None:
    assert said(c.Rename("say", "x"), c.Rename("end", "y"), c.RecordTypes()) == (
        "Rename Speak and 2 more"
    )
    assert said() == ""


def test_long_names_are_cut() -> None:
    long = do(BOARD, c.Rename("say", "x" * 100)).board
    told = summary_of(Batch((c.Rename("say", "x"),)), long, long, TYPES)
    assert len(told) == 80
    assert told.endswith("…")


def test_all_verbs_are_known() -> None:
    from typing import get_args

    from flowlike.apps.summaries import _WORDS

    assert set(_WORDS) == set(get_args(Command))


# ---------------------------------------------------------------- what the server says itself


def test_batches_without_comments_stay_the_same_object() -> None:
    batch = Batch((c.Rename("say", "x"),))
    assert stamped(batch, BOARD, "ada") is batch


def test_comments_are_signed_by_who_added_them() -> None:
    add = Batch((c.UpsertComment("new", Comment(content="x", author="eve")),))
    (signed,) = stamped(add, BOARD, "ada").commands
    assert isinstance(signed, c.UpsertComment)
    assert signed.comment == Comment(content="x", author="ada")
    theirs = do(BOARD, c.UpsertComment("new", Comment(author="bob"))).board
    (kept,) = stamped(add, theirs, "ada").commands
    assert isinstance(kept, c.UpsertComment)
    assert kept.comment.author == "bob"


def test_pasted_comments_are_signed_too() -> None:
    fragment = copy(BOARD, ("note", "say"), TYPES)
    signed = msgspec.structs.replace(
        fragment, comments={"note": Comment(content="hello", author="eve")}
    )
    paste = c.Paste(fragment=signed, ids={"note": "n", "say": "s"})
    (done,) = stamped(Batch((paste,)), BOARD, "ada").commands
    assert isinstance(done, c.Paste)
    assert done.fragment.comments["note"] == Comment(content="hello", author="ada")
    assert done.fragment.nodes is signed.nodes
    plain = Batch((c.Paste(fragment=c.Fragment(), ids={}),))
    assert stamped(plain, BOARD, "ada") is plain


def test_recorded_changes_hide_nowhere() -> None:
    check_from_outside(Batch((c.Rename("say", "x"),)))
    for batch in (Batch((Restore(()),)), Batch((c.Rename("say", "x"), Restore((), exact=True)))):
        with pytest.raises(CommandError) as caught:
            check_from_outside(batch)
        assert caught.value.code == "command.server-only"
        assert caught.value.remedy
