import subprocess
from pathlib import Path

import pytest

from tools import addresses


def findings(root: Path, text: str, name: str = "some.txt") -> list[str]:
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    (root / name).write_text(text, "utf-8")
    return addresses.check(root)


@pytest.mark.parametrize(
    "parts",
    [
        ("see /", "work/main/a"),
        ("'/", "root/.cache'"),
        ("path=/", "home/ada/x"),
        ("/", "Users/ada/x"),
        ("/opt/", "wheels/a"),
        ("C:", "\\Users\\ada"),
    ],
)
def test_paths_of_a_machine_are_found(tmp_path: Path, parts: tuple[str, str]) -> None:
    assert findings(tmp_path, "fine\n" + "".join(parts)) == ["some.txt:2 machine path"]


@pytest.mark.parametrize(
    "parts",
    [
        ("--index", "-url https://x"),
        ("extra-index", "-url"),
        ("--find", "-links x"),
        ("https://pypi", ".org/simple"),
        ("files.python", "hosted.org"),
        ("registry.npm", "js.org"),
        ('"resolved": ', '"https://x"'),
        ("registry = ", "'https://x'"),
    ],
)
def test_addresses_of_packages_are_found(tmp_path: Path, parts: tuple[str, str]) -> None:
    joined = "".join(parts)
    assert findings(tmp_path, joined) == ["some.txt:1 package address"]


@pytest.mark.parametrize(
    "text", ["framework/main", "docs/work/a", "https://host/root/a", "/e/{app}/work", "/worker/a"]
)
def test_other_paths_pass(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


def test_binary_files_are_passed_over(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "picture.png").write_bytes(b"\xff\xfe/" + b"work/a")
    assert addresses.check(tmp_path) == []


def test_the_makefile_may_switch_addresses_off(tmp_path: Path) -> None:
    option = "--no-emit-index" + "-url --no-emit-find" + "-links"
    assert findings(tmp_path, option, "Makefile") == []
    assert findings(tmp_path, "--index" + "-url x", "Makefile") == ["Makefile:1 package address"]
