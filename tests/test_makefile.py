"""`make setup` says what is missing, and `make` lists what there is."""

import os
import subprocess
from pathlib import Path

import pytest

from tools.locked import ROOT


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def python_that_fails_on(folder: Path, word: str) -> str:
    """A stand-in that fails where the given word is in its program, else succeeds."""
    script = folder / "python3"
    script.write_text(f'#!/bin/sh\ncase "$2" in *{word}*) exit 1;; esac\n', "utf-8")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("version_info", "setup: Python 3.11 or newer is needed"),
        ("ensurepip", "setup: this Python has no venv module"),
    ],
)
def test_setup_names_what_is_missing(tmp_path: Path, word: str, said: str) -> None:
    python = python_that_fails_on(tmp_path, word)
    done = make("setup", f"VENV={tmp_path / 'none'}", f"PYTHON={python}")
    assert done.returncode != 0
    assert said in done.stderr
    assert not (tmp_path / "none").exists()


def test_every_target_is_listed_and_described() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    [targets] = [line for line in text.splitlines() if line.startswith(".PHONY:")]
    listed = [line.split()[1] for line in make().stdout.splitlines()]
    assert sorted(listed) == sorted(targets.split()[1:])


def test_the_promised_commands_exist() -> None:
    listed = make("help").stdout
    for target in ("setup", "run", "test", "lint", "fix", "types", "bench", "fuzz", "docs"):
        assert f"make {target} " in listed


def test_ci_calls_the_commands_of_people() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "for step in lint test; do" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
