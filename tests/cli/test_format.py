"""``flowlike fmt``: canonical text, whole files, recorded types."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.calls import Calls, greeter, wire


def test_a_board_is_written_canonically_with_its_types(call: Calls) -> None:
    file = call.board(greeter())
    done = call("fmt", file)
    assert done == (0, f"{file}\n", "1 file changed\n")
    document = json.loads(Path(file).read_text("utf-8"))
    assert sorted(document["types"]) == [
        "events_generic@1",
        "events_generic_return_result@1",
        "log_info@1",
    ]
    assert call("fmt", file) == (0, "", "0 files changed\n")


def test_pins_that_follow_from_literals_are_written(call: Calls) -> None:
    nodes = {
        **greeter(),
        "by": {
            "type": "control_switch@1",
            "in": {"cases": {"value": ["red", "blue"]}, "value": {"value": "red"}},
            "out": {"case#2": wire("log.exec_in"), "case#3": wire("log.exec_in")},
        },
        "lost": {"type": "nobody_knows@1"},
    }
    file = call.board(nodes)
    assert call("fmt", file).code == 0
    written = json.loads(Path(file).read_text("utf-8"))["nodes"]["by"]
    assert [pin["label"] for pin in written["pins"]["out"]] == ["red", "blue"]
    assert sorted(written["out"]) == ["case#2", "case#3"]
    assert call("fmt", file).out == ""


def test_check_changes_nothing(call: Calls) -> None:
    file = call.board(greeter())
    before = Path(file).read_bytes()
    done = call("fmt", "--check", file)
    assert done == (1, f"{file}\n", "1 file would change\n")
    assert Path(file).read_bytes() == before
    call("fmt", file)
    assert call("fmt", "--check", file).code == 0


def test_apps_and_events_too(call: Calls) -> None:
    call("new", "shop")
    for name in ("app.json", "events/hello.json"):
        file = call.folder / "shop" / name
        file.write_text(json.dumps(json.loads(file.read_text("utf-8"))), "utf-8")
    done = call("fmt", "shop")
    assert done.out == "shop/app.json\nshop/events/hello.json\n"
    assert call("fmt", "--check", "shop").code == 0


def test_a_folder_without_documents(call: Calls) -> None:
    (call.folder / "empty").mkdir()
    done = call("fmt", "empty")
    assert done.code == 2
    assert "[cli.no-documents]" in done.err


def test_mode_and_links_survive(call: Calls) -> None:
    file = Path(call.board(greeter()))
    file.chmod(0o640)
    link = call.folder / "link.board.json"
    link.symlink_to(file)
    assert call("fmt", link).code == 0
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert call("fmt", "--check", file).code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_takes_no_files(call: Calls) -> None:
    file = Path(call.board(greeter()))
    before = file.read_bytes()
    file.parent.chmod(0o500)
    try:
        done = call("fmt", file)
    finally:
        file.parent.chmod(0o700)
    assert done.code == 2
    assert "[file.unwritable]" in done.err
    assert file.read_bytes() == before


def test_a_full_disk_leaves_the_file(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    file = Path(call.board(greeter()))
    before = file.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    done = call("fmt", file)
    monkeypatch.undo()
    assert done.code == 2
    assert "No space left on device. [file.unwritable]" in done.err
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
