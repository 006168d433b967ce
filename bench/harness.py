"""How a figure is measured: samples beside a fixed loop of pure Python in the same process.

A figure is taken in rounds. Each round runs the loop, a few samples of which the best counts, and
the loop again. What is printed is the median of the rounds; the ratio to the loop is what can be
compared between machines and days.
"""

import gc
import itertools
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

Sample = Callable[[float], float]
"""Spends about so many seconds and returns a value in the figure's unit."""

ROUNDS = 5
SAMPLES = 3
WIDE = 0.15
"""Rounds that differ by more than this part of their median are called noisy."""
_LEAST_LOOP = 0.0005
_PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6}


class UnavailableError(Exception):
    """A figure cannot be taken on this machine; the message says what is missing."""


class Task(msgspec.Struct, frozen=True):
    """One figure to take.

    Attributes:
        name: bench, dot, what.
        unit: ``runs/s`` or another rate, ``ms`` or another time, or ``bytes``.
        prepare: makes the sample; called only if the figure is wanted.
        bar: what design promises in the end, None if it promises nothing.
        baseline: what to divide by instead of the loop, for figures that are no times.
        samples: how many samples a round takes the best of; 1 where the worst matters.
    """

    name: str
    unit: str
    prepare: Callable[[], Sample]
    bar: float | None = None
    baseline: Callable[[], float] | None = None
    samples: int = SAMPLES

    @property
    def more_is_better(self) -> bool:
        """Whether the unit is a rate."""
        return self.unit.endswith("/s")


class Figure(msgspec.Struct, frozen=True):
    """What ``--json`` prints.

    ``ratio`` is ``value`` by ``baseline``, both in ``unit``; for a rate the baseline is loops a
    second.
    """

    bench: str
    value: float
    unit: str
    baseline: float
    ratio: float
    machine: str


class Taken(msgspec.Struct, frozen=True):
    """A figure, its bar and its rounds.

    ``spread`` is how far the rounds' ratios lay apart, as a part of their median.
    """

    figure: Figure
    bar: float | None
    rounds: int
    spread: float

    @property
    def noisy(self) -> bool:
        """Whether the rounds lay far apart."""
        return self.spread > WIDE


def loop() -> int:
    """What everything is compared with: calls, attributes, dicts, lists and integers.

    Never change it: ratios of other days would mean nothing any more.
    """
    table: dict[int, int] = {}
    kept: list[int] = []
    total = 0
    for number in range(4_000):
        total = _mix(total, number)
        table[number & 255] = total
        if total & 1:
            kept.append(table.get(total & 255, 0))
    return total + len(kept)


def _mix(total: int, number: int) -> int:
    return (total * 31 + number) & 0xFFFFFF


def seconds_of_loop() -> float:
    """Best time of a few loops, in seconds."""
    return min(_timed(loop, 1) for _ in range(SAMPLES))


def _timed(work: Callable[[], object], times: int) -> float:
    begun = time.perf_counter()
    for _ in itertools.repeat(None, times):
        work()
    return time.perf_counter() - begun


def seconds_each(work: Callable[[], object], seconds: float) -> float:
    """Mean time of one call, called as often as fits into ``seconds``, at least once."""
    times, passed = 1, _timed(work, 1)
    if passed > seconds / 4:
        return passed
    while passed < _LEAST_LOOP:
        times *= 8
        passed = _timed(work, times)
    times = max(1, int(seconds * times / passed))
    return _timed(work, times) / times


def rate(work: Callable[[], object]) -> Sample:
    """A sample of calls a second."""
    return lambda seconds: 1 / seconds_each(work, seconds)


def duration(work: Callable[[], object], unit: Literal["s", "ms", "us"]) -> Sample:
    """A sample of the time of one call."""
    return lambda seconds: seconds_each(work, seconds) * _PER_SECOND[unit]


def take(task: Task, seconds: float) -> Taken:
    """Takes one figure in about that time; a call that takes longer is made once all the same."""
    sample = task.prepare()
    each = seconds / ROUNDS / task.samples
    best = max if task.more_is_better else min
    values: list[float] = []
    baselines: list[float] = []
    ends = time.perf_counter() + seconds
    before = _baseline(task)
    while len(values) < ROUNDS and (not values or time.perf_counter() < ends):
        gc.collect()
        values.append(best(_samples(sample, each, task.samples, ends)))
        after = _baseline(task)
        baselines.append((before + after) / 2)
        before = after
    ratios = [value / base for value, base in zip(values, baselines, strict=True)]
    ratio = statistics.median(ratios)
    value, baseline = statistics.median(values), statistics.median(baselines)
    figure = Figure(task.name, value, task.unit, baseline, value / baseline, machine())
    return Taken(figure, task.bar, len(values), (max(ratios) - min(ratios)) / ratio)


def _samples(sample: Sample, each: float, count: int, ends: float) -> Iterator[float]:
    yield sample(each)
    for _ in range(count - 1):
        if time.perf_counter() < ends:
            yield sample(each)


def _baseline(task: Task) -> float:
    if task.baseline is not None:
        return task.baseline()
    seconds = seconds_of_loop()
    return 1 / seconds if task.more_is_better else seconds * _PER_SECOND[task.unit]


def machine() -> str:
    """The machine and how busy it is, in one line."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {_python()}, {_processor()}, {platform.system()}, load {load:.2f}"
    )


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"


@cache
def _processor() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    models: Any = (
        line.partition(":")[2].strip() for line in lines if line.startswith("model name")
    )
    return next(models, "") or platform.processor() or platform.machine()
