"""What an operator may set about the HTTP application. Spec: api-and-security, section 3."""

from pathlib import Path

import msgspec

KIB, MIB = 1024, 1024 * 1024

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
BUILT_PAGE = Path(__file__).parent / "static"


class Rate(msgspec.Struct, frozen=True):
    """So many requests in so many seconds, spent at once or evenly. A count of 0 is no limit."""

    count: int
    seconds: float = 60.0


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Rate limits: per principal, else per network of the caller (/24, /64)."""

    login: Rate = Rate(10)
    failures: Rate = Rate(20)
    api: Rate = Rate(600)
    starts: Rate = Rate(120)
    public_event: Rate = Rate(60)


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """The largest bodies in bytes, and the largest head of a request."""

    json: int = MIB
    board: int = 16 * MIB
    package: int = 50 * MIB
    event: int = 10 * MIB
    head: int = 32 * KIB
    frame: int = 64 * KIB


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of event streams: how many, and their times in seconds."""

    per_principal: int = 20
    total: int = 500
    ping: float = 15.0
    recheck: float = 5.0
    stuck: float = 30.0


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The HTTP application's own options.

    Args:
        hosts: names a request may address, without port; another is answered 421.
        secure: browsers come over https: sessions are cookies, and HSTS is sent.
        origins: origins that are ours beside the one a request addresses.
        event_origins: foreign origins whose pages may call public HTTP events.
        static: the folder of the built page.
        receive_seconds: time a client has to send a body.
        event_seconds: time an HTTP event has to answer, and the most an event may ask for.
    """

    name: str = "flowlike"
    hosts: frozenset[str] = LOOPBACK_NAMES
    secure: bool = False
    origins: frozenset[str] = frozenset()
    event_origins: frozenset[str] = frozenset()
    static: Path = BUILT_PAGE
    rates: Rates = Rates()
    sizes: Sizes = Sizes()
    streams: Streams = Streams()
    receive_seconds: float = 30.0
    event_seconds: float = 30.0
    most_event_seconds: float = 300.0
