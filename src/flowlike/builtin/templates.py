"""Format String and Render Template: texts with places for values, which become inputs."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from flowlike.builtin.template_grammar import parse
from flowlike.builtin.text import keep_short, shown
from flowlike.nodes import (
    DataType,
    Derived,
    Example,
    InstancePins,
    NodeFailure,
    Pin,
    PinDefinition,
    pure,
)

_CATEGORY = "Utils/String"
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
MOST_NAMES = 100


def _pins(names: Iterable[str], own: str) -> InstancePins:
    pins = [PinDefinition(name=name, type=DataType.GENERIC) for name in names if name != own]
    return InstancePins(inputs=tuple(pins))


def _places(literals: Mapping[str, Any]) -> InstancePins:
    """One input for each {name}; none if there are more than 100."""
    text = literals.get("format_string")
    names = dict.fromkeys(_PLACE.findall(text)) if isinstance(text, str) else {}
    return _pins(names if len(names) <= MOST_NAMES else (), "format_string")


def _names(literals: Mapping[str, Any]) -> InstancePins:
    """One input for each name the template takes from outside; none if it cannot be read."""
    text = literals.get("template")
    try:
        names = parse(text).names if isinstance(text, str) else ()
    except NodeFailure:
        names = ()
    return _pins(names, "template")


def _unknown_name(name: str, pin: str) -> NodeFailure:
    return NodeFailure(
        "text.unknown-name",
        f"The name {name!r} has no input.",
        remedy="Type the text into the node, which then has an input for each name.",
        pin=pin,
    )


@pure(
    name="string_format",
    title="Format String",
    category=_CATEGORY,
    keywords=("placeholder", "interpolate"),
    deterministic=True,
    pins=_places,
)
def format_(
    format_string: Annotated[str, Pin(label="Input")], values: Derived
) -> Annotated[str, Pin("formatted_string", label="Formatted")]:
    """The text with each {name} replaced by the value of the input of that name.

    Names hold letters, digits and '_'. All else stays as it is, braces too. Texts are put in as
    they are, other values as JSON; values are not searched for names again.
    """
    characters = len(format_string)
    texts: dict[str, str] = {}

    def put_in(found: re.Match[str]) -> str:
        nonlocal characters
        name = found[1]
        if name not in texts:
            if name not in values:
                raise _unknown_name(name, "format_string")
            texts[name] = shown(values[name])
        characters += len(texts[name])
        keep_short(characters)
        return texts[name]

    return _PLACE.sub(put_in, format_string)


@pure(
    name="string_render_template",
    title="Render Template",
    category=_CATEGORY,
    keywords=("jinja", "html", "mail"),
    deterministic=True,
    pins=_names,
)
def render(
    template: Annotated[str, Pin(label="Template")], values: Derived
) -> Annotated[str, Pin("rendered", label="Rendered")]:
    """The text of a template with values, conditions and loops.

    {{ name.part.0 }} puts in a value, or a part of a struct or list; each name becomes an input.
    Filters follow a bar: {{ name | upper }}; there are upper, lower, trim, length, json, escape
    (for HTML), join(', ') and default('none').

    {% if age >= 18 and not banned %} ... {% elif ... %} ... {% else %} ... {% endif %} compares
    with == != < <= > >=. Null, false, 0, empty texts, lists and structs do not hold.

    {% for item in list %} {{ loop.index }} {{ item }} {% endfor %} repeats; loop has index, index0,
    first, last and length. {% for key, value in struct %} goes through a struct. {# #} is a
    comment, and {%- -%} trims white space around a tag. Values are put in as they are: use escape
    where they go into HTML.
    """
    parsed = parse(template)
    for name in parsed.names:
        if name not in values:
            raise _unknown_name(name, "template")
    return parsed.render(values)


EXAMPLES = (
    Example(
        "string_format",
        {"format_string": "Hello {name}, {count} new", "name": "Ada", "count": 3},
        {"formatted_string": "Hello Ada, 3 new"},
    ),
    Example(
        "string_render_template",
        {
            "template": "{% for i in items %}{{ loop.index }}. {{ i.name | upper }}\n{% endfor %}",
            "items": [{"name": "tea"}, {"name": "milk"}],
        },
        {"rendered": "1. TEA\n2. MILK\n"},
    ),
    Example(
        "string_render_template",
        {"template": "{% if age >= 18 %}adult{% else %}child{% endif %}", "age": 20},
        {"rendered": "adult"},
    ),
)
