"""Which traces are kept whole, where an event says that not all need be."""

import zlib
from collections import OrderedDict
from typing import Annotated

import msgspec

_HOUR_US = 3_600_000_000
_MOST_EVENTS = 10_000


class Sampling(msgspec.Struct, frozen=True):
    """Keep the steps of one run in so many, and of the first ones in each hour.

    Of the others the run itself is kept, without steps and values; of runs that failed, all is.
    """

    one_in: Annotated[int, msgspec.Meta(ge=1)] = 100
    first_per_hour: Annotated[int, msgspec.Meta(ge=0)] = 10


class Sampler:
    """Decides run by run. Not for several threads at once."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()

    def keeps(self, sampling: Sampling, app: str, event: str, run_id: str, started_us: int) -> bool:
        """Whether all of a run that did not fail is kept."""
        hour = started_us // _HOUR_US
        before, count = self._seen.get((app, event), (hour, 0))
        count = count + 1 if before == hour else 1
        self._seen[app, event] = hour, count
        self._seen.move_to_end((app, event))
        if len(self._seen) > _MOST_EVENTS:
            self._seen.popitem(last=False)
        if count <= sampling.first_per_hour:
            return True
        # By its id: a run that is asked about twice gets one answer.
        return zlib.crc32(run_id.encode()) % sampling.one_in == 0
