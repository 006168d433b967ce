"""Pauses the collector of cycles while much is made at once that stays.

A large board is some hundred thousand objects without a single cycle. Looking through them again
and again while they are made costs three times what making them does, and nothing else runs
meanwhile.
"""

import gc
import threading


class Pause:
    """A context in which no thread collects. Blocks may overlap; keep them short."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_on = True

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


paused = Pause()
"""The one of this process, as the collector is."""
