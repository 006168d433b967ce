from typing import Any

import msgspec
import pytest

from flowlike.board.misfit import find_misfit
from flowlike.board.model import Board

NODE = {"type": "a@1"}


@pytest.mark.parametrize(
    ("tree", "path", "code", "words"),
    [
        ({}, (), "missing-field", 'Add "id"'),
        ({"id": 1}, ("id",), "wrong-type", "should be a text, but is a whole number"),
        ({"id": "b", "naem": 1}, ("naem",), "unknown-field", 'Write "name"'),
        ({"id": "b", "nodes": []}, ("nodes",), "wrong-type", "an object, but is a list"),
        ({"id": "b", "nodes": {"n": {}}}, ("nodes", "n"), "missing-field", 'Add "type"'),
        ({"id": "b", "nodes": {"n": None}}, ("nodes", "n"), "wrong-type", "is null"),
        (
            {"id": "b", "nodes": {"m": NODE, "n": NODE | {"inputs": {}}}},
            ("nodes", "n", "inputs"),
            "unknown-field",
            'Write "in',
        ),
        (
            {"id": "b", "nodes": {"n": NODE | {"in": {"x": {"value": 1}, "y": 3}}}},
            ("nodes", "n", "in", "y"),
            "wrong-type",
            "an object",
        ),
        (
            {"id": "b", "nodes": {"n": NODE | {"out": {"x": {"to": ["a", 2.5]}}}}},
            ("nodes", "n", "out", "x", "to", 1),
            "wrong-type",
            "is a number",
        ),
        (
            {"id": "b", "nodes": {"n": NODE | {"settings": {"retry": {"attempts": True}}}}},
            ("nodes", "n", "settings", "retry", "attempts"),
            "wrong-type",
            "a whole number, but is true or false",
        ),
        (
            {"id": "b", "nodes": {"n": NODE | {"settings": {"on_body_error": "stpo"}}}},
            ("nodes", "n", "settings", "on_body_error"),
            "wrong-type",
            'Write "stop"',
        ),
        (
            {"id": "b", "nodes": {"n": NODE | {"settings": {"disabled": 0}}}},
            ("nodes", "n", "settings", "disabled"),
            "wrong-type",
            "should be true or false",
        ),
        (
            {"id": "b", "settings": {"trace": "qqqq"}},
            ("settings", "trace"),
            "wrong-type",
            "Use one of: off, errors, steps, data",
        ),
        (
            {"id": "b", "settings": {"stage": 3}},
            ("settings", "stage"),
            "wrong-type",
            "should be one of Dev, Int",
        ),
        (
            {"id": "b", "layout": {"n": {"entry": [1, 2, 3]}}},
            ("layout", "n", "entry"),
            "wrong-type",
            "a list of 2, but is a list of 3",
        ),
        (
            {"id": "b", "layout": {"n": {"entry": [1, "2"]}}},
            ("layout", "n", "entry", 1),
            "wrong-type",
            "should be a number, but is a text",
        ),
        (
            {"id": "b", "settings": {"pages": "home"}},
            ("settings", "pages"),
            "wrong-type",
            "should be a list, but is a text",
        ),
        (
            {"id": "b", "origin": []},
            ("origin",),
            "wrong-type",
            "should be an object",
        ),
    ],
)
def test_the_innermost_part_is_named(tree: Any, path: Any, code: str, words: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(tree, Board)
    misfit = find_misfit(tree, Board)
    assert misfit.path == path
    assert misfit.code == f"text.{code}"
    assert words in f"{misfit.message} {misfit.remedy}"


def test_a_long_unknown_name_is_shortened() -> None:
    misfit = find_misfit({"id": "b", "x" * 10_000: 1}, Board)
    assert len(misfit.message) < 120
