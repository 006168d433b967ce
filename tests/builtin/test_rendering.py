"""What templates do; ``parse`` makes them of texts, since that is how people write them."""

import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import rendering
from flowlike.builtin.rendering import FILTERS
from flowlike.builtin.template_grammar import parse
from flowlike.builtin.text import MOST_CHARACTERS
from flowlike.nodes import NodeFailure

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "name": "Ada",
    "none": None,
    "yes": True,
    "no": False,
    "zero": 0,
    "one": 1,
    "half": 0.5,
    "empty": "",
    "items": [1, "two", None],
    "rows": [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}],
    "struct": {"a": 1, "b": {"0": "zero", "items": [[7]]}},
    "when": NOON,
    "bytes": b"\x00",
}


def render(template: str, **more: Any) -> str:
    return parse(template).render({**VALUES, **more})


def failure(template: str, **more: Any) -> str:
    with pytest.raises(NodeFailure) as caught:
        render(template, **more)
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ name }}", "Ada"),
        ("{{name}}{{ one }}", "Ada1"),
        ("{{ half }} {{ yes }} {{ when }}", "0.5 true 2024-02-29T12:00:00Z"),
        ("{{ items }}", '[1,"two",null]'),
        ("[{{ nowhere.at.all }}]", "[]"),
        ("{{ items.1 }}", "two"),
        ("{{ items.7 }}{{ items.x }}{{ items.99999999999999999999 }}", ""),
        ("{{ struct.b.0 }}", "zero"),
        ("{{ struct.b.items.0.0 }}", "7"),
        ("{{ struct.c }}{{ struct.a.b }}{{ name.0 }}{{ one.real }}", ""),
        (
            "{{ 'text' }} {{ \"it's\" }} {{ 5 }} {{ -1.5 }} {{ true }} {{ null }}",
            "text it's 5 -1.5 true ",
        ),
    ],
)
def test_values(template: str, text: str) -> None:
    assert render(template, nowhere=None) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ name | upper }}{{ name | lower }}", "ADAada"),
        ("{{ '  a ' | trim | upper }}", "A"),
        ("{{ '<a href=\"x\">&' | escape }}", "&lt;a href=&quot;x&quot;&gt;&amp;"),
        ("{{ name | json }}{{ none | json }}", '"Ada"null'),
        ("{{ name | length }}{{ items | length }}{{ struct | length }}{{ one | length }}", "3320"),
        ("{{ items | join(', ') }}", "1, two, "),
        ("{{ name | join('-') }}", "Ada"),
        (
            "{{ none | default('nobody') }}{{ empty | default('x') }}{{ none | default(0) }}",
            "nobody0",
        ),
    ],
)
def test_filters(template: str, text: str) -> None:
    assert render(template) == text


def test_every_filter_was_tried() -> None:
    tried = "".join(case for mark in test_filters.pytestmark for case, _ in mark.args[1])  # type: ignore[attr-defined] # pytest keeps the cases there
    assert all(f"| {name}" in tried for name in FILTERS)


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("yes", True),
        ("one", True),
        ("name", True),
        ("items", True),
        ("no", False),
        ("zero", False),
        ("none", False),
        ("empty", False),
        ("struct.b.missing", False),
        ("not no", True),
        ("not not no", False),
        ("not one == 2", True),
        ("one == 1", True),
        ("one == 1.0", True),
        ("one == yes", False),
        ("zero == no", False),
        ("one == '1'", False),
        ("none == null", True),
        ("none == no", False),
        ("name == 'Ada'", True),
        ("name != 'Ada'", False),
        ("name != 1", True),
        ("yes == true", True),
        ("half < 1", True),
        ("half >= 0.5", True),
        ("name > 'Abc'", True),
        ("name <= 'Aa'", False),
        ("when == when", True),
        ("when > when", False),
        ("no and yes or yes", True),
        ("yes or no and no", True),
        ("no or no", False),
        ("yes and not zero and name", True),
    ],
)
def test_tests(test: str, holds: bool) -> None:
    assert render("{% if " + test + " %}yes{% else %}no{% endif %}") == ("yes" if holds else "no")


