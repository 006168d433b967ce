"""Boards: read, changed by commands, undone, compared, published. Spec: api-and-security, 3."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import JSONBody, QueryParameter

from flowlike.apps.entries import Accepted, Entry, StaleRevision
from flowlike.apps.ledger import BoardInfo
from flowlike.board.check import Finding
from flowlike.board.diff import Difference
from flowlike.board.edit import Batch, Change, Command
from flowlike.board.model import Board
from flowlike.board.text import parse
from flowlike.errors import TextError, Where
from flowlike.identity.permissions import Permission
from flowlike.server.call import Call, FromCall
from flowlike.server.guards import app
from flowlike.server.options import ServerOptions
from flowlike.server.pages import cut
from flowlike.server.refusal import Kind, Refusal
from flowlike.server.routes.apps import Name, Text
from flowlike.server.sse import MEDIA_TYPE, Frame, resume_at
from flowlike.server.streams import StreamResponse, stream
from flowlike.server.wire import (
    ID,
    AppId,
    BoardId,
    Body,
    Cursor,
    Limit,
    View,
    check_precondition,
    document_of,
    etag,
    from_cursor,
    matches,
    moment,
    to_cursor,
)

_ROOT = "/api/v1/apps/{app_id:str}/boards"
_ONE = _ROOT + "/{board_id:str}"
_READ = app(Permission.READ_BOARDS)
_WRITE = app(Permission.WRITE_BOARDS)
_MOST = ServerOptions().sizes.board
_Id = Annotated[str, msgspec.Meta(pattern=ID)]
_Revision = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Bump = Literal["major", "minor", "patch"]
VersionText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$")]
VersionQuery = Annotated[
    VersionText | None, QueryParameter(description="A published version, such as 1.2.0.")
]
RevisionQuery = Annotated[
    int | None, QueryParameter(ge=0, le=2**53, description="A revision the board had.")
]
_STATE = r"^(|[0-9]{1,15}|[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9})$"
_WHICH = "A revision such as 12, a version such as 1.2.0; empty: the board as it is."


class Start(View, frozen=True, kw_only=True):
    """A start node."""

    id: str
    name: str
    type: str


class BoardRow(View, frozen=True, kw_only=True):
    """A board in a list."""

    id: str
    name: str
    description: str
    revision: int
    updated_at: datetime
    updated_by: str
    nodes: int
    version: str | None
    starts: list[Start]


class BoardRows(View, frozen=True, kw_only=True):
    """A page of boards."""

    items: list[BoardRow]
    next: str | None


class NewBoard(Body, frozen=True, kw_only=True):
    """A board to make, empty or as a document."""

    name: Name
    id: _Id | None = None
    board: dict[str, Any] | None = None


class BoardView(View, frozen=True, kw_only=True):
    """A board. ``board`` is the document, as in a ``.board.json`` file.

    ``undo`` and ``redo`` count the caller's own steps; a version has none.
    """

    id: str
    revision: int
    version: str | None
    board: Board
    undo: int
    redo: int


class Commands(Body, frozen=True, kw_only=True):
    """Commands that succeed or fail as one.

    ``base_revision`` is the revision they were made for, ``id`` names the batch: sent again, it
    counts once.
    """

    base_revision: _Revision
    id: _Id
    commands: Annotated[tuple[Command, ...], msgspec.Meta(min_length=1, max_length=10_000)]


class Step(Body, frozen=True, kw_only=True):
    """Where one stands."""

    base_revision: _Revision
    id: _Id | None = None


class Steps(View, frozen=True, kw_only=True):
    """How many steps of one's own may be taken back, and done again."""

    undo: int
    redo: int


class EntryView(View, frozen=True, kw_only=True):
    """What somebody did to a board: the way from the revision before to ``revision``."""

    revision: int
    actor: str
    actor_name: str
    at: datetime
    id: str
    kind: str
    summary: str
    commands: tuple[Command, ...]
    patch: tuple[Change, ...]
    touched: list[str]


class AcceptedView(View, frozen=True, kw_only=True):
    """What a batch did. ``missing``: what others did since the base revision.

    ``undo`` and ``redo`` count the caller's own steps.
    """

    revision: int
    patch: tuple[Change, ...]
    touched: list[str]
    missing: list[EntryView]
    undo: int
    redo: int


class HistoryRow(View, frozen=True, kw_only=True):
    """A line of a board's history."""

    revision: int
    actor: str
    actor_name: str
    at: datetime
    id: str
    kind: str
    summary: str
    version: str | None


