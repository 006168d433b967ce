"""Threat 7: names and values of a board reach the compiler; none may become code."""

import ast
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from flowlike.board.definition import DataType, PinDefinition
from flowlike.board.model import (
    Board,
    Input,
    InstancePins,
    Layer,
    Node,
    NodeSettings,
    Output,
    TraceLevel,
    Variable,
)
from flowlike.engine import program as program_module
from flowlike.engine.plan import make_plan
from flowlike.engine.program import HELPERS, Program
from flowlike.engine.writer import Writer
from flowlike.errors import CompileError
from tests.engine.boards import CATALOG
from tests.examples import examples

HOSTILE = (
    '"); import os #',
    "'); import os #",
    "__class__",
    "a\nimport os",
    "a\r\n    import os",
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "{0.__init__.__globals__}",
    "\\N{QUOTATION MARK}); import os",
    "\N{RIGHT-TO-LEFT OVERRIDE}so tropmi",
    "\N{FULLWIDTH LATIN SMALL LETTER R}",
    "k0",
    "r",
    "lambda: 0",
    "\x00",
    "\ud800",
    "\x0cimport os",
    "%s${}`",
    "a" * 5_000,
    "\N{COMBINING ACUTE ACCENT}" * 500,
    "\N{PARAGRAPH SEPARATOR}import os",
)
NAMES = 14
VALUES = 6
PLAIN = tuple(f"plain{number}" for number in range(NAMES))


def _entity(text: str) -> str:
    """The text without the two characters that part an endpoint; they would cut its wires."""
    return f"{text.replace('.', '').replace('#', '')}~"


def hostile_text(random: Random) -> str:
    """A text from the list, changed or not, or any characters at all."""
    known = random.choice(HOSTILE)
    odd = "".join(chr(random.randrange(0x110000)) for _ in range(random.randrange(12)))
    return random.choice((known, known + odd, odd + known, odd))


def hostile_names(random: Random) -> list[str]:
    found: dict[str, str] = {}
    while len(found) < NAMES:
        text = hostile_text(random)
        found[_entity(text)] = text
    return list(found.values())


def hostile_values(random: Random) -> list[Any]:
    found: dict[str, Any] = {}
    while len(found) < VALUES:
        value = random.choice(
            (
                hostile_text(random),
                random.randrange(-(2**63), 2**63),
                random.uniform(-1e300, 1e300),
                [hostile_text(random)],
                {hostile_text(random): hostile_text(random)},
            )
        )
        found[repr(value)] = value
    return list(found.values())


def board_of(names: Sequence[str], values: Sequence[Any]) -> Board:
    """One board; the texts are in every place a board has for them."""
    ids = [_entity(name) for name in names]
    start, note, store, switch, call, other, result, pin, variable, layer = ids[:10]
    gives = InstancePins(outputs=(PinDefinition(name=pin, type=DataType.GENERIC),))
    takes = InstancePins(inputs=(PinDefinition(name=pin, type=DataType.GENERIC),))
    case = PinDefinition(name="case", type=DataType.EXECUTION, label=names[10])
    way = PinDefinition(name=ids[11], type=DataType.EXECUTION)

    def leads(*to: str, **more: Output) -> dict[str, Output]:
        return {"exec_out": Output(to=to), **more}

    nodes = {
        start: Node(
            type="events_generic@1",
            name=names[12],
            pins=gives,
            outputs={**leads(f"{layer}.{ids[11]}"), pin: Output(to=(f"{call}.{pin}",))},
        ),
        note: Node(
            type="log_info@1",
            comment=names[13],
            inputs={"message": Input(value=str(values[0]))},
            outputs=leads(f"{store}.exec_in"),
        ),
        store: Node(
            type="variable_set@1",
            inputs={"var_ref": Input(value=variable), "value_in": Input(value=values[1])},
            outputs=leads(f"{switch}.exec_in"),
        ),
        switch: Node(
            type="control_switch@1",
            pins=InstancePins(outputs=(case,)),
            inputs={"value": Input(value=str(values[2])), "cases": Input(value=[names[10]])},
            outputs={"default": Output(to=(f"{call}.exec_in",)), "case": Output()},
        ),
        call: Node(
            type="control_call_reference@1",
            pins=takes,
            settings=NodeSettings(pinned={names[0]: values[3]}),
            inputs={"fn_ref": Input(value=other)},
            outputs=leads(f"{result}.exec_in"),
        ),
        other: Node(type="events_generic@1", pins=gives, outputs=leads()),
        result: Node(
            type="events_generic_return_result@1", inputs={"response": Input(value=values[4])}
        ),
    }
    held = Variable(name=names[9], type=DataType.GENERIC, default=values[5], description=names[8])
    relay = Layer(
        name=names[7],
        pins=InstancePins(inputs=(way,)),
        outputs={ids[11]: Output(to=(f"{note}.exec_in",))},
    )
    return Board(
        id=names[0],
        name=names[1],
        nodes=nodes,
        variables={variable: held},
        layers={layer: relay},
    )