@pytest.mark.parametrize(
    "test", ["items == items", "struct == 1", "name < 1", "yes < no", "none < 1", "bytes < bytes"]
)
def test_what_cannot_be_compared(test: str) -> None:
    assert failure("{% if " + test + " %}{% endif %}") == "template.not-comparable"


def test_branches() -> None:
    template = (
        "{% if n == 1 %}one{% elif n == 2 %}two{% elif n == 3 %}three{% else %}many{% endif %}"
    )
    assert [render(template, n=n) for n in (1, 2, 3, 4)] == ["one", "two", "three", "many"]
    assert render("{% if no %}x{% endif %}") == ""


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% for x in items %}<{{ x }}>{% endfor %}", "<1><two><>"),
        ("{% for x in none %}x{% endfor %}", ""),
        ("{% for x in struct.nothing %}x{% endfor %}", ""),
        ("{% for key in struct %}{{ key }} {% endfor %}", "a b "),
        ("{% for k, v in struct.b %}{{ k }}={{ v }};{% endfor %}", "0=zero;items=[[7]];"),
        (
            (
                "{% for r in rows %}{{ r.id }}:{% for t in r.tags %}{{ t }}{{ loop.index }}"
                "{% endfor %}{{ loop.index }};{% endfor %}"
            ),
            "1:a1b21;2:2;",
        ),
        (
            (
                "{% for x in items %}{{ loop.index0 }}{% if loop.first %}F{% endif %}"
                "{% if loop.last %}L{% endif %}{{ loop.length }} {% endfor %}"
            ),
            "0F3 13 2L3 ",
        ),
        ("{% for name in items %}{{ name }}{% endfor %}{{ name }}", "1twoAda"),
    ],
)
def test_loops(template: str, text: str) -> None:
    assert render(template) == text


@pytest.mark.parametrize(
    "template",
    [
        "{% for x in name %}{% endfor %}",
        "{% for x in one %}{% endfor %}",
        "{% for x, y in items %}{% endfor %}",
        "{% for x in when %}{% endfor %}",
    ],
)
def test_what_is_no_list(template: str) -> None:
    assert failure(template) == "template.not-a-list"


def test_values_are_never_read_as_templates() -> None:
    evil = "{{ struct }}{% for x in items %}"
    assert render("{{ evil }}", evil=evil) == evil
    assert render("{{ evil | upper | lower }}", evil="{{ x }}") == "{{ x }}"


class Odd:
    """Something that no wire carries; a template must not even look at it."""

    secret = "s3cret"

    def __getitem__(self, key: object) -> str:
        return self.secret

    def __getattr__(self, name: str) -> str:
        return self.secret


@given(st.sampled_from(["secret", "0", "__class__", "__dict__", "items", "get", "keys"]))
def test_nothing_but_plain_data_is_stepped_into(part: str) -> None:
    for value in (Odd(), "text", 5, b"x", NOON, (1,), {1}, print, sys):
        assert render("{{ value." + part + " }}", value=value) == ""
    assert render("{{ value." + part + ".real }}", value={"x": 1}) == ""


def test_loops_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_STEPS", 1000)
    many = list(range(600))
    assert len(render("{% for x in many %}.{% endfor %}", many=many)) == 600
    nested = "{% for x in many %}{% for y in many %}{% endfor %}{% endfor %}"
    assert failure(nested, many=many) == "template.too-much-work"
    for inner in ("{{ x }}", "{{ 'a' | upper }}", "{% if no %}{% endif %}"):
        template = "{% for x in many %}" + inner + "{% endfor %}"
        assert failure(template, many=many) == "template.too-much-work"
    tests = " or ".join(["no"] * 600) + " and ".join([" or no"] + ["yes"] * 600)
    assert failure("{% if " + tests + " %}{% endif %}") == "template.too-much-work"


def test_output_and_reading_are_bounded() -> None:
    many, long = list(range(2000)), " " * (MOST_CHARACTERS // 1000)
    for inner in ("{{ long }}", "{{ long | trim }}", "{% if long == other %}{% endif %}"):
        template = "{% for x in many %}" + inner + "{% endfor %}"
        assert failure(template, many=many, long=long, other=long + "x") == "text.too-long"
    assert failure("{{ big | join('aaaaaaaaaaaaaaaaa') }}", big=[""] * 2_000_000) == "text.too-long"
