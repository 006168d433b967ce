"""Each test of the command works in a folder of its own."""

import os
from pathlib import Path

import pytest

from tests.cli.calls import Calls


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Calls:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FLOWLIKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    return Calls(capsys, tmp_path)
