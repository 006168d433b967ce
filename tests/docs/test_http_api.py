"""The commands in docs/http-api.md, one after the other, against a server of the real command."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bench.served import served
from tests.docs.test_pages import agrees
from tools.locked import ROOT

PAGE = (ROOT / "docs/http-api.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAMPLE = ROOT / "examples/order-triage"
MARK = "@@@ next @@@"


def steps() -> list[tuple[str, str]]:
    """Each block of commands, and what stands below it."""
    found: list[tuple[str, str]] = []
    for language, text in BLOCK.findall(PAGE):
        if language == "sh":
            found.append((text, ""))
        elif found and not found[-1][1]:
            found[-1] = (found[-1][0], text)
    return found[1:]  # the first names server and link


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(SAMPLE.rglob("*.json")):
            if path.parent.name != "payloads":
                archive.write(path, path.relative_to(SAMPLE))
    return buffer.getvalue()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_do_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "triage.zip").write_bytes(zipped())
    (tmp_path / "small.json").write_bytes((SAMPLE / "payloads/small.json").read_bytes())
    script = f"\necho\necho '{MARK}'\n".join(commands for commands, _ in steps())
    with served() as server:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env={"SERVER": server.address, "LINK": server.token, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    outputs = done.stdout.split(MARK)
    assert len(outputs) == len(steps()) > 5
    for (commands, shown), printed in zip(steps(), outputs, strict=True):
        assert not shown or agrees(shown, printed), f"{commands}\n{printed}"
