"""Where runs happen: in executor processes that can be killed, limited and replaced.

What outsiders use, by module:

``jobs``
    ``Source(board, start, level, pinned, overrides)`` is what runs; make it once and keep it, for
    its ``key`` is a hash of all of it. ``Job(run_id, …)`` is one run of it. ``Outcome`` is how it
    ended, ``Response`` its answer to the HTTP request that started it, ``LiveFrame(seq, kind,
    data)`` what a watcher sees. ``PoolOptions``, ``Quotas``, ``PoolStats``. ``Busy`` and
    ``Closing`` are the errors.
``dispatch``
    ``Dispatcher(options, cache=None, on_finished=None)``::

        await dispatcher.start()  # at least one executor is ready
        outcome = await dispatcher.run(job, source)
        future = dispatcher.submit(job, source)  # of the Outcome at the run's end
        dispatcher.cancel(run_id)  # False: no such run
        async with aclosing(dispatcher.watch(run_id, after=0)) as frames:
            async for frame in frames:
                ...
        dispatcher.stats()
        await dispatcher.stop(drain_seconds)

    ``run`` returns at once when the board answered its request: then ``outcome.status`` is
    ``running``, ``outcome.response`` is set and ``await outcome.ended()`` gives the end. ``run``
    and ``submit`` raise ``Busy`` with ``retry_after`` in seconds when too many runs wait, and
    ``Closing`` once ``stop`` was called. ``watch`` raises ``UsageError`` if nothing live is kept
    of the run. ``on_finished(job, outcome)`` is called once for each run that was taken, before
    anybody who awaits it goes on; it must not block.
``cache``
    ``CompileCache(folder, key, most_bytes)`` keeps compiled programs on disk, for this
    installation alone: ``key`` is a secret of its own.
``queue``
    ``Queue(database, dispatcher, options, on_waiting=…, on_started=…, on_finished=…)`` keeps runs
    that may wait in the main database::

        await queue.start()  # also begins what an earlier process left
        await queue.put(job, source)  # returns when it is stored; then it is run at least once
        await queue.cancel(run_id)  # False: no such run waits or goes on
        queue.stats()
        await queue.close()  # after dispatcher.stop

    ``put`` raises ``Busy``, ``Closing`` and ``DatabaseError``. ``on_finished(job, outcome)`` is
    told only of runs that end without the dispatcher; ``on_waiting`` and ``on_started`` take job
    and source. Jobs of the queue have an epoch of 1 or more; the dispatcher's ``on_finished`` may
    come several times for one run, each time with a higher one.

All of a dispatcher belongs to one event loop. The rest of the room is its own business:
``protocol`` and ``frames`` (the wire), ``local`` and ``pool`` (processes of this machine),
``executor`` and what it imports (inside such a process).
"""
