"""``flowlike edit``: the page and the files are kept alike."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from flowlike.cli.edit import edited, private_folder
from flowlike.errors import TextError
from tests.cli.calls import Calls
from tests.serving import SAMPLE, Serving, until

BOARD = {"format": "flowlike.board/1", "id": "first", "name": "First"}


class Editing(Serving):
    """A server of ``flowlike edit``."""

    def words(self) -> tuple[str, ...]:
        return ("edit", str(self.target), "--no-open")

    def __init__(self, folder: Path, target: Path) -> None:
        super().__init__(folder)
        self.target = target

    def enter(self) -> None:
        """Signs in by the link it printed."""
        until(lambda: "login" in self.text)
        token = self.text.rpartition("#")[2].strip()
        answer = self.http.post("/api/v1/auth/local", json={"token": token})
        self.http.headers["authorization"] = f"Bearer {answer.json()['session']}"

    def rename(self, app: str, board: str, name: str) -> None:
        path = f"/api/v1/apps/{app}/boards/{board}"
        revision = self.http.get(path).json()["revision"]
        commands = [{"command": "set_board", "name": name}]
        body = {"base_revision": revision, "id": f"batch-{revision}", "commands": commands}
        answer = self.http.post(f"{path}/commands", json=body)
        assert answer.status_code == 200, answer.text

    def board(self, app: str, board: str) -> Any:
        return self.http.get(f"/api/v1/apps/{app}/boards/{board}").json()["board"]


def test_an_app_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(SAMPLE, folder)
    file = folder / "boards" / "triage.board.json"
    with Editing(tmp_path, folder) as editing:
        editing.enter()
        assert "login?next=%2Fapps%2Forder-triage#" in editing.text
        editing.rename("order-triage", "triage", "From the page")
        text = until(lambda: found if "From the page" in (found := file.read_text("utf-8")) else "")
        file.write_text(text.replace("From the page", "From the file"), "utf-8")
        until(lambda: editing.board("order-triage", "triage")["name"] == "From the file")
        editing.rename("order-triage", "triage", "At the end")
        assert editing.stop() == 0
    assert json.loads(file.read_text("utf-8"))["name"] == "At the end"
    assert (folder / "payloads" / "small.json").exists()
    with Editing(tmp_path, folder) as editing:  # what was edited before is not in the way
        editing.enter()
        apps = editing.http.get("/api/v1/apps").json()["items"]
        assert [each["id"] for each in apps] == ["order-triage"]


def test_what_is_open_already_is_not_opened_twice(tmp_path: Path) -> None:
    target = tmp_path / "first.board.json"
    target.write_text(json.dumps(BOARD), "utf-8")
    with Editing(tmp_path, target):
        again = Editing(tmp_path, target)
        again.said, again.log = tmp_path / "said again", tmp_path / "log again"
        again.launch()
        assert again.process is not None
        assert again.process.wait(60) == 2
        assert "open in the editor already, by process" in again.log.read_text("utf-8")
        again.http.close()


def test_a_board_that_lies_alone(tmp_path: Path) -> None:
    file = tmp_path / "first.board.json"
    file.write_text(json.dumps(BOARD), "utf-8")
    file.chmod(0o640)
    with Editing(tmp_path, file) as editing:
        editing.enter()
        assert "login?next=%2Fapps%2Ffirst%2Fboards%2Ffirst#" in editing.text
        editing.rename("first", "first", "From the page")
        text = until(lambda: found if "From the page" in (found := file.read_text("utf-8")) else "")
        assert text.startswith('{\n  "format"')
        file.write_text(text.replace("From the page", "From the file"), "utf-8")
        until(lambda: editing.board("first", "first")["name"] == "From the file")
        file.write_text("{", "utf-8")
        until(lambda: "code" in editing.log.read_text("utf-8"))
        file.write_text(text.replace("From the page", "Mended"), "utf-8")
        until(lambda: editing.board("first", "first")["name"] == "Mended")
        assert editing.stop() == 0
    assert json.loads(file.read_text("utf-8"))["name"] == "Mended"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        *("first.board.json", "log", "said", "share")
    ]


def test_what_is_edited(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "shop")
    lone = tmp_path / "lone.board.json"
    lone.touch()
    shop = tmp_path / "shop"
    assert edited(shop) == shop
    assert edited(shop / "app.json") == shop
    assert edited(shop / "boards" / "triage.board.json") == shop
    assert edited(lone) == lone
    with pytest.raises(TextError):
        edited(tmp_path / "none")


def test_each_target_has_a_folder_of_its_own(tmp_path: Path) -> None:
    one, other = (private_folder(tmp_path / name, tmp_path / "data") for name in ("a", "b"))
    assert one != other
    assert one.parent == tmp_path / "data" / "edit"


def test_mistakes_are_explained(call: Calls) -> None:
    done = call("edit", "none")
    assert (done.code, "[file.unreadable]" in done.err) == (1, True)
    call.file("clone/flowlike.toml", '[server]\nbind = "0.0.0.0:80"\n')
    done = call("edit", "clone")
    assert (done.code, "[settings.project-file]" in done.err) == (78, True)
