import json
from typing import Any

import pytest

from flowlike.board.text import dump, parse
from flowlike.errors import TextError

BOARD = '{"format": "flowlike.board/1", "id": "b"'


@pytest.mark.parametrize(
    ("tree", "message", "remedy"),
    [
        ({}, "does not say that it is a board", "flowlike.board/1"),
        ({"id": "b"}, "does not say that it is a board", "flowlike.board/1"),
        ({"format": "flowlike.board/2"}, "newer version of Flowlike", "Update"),
        ({"format": "flowlike.board/0"}, "format is unknown", "flowlike.board/1"),
        ({"format": "flowlike.app/1"}, "This is an app, not a board", "right file"),
        ({"format": "flowlike.event/9"}, "This is an event, not a board", "right file"),
        ({"format": "other\u202e"}, "format is unknown", "flowlike.board/1"),
        ({"format": 1}, "format is unknown", "flowlike.board/1"),
        ({"format": ["x"], "naem": 1}, "format is unknown", "flowlike.board/1"),
    ],
)
def test_the_format_is_looked_at_first(tree: Any, message: str, remedy: str) -> None:
    with pytest.raises(TextError, match=message) as caught:
        parse(json.dumps(tree))
    assert caught.value.code == "text.unknown-format"
    assert caught.value.where.path == "format"
    assert remedy in caught.value.remedy
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["[]", "1", "null", '"board"', "true"])
def test_json_that_is_no_object(text: str) -> None:
    with pytest.raises(TextError, match="a board is an object") as caught:
        parse("\n" + text)
    assert caught.value.code == "text.wrong-type"
    assert caught.value.where.line == 2


@pytest.mark.parametrize("canonical", [True, False])
def test_faults_beyond_the_types_are_placed_in_both_ways(canonical: bool) -> None:
    text = BOARD + ', "layers": {"a": {"name": "", "parent": "a"}}}'
    if canonical:  # as `fmt` would write it
        tree = json.loads(text)
        del tree["layers"]["a"]["parent"]
        text = dump(parse(json.dumps(tree))).replace(
            '"name": ""', '"name": "",\n      "parent": "a"'
        )
    with pytest.raises(TextError) as caught:
        parse(text, file="x")
    assert caught.value.code == "board.layer-cycle"
    assert caught.value.where.line == (7 if canonical else 1)
    assert caught.value.where.node == "a"


def test_bytes_and_text_are_read_alike() -> None:
    text = BOARD + ', "name": "Größe"}'
    assert parse(text) == parse(text.encode())
