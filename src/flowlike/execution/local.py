"""An executor process of this machine, as the dispatcher holds it."""

import asyncio
import os
import signal
import socket  # noqa: TID251 - a socket pair within this machine; nothing connects anywhere
import subprocess
import sys
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import Any

import msgspec

from flowlike.execution.frames import FrameReader, Link
from flowlike.execution.jobs import PoolOptions
from flowlike.execution.protocol import Configure, ForDispatcher, ToDispatcher

MOST_FRAME_BYTES = 160 * 1024 * 1024
"""Of one frame from an executor."""
_MODULE = "flowlike.execution.executor"
_SOCKET_BYTES = 512 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


class State(Enum):
    """Where in its life a process is."""

    STARTING = auto()
    READY = auto()
    RETIRING = auto()
    """It takes no more runs."""
    GONE = auto()


class LocalExecutor:
    """A process and its connection.

    Args:
        receive: called with what the process says.
        lost: called once when it is gone, whatever the reason.
    """

    def __init__(
        self,
        options: PoolOptions,
        receive: Callable[["LocalExecutor", list[ToDispatcher]], None],
        lost: Callable[["LocalExecutor", Exception | None], None],
    ) -> None:
        self._options = options
        self._receive = receive
        self._lost = lost
        self._link: Link[ToDispatcher] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.state = State.STARTING

    async def open(self) -> None:
        """Starts the process. It is ready when it says so.

        Must be called in the thread that lives as long as the process may: the kernel ends an
        executor with the thread that started it.
        """
        ours = self._spawn()
        reader: FrameReader[ToDispatcher] = FrameReader(
            msgspec.msgpack.Decoder(ForDispatcher), MOST_FRAME_BYTES
        )
        self._link = Link(reader, lambda messages: self._receive(self, messages), self._end)
        link = self._link
        await asyncio.get_running_loop().create_unix_connection(lambda: link, sock=ours)
        options = self._options
        self.send(
            Configure(
                options.packages,
                options.memory_bytes,
                options.programs,
                options.program_bytes,
                options.quotas,
            )
        )

    def _spawn(self) -> socket.socket:
        """Starts the process; gives our end of the connection."""
        ours, theirs = socket.socketpair()
        for each in (ours, theirs):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BYTES)
        ours.setblocking(False)
        with theirs:
            try:
                self._process = self._started(theirs.fileno())
            except BaseException:
                ours.close()
                raise
        return ours

    def _started(self, number: int) -> subprocess.Popen[bytes]:
        words = [*self._options.wrapper, sys.executable, "-I", "-m", _MODULE, str(number)]
        return subprocess.Popen(  # noqa: S603 - the operator's words, ours, and a number
            words,
            pass_fds=[number],
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            umask=0o077,
        )

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid if self._process else 0

    def send(self, message: Any) -> None:
        """Sends a message."""
        if self._link is not None:
            self._link.send(message)

    def kill(self, reason: Exception | None = None) -> None:
        """Ends process and connection at once; works on stopped processes too."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        if self._link is not None:
            self._link.break_off(reason)

    def reap(self) -> bool:
        """Whether the process has ended; then nothing is left of it."""
        return self._process is None or self._process.poll() is not None

    def resident_bytes(self) -> int:
        """Memory the process has in use, 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_bytes().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * _PAGE

    def is_stopped(self) -> bool:
        """Whether the system has stopped the process (SIGSTOP)."""
        try:
            line = Path(f"/proc/{self.pid}/stat").read_bytes()
        except OSError:
            return False
        return line.rpartition(b")")[2].split()[0] in {b"T", b"t"}

    def _end(self, reason: Exception | None) -> None:
        if self.state is not State.GONE:
            self.state = State.GONE
            self.kill()
            self._lost(self, reason)
