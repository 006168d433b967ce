"""Threat 87: texts of a board, a payload, a trace or a package that act on the terminal.

Colours hide lines, OSC 52 writes to the clipboard, C1 does both in one byte, a carriage return
paints over what stood there, and bidirectional overrides show another order than the file holds.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flowlike.cli import nodes, output
from flowlike.nodes import pure
from flowlike.nodes.catalog import Catalog
from tests.cli.calls import Calls, Done, wire

HOSTILE = "\x1b[2J\x1b]52;c;aGFjaw==\x07\x9b31m\x85\x7f\r\b\u202eevil\u2066\u2069\u200f\u2028\ufeff"
ACTS = frozenset(HOSTILE) - frozenset("[2J]52;c;aGFjaw==31mevil")
ALLOWED = frozenset("\n\u200c\u200d")


def acting(text: str) -> set[str]:
    """The characters of a text that a terminal does not simply show."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {char for char in set(text) if unicodedata.category(char) in kinds} - ALLOWED


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Calls:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(nodes, "installed", hostile_catalog)
    return Calls(capsys, tmp_path)


def board(call: Calls, file: str = "t.board.json", title: str = HOSTILE) -> str:
    entities: dict[str, Any] = {
        "start": {
            "type": "events_generic@1",
            "name": title,
            "pins": {"out": [{"name": "text", "type": "String", "default": HOSTILE}]},
            "out": {"exec_out": wire("log.exec_in"), "text": wire("log.message")},
        },
        "log": {"type": "log_info@1", "name": title, "out": {"exec_out": wire("stop.exec_in")}},
        "stop": {
            "type": "control_fail@1",
            "name": title,
            "comment": title,
            "in": {"message": {"value": HOSTILE}, "code": {"value": "a.b"}},
        },
        "lost": {"type": f"{HOSTILE}@1", "name": title},
    }
    texts = {"name": title, "description": title}
    layers = {"l": {"name": title}}
    variables = {"v": {"name": title, "type": "Integer", "default": title}}
    return call.board(entities, file, layers=layers, variables=variables, **texts)


def app(call: Calls) -> str:
    assert call("new", "shop").code == 0
    event = json.loads((call.folder / "shop/events/hello.json").read_text("utf-8"))
    call.file("shop/events/hello.json", json.dumps({**event, "name": HOSTILE}))
    call.file("shop/events/two.json", json.dumps({**event, "id": "two", "name": HOSTILE}))
    return "shop"


def traced(call: Calls) -> str:
    file = call.folder / "runs.trace"
    if not file.exists():
        call("run", runnable(call), "--trace", "data")
    return str(file)


def runnable(call: Calls) -> str:
    text = json.loads((call.folder / board(call)).read_text("utf-8"))
    del text["nodes"]["lost"]
    del text["variables"]["v"]["default"]
    return call.file("runs.board.json", json.dumps(text))


def hostile_catalog() -> Catalog:
    def shout() -> str:
        raise AssertionError

    shout.__doc__ = f"First {HOSTILE}\n\nRest {HOSTILE}"
    return Catalog([pure(name="shout", title=HOSTILE, category=HOSTILE)(shout)])


Attack = Callable[[Calls], Done]
ATTACKS: dict[str, Attack] = {
    "run": lambda call: call("run", runnable(call)),
    "run, logs": lambda call: call("run", runnable(call), "--input", f"text={HOSTILE}"),
    "run, bad payload": lambda call: call("run", runnable(call), "--input", f"{HOSTILE}=1"),
    "run, no such event": lambda call: call("run", runnable(call), "--event", HOSTILE),
    "run, no such file": lambda call: call("run", HOSTILE),
    "run, events of an app": lambda call: call("run", app(call)),
    "run, payload": lambda call: call(
        "run", runnable(call), "--payload", call.file("p.json", json.dumps({HOSTILE: 1}))
    ),
    "compile": lambda call: call("compile", board(call, f"{HOSTILE}.board.json")),
    "check": lambda call: call("check", board(call)),
    "diff": lambda call: call("diff", board(call), board(call, "b.board.json", f"b{HOSTILE}")),
    "trace": lambda call: call("trace", traced(call)),
    "trace, timeline": lambda call: call("trace", traced(call), "--timeline"),
    "nodes": lambda call: call("nodes"),
    "nodes, one": lambda call: call("nodes", "shout"),
    "nodes, none": lambda call: call("nodes", HOSTILE),
    "no such option": lambda call: call("run", "x", f"--{HOSTILE}"),
}
JSON_ATTACKS: dict[str, Attack] = {
    "run": lambda call: call("run", runnable(call), "--json"),
    "run, bad payload": lambda call: call(
        "run", runnable(call), "--input", f"text=1{HOSTILE}", "--input", "x=1", "--json"
    ),
    "check": lambda call: call("check", board(call, f"{HOSTILE}.board.json"), "--json"),
    "diff": lambda call: call("diff", board(call), board(call, "b.board.json", "b"), "--json"),
    "trace": lambda call: call("trace", traced(call), "--json"),
    "nodes": lambda call: call("nodes", "--json"),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_attack_works_without_the_escape(
    call: Calls, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The defence patched away: lines are written as they are.
    monkeypatch.setattr(output, "visible", lambda text: text)
    done = attack(call)
    assert "\x1b" in acting(done.out + done.err)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_acts_on_the_terminal(call: Calls, attack: Attack) -> None:
    done = attack(call)
    assert not acting(done.out + done.err)
    assert "\\x1b" in done.out + done.err or "\\u001b" in done.out + done.err


@pytest.mark.parametrize("attack", JSON_ATTACKS.values(), ids=JSON_ATTACKS)
def test_the_attack_works_in_json_without_the_escape(
    call: Calls, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_json_shown", lambda char: char)
    done = attack(call)
    assert {"\x9b", "\u202e"} <= acting(done.out)


@pytest.mark.parametrize("attack", JSON_ATTACKS.values(), ids=JSON_ATTACKS)
def test_json_holds_the_text_and_nothing_acts(call: Calls, attack: Attack) -> None:
    done = attack(call)
    assert not acting(done.out + done.err)
    assert any(HOSTILE in text for text in texts(done.data))


def texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    for item in value.items() if isinstance(value, dict) else ():
        yield from texts(list(item))
    for item in value if isinstance(value, list) else ():
        yield from texts(item)


@pytest.mark.parametrize("char", sorted(ACTS))
def test_each_is_shown(char: str) -> None:
    shown = output.visible(f"a{char}b")
    assert shown.startswith("a\\")
    assert not acting(shown)


def test_every_character_is_plain_or_shown() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert not acting(output.visible(every))
    plain = every.encode("utf-8", "ignore").decode()
    assert not acting(output.json_text(plain))
    assert json.loads(output.json_text(plain)) == plain
