"""Entries in rows and back, and what they say of themselves."""

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.apps.entries import Entry, StaleRevision, entry_of, made, patch_of, refusal_of, row_of
from flowlike.apps.facts import change, facts_of, starts_of
from flowlike.board.edit import Applied, Batch, Restore, apply
from flowlike.board.edit import commands as c
from flowlike.board.model import Board
from flowlike.errors import CommandError, Conflict, Where
from tests.board.edit_examples import TYPES, do, random_command, sample


def entry(applied: Applied, *commands: c.Command, revision: int = 1) -> Entry:
    return made(
        applied,
        Batch(commands),
        revision=revision,
        actor="ada",
        at_us=5,
        batch_id="b",
        kind="edit",
        summary="What was done",
    )


def read_back(written: Entry) -> Entry:
    return entry_of(row_of(written, "undo"))


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_entries_survive_their_rows(seed: int) -> None:
    random, board = Random(seed), sample()
    for _ in range(15):
        command = random_command(random, board, TYPES)
        try:
            applied = apply(board, command, TYPES)
        except CommandError:
            continue
        written = entry(applied, command)
        again = read_back(written)
        for field in msgspec.structs.fields(Entry):
            one, two = getattr(again, field.name), getattr(written, field.name)
            assert one == two or msgspec.json.encode(one) == msgspec.json.encode(two)
        assert apply(applied.board, again.inverse, TYPES).board == board
        board = applied.board


def test_an_entry_knows_the_way_back() -> None:
    done = do(sample(), c.Rename("say", "Speak"))
    assert entry(done).inverse == done.inverse


def test_recorded_changes_are_kept_once() -> None:
    start = sample()
    done = do(start, c.Rename("say", "Speak"))
    back = apply(done.board, done.inverse, TYPES)
    written = entry(back, done.inverse)
    row = row_of(written, "redo")
    assert row["commands"] == b"[]"
    again = entry_of(row)
    assert again.commands == (Restore(again.patch, exact=True),)
    assert apply(done.board, again.commands[0], TYPES).board == start
    assert patch_of(row["patch"]) == written.patch


def test_an_exact_restore_is_taken_back_exactly() -> None:
    start = sample()
    loose = msgspec.structs.replace(start, nodes={})
    changes = apply(start, Restore((), exact=True), TYPES)
    assert changes.patch == ()
    from flowlike.board.diff import diff

    applied = apply(start, diff(start, loose), TYPES)
    written = read_back(entry(applied, *diff(start, loose).commands))
    assert written.exact
    assert written.inverse.exact
    assert apply(applied.board, written.inverse, TYPES).board == start


def test_a_row_says_on_which_stack_it_is() -> None:
    written = entry(do(sample(), c.Rename("say", "Speak")))
    row = row_of(written, "undo")
    assert (row["stack"], row["kind"], row["answers"], row["batch_id"]) == ("undo", "edit", 0, "b")
    assert row["touched"] == b'["node:say"]'


def test_a_stale_revision_carries_what_is_needed_to_go_on() -> None:
    written = entry(do(sample(), c.Rename("say", "Speak")))
    refused = refusal_of(
        CommandError("command.bad-value", "It is bad.", where=Where(node="say", pin="message"))
    )
    error = StaleRevision("Too late.", revision=7, missing=[written], refused=refused)
    assert isinstance(error, Conflict)
    assert (error.code, error.revision, error.missing) == ("board.stale-revision", 7, (written,))
    assert (error.where.node, error.where.pin) == ("say", "message")
    assert error.remedy
    assert StaleRevision("Too late.", revision=7, missing=[]).refused is None


# ---------------------------------------------------------------- what lists show


def test_facts_of_a_board() -> None:
    facts = facts_of(sample(), TYPES, "ada", 5)
    assert (facts["name"], facts["nodes"]) == ("Sample", len(sample().nodes))
    assert (facts["updated_us"], facts["updated_by"]) == (5, "ada")
    assert msgspec.json.decode(facts["starts"]) == [
        {"id": "go", "name": "start@1", "type": "start@1"}
    ]


def test_starts_are_named_and_sorted() -> None:
    board = do(
        sample(),
        c.Rename("go", "Zeta"),
        c.AddNode(id="two", type="start@1"),
        c.Rename("two", "Alpha"),
    ).board
    assert [start.id for start in starts_of(board, TYPES)] == ["two", "go"]


def test_starts_of_types_that_are_gone_are_known_from_the_board() -> None:
    recorded = do(sample(), c.RecordTypes()).board
    assert [start.id for start in starts_of(recorded, {})] == ["go"]
    assert starts_of(sample(), {}) == []
    assert starts_of(Board(id="b"), TYPES) == []


def test_facts_are_taken_anew_only_when_they_may_have_changed() -> None:
    board = sample()
    for command, changed in (
        (c.Rename("go", "Begin"), True),
        (c.AddNode(id="n", type="add@1"), True),
        (c.Remove(("tail",)), True),
        (c.SetBoard(name="Other"), True),
        (c.UpgradeNode("say", 2), True),
        (c.SetPinValue("calc", "b", 5), False),
        (c.MoveMany({"go": c.Move(x=9.0)}), False),
        (c.Connect("calc.sum", "tail.b"), False),
        (c.SetComment("go", "note"), False),
    ):
        assert change(do(board, command).patch) is changed, command
