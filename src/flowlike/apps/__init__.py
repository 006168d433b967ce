"""What people own: apps, boards with revisions, events with versions.

None of it asks who may: the routes do, by ``identity.permissions.decide`` with the mask of
``Apps.role_of``. Every call names the app and sees nothing outside it. Times are microseconds UTC.

``apps.apps``::

    Apps(database, boards, events, *, clock)       # the two forget an app that is deleted
    await apps.create(owner, name, description="", id="") -> AppInfo
    await apps.list_for(sub) -> [AppInfo]          # id, name, description, version, settings,
    await apps.get(app, sub="") -> AppInfo         # boards, events, role, mask, created_us, …
    await apps.update(app, name=…, description=…, settings=…); await apps.delete(app)
    await apps.role_of(app, sub) -> int | None     # bits of the role; None for no member
    await apps.document(app) -> board.app.App      # the settings of runs are in it

``apps.boards``::

    Boards(database, catalog, *, clock, options=BoardOptions())
    await boards.create(app, actor, name=…, id="", board=Board | None) -> BoardInfo
    await boards.list(app) -> [BoardInfo]          # id, name, description, revision, version,
                                                   # nodes, starts, updated_us, updated_by, …
    await boards.get(app, board, version="") -> BoardState(revision, version, board)
    await boards.apply(app, board, base_revision, batch, actor, batch_id) -> Accepted
    await boards.undo(app, board, actor, base_revision, batch_id=""); … redo(…) -> Accepted
    await boards.restore(app, board, base_revision, actor, version=…, ids=…) -> Accepted
    await boards.merge(app, board, base_revision, target, actor) -> Accepted   # a whole document
    await boards.info(app, board) -> BoardInfo
    await boards.stacks(app, board, actor) -> (undo, redo)
    await boards.history(app, board, before=0, limit=50) -> [HistoryItem]   # newest first
    await boards.since(app, board, revision) -> [Entry]
    boards.subscribe(app, board, after) -> AsyncIterator[Entry]         # ends when it is deleted
    await boards.publish(app, board, actor, bump="minor", message="") -> Version
    await boards.versions(app, board) -> [Version]                      # newest first
    await boards.text(app, board, version) -> VersionText(text: bytes, hash)
    await boards.diff(app, board, old, new) -> [Difference]      # each "", "12" or "1.2.0"
    await boards.validate(app, board, draft=None) -> (Finding, …)
    await boards.delete(app, board)

    Accepted(revision, patch, inverse, touched, missing, undo, redo)
    Entry(revision, actor, at_us, id, kind, summary, commands, patch, touched, exact, answers)
    HistoryItem(revision, actor, at_us, id, kind, summary, version)
    StaleRevision(Conflict): revision, missing: (Entry, …), refused: Refusal(code, message, where)
                             | None; undo and redo raise it too, whatever the base revision

``apps.events``::

    Events(database, boards, *, clock); await events.open()
    await events.put(app, event: board.app.Event, actor) -> EventInfo
    await events.list(app), get(app, id) -> EventInfo; await events.delete(app, id)
    await events.publish(app, id, actor, version="", bump="", message="", canary=0.0) -> Published
    await events.versions(app, id) -> [EventVersion]; await events.rollback(app, id, event_version)
    await events.set_active(app, id, active); await events.promote(app, id); … drop_canary(app, id)
    events.live(app, id) -> LiveEvent | None                 # in memory, at once
    events.match(app, method, raw_path) -> Match(event: LiveEvent, params) | None
    live.choose(key) -> PublishedEvent                       # key: idempotency key or run id
    await events.text(published) -> bytes                    # the board's canonical text

    EventInfo(event, active, live: int, live_board_version, canary: Canary | None, changed, …)
    Canary(weight, event_version, board_version)
    Published(event_version: int, board_version, findings)   # findings: warnings only
    EventVersion(version: int, event, board, board_version, message, actor, at_us, live, canary)
    PublishedEvent(app, id, version: int, event, board, board_version, board_hash): the same object
    until something about it changes, so a caller may keep what it derives from it.

``apps.folders``::

    await import_folder(services, source: Path | bytes, owner, activate=False) -> Imported(app, …)
    await export_folder(services, app) -> bytes              # a zip, deterministic
    FolderMirror: an app folder kept as files (``flowlike edit``): open(), sync(), events, boards

Errors: ``NotFound``, ``Conflict`` (``StaleRevision``), ``CommandError``, ``ImportRefused``,
``PublishRefused`` with all findings, ``TextError``.
"""
