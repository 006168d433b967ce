"""``flowlike completion``: scripts that shells accept and that know every option."""

import shutil
import subprocess

import pytest

from flowlike.cli.main import COMMANDS
from tests.cli.calls import Calls


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_and_options_are_named(call: Calls, shell: str) -> None:
    done = call("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert all(name in done.out for name in COMMANDS)
    assert "trace-file" in done.out
    assert "no-layout" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_reads_it(call: Calls, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    script = call("completion", shell).out
    done = subprocess.run(
        [program, "-n"], input=script, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes(call: Calls) -> None:
    program = shutil.which("bash")
    if program is None:
        pytest.skip("bash is not installed")
    script = call("completion", "bash").out
    tries = {
        "flowlike tr": ["trace"],
        "flowlike fmt --c": ["--check"],
        "flowlike run --tr": ["--trace", "--trace-file"],
    }
    for line, expected in tries.items():
        words = line.split(" ")
        ask = (
            f"{script}\nCOMP_WORDS=({line})\nCOMP_CWORD={len(words) - 1}\n"
            '_flowlike\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
        )
        done = subprocess.run([program], input=ask, capture_output=True, text=True, check=False)
        assert done.stdout.split() == expected
