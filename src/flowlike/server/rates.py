"""Rate limits: a token bucket a caller, in bounded memory.

The generic cell rate algorithm: one number a caller, the time at which its bucket is full again.
Source: ITU-T I.371, annex A.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flowlike.server.options import Rate
from flowlike.server.refusal import Kind, Refusal

MOST_CALLERS = 20_000


class Bucket:
    """Counts what each caller does and says how long one must wait.

    ``clock`` gives seconds that never go back. Beyond ``most`` callers the one seen longest ago is
    forgotten, so a flood of callers costs memory for ``most`` of them.
    """

    def __init__(
        self, rate: Rate, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_CALLERS
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._most = most
        self._step = rate.seconds / rate.count if rate.count else 0.0
        self._full: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    @property
    def is_on(self) -> bool:
        """Whether there is a limit at all."""
        return self._step > 0

    def wait(self, caller: str) -> float:
        """Takes one for ``caller``. Gives 0, or the seconds until it may come again."""
        if not self._step:
            return 0.0
        now = self._clock()
        full = max(self._full.get(caller, now), now) + self._step
        early = full - now - self._rate.seconds
        if early > 1e-9:
            return early
        self._full[caller] = full
        self._full.move_to_end(caller)
        if len(self._full) > self._most:
            self._full.popitem(last=False)
        return 0.0

    def spent(self, caller: str) -> float:
        """The seconds ``caller`` must wait, without taking one."""
        if not self._step:
            return 0.0
        now = self._clock()
        early = self._full.get(caller, now) + self._step - now - self._rate.seconds
        return early if early > 1e-9 else 0.0

    def take(self, caller: str) -> None:
        """Takes one for ``caller``. Raises Refusal (429) with ``Retry-After``."""
        seconds = self.wait(caller)
        if seconds:
            raise too_many(seconds)


def too_many(seconds: float) -> Refusal:
    """The refusal of one who must wait for ``seconds``."""
    whole = max(1, int(seconds + 0.999))
    return Refusal(
        Kind.RATE_LIMITED,
        "There were too many requests.",
        remedy=f"Wait for {whole} s, then try again.",
        headers={"Retry-After": str(whole)},
    )


def network_of(address: str) -> str:
    """The network that stands for an unknown caller: /24 of IPv4, /64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return network_of(str(parsed.ipv4_mapped))
        return ":".join(parsed.exploded.split(":")[:4]) + "::/64"
    return str(parsed).rpartition(".")[0] + ".0/24"
