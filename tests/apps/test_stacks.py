"""Stacks of one person, and what stands in the way of an undo: every case, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.apps.entries import Entry, EntryKind
from flowlike.apps.stacks import Stacks, blocker, stack_of
from flowlike.board.edit import Change
from tests.apps.scenes import ADA, BOB


def entry(revision: int, actor: str, *parts: str, **more: Any) -> Entry:
    """An entry that changed parts such as ``node:say.name``; ``node:say`` is the whole."""
    patch = []
    for part in parts:
        kind, _, rest = part.partition(":")
        id_, *path = rest.split(".")
        patch.append(Change(kind=kind, id=id_, path=tuple(path), before=1, after=2))  # type: ignore[arg-type]  # a kind of entity
    touched = frozenset(f"{change.kind}:{change.id}" for change in patch)
    fields: dict[str, Any] = {
        "at_us": revision,
        "id": f"b{revision}",
        "kind": "edit",
        "summary": f"Step {revision}",
        "commands": (),
        "touched": touched,
    }
    return Entry(revision=revision, actor=actor, patch=tuple(patch), **(fields | more))


MINE = entry(1, ADA, "node:say.name")


@pytest.mark.parametrize(
    ("parts", "blocks"),
    [
        (("node:say.name",), True),
        (("node:say",), True),
        (("node:say.comment",), False),
        (("node:say.in.message",), False),
        (("node:end.name",), False),
        (("place:say",), False),
        (("layer:say.name",), False),
        (("node:end.name", "node:say.name"), True),
        ((), False),
    ],
)
def test_only_the_same_part_of_the_same_thing_blocks(
    parts: tuple[str, ...], *, blocks: bool
) -> None:
    later = [entry(2, BOB, *parts)]
    assert blocker(MINE, later) is (later[0] if blocks else None)


def test_a_whole_entity_is_blocked_by_any_part_of_it() -> None:
    added = entry(1, ADA, "node:new")
    assert blocker(added, [entry(2, BOB, "node:new.in.a")]) is not None
    assert blocker(added, [entry(2, BOB, "place:new")]) is None
    placed = entry(1, ADA, "node:new", "place:new")
    assert blocker(placed, [entry(2, BOB, "place:new")]) is not None


def test_ones_own_later_edits_do_not_block() -> None:
    assert blocker(MINE, [entry(2, ADA, "node:say.name")]) is None


def test_the_first_in_the_way_is_told() -> None:
    later = [entry(number, BOB, "node:say.name") for number in (3, 5)]
    assert blocker(MINE, later) is later[0]


def test_what_its_author_took_back_does_not_block() -> None:
    edit = entry(2, BOB, "node:say.name")
    undo = entry(3, BOB, "node:say.name", kind="undo", answers=2)
    redo = entry(4, BOB, "node:say.name", kind="redo", answers=3)
    again = entry(5, BOB, "node:say.name", kind="undo", answers=4)
    assert blocker(MINE, [edit]) is edit
    assert blocker(MINE, [edit, undo]) is None
    assert blocker(MINE, [edit, undo, redo]) is redo
    assert blocker(MINE, [edit, undo, redo, again]) is None


def test_taking_back_something_older_counts_as_an_edit() -> None:
    """Bob did it before Ada did; his undo since has changed what she left."""
    undo = entry(7, BOB, "node:say.name", kind="undo", answers=1)
    assert blocker(entry(5, ADA, "node:say.name"), [undo]) is undo


def test_an_exact_entry_is_blocked_by_all_that_it_touched() -> None:
    whole = entry(1, ADA, "node:say.name", exact=True, touched=frozenset({"node:say", "layer:box"}))
    assert blocker(whole, [entry(2, BOB, "node:say.comment")]) is not None
    assert blocker(whole, [entry(2, BOB, "layer:box.name")]) is not None
    assert blocker(whole, [entry(2, BOB, "node:end.name")]) is None


# ---------------------------------------------------------------- the stacks themselves


def test_stacks_go_as_people_expect() -> None:
    stacks = Stacks(undo=[], redo=[])
    stacks.push(1, "edit")
    stacks.push(2, "edit")
    assert (stacks.undo, stacks.redo) == ([1, 2], [])
    stacks.push(3, "undo")
    assert (stacks.undo, stacks.redo) == ([1], [3])
    stacks.push(4, "undo")
    assert (stacks.undo, stacks.redo) == ([], [3, 4])
    stacks.push(5, "redo")
    assert (stacks.undo, stacks.redo) == ([5], [3])
    stacks.push(6, "edit")
    assert (stacks.undo, stacks.redo) == ([5, 6], [])


@pytest.mark.parametrize("kind", ["edit", "restore", "files", "redo"])
def test_what_can_be_taken_back(kind: EntryKind) -> None:
    assert stack_of(kind) == "undo"
    assert stack_of("undo") == "redo"


@given(st.lists(st.sampled_from(["edit", "undo", "redo"])))
def test_the_newest_row_of_a_stack_is_its_top(wanted: list[EntryKind]) -> None:
    """So stacks can be read from rows: each row is on one stack or none, in order."""
    stacks = Stacks(undo=[], redo=[])
    rows: dict[int, str] = {}
    for revision, kind in enumerate(wanted, 1):
        listed = {"undo": stacks.undo, "redo": stacks.redo}.get(kind)
        if listed == []:
            continue
        if listed:
            rows[listed[-1]] = ""
        else:
            rows |= {each: "" for each, stack in rows.items() if stack == "redo"}
        stacks.push(revision, kind)
        rows[revision] = stack_of(kind)
        assert [each for each, stack in rows.items() if stack == "undo"] == stacks.undo
        assert [each for each, stack in rows.items() if stack == "redo"] == stacks.redo
        assert stacks.undo == sorted(stacks.undo)
        assert stacks.redo == sorted(stacks.redo)
