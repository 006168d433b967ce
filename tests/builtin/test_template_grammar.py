import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlike.builtin import template_grammar
from flowlike.builtin.template_grammar import MOST_DEPTH, MOST_PARTS, MOST_TEMPLATE, parse
from flowlike.nodes import NodeFailure
from tests.examples import examples


def failure(template: str) -> str:
    with pytest.raises(NodeFailure) as caught:
        parse(template)
    assert (caught.value.code, caught.value.where.pin) == ("template.bad-syntax", "template")
    return caught.value.message


@given(st.text())
def test_plain_text_stays(text: str) -> None:
    text = text.replace("{", "(")
    assert parse(text).render({}) == text
    assert parse(text).names == ()


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{ {a} }", "}}", "%}", "#}", '{"a":{"b":1}}', "{a{"]
)
def test_single_braces_are_text(text: str) -> None:
    assert parse(text).render({}) == text


def test_comments_give_nothing() -> None:
    assert parse("a{# {{ b }} {% if %} #}c").render({}) == "ac"


def test_trimming() -> None:
    assert parse("a  {{- 1 -}}  b").render({}) == "a1b"
    assert parse("a \n{%- if 1 %}\n b \n{%- endif -%}\n c").render({}) == "a\n bc"
    assert parse("a {{ -1 }} b").render({}) == "a -1 b"
    assert parse("a {#- x -#} b").render({}) == "ab"


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ b }}{{ a.x }}{{ b.y }}", ("b", "a")),
        ("{% if a == b and not c %}{{ d }}{% elif e %}{% endif %}", ("a", "b", "c", "d", "e")),
        ("{% for x in xs %}{{ x.y }}{{ loop.index }}{{ z }}{% endfor %}", ("xs", "z")),
        ("{% for x in xs %}{% endfor %}{{ x }}{{ loop }}", ("xs", "x", "loop")),
        ("{% for x in x %}{{ x }}{% endfor %}", ("x",)),
        ("{% for k, v in m %}{% for w in v %}{{ k }}{{ w }}{% endfor %}{% endfor %}", ("m",)),
        ("{{ 'a' }}{{ true }}{{ 1 }}{{ null | default('b') }}", ()),
    ],
)
def test_names_from_outside(template: str, names: tuple[str, ...]) -> None:
    assert parse(template).names == names


@pytest.mark.parametrize(
    "template",
    [
        "{{",
        "{{ a",
        "{{ a }",
        "{% if a",
        "{# a",
        "{{ }}",
        "{{ a b }}",
        "{{ a | }}",
        "{{ a | nothing }}",
        "{{ a | upper() }}",
        "{{ a | default }}",
        "{{ a | default(b) }}",
        "{{ a | join(', ' }}",
        "{{ 'a }}",
        "{{ a. }}",
        "{{ .a }}",
        "{{ a..b }}",
        "{{ if }}",
        "{{ true.x }}",
        "{{ 99999999999999999999 }}",
        "{% %}",
        "{% a %}",
        "{% if %}{% endif %}",
        "{% if a %}",
        "{% if a == %}{% endif %}",
        "{% if a and %}{% endif %}",
        "{% if (a) %}{% endif %}",
        "{% if a = b %}{% endif %}",
        "{% if a %}{% endfor %}",
        "{% if a %}{% else %}{% else %}{% endif %}",
        "{% if a %}{% else %}{% elif b %}{% endif %}",
        "{% if a %}{% else %}",
        "{% if a %}{% endif x %}",
        "{% endif %}",
        "{% else %}",
        "{% elif a %}",
        "{% endfor %}",
        "{% for %}{% endfor %}",
        "{% for x %}{% endfor %}",
        "{% for x in %}{% endfor %}",
        "{% for x in xs %}",
        "{% for x in xs %}{% else %}{% endfor %}",
        "{% for x in xs %}{% endif %}",
        "{% for x.y in xs %}{% endfor %}",
        "{% for in in xs %}{% endfor %}",
        "{% for loop in xs %}{% endfor %}",
        "{% for true in xs %}{% endfor %}",
        "{% for x, y, z in xs %}{% endfor %}",
        "{% for x in xs | upper %}{% endfor %}",
        "{{ " + "x" * 65 + " }}",
        "{{ x" + ".y" * (MOST_PARTS + 1) + " }}",
        "x" * (MOST_TEMPLATE + 1),
        "".join(f"{{{{ n{number} }}}}" for number in range(101)),
    ],
)
def test_bad_syntax(template: str) -> None:
    assert " in line 1" in failure(template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self._TemplateReference__context }}{{ a() }}",
        "{{ config.items() }}",
        "{{ request['application'] }}",
        "{{ a[0] }}",
        "{{ 7*7 }}",
        "{{ a ~ b }}",
        "{{ a if b else c }}",
        "{{ lipsum|attr('x') }}",
        "{{ a|map('upper') }}",
        "{{ range(10) }}",
        "{% set x = 1 %}",
        "{% import 'os' as os %}",
        "{% include '/etc/passwd' %}",
        "{% extends 'base' %}",
        "{% macro m() %}{% endmacro %}",
        "{% raw %}{% endraw %}",
        "{% for x in range(9) %}{% endfor %}",
        "{% if a is defined %}{% endif %}",
        "{{ a := 1 }}",
        "{{ [1] }}",
        "{{ {'a': 1} }}",
        "{{ `id` }}",
        "{{ $a }}",
        "{{ a\\n }}",
    ],
)
def test_hostile_templates_are_refused(template: str) -> None:
    failure(template)


