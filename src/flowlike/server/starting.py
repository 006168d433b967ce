"""From what a caller asks for to a run: what runs, within which limits, and what is kept of it."""

from weakref import WeakKeyDictionary

import msgspec

from flowlike.apps.events import PublishedEvent
from flowlike.board.app import RunSettings
from flowlike.engine.run import Limits
from flowlike.errors import ExecutionError
from flowlike.execution.jobs import Job, Outcome, Source
from flowlike.runs.sampling import Sampling
from flowlike.server.services import Services


class Plan(msgspec.Struct, frozen=True):
    """A run that may begin. ``sampling``: whose traces are kept whole; None for all."""

    job: Job
    source: Source
    sampling: Sampling | None = None


class Ready(msgspec.Struct, frozen=True):
    """What all runs of a published event share."""

    source: Source
    limits: Limits
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
        """Reads a published event's board, once."""
        found = self.ready(published)
        if found is not None:
            return found
        board = await self._services.events.text(published)
        event = published.event
        source = Source(
            board=board,
            start=event.node,
            level=event.settings.trace or self._services.runs.level,
            overrides=event.variables,
        )
        sampled = event.settings.sampling
        made = Ready(
            source,
            bounded(event.settings, self._services.runs.limits),
            Sampling(sampled.one_in, sampled.first_per_hour) if sampled else None,
        )
        self._ready[published] = made
        return made

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


def bounded(settings: RunSettings, most: Limits) -> Limits:
    """The limits that an event or caller asks for, but never more than the operator allows."""
    asked = settings.limits
    return Limits(
        steps=min(asked.steps or most.steps, most.steps),
        seconds=min(asked.seconds or most.seconds, most.seconds),
    )
