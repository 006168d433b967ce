"""The process in which boards run: ``python -m flowlike.execution.executor FD``.

It knows nothing but the connection it was started with: no path, no database, no credential is in
its arguments or environment. It ends when the connection does.
"""

import asyncio
import os
import socket  # noqa: TID251 - it takes up the socket it was started with, and opens none
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import msgspec
import uvloop

from flowlike.engine.program import Program
from flowlike.engine.run import Cancellation, Response
from flowlike.errors import FlowlikeError
from flowlike.execution.computing import PATIENCE, ComputingThread, Task
from flowlike.execution.confinement import confine, limit_memory, resident_bytes, settle
from flowlike.execution.frames import FrameReader, Link
from flowlike.execution.programs import QUICK, TRUSTED, Kept, Programs
from flowlike.execution.protocol import (
    Cancel,
    Configure,
    Declined,
    Finished,
    ForExecutor,
    Load,
    Loaded,
    Mode,
    Ready,
    Responded,
    Retiring,
    Start,
    ToExecutor,
    Unknown,
    Watch,
)
from flowlike.execution.running import Began, Entry, RunHost, answer, finished, keywords, refused
from flowlike.execution.stamp import stamp_of
from flowlike.execution.telling import (
    INTERVAL,
    Teller,
    running_in_tasks,
    running_in_thread,
)
from flowlike.nodes.catalog import default_catalog

MOST_FRAME_BYTES = 192 * 1024 * 1024
"""Of one frame to an executor: the longest board and the largest payload fit."""
_FLUSH_SECONDS = 0.002
_MOST_UNSENT = 4 * 1024 * 1024
"""Bytes the dispatcher has not taken yet, above which watchers have to wait."""
_BLOCKING_THREADS = 64
_MEMORY_CODE = "run.memory"


class Going(msgspec.Struct):
    """A run that goes on."""

    start: Start
    program: Program
    host: RunHost
    cancel: Cancellation


