"""``flowlike new``: what it makes is canonical, correct and runs."""

from pathlib import Path

import pytest

from tests.cli.calls import Calls


@pytest.mark.parametrize("place", ["first.board.json", "other.json", "deep/down/x.board.json"])
def test_a_board(call: Calls, place: str) -> None:
    done = call("new", place)
    assert done == (0, f"{place}\n", f"now: flowlike run {place} --input name=Ada\n")
    assert call("check", place).err == "1 file checked, no errors\n"
    assert call("fmt", "--check", place).code == 0
    assert call("run", place, "--input", "name=Ada").out == "Hello, Ada!\n"


def test_an_app(call: Calls) -> None:
    done = call("new", "shop")
    assert done.out == "shop/boards/hello.board.json\nshop/events/hello.json\nshop/app.json\n"
    assert call("check", "shop").code == 0
    assert call("fmt", "--check", "shop").code == 0
    assert call("run", "shop", "--input", "name=Bo").out == "Hello, Bo!\n"


@pytest.mark.parametrize("place", ["a.board.json", "shop"])
def test_nothing_is_overwritten(call: Calls, place: str) -> None:
    call("new", place)
    done = call("new", place)
    assert done.code == 2
    assert "[cli.exists]" in done.err


def test_odd_names_make_good_ids(call: Calls) -> None:
    assert call("new", "über uns!").code == 0
    assert call("run", "über uns!").code == 0
    assert call("new", "---").code == 2
    assert call("new", "____").code == 0
    assert call("check", "____").code == 0


def test_a_folder_that_cannot_be_made(call: Calls) -> None:
    call.file("taken", "a file")
    done = call("new", "taken/x.board.json")
    assert done.code == 2
    assert "[file.unwritable]" in done.err
    assert Path("taken").read_text("utf-8") == "a file"
