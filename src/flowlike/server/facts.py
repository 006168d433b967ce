"""What is known of a request before any route is: looked up once, at the edge.

Fields of a head that decide something may stand there once only, so that nobody behind us reads
another one. Spec: api-and-security, section 3.
"""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from flowlike.identity.sessions import Session
from flowlike.server.options import ServerOptions
from flowlike.server.rates import network_of
from flowlike.server.refusal import Kind, Refusal, not_found

KEY = "flowlike"
"""Where a scope carries its facts."""

_SINGLE = frozenset(
    {
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"if-match",
        b"last-event-id",
        b"origin",
        b"sec-fetch-site",
        b"transfer-encoding",
        b"x-api-key",
        b"x-csrf-token",
    }
)
_SEVERAL = frozenset({b"accept", b"cookie", b"prefer", b"x-forwarded-for", b"x-forwarded-proto"})
_LINE = 4  # ": " and the line break
_MOST_FIELDS = 100
# One address has one spelling: no empty or dot segments, no encoded slash, no backslash.
_ODD_PATH = re.compile(r"//|/\.{1,2}(?:/|$)|[\x00-\x1f\x7f\\]")
_ENCODED_SLASH = re.compile(rb"%2f|%5c", re.IGNORECASE)
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Networks = tuple[IPv4Network | IPv6Network, ...]


class Facts:
    """What the edge found out.

    Attributes:
        request_id: stands in the answer, in problems, runs and logs.
        fields: the head's fields that matter, by name in small letters.
        host: the host addressed, with port.
        address: where the caller is.
        secure: whether the caller came over https.
        length: of the body as announced; None if it was not.
        session: the session the request came with; known once the guard was passed.
    """

    __slots__ = (
        "address",
        "fields",
        "has_body",
        "host",
        "length",
        "request_id",
        "secure",
        "session",
    )

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.fields: dict[bytes, bytes] = {}
        self.host = ""
        self.address = ""
        self.secure = False
        self.length: int | None = None
        self.has_body = False
        self.session: Session | None = None

    def field(self, name: bytes) -> str:
        """A field of the head as text, empty if it is not there."""
        return self.fields.get(name, b"").decode("latin-1")

    @property
    def network(self) -> str:
        """The network that stands for an unknown caller."""
        return network_of(self.address)

    @property
    def origin(self) -> str:
        """The origin this request addresses: ours."""
        return f"{'https' if self.secure else 'http'}://{self.host}"


def facts_of(scope: Any) -> Facts:
    """The facts of a request that passed the edge."""
    facts: Facts = scope[KEY]
    return facts


def examine(scope: Any, facts: Facts, options: ServerOptions, proxies: Networks) -> None:
    """Fills in the facts. Raises Refusal (400, 404, 405, 413, 415, 421, 431)."""
    _read_head(scope["headers"], facts, options.sizes.head)
    client = scope.get("client")
    facts.address = client[0] if client else ""
    facts.secure = options.secure or scope["scheme"] == "https"
    if proxies:
        _forwarded(facts, proxies)
    _check_host(facts, options.hosts)
    if scope["method"] not in METHODS:
        raise Refusal(Kind.METHOD, "This server does not know that method.")
    path = scope["path"]
    raw = scope.get("raw_path") or b""
    if _ODD_PATH.search(path) or (b"%" in raw and _ENCODED_SLASH.search(raw)):
        raise not_found()
    _check_body(scope, facts)


def _read_head(headers: Any, facts: Facts, most: int) -> None:
    fields = facts.fields
    size = 0
    for name, value in headers:
        size += len(name) + len(value) + _LINE
        if name in _SINGLE:
            if name in fields:
                raise Refusal(
                    Kind.BAD_REQUEST, f"The header {name.decode('ascii')} stands there twice."
                )
            fields[name] = value
        elif name in _SEVERAL:
            joint = b"; " if name == b"cookie" else b", "
            fields[name] = fields[name] + joint + value if name in fields else value
    if size > most or len(headers) > _MOST_FIELDS:
        raise Refusal(
            Kind.HEADERS,
            f"The headers have more than {most:,} bytes or {_MOST_FIELDS} fields.",
            remedy="Send fewer.",
            headers={"Connection": "close"},
        )


def _check_host(facts: Facts, hosts: frozenset[str]) -> None:
    facts.host = host = facts.field(b"host").lower()
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else ""
    name = name or host.partition(":")[0]
    if name not in hosts:
        raise Refusal(
            Kind.MISDIRECTED,
            "This server does not answer for that host.",
            remedy="Use the address that the server printed, or add the name to allowed_hosts.",
        )


def _check_body(scope: Any, facts: Facts) -> None:
    fields = facts.fields
    if fields.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refusal(
            Kind.UNSUPPORTED_MEDIA, "Bodies are not decompressed here.", remedy="Send it plain."
        )
    announced = fields.get(b"content-length")
    if announced is not None:
        if not (announced.isdigit() and len(announced) < 16):
            raise Refusal(Kind.BAD_REQUEST, "Content-Length is no number.")
        facts.length = int(announced)
    facts.has_body = bool(facts.length) or (
        announced is None
        and (
            b"transfer-encoding" in fields
            or (scope["http_version"] == "2" and scope["method"] not in _BODILESS)
        )
    )


def _forwarded(facts: Facts, proxies: Networks) -> None:
    """Believes the forwarding headers of a proxy that the operator trusts, and of no other."""
    if not _trusted(facts.address, proxies):
        return
    for hop in reversed(facts.field(b"x-forwarded-for").split(",")):
        address = hop.strip()
        if not address:
            break
        facts.address = address
        if not _trusted(address, proxies):
            break
    protocol = facts.field(b"x-forwarded-proto").rpartition(",")[2].strip().lower()
    if protocol in {"http", "https"}:
        facts.secure = protocol == "https"


def _trusted(address: str, proxies: Networks) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)