class HistoryRows(View, frozen=True, kw_only=True):
    """A page of it, the newest first."""

    items: list[HistoryRow]
    next: str | None


class VersionView(View, frozen=True, kw_only=True):
    """A published version, which never changes."""

    version: str
    revision: int
    created_at: datetime
    actor: str
    actor_name: str
    message: str


class Versions(View, frozen=True, kw_only=True):
    """A page of them, the newest first."""

    items: list[VersionView]
    next: str | None


class NewVersion(Body, frozen=True, kw_only=True):
    """How to publish the board as it is."""

    bump: Bump = "minor"
    message: Text = ""


class Differences(View, frozen=True, kw_only=True):
    """What differs between two states, in words and as data."""

    from_: str = msgspec.field(name="from")
    to: str
    differences: list[Difference]


class Restored(Body, frozen=True, kw_only=True):
    """Which state shall be: a version, a revision or a document, one of the three.

    ``ids`` names the nodes, layers, comments and variables it is about; all, if absent.
    """

    base_revision: _Revision
    version: VersionText | None = None
    revision: _Revision | None = None
    board: dict[str, Any] | None = None
    ids: Annotated[list[_Id], msgspec.Meta(min_length=1, max_length=10_000)] | None = None


class Draft(Body, frozen=True, kw_only=True):
    """A document to look at instead of the board as it is."""

    board: dict[str, Any] | None = None


class Document(Body, frozen=True, kw_only=True):
    """A board as in a ``.board.json`` file."""

    board: dict[str, Any]


class Findings(View, frozen=True, kw_only=True):
    """All that is wrong with a board."""

    findings: list[Finding]


@get(_ROOT, needs=_READ, tags=["boards"])
async def list_boards(
    call: FromCall, app_id: AppId, limit: Limit = 50, cursor: Cursor = None
) -> BoardRows:
    """The boards of an app."""
    found = await call.services.boards.list(app_id)
    page, following = cut(found, limit, cursor, lambda each: each.id)
    return BoardRows(items=[row(each) for each in page], next=following)


@post(_ROOT, needs=_WRITE, request_max_body_size=_MOST, tags=["boards"])
async def create_board(call: FromCall, app_id: AppId, data: JSONBody[NewBoard]) -> BoardRow:
    """Make a board."""
    board = None if data.board is None else document(data.board)
    made = await call.services.boards.create(
        app_id, call.sub, name=data.name, id=data.id or "", board=board
    )
    return row(made)


@get(_ONE, needs=_READ, tagged=True, tags=["boards"])
async def get_board(
    call: FromCall,
    app_id: AppId,
    board_id: BoardId,
    version: VersionQuery = None,
    revision: RevisionQuery = None,
) -> Response[BoardView]:
    """A board as it is, one of its versions or as it was. ``ETag`` names the revision."""
    boards = call.services.boards
    if revision is None:
        state = await boards.get(app_id, board_id, version or "")
    elif version is None:
        state = await boards.at(app_id, board_id, revision)
    else:
        raise Refusal(Kind.INVALID, "Give a version or a revision, one of the two.")
    tag = etag(state.version or state.revision)
    headers = {"ETag": tag}
    if matches(call.request.headers.get("if-none-match", ""), tag):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # 304 has no body
    undo, redo = 0, 0
    if not state.version:
        undo, redo = await call.services.boards.stacks(app_id, board_id, call.sub)
    view = BoardView(
        id=board_id,
        revision=state.revision,
        version=state.version or None,
        board=document_of(state.board),
        undo=undo,
        redo=redo,
    )
    return Response(view, headers=headers)


@delete(_ONE, needs=_WRITE, tagged=True, tags=["boards"])
async def delete_board(call: FromCall, app_id: AppId, board_id: BoardId) -> None:
    """Delete a board with its history and versions."""
    wanted = call.request.headers.get("if-match")
    if wanted is not None:
        state = await call.services.boards.get(app_id, board_id)
        check_precondition(wanted, etag(state.revision))
    await call.services.boards.delete(app_id, board_id)


@post(
    _ONE + "/commands", needs=_WRITE, status_code=200, request_max_body_size=_MOST, tags=["boards"]
)
async def apply_commands(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Commands]
) -> AcceptedView:
    """Change a board: all of the commands, or none.

    Those made for an older revision are taken too if they meet nothing that others did since.
    """
    work = call.services.boards.apply(
        app_id, board_id, data.base_revision, Batch(data.commands), call.sub, data.id
    )
    return await accepted(call, work)