@pytest.mark.parametrize(
    "path",
    [
        "cycler.__init__",
        "a.__class__.__mro__",
        "__builtins__",
        "self.__dict__",
        "a.items",
        "a.0.real",
    ],
)
def test_hostile_paths_are_names_and_lead_nowhere(path: str) -> None:
    template = parse("[{{ " + path + " }}]")
    (name,) = template.names
    assert template.render({name: {"x": 1}}) in {"[]", '[{"x":1}]'}
    assert template.render({name: "text"}) in {"[]", "[text]"}


def test_depth_is_bounded() -> None:
    opened, closed = "{% if 1 %}", "{% endif %}"
    assert parse(opened * MOST_DEPTH + "x" + closed * MOST_DEPTH).render({}) == "x"
    deeper = MOST_DEPTH + 1
    assert "16 blocks" in failure(opened * deeper + closed * deeper)
    loops = "{% for x in x %}" * MOST_DEPTH + "{{ x }}" + "{% endfor %}" * MOST_DEPTH
    value: object = "end"
    for _ in range(MOST_DEPTH):
        value = [value]
    assert parse(loops).render({"x": value}) == "end"


def test_errors_name_the_line() -> None:
    assert failure("a\nb {{ ? }}") == "'?' has no meaning in line 2."
    assert failure("{#\n\n#}\n{% if x %}\n\n") == "The end of 'if' is missing in line 4."
    assert failure("\n{{ a\n") == "{{ is not closed in line 2."


def test_many_openers_are_read_quickly() -> None:
    failure("{{" * (MOST_TEMPLATE // 2))
    failure("{{ a }}" * (MOST_TEMPLATE // 7 - 1) + "{%")
    assert parse("{{ 1 }}" * (MOST_TEMPLATE // 7)).render({}).count("1") == MOST_TEMPLATE // 7


pieces = st.sampled_from(
    [
        *("{{ a }}", "{{ a.b | upper }}", "{{", "}}", "{%", "%}", "{#", "#}", "x", " ", "\n", "-"),
        *("{% if a %}", "{% elif 1 < 2 %}", "{% else %}", "{% endif %}", "{% for a in b %}"),
        *("{% endfor %}", "a", "|", "or", "not", "'", "==", "{{ loop.index }}"),
    ]
)


@given(st.lists(pieces, max_size=12).map("".join))
@settings(max_examples=examples(300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        template = parse(text)
        rendered = template.render({name: [{"b": "c"}] for name in template.names})
    except NodeFailure as refused:
        assert refused.code.startswith("template.")  # noqa: PT017 - either is fine
    else:
        assert isinstance(rendered, str)


def test_parsed_templates_are_kept() -> None:
    assert parse("{{ kept }}") is parse("{{ kept }}")
    assert template_grammar.parse.cache_info().maxsize == 64
