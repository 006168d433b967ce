"""The bench of the editor: what it needs, what it asks a page for, what it makes of the answers."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench import editor
from bench.__main__ import main

FIGURES = {
    "first_paint_ms": 800.0,
    "pan_fps": 60.0,
    "pan_p95_ms": 17.0,
    "zoom_fps": 58.0,
    "zoom_p95_ms": 18.0,
    "drag_p95_ms": 20.0,
    "palette_ms": 30.0,
    "undo_ms": 16.0,
    "live_p95_ms": 34.0,
    "live_input_ms": 20.0,
    "heap_growth": 0.9,
}


@pytest.fixture(autouse=True)
def _forget() -> None:
    editor.visit.cache_clear()
    editor.pages.cache_clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Commands the bench ran, none of which is really run."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        factor = 10 if "plain" in command else 1
        told = json.dumps({name: value * factor for name, value in FIGURES.items()})
        return subprocess.CompletedProcess(command, 0, f"warming up\n{told}\n", "")

    (tmp_path / "node_modules" / "playwright-core").mkdir(parents=True)
    monkeypatch.setattr(editor, "WEB", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def take(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([name, "--json", "--seconds", "0.01"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told: dict[str, Any] = json.loads(line)
    return told


def test_a_figure_is_divided_by_plain_react_flow(
    asked: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    told = take("editor.1000.first_paint_ms", capsys)
    assert told["value"] == 800
    assert told["baseline"] == 8_000
    assert told["ratio"] == pytest.approx(0.1)
    visits = [command[3:] for command in asked if command[1].endswith("drive.mjs")]
    assert visits == [["plain", "1000"], ["editor", "1000"]]


def test_pages_are_built_once_and_visited_once(
    asked: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["editor", "--json", "--seconds", "0.01"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["bench"] for line in lines] == [f"editor.{one.name}" for one in editor.WANTED]
    assert sum("build" in command for command in asked) == 1
    visits = [tuple(command[3:]) for command in asked if command[1].endswith("drive.mjs")]
    assert len(visits) == len(set(visits)) == 6


def test_what_plain_react_flow_has_not_is_divided_by_one(
    asked: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    told = take("editor.heap_growth", capsys)
    assert (told["value"], told["baseline"]) == (0.9, 1)
    assert all("plain" not in command for command in asked)


@pytest.mark.parametrize("missing", ["node", "chromium"])
def test_without_a_browser_it_says_so(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        shutil, "which", lambda name: None if name == missing or "chrom" in name else f"/bin/{name}"
    )
    assert take("editor.1000.pan", capsys)["unavailable"] == f"{missing} is not installed"


def test_without_packages_it_says_how_to_get_them(
    asked: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "node_modules" / "playwright-core").rmdir()
    assert "make web-setup" in take("editor.1000.pan", capsys)["unavailable"]
    assert asked == []


def test_a_page_that_breaks_is_told(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = subprocess.CompletedProcess([], 1, "", "TypeError: nothing there")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: broken)
    told = take("editor.1000.pan", capsys)
    assert "TypeError: nothing there" in told["unavailable"]
    assert asked == []


def test_built_pages_are_served(tmp_path: Path) -> None:
    import httpx

    (tmp_path / "editor.html").write_text("<p>here</p>", "utf-8")
    with editor.serving(tmp_path) as address:
        assert httpx.get(f"{address}/editor.html").text == "<p>here</p>"