@post(_ONE + "/undo", needs=_WRITE, status_code=200, tags=["boards"])
async def undo(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Step]
) -> AcceptedView:
    """Take back one's own last change, unless somebody else's builds on it."""
    work = call.services.boards.undo(
        app_id, board_id, call.sub, data.base_revision, batch_id=data.id or ""
    )
    return await accepted(call, work)


@post(_ONE + "/undo/skip", needs=_WRITE, status_code=200, tags=["boards"])
async def skip_undo(call: FromCall, app_id: AppId, board_id: BoardId) -> Steps:
    """Leave one's own last change as it is, so that those before it may be taken back."""
    undo, redo = await call.services.boards.skip(app_id, board_id, call.sub)
    return Steps(undo=undo, redo=redo)


@post(_ONE + "/redo", needs=_WRITE, status_code=200, tags=["boards"])
async def redo(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Step]
) -> AcceptedView:
    """Do again what one took back."""
    work = call.services.boards.redo(
        app_id, board_id, call.sub, data.base_revision, batch_id=data.id or ""
    )
    return await accepted(call, work)


@get(_ONE + "/changes", needs=_READ, media_type=MEDIA_TYPE, streams="only", tags=["boards"])
async def follow_changes(
    call: FromCall,
    request: Request[Any, Any, Any],
    app_id: AppId,
    board_id: BoardId,
    after: Annotated[int | None, QueryParameter(ge=0, description="The revision one has.")] = None,
) -> StreamResponse:
    """What is done to the board from now on, one ``change`` event a revision."""
    start = resume_at(request.headers.get("last-event-id")) or after
    if start is None:
        start = (await call.services.boards.get(app_id, board_id)).revision
    else:
        await call.services.boards.get(app_id, board_id)
    return stream(call, _changes(call, app_id, board_id, start), _READ)


async def _changes(call: FromCall, app_id: str, board_id: str, after: int) -> AsyncIterator[Frame]:
    async for entry in call.services.boards.subscribe(app_id, board_id, after):
        view = (await entries(call, [entry]))[0]
        yield Frame(entry.revision, "change", msgspec.json.encode(view))


@get(_ONE + "/history", needs=_READ, tags=["boards"])
async def history(
    call: FromCall, app_id: AppId, board_id: BoardId, limit: Limit = 50, cursor: Cursor = None
) -> HistoryRows:
    """Who did what, the newest first."""
    place = from_cursor(cursor, tuple[int])
    before = place[0] if place else 0
    found = await call.services.boards.history(app_id, board_id, before=before, limit=limit)
    names = await call.services.identity.names(each.actor for each in found)
    items = [
        HistoryRow(
            revision=each.revision,
            actor=each.actor,
            actor_name=names.get(each.actor, each.actor),
            at=moment(each.at_us),
            id=each.id,
            kind=each.kind,
            summary=each.summary,
            version=each.version or None,
        )
        for each in found
    ]
    more = len(items) == limit and items[-1].revision > 1
    return HistoryRows(items=items, next=to_cursor(items[-1].revision) if more else None)


@get(_ONE + "/versions", needs=_READ, tags=["boards"])
async def list_versions(
    call: FromCall, app_id: AppId, board_id: BoardId, limit: Limit = 50, cursor: Cursor = None
) -> Versions:
    """The published versions, the newest first."""
    found = await call.services.boards.versions(app_id, board_id)
    page, following = cut(found, limit, cursor, lambda each: each.version)
    names = await call.services.identity.names(each.actor for each in page)
    return Versions(items=[_version(each, names) for each in page], next=following)


@post(_ONE + "/versions", needs=_WRITE, tags=["boards"])
async def publish_version(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[NewVersion]
) -> VersionView:
    """Publish the board as it is."""
    made = await call.services.boards.publish(
        app_id, board_id, call.sub, bump=data.bump, message=data.message
    )
    return _version(made, await call.services.identity.names([made.actor]))


@get(_ONE + "/diff", needs=_READ, tags=["boards"])
async def compare(
    call: FromCall,
    app_id: AppId,
    board_id: BoardId,
    from_: Annotated[str, QueryParameter(name="from", pattern=_STATE, description=_WHICH)],
    to: Annotated[str, QueryParameter(pattern=_STATE, description=_WHICH)] = "",
) -> Differences:
    """What differs between two states of a board."""
    found = await call.services.boards.diff(app_id, board_id, from_, to)
    return Differences(from_=from_, to=to, differences=list(found))


