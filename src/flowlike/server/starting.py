"""From what a caller asks for to a run: what runs, within which limits, and what is kept of it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from flowlike.apps.events import PublishedEvent
from flowlike.board.app import RunLimits, RunSettings
from flowlike.board.model import Board, TraceLevel
from flowlike.board.text import dump, parse
from flowlike.engine.run import Limits
from flowlike.errors import ExecutionError
from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.runs.levels import resolve_level
from flowlike.runs.sampling import Sampling
from flowlike.server.services import Services


class Plan(msgspec.Struct, frozen=True):
    """A run that may begin. ``sampling``: whose traces are kept whole; None for all."""

    job: Job
    source: Source
    sampling: Sampling | None = None


class Ready(msgspec.Struct, frozen=True):
    """What all runs of a published event share.

    ``answer_limits`` are those of HTTP events, whose callers wait.
    """

    source: Source
    limits: Limits
    answer_limits: Limits
    sampling: Sampling | None


class Starter:
    """Makes runs of published events."""

    def __init__(self, services: Services) -> None:
        self._services = services
        # A version that is no longer live is forgotten with its object.
        self._ready: WeakKeyDictionary[PublishedEvent, Ready] = WeakKeyDictionary()

    def ready(self, published: PublishedEvent) -> Ready | None:
        """What is known of a published event already; None the first time."""
        return self._ready.get(published)

    async def prepare(self, published: PublishedEvent) -> Ready:
        """Reads a published event's board and what its app says of runs, once."""
        found = self.ready(published)
        if found is not None:
            return found
        text = await self._services.events.text(published)
        event = published.event
        board = await asyncio.to_thread(parse, text)
        made = await self.readied(
            published.app, board, event.node, event.settings, text=text, overrides=event.variables
        )
        self._ready[published] = made
        return made

    async def readied(
        self,
        app: str,
        board: Board,
        start: str,
        asked: RunSettings,
        *,
        text: bytes = b"",
        overrides: Mapping[str, Any] | None = None,
        pinned: bool = False,
        most: TraceLevel = TraceLevel.DATA,
    ) -> Ready:
        """What runs of a board from one of its start nodes share.

        Args:
            asked: what an event or caller says; where it says nothing the board does, then the app.
            text: the board's canonical text, if it is at hand.
            most: more is not recorded for this caller.
        """
        own = (await self._services.apps.document(app)).settings
        usual = self._services.runs
        level = resolve_level(
            usual.level, app=own.trace, board=board.settings.trace, event=asked.trace, most=most
        )
        source = Source(
            board=text or (await asyncio.to_thread(dump, board)).encode(),
            start=start,
            level=level,
            pinned=pinned,
            overrides=overrides or {},
        )
        sampled = asked.sampling or own.sampling
        limits = bounded(asked.limits, own.limits, usual.limits)
        seconds = asked.limits.seconds or own.limits.seconds
        return Ready(
            source,
            limits,
            self._answering(limits, seconds),
            Sampling(sampled.one_in, sampled.first_per_hour) if sampled else None,
        )

    def _answering(self, limits: Limits, seconds: float | None) -> Limits:
        """An event has 30 s to answer, unless it or its app says otherwise, and at most 300."""
        options = self._services.options
        wanted = min(seconds or options.event_seconds, options.most_event_seconds)
        return Limits(limits.steps, min(wanted, limits.seconds))

    def forget(self, app: str) -> None:
        """Reads what is known of an app's events anew: its settings have changed."""
        for published in [each for each in self._ready if each.app == app]:
            del self._ready[published]

    def plan(
        self,
        published: PublishedEvent,
        ready: Ready,
        payload: bytes,
        *,
        run_id: str,
        trigger: str,
        actor: str,
        request_id: str,
        limits: Limits | None = None,
    ) -> Plan:
        """One run of a published event."""
        job = Job(
            run_id=run_id,
            app=published.app,
            board=published.board,
            version=published.board_version,
            event=published.id,
            event_version=published.version,
            node=published.event.node,
            trigger=trigger,
            actor=actor,
            payload=payload,
            request_id=request_id,
            limits=limits or ready.limits,
        )
        return Plan(job, ready.source, ready.sampling)

    # Beginning.

    async def run(self, plan: Plan) -> Outcome:
        """Runs and waits: for the answer if the board gives one, else for the end.

        Raises what the dispatcher raises.
        """
        job = plan.job
        self._begin(plan)
        try:
            outcome = await self._services.dispatcher.run(job, plan.source)
        except ExecutionError:
            self._services.keeper.withdraw(job.run_id)
            raise
        if outcome.status != "running":
            self._settle(job, outcome)
        return outcome

    def begin(self, plan: Plan) -> None:
        """Starts a run that is followed by its frames. Raises what the dispatcher raises."""
        job = plan.job
        self._begin(plan)
        try:
            ending = self._services.dispatcher.submit(job, plan.source)
        except ExecutionError:
            self._services.keeper.withdraw(job.run_id)
            raise
        ending.add_done_callback(lambda ended: self._settle(job, ended.result()))

    async def queue(self, plan: Plan) -> None:
        """Puts a run into the queue. It is kept there once this returns."""
        keeper, job = self._services.keeper, plan.job
        keeper.waiting(job, plan.source, plan.sampling)
        try:
            await self._services.queue.put(job, plan.source)
        except BaseException:
            keeper.withdraw(job.run_id)
            raise

    def _begin(self, plan: Plan) -> None:
        self._services.keeper.begin(plan.job, plan.source, plan.sampling)

    def _settle(self, job: Job, outcome: Outcome) -> None:
        """Keeps a run that never began, so that the dispatcher did not tell of its end."""
        if self._services.keeper.is_going(job.run_id):
            self._services.keeper.finished(job, outcome)


def bounded(asked: RunLimits, own: RunLimits, most: Limits) -> Limits:
    """The limits that an event or caller asks for, else its app, but no more than is allowed."""
    return Limits(
        steps=min(asked.steps or own.steps or most.steps, most.steps),
        seconds=min(asked.seconds or own.seconds or most.seconds, most.seconds),
    )
