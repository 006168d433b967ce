"""Where runs start, and how they answer."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from flowlike.nodes import (
    DataType,
    Example,
    JsonObject,
    Kind,
    NodeFailure,
    Pin,
    PinDefinition,
    Respond,
    intrinsic,
    node,
)

_EXEC_IN = PinDefinition(name="exec_in", type=DataType.EXECUTION)
_EXEC_OUT = PinDefinition(name="exec_out", type=DataType.EXECUTION)


def _text(name: str, label: str, default: str, description: str) -> PinDefinition:
    return PinDefinition(
        name=name, type=DataType.STRING, label=label, default=default, description=description
    )


def _table(name: str, label: str, description: str) -> PinDefinition:
    return PinDefinition(
        name=name, type=DataType.STRUCT, label=label, default={}, description=description
    )


events_simple = intrinsic(
    Kind.START,
    name="events_simple",
    title="Simple Event",
    category="Events",
    docs="Starts a run that needs no input.",
    outputs=[_EXEC_OUT],
)

events_generic = intrinsic(
    Kind.START,
    name="events_generic",
    title="Generic Event",
    category="Events",
    docs="""Starts a run with a payload.

    Add outputs to take named fields out of the payload: an output takes the field of its name, and
    its type is checked when the run starts. What is left over is the ``payload`` output.""",
    outputs=[
        _EXEC_OUT,
        PinDefinition(
            name="payload",
            type=DataType.STRUCT,
            label="Payload",
            description="The fields that no other output takes.",
        ),
    ],
)

events_generic_return_result = intrinsic(
    Kind.RETURN,
    name="events_generic_return_result",
    title="Return Generic Result",
    category="Events/Generic",
    docs="""Sets the result of the run, or of the function this runs in.

    The last one that runs counts.""",
    inputs=[_EXEC_IN, PinDefinition(name="response", type=DataType.GENERIC, label="Result")],
)

event_http_request = intrinsic(
    Kind.START,
    name="event_http_request",
    title="HTTP Request Event",
    category="Events",
    keywords=("webhook", "api", "rest"),
    docs="""Starts a run for an HTTP request.

    The event that uses this node holds method, path and who may call. Answer with HTTP Respond.""",
    outputs=[
        _EXEC_OUT,
        _text("method", "Method", "POST", "GET, POST and so on, in capitals."),
        _text("path", "Path", "/", "The path of the request, below the address of the app."),
        _table("params", "Parameters", "Texts that stand for the {names} in the event's path."),
        _table("headers", "Headers", "Names in small letters, texts as values."),
        _table("query", "Query", "Query parameters, texts as values."),
        PinDefinition(
            name="body",
            type=DataType.GENERIC,
            label="Body",
            description="The value of a JSON body, else the text.",
        ),
    ],
)

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""A token. Source: RFC 9110, section 5.6.2."""

_ALLOWED_HEADERS = frozenset(
    {
        "age",
        "cache-control",
        "content-disposition",
        "content-language",
        "content-type",
        "etag",
        "expires",
        "last-modified",
        "link",
        "retry-after",
        "vary",
    }
)
"""What a board may set. Cookies, redirects and security headers belong to the server. Names that
begin with ``x-`` are free, but for those that servers and proxies act on."""

_ACTED_ON = frozenset(
    {
        "x-accel-buffering",
        "x-accel-charset",
        "x-accel-expires",
        "x-accel-limit-rate",
        "x-accel-redirect",
        "x-content-type-options",
        "x-dns-prefetch-control",
        "x-frame-options",
        "x-http-method-override",
        "x-lighttpd-send-file",
        "x-permitted-cross-domain-policies",
        "x-reproxy-url",
        "x-sendfile",
        "x-xss-protection",
    }
)


def may_set(name: str) -> bool:
    """Whether a board may set the header of that name, in small letters."""
    return name in _ALLOWED_HEADERS or (name.startswith("x-") and name not in _ACTED_ON)


@node(name="http_respond", title="HTTP Respond", category="Events", keywords=("answer", "reply"))
def http_respond(
    status: Annotated[int, Pin(label="Status", range=(200, 599))] = 200,
    headers: Annotated[
        JsonObject | None, Pin(label="Headers", description="Names and texts.")
    ] = None,
    body: Annotated[
        Any, Pin(label="Body", description="Any value: a text as it is, others as JSON.")
    ] = "",
    *,
    respond: Respond,
) -> None:
    """Answers the HTTP request that started the run. Works once in a run.

    Headers a board may set: Age, Cache-Control, Content-Disposition, Content-Language,
    Content-Type, ETag, Expires, Last-Modified, Link, Retry-After, Vary, and names that begin with
    X-. Cookies, redirects and security headers are the server's.
    """
    if not 200 <= status <= 599:
        raise NodeFailure(
            "http.bad-status",
            f"{status} is not a status an answer can have.",
            remedy="Use a status from 200 to 599.",
            pin="status",
        )
    respond.respond(status, dict(_checked(headers or {})), body)


def _checked(headers: Mapping[str, Any]) -> list[tuple[str, str]]:
    checked = [(name, _header(name, value)) for name, value in headers.items()]
    names = [name.lower() for name, _ in checked]
    for name in names:
        if names.count(name) > 1:
            raise _bad_header(
                f"The header {name!r} is given twice, in different spellings.", "Drop one."
            )
    return checked


def _header(name: str, value: Any) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise _bad_header(
            f"{name!r} cannot be the name of a header.", "Use letters, digits and '-' only."
        )
    if not may_set(name.lower()):
        raise NodeFailure(
            "http.header-refused",
            f"A board may not set the header {name!r}.",
            remedy="See the node's help for those it may set; names that begin with X- are free.",
            pin="headers",
        )
    if not isinstance(value, str):
        raise _bad_header(f"The value of {name!r} is no text.", "Turn the value into a text first.")
    if not (value.isascii() and value.isprintable()):
        raise _bad_header(
            f"The value of {name!r} has line breaks, control characters or letters outside ASCII.",
            "Remove or encode them.",
        )
    return value.strip()


def _bad_header(message: str, remedy: str) -> NodeFailure:
    return NodeFailure("http.bad-header", message, remedy=remedy, pin="headers")


EXAMPLES = (
    Example("events_simple", fired=("exec_out",)),
    Example("events_generic", {"name": "Ada"}, {"payload": {"name": "Ada"}}, fired=("exec_out",)),
    Example("events_generic_return_result", {"response": {"total": 3}}),
    Example(
        "event_http_request",
        {"method": "GET", "path": "/orders", "headers": {}, "query": {"page": "2"}, "body": ""},
        {"method": "GET", "path": "/orders", "query": {"page": "2"}},
        fired=("exec_out",),
    ),
    Example("http_respond", {"status": 201, "body": {"id": 7}}, fired=("exec_out",)),
    Example("http_respond", {"headers": {"Set-Cookie": "a=b"}}, fails="http.header-refused"),
)