@post(_ONE + "/diff", needs=_READ, status_code=200, request_max_body_size=_MOST, tags=["boards"])
async def compare_document(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Document]
) -> Differences:
    """What would change if the board became a document."""
    found = await call.services.boards.diff(app_id, board_id, "", document(data.board))
    return Differences(from_="", to="", differences=list(found))


@post(
    _ONE + "/restore", needs=_WRITE, status_code=200, request_max_body_size=_MOST, tags=["boards"]
)
async def restore(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Restored]
) -> AcceptedView:
    """Bring a former state or a document onto the board, as a change that can be undone."""
    given = [data.version, data.revision, data.board]
    if sum(each is not None for each in given) != 1:
        raise Refusal(Kind.INVALID, "Give a version, a revision or a board, one of the three.")
    work = call.services.boards.restore(
        app_id,
        board_id,
        data.base_revision,
        call.sub,
        version=data.version or "",
        revision=data.revision,
        document=None if data.board is None else document(data.board),
        ids=data.ids,
    )
    return await accepted(call, work)


@post(
    _ONE + "/validate", needs=_READ, status_code=200, request_max_body_size=_MOST, tags=["boards"]
)
async def validate(
    call: FromCall, app_id: AppId, board_id: BoardId, data: JSONBody[Draft | None] = None
) -> Findings:
    """All that is wrong with the board, or with a draft of it. Nothing runs."""
    draft = document(data.board) if data and data.board is not None else None
    found = await call.services.boards.validate(app_id, board_id, draft)
    return Findings(findings=list(found))


def document(given: Mapping[str, Any]) -> Board:
    """The board that a body holds. Raises TextError with a path into the body."""
    try:
        return parse(msgspec.json.encode(given))
    except TextError as error:
        path = ".".join(part for part in ("board", error.where.path) if part)
        error.where = Where(node=error.where.node, pin=error.where.pin, path=path)
        raise


def row(info: BoardInfo) -> BoardRow:
    """A board as a line of a list."""
    return BoardRow(
        id=info.id,
        name=info.name,
        description=info.description,
        revision=info.revision,
        updated_at=moment(info.updated_us),
        updated_by=info.updated_by,
        nodes=info.nodes,
        version=info.version or None,
        starts=[Start(id=each.id, name=each.name, type=each.type) for each in info.starts],
    )


async def accepted(call: Call, work: Any) -> AcceptedView:
    """The answer to a change; a stale one becomes 409 with what the caller missed."""
    try:
        done: Accepted = await work
    except StaleRevision as error:
        members = {
            "revision": error.revision,
            "missing": await entries(call, error.missing),
            "refused": error.refused,
        }
        raise Refusal(
            Kind.CONFLICT,
            error.message,
            code=error.code,
            remedy=error.remedy,
            where=error.where,
            members=members,
        ) from error
    return AcceptedView(
        revision=done.revision,
        patch=done.patch,
        touched=sorted(done.touched),
        missing=await entries(call, done.missing),
        undo=done.undo,
        redo=done.redo,
    )


async def entries(call: Call, found: Iterable[Entry]) -> list[EntryView]:
    """Entries with the names of their authors."""
    listed = list(found)
    names = await call.services.identity.names(each.actor for each in listed) if listed else {}
    return [
        EntryView(
            revision=each.revision,
            actor=each.actor,
            actor_name=names.get(each.actor, each.actor),
            at=moment(each.at_us),
            id=each.id,
            kind=each.kind,
            summary=each.summary,
            commands=each.commands,
            patch=each.patch,
            touched=sorted(each.touched),
        )
        for each in listed
    ]


def _version(version: Any, names: Mapping[str, str]) -> VersionView:
    return VersionView(
        version=version.version,
        revision=version.revision,
        created_at=moment(version.at_us),
        actor=version.actor,
        actor_name=names.get(version.actor, version.actor),
        message=version.message,
    )


ROUTES = (
    list_boards,
    create_board,
    get_board,
    delete_board,
    apply_commands,
    undo,
    skip_undo,
    redo,
    follow_changes,
    history,
    list_versions,
    publish_version,
    compare,
    compare_document,
    restore,
    validate,
)
