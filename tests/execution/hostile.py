"""An executor whose nodes misbehave: ``WRAPPER`` starts it in place of the usual one.

As a module it gives the node types for boards; as a script it is the executor.
"""

import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

from flowlike.execution.frames import Link
from flowlike.nodes import Log, NodeFailure, Pin, Stream, node, pure

WRAPPER = (sys.executable, str(Path(__file__)))
_kept: list[Any] = []


@node(name="h_sleep", title="Sleep", category="Test")
def sleep(seconds: float) -> None:
    """Sleeps where nothing can wake it."""
    time.sleep(seconds)


@node(name="h_thread_sleep", title="Sleep in thread", category="Test", blocking=True)
def thread_sleep(seconds: float) -> None:
    """Sleeps in a thread."""
    time.sleep(seconds)


@node(name="h_spin", title="Spin", category="Test")
def spin(seconds: float) -> None:
    """Computes without looking up."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        pass


@node(name="h_keep", title="Keep", category="Test")
def keep(megabytes: int) -> None:
    """Takes memory and never gives it back."""
    _kept.append(b"x" * (megabytes << 20))


@node(name="h_exit", title="Exit", category="Test")
def leave() -> None:
    """Ends the process."""
    os._exit(3)


@node(name="h_system_exit", title="SystemExit", category="Test")
def system_exit() -> None:
    """Raises what ends processes."""
    raise SystemExit(1)


@node(name="h_crash", title="Crash", category="Test")
def crash() -> None:
    """Reads where there is nothing."""
    ctypes.string_at(0)


@pure(name="h_odd", title="Odd text", category="Test")
def odd() -> Annotated[str, Pin("text")]:
    """Half of a surrogate pair."""
    return "\ud800"


@node(name="h_odd_failure", title="Odd failure", category="Test")
def odd_failure() -> None:
    """Fails with a text that cannot be sent."""
    raise NodeFailure("test.odd\udc00", "odd \ud800", remedy="\udfff", pin="\ud900")


@pure(name="h_large", title="Large", category="Test")
def large(megabytes: int) -> Annotated[str, Pin("text")]:
    """A large text."""
    return "x" * (megabytes << 20)


@pure(name="h_no_json", title="No JSON", category="Test")
def no_json() -> Annotated[Any, Pin("value")]:
    """What JSON cannot say."""
    return {"a": object}


@node(name="h_shout", title="Shout", category="Test")
def shout(times: int, size: int, log: Log, stream: Stream) -> None:
    """Logs and tells a lot."""
    for _ in range(times):
        log.info("x" * size)
        stream.emit("noise", {"text": "x" * size})


@node(name="h_raw", title="Raw", category="Test")
def raw(what: bytes, times: int) -> None:
    """Sends bytes behind the executor's back, again and again, beside what runs."""
    gc.unfreeze()
    link: Link[Any] = next(each for each in gc.get_objects() if isinstance(each, Link))
    loop = link._loop  # noqa: SLF001 - it has taken over the process

    def work() -> None:
        for _ in range(times):
            while link.unsent > 1_000_000:
                time.sleep(0.001)
            loop.call_soon_threadsafe(link._transport.write, what)  # type: ignore[union-attr]  # noqa: SLF001 - the same

    threading.Thread(target=work, daemon=True).start()


NODES = (
    *(sleep, thread_sleep, spin, keep, leave, system_exit, crash, odd, odd_failure, large),
    *(no_json, shout, raw),
)


def main() -> None:
    """The usual executor, with these nodes."""
    from flowlike.execution import executor
    from flowlike.nodes import catalog

    usual = catalog.default_catalog

    def with_ours(allowed: Collection[str] = ()) -> catalog.Catalog:
        made = usual(allowed)
        for each in NODES:
            made._add(each)  # noqa: SLF001 - built-in modules and these
        return made

    setattr(executor, "default_catalog", with_ours)  # noqa: B010 - it is imported there
    if "--no-limit" in sys.argv:
        setattr(executor, "limit_memory", lambda _: None)  # noqa: B010 - it is imported there
    executor.main()


if __name__ == "__main__":
    main()
