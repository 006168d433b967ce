"""JSON texts to structs, held to a schema, and schemas from examples."""

from typing import Annotated, Any

import msgspec

from flowlike.board.definition import DataType
from flowlike.board.schema import Document, kind_of
from flowlike.board.validation import misfit
from flowlike.board.values import ValueMismatch, check_value
from flowlike.nodes import Example, JsonObject, NodeFailure, Pin, node

_CATEGORY = "Utils/JSON"


def as_struct(value: Any, pin: str) -> dict[str, Any]:
    """The value, if it is an object that a wire can carry.

    Raises:
        NodeFailure: ``json.not-an-object``, or ``json.unfit``: a number beyond 64 bits, or nested
            too deep.
    """
    if not isinstance(value, dict):
        raise NodeFailure(
            "json.not-an-object",
            "The JSON is no object; a struct has named fields.",
            remedy='Put it into an object, such as {"items": ...}.',
            pin=pin,
        )
    try:
        checked: dict[str, Any] = check_value(value, DataType.STRUCT)
    except ValueMismatch as error:
        raise NodeFailure(
            "json.unfit",
            f"The JSON cannot be a value: {error.path} {error.message}.",
            remedy="Write large numbers as text, and nest less deep.",
            pin=pin,
        ) from error
    return checked


def _decode(text: str, pin: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise NodeFailure(
            "json.malformed",
            f"The text is no JSON: {error}.",
            remedy="Repair Parse JSON reads texts with small faults.",
            pin=pin,
        ) from error


@node(
    name="parse_with_schema",
    title="Parse JSON with Schema",
    category=_CATEGORY,
    keywords=("check", "validate"),
    deterministic=True,
)
def parse_with_schema(
    schema: Annotated[str, Pin(label="Schema", description="A JSON schema, as text.")],
    data: Annotated[str, Pin(label="Data", description="A JSON object, as text.")],
) -> Annotated[JsonObject, Pin("parsed", label="Parsed")]:
    """Reads a JSON object and checks it against a schema.

    Fails with the place that does not fit. Parts of a schema that are not understood, such as
    ``if`` and ``not``, check nothing.
    """
    wanted = _decode(schema, "schema")
    if not isinstance(wanted, dict | bool):
        raise NodeFailure(
            "json.bad-schema",
            "A schema is a JSON object.",
            remedy="Make one from an example with Make Tool Schema.",
            pin="schema",
        )
    value = as_struct(_decode(data, "data"), "data")
    wrong = misfit(value, Document(wanted))
    if wrong:
        path, message = wrong
        raise NodeFailure(
            "json.schema-mismatch",
            f"The data does not fit the schema: {path or 'it'} {message}.",
            remedy="Mend the data, or allow it in the schema.",
            pin="data",
        )
    return value


@node(
    name="utils_json_make_schema",
    title="Make Tool Schema",
    category=_CATEGORY,
    keywords=("infer", "example"),
    deterministic=True,
)
def make_schema(
    example_json: Annotated[str, Pin(label="Example JSON", description="An object, as text.")],
) -> Annotated[JsonObject, Pin("schema", label="Schema")]:
    """Makes a JSON schema of an example.

    All fields of the example are required. Items of an array share one schema: fields that only
    some of them have are not required.
    """
    return infer_schema([as_struct(_decode(example_json, "example_json"), "example_json")])


def infer_schema(values: list[Any]) -> dict[str, Any]:
    """The narrowest JSON schema of kinds, fields and items that all the values fit.

    Source: JSON Schema 2020-12. No values give the schema that allows anything.
    """
    kinds = {kind_of(value) for value in values}
    if "number" in kinds:
        kinds.discard("integer")
    schema: dict[str, Any] = {}
    if kinds:
        schema["type"] = next(iter(kinds)) if len(kinds) == 1 else sorted(kinds)
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = dict.fromkeys(name for each in objects for name in each)
        gathered = {name: [each[name] for each in objects if name in each] for name in names}
        schema["properties"] = {name: infer_schema(parts) for name, parts in gathered.items()}
        schema["required"] = [name for name in names if len(gathered[name]) == len(objects)]
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        schema["items"] = infer_schema(items)
    return schema


_PERSON = '{"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}'

EXAMPLES = (
    Example(
        "parse_with_schema",
        {"schema": _PERSON, "data": '{"age": 36}'},
        {"parsed": {"age": 36}},
    ),
    Example(
        "parse_with_schema",
        {"schema": _PERSON, "data": '{"age": "old"}'},
        fails="json.schema-mismatch",
    ),
    Example(
        "utils_json_make_schema",
        {"example_json": '{"name": "Ada", "tags": ["a"]}'},
        {
            "schema": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["name", "tags"],
            }
        },
    ),
)