def compiled(board: Board, level: TraceLevel = TraceLevel.DATA) -> Program:
    return Program(make_plan(board, CATALOG, next(iter(board.nodes))), level)


def shape(program: Program) -> str:
    return ast.dump(ast.parse(program.source))


PLAIN_VALUES: list[Any] = ["a", "b", "c", "d", "e", "f"]
PLAIN_SHAPES = {
    level: shape(compiled(board_of(PLAIN, PLAIN_VALUES), level)) for level in TraceLevel
}


def agrees(names: Sequence[str], values: Sequence[Any], level: TraceLevel) -> bool:
    return shape(compiled(board_of(names, values), level)) == PLAIN_SHAPES[level]


@pytest.mark.parametrize("level", TraceLevel)
def test_known_attacks_do_not_change_the_shape_of_the_code(level: TraceLevel) -> None:
    assert agrees(HOSTILE[:NAMES], HOSTILE[:VALUES], level)
    assert agrees(HOSTILE[-NAMES:], HOSTILE[-VALUES:], level)


@pytest.mark.fuzz
def test_names_and_values_never_change_the_shape_of_the_code() -> None:
    random = Random(7)
    for _ in range(examples(500)):  # 500 boards of 20 texts: 10,000 names and values
        names, values = hostile_names(random), hostile_values(random)
        assert agrees(names, values, TraceLevel.OFF), (names, values)


def test_the_source_is_made_of_templates_integers_and_generated_names() -> None:
    for level in TraceLevel:
        source = compiled(board_of(PLAIN, PLAIN_VALUES), level).source
        assert source.isascii()
        assert "plain" not in source
        assert not re.search(r"['\"\\#;@]", source)


def test_generated_code_sees_a_closed_list_of_names() -> None:
    program = compiled(board_of(HOSTILE[:NAMES], HOSTILE[:VALUES]))
    names = program._entry.__globals__  # noqa: SLF001 - what the code sees is the question
    assert names["__builtins__"] == {}
    others = names.keys() - HELPERS.keys() - {"__builtins__"}
    assert others
    assert all(re.fullmatch(r"[a-z][0-9]+", name) for name in others)


def splice(monkeypatch: pytest.MonkeyPatch, *, audited: bool) -> None:
    """The defence patched away: texts that look like calls are written into the source."""
    by_reference: Callable[[Writer, Any], str] = Writer.constant

    def constant(self: Writer, value: Any) -> str:
        looks_like_code = isinstance(value, str) and value.endswith(")")
        return str(value) if looks_like_code else by_reference(self, value)

    monkeypatch.setattr(Writer, "constant", constant)
    if not audited:
        monkeypatch.setattr(program_module, "audit", lambda tree, words: None)


def with_message(text: str) -> Board:
    """A board that logs a text."""
    return Board(
        id="attack",
        nodes={
            "start": Node(
                type="events_generic@1", outputs={"exec_out": Output(to=("log.exec_in",))}
            ),
            "log": Node(type="log_info@1", inputs={"message": Input(value=text)}),
        },
    )


def escape(canary: Path) -> str:
    """An expression that makes a folder without any builtin."""
    return (
        "[x1 for x1 in ().__class__.__base__.__subclasses__() if x1.__name__ == '_wrap_close']"
        f"[0].__init__.__globals__['mkdir']({str(canary)!r})"
    )


def test_the_attack_works_without_constants_by_reference_and_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    splice(monkeypatch, audited=False)
    compiled(with_message(escape(tmp_path / "canary")), TraceLevel.OFF).run({})
    assert (tmp_path / "canary").exists()


def test_the_audit_alone_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    splice(monkeypatch, audited=True)
    with pytest.raises(CompileError) as caught:
        compiled(with_message(escape(tmp_path / "canary")), TraceLevel.OFF)
    assert caught.value.code == "engine.audit"
    assert not (tmp_path / "canary").exists()


def test_constants_by_reference_alone_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "audit", lambda tree, words: None)
    text = escape(tmp_path / "canary")
    result = compiled(with_message(text), TraceLevel.OFF).run({})
    assert [line.message for line in result.logs] == [text]
    assert not (tmp_path / "canary").exists()


def test_spliced_code_finds_no_builtins(monkeypatch: pytest.MonkeyPatch) -> None:
    splice(monkeypatch, audited=False)
    for call in ("__import__('os')", "open('x')", "eval('1')", "getattr(r, 'x')"):
        result = compiled(with_message(call), TraceLevel.OFF).run({})
        assert result.status == "failed"
        assert result.error is not None
        assert result.error.message.startswith("NameError")
