from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.board.definition import DataType
from flowlike.builtin import templates
from flowlike.builtin.text import MOST_CHARACTERS
from flowlike.nodes import NodeFailure, NodeType


def derive(node: NodeType, literals: dict[str, Any]) -> list[str]:
    assert node.derive is not None
    pins = node.derive(literals)
    assert not pins.outputs
    assert all(pin.type is DataType.GENERIC and not pin.optional for pin in pins.inputs)
    return [pin.name for pin in pins.inputs]


def call(node: NodeType, text: str, **values: Any) -> Any:
    assert node.function is not None
    return node.function(text, values)


def test_places_become_inputs() -> None:
    text = "{b} {a_1} {b} {1} {} {x y} {{c}} {ä} {format_string}"
    assert derive(templates.format_, {"format_string": text}) == ["b", "a_1", "c"]


def test_names_become_inputs() -> None:
    text = "{{ b }}{% for x in items %}{{ x }}{{ a.y }}{% endfor %}{{ template }}"
    assert derive(templates.render, {"template": text}) == ["b", "items", "a"]


@pytest.mark.parametrize("literal", [None, 5, ["{a}"], {"a": 1}, "{{ ? }}", "{% if %}"])
def test_odd_literals_derive_nothing(literal: object) -> None:
    assert derive(templates.render, {"template": literal}) == []
    assert derive(templates.format_, {"format_string": literal}) == []
    assert derive(templates.render, {}) == derive(templates.format_, {}) == []


def test_too_many_places_derive_nothing() -> None:
    text = "".join(f"{{n{number}}}" for number in range(101))
    assert derive(templates.format_, {"format_string": text}) == []


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{name}!", "Ada!"),
        ("{{name}}", "{Ada}"),
        ('{"name": "{name}", "n": {count}}', '{"name": "Ada", "n": 3}'),
        ("{list} {none} {yes}", "[1,2]  true"),
        ("{evil}", "{name} {{count}}"),
        ("{name.real} {name!r} {name:>9} {0} {}", "{name.real} {name!r} {name:>9} {0} {}"),
        ("{list.__class__} {list[0]}", "{list.__class__} {list[0]}"),
        ("", ""),
    ],
)
def test_format(text: str, result: str) -> None:
    values = {"name": "Ada", "count": 3, "list": [1, 2], "none": None, "yes": True}
    assert call(templates.format_, text, **values, evil="{name} {{count}}") == result


@given(st.text(), st.text(), st.text())
def test_format_puts_texts_in_as_they_are(before: str, value: str, after: str) -> None:
    before, after = before.replace("{", ""), after.replace("}", "")
    assert call(templates.format_, before + "{x}" + after, x=value) == before + value + after


def test_format_is_bounded() -> None:
    with pytest.raises(NodeFailure) as caught:
        call(templates.format_, "{x}" * 2000, x="x" * (MOST_CHARACTERS // 1000))
    assert caught.value.code == "text.too-long"


def test_render() -> None:
    text = "{% for row in rows -%} {{ row.name | upper }};{% endfor %}"
    assert call(templates.render, text, rows=[{"name": "a"}, {"name": "b"}]) == "A;B;"


@pytest.mark.parametrize(
    ("node", "text", "pin"),
    [
        (templates.format_, "{missing}", "format_string"),
        (templates.format_, "{format_string}", "format_string"),
        (templates.render, "{{ missing }}", "template"),
        (templates.render, "{% if template %}{% endif %}", "template"),
    ],
)
def test_names_without_input(node: NodeType, text: str, pin: str) -> None:
    with pytest.raises(NodeFailure) as caught:
        call(node, text)
    assert (caught.value.code, caught.value.where.pin) == ("text.unknown-name", pin)


def test_a_bad_template_fails() -> None:
    with pytest.raises(NodeFailure) as caught:
        call(templates.render, "{% if %}")
    assert caught.value.code == "template.bad-syntax"
