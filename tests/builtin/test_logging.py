from typing import Any

import pytest

from flowlike.builtin import logging
from flowlike.nodes import NodeType
from flowlike.testing import run_node

LEVELS = [
    (logging.log_info, "info"),
    (logging.log_warning, "warning"),
    (logging.log_error, "error"),
]


@pytest.mark.parametrize(("node", "level"), LEVELS)
@pytest.mark.parametrize("message", ["hi", 3, None, {"a": [1]}])
def test_a_line_is_written(node: NodeType, level: str, message: Any) -> None:
    run = run_node(node, message=message)
    assert [(line.level, line.message) for line in run.logs] == [(level, message)]
    assert run.events == []
    assert run.fired == ["exec_out"]


@pytest.mark.parametrize(("node", "level"), LEVELS)
def test_a_toast_is_sent_only_if_asked_for(node: NodeType, level: str) -> None:
    run = run_node(node, message="hi", toast=True)
    assert run.events == [("toast", {"level": level, "message": "hi"})]
    assert len(run.logs) == 1


@pytest.mark.parametrize(("given", "shown"), [(40, 40), (-3, 0), (130, 100)])
def test_progress_stays_between_nothing_and_all(given: int, shown: int) -> None:
    run = run_node(logging.log_progress, id="copy", message="Copying", progress=given)
    assert run.events == [
        ("progress", {"id": "copy", "message": "Copying", "progress": shown, "done": False})
    ]


def test_progress_ends() -> None:
    run = run_node(logging.log_progress_done, success=False)
    payload = {"id": "progress-1", "message": "Done!", "done": True, "success": False}
    assert run.events == [("progress", payload)]
    assert run.logs == []
