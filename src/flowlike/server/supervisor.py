"""The process above the API: starts it, starts it again when it dies, and stops it gently.

It stays small: it is run as a file, imports nothing but ``os``, ``signal`` and ``time``, and never
opens the data. The listening socket is its own, so that callers wait while the API is started
again and are not refused. Each API process holds the reading end of a pipe, the lifeline: through
it come how often it was started before and the settings, and its end tells that the supervisor is
gone. SIGUSR1 tells the supervisor that the API is ready.

Arguments: the seconds a stop may take, the descriptor of the settings (a pipe, read to its end),
descriptors to pass on with commas between, then the command of the API.
"""

import os
import signal
import sys
import time

EXPLAINED = frozenset({1, 2, 3, 78})
"""Exit codes after which the API has said what is wrong; trying again at once would not help."""
LASTING = 78
"""An unsafe configuration does not go away by itself."""
OUR_FAULT = 70
MOST_FAILED_STARTS = 5
"""In a row; an API that was ready once is started again for ever."""
SHORT_LIFE = 10.0
"""Seconds; after each life that was shorter the next start waits longer."""
FIRST_DELAY, MOST_DELAY = 0.1, 5.0

_SIGNALS = {
    *(signal.SIGCHLD, signal.SIGTERM, signal.SIGINT),
    *(signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1),
}


class Supervisor:
    """One API process after the other. ``run`` returns the exit code.

    Args:
        command: the API's program and arguments; the number of its lifeline is added.
        settings: what the lifeline hands over first.
        passed: descriptors the API inherits.
        stop_seconds: a stop that takes longer ends in a kill.
    """

    def __init__(
        self, command: list[str], settings: bytes, passed: list[int], stop_seconds: float
    ) -> None:
        self._command = command
        self._settings = settings
        self._passed = passed
        self._stop_seconds = stop_seconds
        self._child = 0
        self._lifeline = -1
        self._born = 0.0
        self._starts = 0
        self._failed_starts = 0
        self._short_lives = 0
        self._is_ready = False
        self._stopping = False

    def run(self) -> int:
        """Until the API has stopped, or cannot be started."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        for number in (signal.SIGCHLD, signal.SIGALRM, signal.SIGUSR1):  # or they might be dropped
            signal.signal(number, lambda *_: None)
        self._start()
        while True:
            code = self._handle(signal.sigwait(_SIGNALS))
            if code is not None:
                return code

    def _handle(self, number: int) -> "int | None":
        if number == signal.SIGCHLD:
            return self._reap()
        if number == signal.SIGUSR1:
            self._is_ready = True
            return None
        if number == signal.SIGALRM:
            if self._stopping:
                return self._kill()
            self._start()
            return None
        if number == signal.SIGHUP and not sys.stdin.isatty():
            self._forward(signal.SIGHUP)  # a new certificate
            return None
        return self._stop()

    def _start(self) -> None:
        reading, writing = os.pipe()
        os.set_inheritable(reading, True)
        for descriptor in self._passed:
            os.set_inheritable(descriptor, True)
        self._child = os.posix_spawn(
            self._command[0],
            [*self._command, str(reading)],
            os.environ,
            setpgroup=0,  # Ctrl-C of a terminal reaches the supervisor alone
            setsigmask=(),
        )
        os.close(reading)
        self._lifeline = writing
        self._born = time.monotonic()
        self._is_ready = False
        self._send(self._starts)
        self._starts += 1

    def _send(self, starts: int) -> None:
        """Hands the settings over; an API that died meanwhile is found by its end."""
        numbers = (starts, os.getpid(), len(self._settings))
        rest = memoryview(b"".join(each.to_bytes(4, "big") for each in numbers) + self._settings)
        ignored = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        try:
            while rest:
                rest = rest[os.write(self._lifeline, rest) :]
        except BrokenPipeError:
            pass
        finally:
            signal.signal(signal.SIGPIPE, ignored)

    def _reap(self) -> "int | None":
        """After a child's end: the exit code if that was all, else the next start is set."""
        if not self._child:
            return None
        done, status = os.waitpid(self._child, os.WNOHANG)
        if not done:
            return None
        self._child = 0
        os.close(self._lifeline)
        code = os.waitstatus_to_exitcode(status)
        if self._stopping:
            return max(code, 0) if code >= 0 else OUR_FAULT
        return self._after(code, time.monotonic() - self._born)

    def _after(self, code: int, lived: float) -> "int | None":
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        explained = code in EXPLAINED and self._starts == 1 and not self._is_ready
        if code == LASTING or explained:
            return code
        self._short_lives = self._short_lives + 1 if lived < SHORT_LIFE else 0
        self._failed_starts = 0 if self._is_ready else self._failed_starts + 1
        if self._failed_starts >= MOST_FAILED_STARTS:
            say(
                f"error: The API process {how}, and was never ready in {self._failed_starts}"
                " starts; giving up. [serve.dies]"
            )
            say("  remedy: What it said before its end tells why; then start again.")
            return code if code in EXPLAINED else OUR_FAULT
        delay = min(FIRST_DELAY * 2**self._short_lives, MOST_DELAY) if self._short_lives else 0
        say(f"note: the API process {how} after {lived:.1f} s; starting it again")
        signal.setitimer(signal.ITIMER_REAL, max(delay, 0.001))
        return None

    def _stop(self) -> "int | None":
        """First wish: the API drains. Second: it ends runs at once."""
        first = not self._stopping
        self._stopping = True
        for descriptor in self._passed if first else ():
            os.close(descriptor)  # who comes now is refused
        if not self._child:
            return 0
        self._forward(signal.SIGTERM)
        if first:
            signal.setitimer(signal.ITIMER_REAL, self._stop_seconds)
        return None

    def _forward(self, number: int) -> None:
        if self._child:
            os.kill(self._child, number)

    def _kill(self) -> int:
        say(f"error: The API did not stop within {self._stop_seconds:g} s and was killed.")
        say("  remedy: Runs that were accepted go on at the next start.")
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        return OUR_FAULT


def say(line: str) -> None:
    """One line on stderr; a closed one is no reason to end."""
    try:  # noqa: SIM105 - contextlib is not worth its memory here
        os.write(2, f"{line}\n".encode())
    except OSError:
        pass


def main(arguments: list[str]) -> int:
    """What the process does; see the module."""
    stop_seconds, settings, passed, *command = arguments
    with os.fdopen(int(settings), "rb") as pipe:
        text = pipe.read()
    descriptors = [int(each) for each in passed.split(",") if each]
    return Supervisor(command, text, descriptors, float(stop_seconds)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
