"""``HOST:PORT``, and which hosts are this machine itself."""

import ipaddress
from typing import NamedTuple

from flowlike.errors import UsageError

_MOST_PORT = 65_535


class Address(NamedTuple):
    """Where to listen. ``host`` has no brackets; port 0 stands for a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_address(text: str, key: str) -> Address:
    """Reads ``HOST:PORT``; an IPv6 host stands in brackets.

    Raises:
        UsageError: ``settings.address``, naming the setting ``key``.
    """
    host, colon, port = text.strip().rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    known = port.isascii() and port.isdecimal() and len(port) < 6 and int(port) <= _MOST_PORT
    if not (colon and host and known and bracketed == (":" in host)):
        raise UsageError(
            "settings.address",
            f"The setting {key} is no address: {text!r}.",
            remedy="Write HOST:PORT, as in 127.0.0.1:8787 or [::1]:8787.",
        )
    return Address(host, int(port))
