"""What an executor gives up before it does anything for others."""

import ctypes
import gc
import os
import resource
import signal
import sys
import threading
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SWITCH_SECONDS = 0.001
_NICE = 10
_SET_ASIDE_BYTES = 256 * 1024 * 1024
_STACK_BYTES = 4 * 1024 * 1024
"""Of each thread; the address space is bounded, and the usual 8 MiB would fill it."""


def confine() -> None:
    """Ends with the parent process, leaves no core file, and leaves signals to the parent."""
    parent = os.getppid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _prefer_to_be_killed()
    if os.getppid() != parent:
        os._exit(0)
    sys.setswitchinterval(_SWITCH_SECONDS)
    threading.stack_size(_STACK_BYTES)


def give_way() -> None:
    """This thread lets all others go first: whoever answers requests is not to wait for loops."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _prefer_to_be_killed() -> None:
    """If the machine runs out of memory, executors go before the process that replaces them."""
    try:
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    except OSError:
        return


def limit_memory(more_bytes: int) -> None:
    """Bounds memory to what is in use now and so much more: then Python raises MemoryError.

    Data is what runs can make more of; the address space also holds what is only set aside.
    """
    if more_bytes <= 0:
        return
    _limit(resource.RLIMIT_DATA, _in_use("VmData") + more_bytes)
    _limit(resource.RLIMIT_AS, _in_use("VmSize") + more_bytes + _SET_ASIDE_BYTES)


def _limit(kind: int, most: int) -> None:
    try:
        resource.setrlimit(kind, (most, most))
    except (OSError, ValueError):  # a system that has no such limit, or a lower one already
        return


def resident_bytes() -> int:
    """Memory in use now, 0 where the system does not tell."""
    return _in_use("VmRSS")


def _in_use(name: str) -> int:
    try:
        text = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def settle() -> None:
    """Called when all is imported: what is there stays, and the collector need not look at it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
