"""The listening socket: bound before anything is opened, so that a busy port is told at once."""

import errno
import socket  # noqa: TID251 - this is the one place that listens
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from flowlike.errors import FlowlikeError, UnsafeError
from flowlike.settings import Address, Server, parse_address

BACKLOG = 1024
BEHIND_PROXY = "behind-proxy"
AUTO = "auto"
_SENTENCES: Mapping[int, tuple[str, str, str]] = {
    errno.EADDRINUSE: (
        "serve.port-taken",
        "Another program listens at {address}.",
        "Stop it, or choose another port: --bind 127.0.0.1:0 takes a free one.",
    ),
    errno.EACCES: (
        "serve.port-refused",
        "The system does not let this user listen at {address}.",
        "Choose a port above 1023.",
    ),
    errno.EADDRNOTAVAIL: (
        "serve.no-address",
        "This machine has no address {address}.",
        "Bind to 127.0.0.1, or to an address that the machine has.",
    ),
}


class Pair(NamedTuple):
    """Files of certificate and key. ``authority``: who has to be trusted, if it is our own."""

    certificate: Path
    key: Path
    authority: Path | None = None


def check_exposure(server: Server) -> Address:
    """The address to listen at, if that is safe.

    Raises:
        UnsafeError: ``serve.no-certificate``, ``serve.no-proxy``.
        UsageError: ``settings.address``.
    """
    address = parse_address(server.bind, "server.bind")
    if server.tls == BEHIND_PROXY and not server.trusted_proxies:
        raise UnsafeError(
            "serve.no-proxy",
            "The setting server.tls says that a proxy stands in front, but none is trusted.",
            remedy="Name its network in server.trusted_proxies, as 10.0.0.0/8.",
        )
    if not server.tls and not address.is_loopback:
        raise UnsafeError(
            "serve.no-certificate",
            f"Others can reach {address}, and without a certificate they could read along.",
            remedy="Add --tls auto or --tls CERT,KEY, or bind to 127.0.0.1.",
        )
    return address


def listen(address: Address) -> socket.socket:
    """A socket that listens there; the caller closes it.

    Raises:
        FlowlikeError: ``serve.port-taken``, ``serve.port-refused``, ``serve.no-address``,
            ``serve.cannot-listen``.
    """
    host = "127.0.0.1" if address.host == "localhost" else address.host
    try:
        found = socket.getaddrinfo(host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = found[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise _explained(error, address) from error
    return listening


def bound(descriptor: int) -> Address:
    """Where the inherited socket listens."""
    listening = socket.socket(fileno=descriptor)
    try:
        host, port = listening.getsockname()[:2]
    finally:
        listening.detach()
    return Address(host, port)


def machine_names() -> tuple[str, ...]:
    """What this machine is called, and its own addresses as far as it knows them."""
    name = socket.gethostname()
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    places = [str(each[4][0]).partition("%")[0] for each in found]
    return tuple(dict.fromkeys([name, *places]))


def _explained(error: OSError, address: Address) -> FlowlikeError:
    code, message, remedy = _SENTENCES.get(
        error.errno or 0,
        (
            "serve.cannot-listen",
            f"{{address}} cannot be listened at: {error.strerror or error}.",
            "Check the setting server.bind.",
        ),
    )
    return FlowlikeError(code, message.format(address=address), remedy=remedy)
