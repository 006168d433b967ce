"""Runs a board by the compiled program and by the reference, and compares what they did."""

from collections import Counter
from functools import partial
from typing import Any

from flowlike.board.definition import Kind
from flowlike.board.model import Board, TraceLevel
from flowlike.engine.lower import lower
from flowlike.engine.plan import make_plan
from flowlike.engine.program import Program
from flowlike.engine.run import Limits, RunResult
from flowlike.errors import CompileError
from flowlike.trace import records
from flowlike.trace.records import decode_block
from tests.engine.boards import CATALOG
from tests.engine.deep import deep
from tests.engine.interpreter import Interpreter

PAYLOAD: dict[str, Any] = {"n": 3, "many": [1, 2, 3]}
REFUSED = "refused"
TANGLED = "branches that start themselves again"
_BRANCHING = frozenset({Kind.PARALLEL, Kind.PARALLEL_FOR_EACH, Kind.TIMEOUT})
_STEPS = 200
"""Activations after which runs are too long to compare; programs look up at loops only."""
_LIMITS = Limits(steps=_STEPS)


def compare(board: Board, start: str = "start") -> str:
    """Asserts that both agree; gives the status, or what the board was not compared for."""
    try:
        quiet = Program(make_plan(board, CATALOG, start), TraceLevel.OFF)
        telling = Program(make_plan(board, CATALOG, start), TraceLevel.DATA)
    except CompileError as error:
        if error.code == "engine.audit":
            raise
        return REFUSED
    loaded = reloaded(quiet)
    plan = make_plan(board, CATALOG, start)
    circles = lower(plan).shape.on_cycle
    if any(each.kind in _BRANCHING and each.number in circles for each in plan.nodes):
        return TANGLED
    reference = Interpreter(board, CATALOG, budget=2 * _STEPS)
    status, outputs, failed = deep(lambda: reference.run(start, {**PAYLOAD, "payload": {}}))
    for program in (quiet, loaded, telling):
        result = deep(partial(program.run, PAYLOAD, limits=_LIMITS))
        if status == "budget":
            assert result.error is not None
            assert result.error.code == "engine.step-budget"
        elif reference.count < _STEPS:
            _same_result(program, result, reference, status, outputs, failed)
            _same_trace(program, result, reference)
    return status if reference.count < _STEPS else "budget"


def reloaded(program: Program) -> Program:
    """The program, stored and loaded again."""
    artifact = program.artifact("test")
    assert artifact is not None
    return Program.load(artifact, CATALOG, "test")


def _same_result(
    program: Program,
    result: RunResult,
    reference: Interpreter,
    status: str,
    outputs: Any,
    failed: Any,
) -> None:
    assert (result.status, result.error and result.error.code) == (status, failed and failed.code)
    logs = [(line.level, line.message, line.node) for line in result.logs]
    if interleaves(program) and failed:
        return  # which of its siblings had begun when a branch failed is for the clock to say
    if failed and result.error:
        place = (result.error.node, result.error.pin)
        assert place == (failed.node, failed.pin)
    assert result.outputs == outputs
    assert result.steps == reference.count
    assert result.handled_errors == reference.handled
    if interleaves(program):
        assert Counter(logs) == Counter(reference.logs)
    else:
        assert logs == reference.logs


def interleaves(program: Program) -> bool:
    """Whether branches take turns, so that the order of activations is not fixed."""
    return program.is_async


def _same_trace(program: Program, result: RunResult, reference: Interpreter) -> None:
    if result.trace is None:
        return
    steps = [each for each in decode_block(result.trace) if isinstance(each, records.Step)]
    if interleaves(program):
        if result.status == "completed":
            told = Counter((program.nodes[each.node], each.state == 0) for each in steps)
            assert told == Counter((each.node, each.ok) for each in reference.steps.values())
        return
    assert sorted(each.seq for each in steps) == sorted(reference.steps)
    for each in steps:
        expected = reference.steps[each.seq]
        known = (expected.node, expected.parent, expected.iteration, expected.ok)
        told_ok = each.state == records.State.OK
        assert (program.nodes[each.node], each.parent, each.iteration, told_ok) == known
        if told_ok:
            assert each.ins == expected.ins, each
