"""Runs that wait for a place, and how many of an app may compute at once."""

from collections import Counter
from collections.abc import Callable

from flowlike.execution.active import Active
from flowlike.execution.fair import FairQueue
from flowlike.execution.jobs import Busy, PoolOptions
from flowlike.execution.protocol import Mode

_MAY_COMPUTE = (None, Mode.COMPUTING)
_PER_SECOND = 500
"""Waiting runs that are worth a second more until the caller tries again."""


class Waiting:
    """Queues by what runs wait for: a computing thread, room to wait in, or any executor."""

    def __init__(self, options: PoolOptions) -> None:
        self._most = options.waiting
        self._share = options.waiting_per_app or max(options.waiting // 2, 1)
        self._compute_share = options.computing_per_app
        self._any: FairQueue[Active] = FairQueue()
        self._queues: dict[Mode | None, FairQueue[Active]] = {
            None: self._any,
            Mode.INLINE: self._any,
            Mode.AWAITING: FairQueue(),
            Mode.COMPUTING: FairQueue(),
        }
        self._each = tuple({id(each): each for each in self._queues.values()}.values())
        self._computing: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(map(len, self._each))

    def has(self, mode: Mode | None) -> bool:
        """Whether runs of that mode wait already."""
        return bool(self._queues[mode])

    def add(self, active: Active) -> None:
        """Lets a run wait. Raises Busy if too many do, in all or of its app."""
        app = active.job.app
        count = len(self)
        if count >= self._most or sum(each.of(app) for each in self._each) >= self._share:
            raise Busy(f"{count:,} runs wait for a place.", 1 + count // _PER_SECOND)
        self._queues[active.known.mode].push(app, active)

    def put_back(self, active: Active) -> None:
        """Lets a run that had a place wait once more, before all others."""
        self._queues[active.known.mode].put_back(active.job.app, active)

    def remove(self, active: Active) -> None:
        """Takes a run out, if it waits."""
        for each in self._each:
            if each.remove(active.job.app, active):
                return

    def give_all(self, give: Callable[[Active], bool]) -> None:
        """Gives runs to ``give``, which says whether it found a place, for as long as it does."""
        for queue in self._each:
            passed: list[Active] = []
            while queue:
                active = queue.pop()
                if self._queues[active.known.mode] is not queue:  # its mode has become known
                    self._queues[active.known.mode].push(active.job.app, active)
                elif not self.may_compute(active):
                    passed.append(active)
                elif not give(active):
                    queue.put_back(active.job.app, active)
                    break
            for active in reversed(passed):
                queue.put_back(active.job.app, active)

    # How many compute.

    def may_compute(self, active: Active) -> bool:
        """Whether an app may have one more run that computes, or may turn out to."""
        if not self._compute_share or active.known.mode not in _MAY_COMPUTE:
            return True
        return self._computing[active.job.app] < self._compute_share

    def begun(self, active: Active) -> None:
        """A run was given a place, or what it does has become known."""
        if not self._compute_share:
            return
        if active.known.mode not in _MAY_COMPUTE:
            self.ended(active)
        elif not active.counted:
            active.counted = True
            self._computing[active.job.app] += 1

    def ended(self, active: Active) -> None:
        """A run lost its place."""
        if active.counted:
            active.counted = False
            self._computing[active.job.app] -= 1
