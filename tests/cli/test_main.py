"""Finding commands, help, and how errors become exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from flowlike import __version__
from flowlike.cli.main import COMMANDS, command_of, overview, parser_of
from flowlike.errors import CompileError, DeclarationError, FlowlikeError, UsageError, Where
from tests.cli.calls import Calls, greeter


def raising(error: BaseException) -> object:
    def raise_it(*_: object) -> None:
        raise error

    return raise_it


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_help_lists_the_commands(call: Calls, word: str) -> None:
    done = call(word)
    assert (done.code, done.err) == (0, "")
    assert done.out == overview() + "\n"
    assert all(f"  {name} " in done.out for name in COMMANDS)


def test_without_a_command_help_is_shown(call: Calls) -> None:
    done = call()
    assert done.code == 2
    assert done.out.startswith("usage: ")


def test_the_version(call: Calls) -> None:
    assert call("--version") == (0, f"flowlike {__version__}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_with_examples(call: Calls, name: str) -> None:
    done = call(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert COMMANDS[name] in done.out
    assert "examples:\n  " in done.out
    command = command_of(name)
    assert command.EXAMPLES
    assert all(f"flowlike {name}" in each for each in command.EXAMPLES)
    assert parser_of(name, command).prog == f"flowlike {name}"


def test_a_mistyped_command_gets_a_hint(call: Calls) -> None:
    done = call("chekc")
    assert done.code == 2
    assert "Did you mean 'check'?" in done.err
    assert "remedy: flowlike --help" in done.err
    assert "Did you mean" not in call("xyzzy").err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FlowlikeError("a.b", "It failed."), 1),
        (CompileError("board.x", "It is wrong."), 1),
        (UsageError("cli.x", "There is none."), 2),
        (CompileError("engine.no-capability", "It may not."), 3),
        (DeclarationError("catalog.x", "The package is broken."), 78),
        (KeyboardInterrupt(), 1),
        (ZeroDivisionError("secret"), 70),
    ],
)
def test_errors_become_exit_codes(
    call: Calls, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    monkeypatch.setattr("flowlike.cli.nodes.installed", raising(error))
    done = call("nodes")
    assert done.code == code
    assert done.out == ""
    assert done.err


def test_our_fault_is_one_line_without_what_the_run_worked_on(
    call: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowlike.cli.nodes.installed", raising(ZeroDivisionError("secret")))
    done = call("nodes")
    assert done.err.count("\n") == 1
    assert "ZeroDivisionError in test_main.py:" in done.err
    assert "report it" in done.err
    assert "secret" not in done.err
    monkeypatch.setenv("FLOWLIKE_DEBUG", "1")
    done = call("nodes")
    assert done.code == 70
    assert "Traceback (most recent call last)" in done.err
    assert "ZeroDivisionError: secret" in done.err


def test_errors_are_data_with_json(call: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    error = FlowlikeError("a.b", "It failed.", remedy="Do it.", where=Where("f", 3, "n", "p", "x"))
    monkeypatch.setattr("flowlike.cli.nodes.installed", raising(error))
    done = call("nodes", "--json")
    assert done.data == {
        "status": "failed",
        "error": {
            "code": "a.b",
            "message": "It failed.",
            "remedy": "Do it.",
            "file": "f",
            "line": 3,
            "node": "n",
            "pin": "p",
            "path": "x",
        },
    }
    assert done.err == (
        "f:3: error: It failed. [a.b]\n  node: n\n  pin: p\n  path: x\n  remedy: Do it.\n"
    )


def test_a_listed_package_that_is_missing_is_unsafe_configuration(
    call: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWLIKE_NATIVE_PACKAGES", " no-such-nodes, ")
    done = call("run", call.board(greeter()), "--input", "name=a")
    assert done.code == 78
    assert "no-such-nodes" in done.err


def test_native_packages_come_from_the_environment_alone(call: Calls) -> None:
    call.file("flowlike.toml", 'native_packages = ["no-such-nodes"]\n')
    call.file(".env", "FLOWLIKE_NATIVE_PACKAGES=no-such-nodes\n")
    assert call("run", call.board(greeter()), "--input", "name=a").code == 0


def test_help_imports_no_engine(tmp_path: Path) -> None:
    program = (
        "import sys; from flowlike.cli.main import main; main(['--help']);"
        "sys.exit(any(n.startswith(('flowlike.engine', 'flowlike.nodes')) for n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_unwritable_output_does_not_hide_a_failure(
    call: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = FlowlikeError("output.unwritable", "The output cannot be written.")
    monkeypatch.setattr("flowlike.cli.output.finish", raising(full))
    assert call("--version").code == 1
    assert call("xyzzy").code == 2
