"""Which route answers a path, and that a path has one spelling."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.apps.routes import RouteTable, shape_of
from flowlike.board.app import path_fault


def table(*routes: str) -> RouteTable[str]:
    made: RouteTable[str] = RouteTable()
    for route in routes:
        method, path = route.split(" ", 1)
        made.add(method, path, route)
    return made


ROUTES = table(
    "GET /",
    "GET /orders",
    "POST /orders",
    "GET /orders/new",
    "GET /orders/{id}",
    "DELETE /orders/{id}",
    "GET /orders/{id}/lines/{line}",
    "GET /orders/new/lines",
    "GET /{shop}/orders/{id}/open",
    "GET /größe",
    "GET /a~b+c",
)


@pytest.mark.parametrize(
    ("request_", "route", "params"),
    [
        ("GET /", "GET /", {}),
        ("GET /orders", "GET /orders", {}),
        ("POST /orders", "POST /orders", {}),
        ("GET /orders/new", "GET /orders/new", {}),
        ("GET /orders/7", "GET /orders/{id}", {"id": "7"}),
        ("DELETE /orders/new", "DELETE /orders/{id}", {"id": "new"}),
        ("GET /orders/new/lines/3", "GET /orders/{id}/lines/{line}", {"id": "new", "line": "3"}),
        ("GET /orders/new/lines", "GET /orders/new/lines", {}),
        (
            "GET /orders/orders/1/open",
            "GET /{shop}/orders/{id}/open",
            {"shop": "orders", "id": "1"},
        ),
        ("GET /orders/a%20b", "GET /orders/{id}", {"id": "a b"}),
        ("GET /orders/gr%C3%B6%C3%9Fe", "GET /orders/{id}", {"id": "größe"}),
        ("GET /orders/a;b=c", "GET /orders/{id}", {"id": "a;b=c"}),
        ("GET /gr%C3%B6%C3%9Fe", "GET /größe", {}),
        ("GET /a~b+c", "GET /a~b+c", {}),
    ],
)
def test_what_answers(request_: str, route: str, params: dict[str, str]) -> None:
    method, path = request_.split(" ", 1)
    assert ROUTES.match(method, path) == (route, params)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "orders",
        "//orders",
        "/orders/",
        "//",
        "/./orders",
        "/x/../orders",
        "/orders/..",
        "/orders/.",
        "/%6Frders",
        "/orders;x=1",
        "/orders?x",
        "/orders%2F7",
        "/orders/%2F",
        "/orders/a%2Fb",
        "/orders/a%5Cb",
        "/orders/a\\b",
        "/orders/%2e%2e",
        "/orders/%00",
        "/orders/%0A",
        "/orders/%C3",
        "/orders/%c3%b6",
        "/orders/%41",
        "/orders/%",
        "/orders/%zz",
        "/orders/ü",
        "/größe",
        "/gr%c3%b6%c3%9fe",
        "/ORDERS",
        "/orders/" + "x" * 2000,
        "/orders/x" * 1000,
    ],
)
def test_other_spellings_answer_nothing(path: str) -> None:
    assert ROUTES.match("GET", path) is None


@pytest.mark.parametrize("method", ["get", "HEAD", "OPTIONS", "PUT", "", "GET "])
def test_the_method_is_exact(method: str) -> None:
    assert ROUTES.match(method, "/orders") is None
    assert ROUTES.match(method, "/orders/1") is None


def test_a_table_without_parameters_looks_no_further() -> None:
    assert table("GET /a").match("GET", "/%61") is None
    assert table().match("GET", "/") is None


def test_shapes_leave_the_names_of_parameters_out() -> None:
    assert shape_of("GET", "/a/{x}/b") == shape_of("GET", "/a/{y}/b")
    assert shape_of("GET", "/a/{x}") != shape_of("GET", "/a/x")
    assert shape_of("GET", "/a") != shape_of("POST", "/a")


segments = st.one_of(
    st.sampled_from(["a", "b", "{x}", "{y}", "ä", "a.b"]),
    st.text(min_size=1, max_size=4),
)
paths = st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(paths.filter(lambda path: not path_fault(path)), max_size=6), st.data())
def test_a_route_answers_whatever_is_put_into_it(routes: list[str], data: st.DataObject) -> None:
    unique = {shape_of("GET", path): path for path in routes}
    made = table(*(f"GET {path}" for path in unique.values()))
    for path in unique.values():
        parts, values = [], {}
        for segment in path[1:].split("/") if path != "/" else []:
            value = segment
            if segment.startswith("{"):
                value = data.draw(st.sampled_from(["7", "a", "x y", "ü", "100%"]))
                values[segment[1:-1]] = value
            parts.append(quote(value, safe="!$&'()*+,;=:@-._~"))
        found = made.match("GET", "/" + "/".join(parts))
        assert found is not None
        target, params = found
        if target == f"GET {path}":
            assert params == values
        else:  # another route fits too, and has a fixed segment earlier
            assert target.split("{")[0] >= f"GET {path}".split("{")[0]


@given(st.text(max_size=30))
def test_any_text_may_come_as_path(text: str) -> None:
    found = ROUTES.match("GET", text)
    if found is not None:
        for value in found[1].values():
            assert not re.search(r"[/\\\x00-\x1f]", value)
            assert value not in {"", ".", ".."}