class Executor:
    """Answers one dispatcher."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        reader: FrameReader[ToExecutor] = FrameReader(
            msgspec.msgpack.Decoder(ForExecutor), MOST_FRAME_BYTES
        )
        self.link: Link[ToExecutor] = Link(reader, self._receive, self._lost)
        self._going: dict[int, Going] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._tellers: dict[int, Teller] = {}
        self._watched_early: set[int] = set()
        self._telling = False
        self._computing = ComputingThread(loop.call_soon_threadsafe, self._done)
        self._programs: Programs
        self._configured = False
        self._checking = False

    def _lost(self, reason: Exception | None) -> None:
        os._exit(1 if reason else 0)

    def fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something went wrong outside any run: nothing is certain any more, so this ends.

        What a node left behind (a task nobody awaited) is no such thing.
        """
        del loop
        if "task" in context or "future" in context or "asyncgen" in context:
            return
        error = context.get("exception")
        why = str(error) if isinstance(error, FlowlikeError) else type(error).__name__
        sys.stderr.write(f"flowlike executor: {context.get('message')}: {why}\n")
        os._exit(1)

    # Messages.

    def _receive(self, messages: list[ToExecutor]) -> None:
        until = time.monotonic() + _FLUSH_SECONDS
        for message in messages:
            match message:
                case Start():
                    self._start(message)
                case Load():
                    self._programs.load(message)
                case Cancel():
                    self._cancel(message.ticket)
                case Watch():
                    self._watch(message)
                case Configure():
                    self._configure(message)
            if time.monotonic() > until:
                self.link.flush()
                until = time.monotonic() + _FLUSH_SECONDS
        self.link.flush()

    def _configure(self, message: Configure) -> None:
        self._quotas = message.quotas
        catalog = default_catalog(message.packages)
        stamp = stamp_of(message.packages)
        self._programs = Programs(
            catalog,
            stamp,
            self._loop.call_soon_threadsafe,
            self._loaded,
            message.programs,
            message.program_bytes,
        )
        settle()
        limit_memory(message.memory_bytes)
        self.link.send(Ready(stamp, resident_bytes()))

    # Runs.

    def _start(self, start: Start) -> None:
        kept = self._programs.get(start.program)
        if kept is None:
            self.link.send(Unknown(start.ticket, start.program))
        elif kept.entry is None:
            kept.waiting.append(start)
        else:
            host = RunHost(self._quotas)
            if start.watch or start.ticket in self._watched_early:
                self._watched_early.discard(start.ticket)
                self._tell(Teller(start.ticket, kept.entry.program, host))
            if kept.mode is Mode.INLINE:
                self._at_once(start, kept, kept.entry, host)
            else:
                self._begin(start, kept.entry, host, kept.mode)

    def _at_once(self, start: Start, kept: Kept, entry: Entry, host: RunHost) -> None:
        """Makes an inline run. What was told before waits with it only if it will be quick."""
        if kept.trust < TRUSTED:
            self.link.flush()
        begun = time.monotonic()
        told = self._make(start, entry, host, None)
        kept.trust = kept.trust + 1 if time.monotonic() - begun < QUICK else 0
        self._done(told)

    def _loaded(self, loaded: Loaded, waiting: list[Start]) -> None:
        self.link.send(loaded)
        if loaded.error is not None and loaded.error.code == _MEMORY_CODE:
            self.link.send(Retiring("memory"))
        if loaded.error is None:
            for start in waiting:
                self._start(start)

    def _begin(self, start: Start, entry: Entry, host: RunHost, mode: Mode) -> None:
        going = Going(start, entry.program, host, Cancellation())
        self._going[start.ticket] = going
        host.on_respond = partial(self._respond, start.ticket)
        if mode is Mode.AWAITING:
            task = self._loop.create_task(self._await(going, entry))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return

        def make() -> Finished:
            return self._make(start, entry, going.host, going.cancel)

        self._computing.put(Task(start, make))
        self._check_later()

    def _make(
        self, start: Start, entry: Entry, host: RunHost, cancel: Cancellation | None
    ) -> Finished:
        began = Began.now()
        try:
            result = entry.program.run(**keywords(entry, start, host, cancel))
            return finished(start, began, result, self._quotas)
        except BaseException as error:  # noqa: BLE001 - a node may raise anything
            return refused(start, began, error)

    def _respond(self, ticket: int, response: Response) -> None:
        """The run answers, in whatever thread it runs."""
        told = Responded(ticket, answer(response))
        self._loop.call_soon_threadsafe(self.link.send, told)

    async def _await(self, going: Going, entry: Entry) -> None:
        start = going.start
        began = Began.now()
        try:
            result = await entry.program.run_async(
                **keywords(entry, start, going.host, going.cancel)
            )
            told = finished(start, began, result, self._quotas)
        except BaseException as error:  # noqa: BLE001 - a node may raise anything
            told = refused(start, began, error)
        self._done(told)

    def _done(self, told: Finished) -> None:
        self._going.pop(told.ticket, None)
        if self._tellers:
            teller = self._tellers.pop(told.ticket, None)
            if teller is not None:
                for message in teller.tell(set(), all_of_it=True):
                    self.link.send(message)
        self.link.send(told)
        if told.error is not None and told.error.code == _MEMORY_CODE:
            self.link.send(Retiring("memory"))

    def _cancel(self, ticket: int) -> None:
        going = self._going.get(ticket)
        if going is None:
            if self._programs.remove(ticket):
                self.link.send(Declined(ticket))
        elif self._computing.remove(ticket):
            self._give_back(ticket)
        else:
            going.cancel.request()

    def _give_back(self, ticket: int) -> None:
        """A run that has not begun is for another executor, or for none."""
        del self._going[ticket]
        self._tellers.pop(ticket, None)
        self.link.send(Declined(ticket))

    # Runs that are watched.

    def _watch(self, message: Watch) -> None:
        teller = self._tellers.get(message.ticket)
        going = self._going.get(message.ticket)
        if teller is not None:
            teller.on = message.on
        elif going is not None and message.on:
            teller = Teller(message.ticket, going.program, going.host)
        elif message.on and self._programs.has_waiting(message.ticket):
            self._watched_early.add(message.ticket)
        if teller is not None:
            self._tell(teller)

    def _tell(self, teller: Teller) -> None:
        self._tellers[teller.ticket] = teller
        if not self._telling:
            self._telling = True
            self._loop.call_later(INTERVAL, self._tell_all)

    def _tell_all(self) -> None:
        wanted = [teller for teller in self._tellers.values() if teller.on]
        self._telling = bool(wanted)
        if not wanted:
            return
        self._loop.call_later(INTERVAL, self._tell_all)
        if self.link.unsent > _MOST_UNSENT:
            return
        waiting = running_in_tasks(
            {each.program.filename: each.program for each in wanted if each.program.is_async}
        )
        computing = self._computing.ticket
        for teller in wanted:
            if teller.ticket == computing:
                running = running_in_thread(self._computing.ident, teller.program)
            else:
                running = waiting.get(id(teller.host.run), set())
            for message in teller.tell(running):
                self.link.send(message)

    # A run that keeps the computing thread.

    def _check_later(self) -> None:
        if not self._checking and self._computing.crowded:
            self._checking = True
            self._loop.call_later(PATIENCE, self._check)

    def _check(self) -> None:
        self._checking = False
        for task in self._computing.given_back():
            self._give_back(task.start.ticket)
        self._check_later()


async def _serve(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_BLOCKING_THREADS, "blocking"))
    executor = Executor(loop)
    loop.set_exception_handler(executor.fail)
    connection = socket.socket(fileno=descriptor)
    connection.setblocking(False)
    await loop.create_unix_connection(lambda: executor.link, sock=connection)
    await loop.create_future()  # the end of the connection ends the process


def main() -> None:
    """Runs until the dispatcher goes away."""
    confine()
    uvloop.run(_serve(int(sys.argv[-1])))


if __name__ == "__main__":
    main()
