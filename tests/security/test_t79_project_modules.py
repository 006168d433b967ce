"""Threat 79: a cloned folder brings modules that a server started in it would import."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import Serving, environment

CANARY = "from pathlib import Path\nPath({file!r}).touch()\nraise ImportError('canary')\n"
NAMES = ("flowlike", "msgspec", "uvloop", "json", "asyncio", "granian", "sitecustomize")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with modules named like ours; a file there tells which was imported."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(CANARY.format(file=f"{tmp_path}/{name}.seen"), "utf-8")
    return tmp_path


def seen(clone: Path) -> list[str]:
    return [path.stem for path in clone.glob("*.seen")]


def test_the_attack_works_on_a_plain_start(clone: Path) -> None:
    # The defence taken away: -m alone puts the working directory first.
    command = [sys.executable, "-m", "flowlike.cli.api", "0"]
    subprocess.run(
        command, cwd=clone, env=environment(clone), check=False, capture_output=True, timeout=60
    )
    assert "flowlike" in seen(clone)


def test_a_server_started_there_imports_none(clone: Path) -> None:
    with Serving(clone) as serving:
        assert serving.http.get("/api/v1/health/ready").status_code == 200
        serving.command("login-link")
    assert seen(clone) == []
