"""What is known of a request before any route is."""

from ipaddress import ip_network
from typing import Any

import pytest

from flowlike.server.facts import Facts, Networks, examine
from flowlike.server.options import ServerOptions, Sizes
from flowlike.server.refusal import Refusal

OPTIONS = ServerOptions(sizes=Sizes(head=2_000))


def scope(*headers: tuple[str, str], path: str = "/x", **more: Any) -> dict[str, Any]:
    raw = more.pop("raw_path", path.encode())
    listed = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    if not any(name == "host" for name, _ in headers):
        listed.append((b"host", b"127.0.0.1:8787"))
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": raw,
        "headers": listed,
        "client": ("192.0.2.7", 5),
    } | more


def facts(asked: dict[str, Any], options: ServerOptions = OPTIONS, proxies: Networks = ()) -> Facts:
    found = Facts("r1")
    examine(asked, found, options, proxies)
    return found


def refused(asked: dict[str, Any], options: ServerOptions = OPTIONS) -> int:
    with pytest.raises(Refusal) as caught:
        facts(asked, options)
    return caught.value.kind.status


def test_a_plain_request_passes() -> None:
    found = facts(scope(("accept", "*/*")))
    assert (found.host, found.address, found.secure) == ("127.0.0.1:8787", "192.0.2.7", False)
    assert found.origin == "http://127.0.0.1:8787"
    assert found.network == "192.0.2.0/24"
    assert not found.has_body


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8787", "[::1]"])
def test_loopback_names_are_ours(host: str) -> None:
    assert facts(scope(("host", host))).host == host.lower()


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1.evil.test", "localhost.", "", "[::2]", "a@localhost", "::1"]
)
def test_other_names_are_not(host: str) -> None:
    assert refused(scope(("host", host))) == 421


def test_an_operator_adds_names() -> None:
    options = ServerOptions(hosts=frozenset({"flows.example"}))
    assert facts(scope(("host", "flows.example:443")), options).host == "flows.example:443"
    assert refused(scope(("host", "localhost")), options) == 421


@pytest.mark.parametrize(
    "name", ["host", "authorization", "content-length", "content-type", "origin", "x-csrf-token"]
)
def test_what_decides_stands_there_once(name: str) -> None:
    host = [] if name == "host" else [("host", "localhost")]
    assert refused(scope(*host, (name, "localhost"), (name, "localhost"))) == 400


def test_parts_of_a_list_are_joined() -> None:
    found = facts(scope(("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y")))
    assert found.field(b"cookie") == "a=1; b=2"
    assert found.field(b"accept") == "x, y"


def test_a_large_head_is_refused() -> None:
    assert refused(scope(("x-a", "a" * 3_000))) == 431
    assert refused(scope(*((f"x-{number}", "") for number in range(101)))) == 431


@pytest.mark.parametrize(
    "path",
    ["//x", "/a//b", "/a/../b", "/..", "/./a", "/a/.", "/a\\b", "/a\0b", "/a\r\nb", "/a\x7f"],
)
def test_an_address_has_one_spelling(path: str) -> None:
    assert refused(scope(path=path, raw_path=b"/x")) == 404


@pytest.mark.parametrize("raw", [b"/a%2fb", b"/a%2Fb", b"/a%5cb"])
def test_a_slash_is_not_encoded(raw: bytes) -> None:
    assert refused(scope(path="/a/b", raw_path=raw)) == 404


@pytest.mark.parametrize("path", ["/a..b", "/.well-known/x", "/a;b", "/é", "/a b"])
def test_usual_addresses_pass(path: str) -> None:
    facts(scope(path=path))


def test_nothing_is_decompressed() -> None:
    assert refused(scope(("content-encoding", "gzip"))) == 415
    assert refused(scope(("content-encoding", "br, gzip"))) == 415
    facts(scope(("content-encoding", "identity")))


@pytest.mark.parametrize("length", ["-1", "1.5", "x", "1" * 20, "+1", ""])
def test_a_length_is_a_number(length: str) -> None:
    assert refused(scope(("content-length", length))) == 400


def test_who_sends_a_body_says_so() -> None:
    assert facts(scope(("content-length", "5"))).length == 5
    assert facts(scope(("content-length", "5"))).has_body
    assert not facts(scope(("content-length", "0"))).has_body
    assert facts(scope(("transfer-encoding", "chunked"))).has_body
    assert not facts(scope(method="POST")).has_body
    assert facts(scope(method="POST", http_version="2")).has_body
    assert not facts(scope(method="GET", http_version="2")).has_body


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
def test_other_methods_are_not_known(method: str) -> None:
    assert refused(scope(method=method)) == 405


PROXIES = (ip_network("10.0.0.0/8"),)
FORWARDED = (("x-forwarded-for", "203.0.113.9, 198.51.100.4"), ("x-forwarded-proto", "https"))


def test_forwarding_headers_of_strangers_are_ignored() -> None:
    found = facts(scope(*FORWARDED), proxies=PROXIES)
    assert (found.address, found.secure) == ("192.0.2.7", False)
    assert facts(scope(*FORWARDED)).address == "192.0.2.7"


def test_a_trusted_proxy_is_believed_and_no_hop_before_it() -> None:
    found = facts(scope(*FORWARDED, client=("10.1.2.3", 5)), proxies=PROXIES)
    assert (found.address, found.secure) == ("198.51.100.4", True)
    assert found.origin == "https://127.0.0.1:8787"


def test_a_chain_of_trusted_proxies_is_followed() -> None:
    chain = ("x-forwarded-for", "203.0.113.9, 10.9.9.9")
    assert facts(scope(chain, client=("10.1.2.3", 5)), proxies=PROXIES).address == "203.0.113.9"


def test_an_odd_hop_is_where_belief_ends() -> None:
    chain = ("x-forwarded-for", "203.0.113.9, unknown")
    assert facts(scope(chain, client=("10.1.2.3", 5)), proxies=PROXIES).address == "unknown"
    nothing = facts(scope(client=("10.1.2.3", 5)), proxies=PROXIES)
    assert (nothing.address, nothing.secure) == ("10.1.2.3", False)


def test_behind_a_secure_front_all_is_secure() -> None:
    assert facts(scope(), ServerOptions(secure=True)).secure
    assert facts(scope(scheme="https")).secure
