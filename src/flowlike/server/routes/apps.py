"""Apps: what people own. Spec: api-and-security, section 3."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType

from flowlike.apps.apps import AppInfo
from flowlike.board.app import RunSettings
from flowlike.identity.permissions import Permission, labels
from flowlike.server.call import FromCall
from flowlike.server.guards import MEMBER, USER, app
from flowlike.server.pages import cut
from flowlike.server.wire import AppId, Body, Cursor, Limit, View, moment

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=10_000)]


class AppView(View, frozen=True, kw_only=True):
    """An app as one of its members sees it."""

    id: str
    name: str
    description: str
    updated_at: datetime
    boards: int
    events: int
    role: str
    permissions: list[str]
    settings: RunSettings


class Apps(View, frozen=True, kw_only=True):
    """A page of apps."""

    items: list[AppView]
    next: str | None


class NewApp(Body, frozen=True, kw_only=True):
    """An app to make."""

    name: Name
    description: Text = ""


class AppChange(Body, frozen=True, kw_only=True):
    """What shall change."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    settings: RunSettings | UnsetType = UNSET


@get("/api/v1/apps", needs=USER, tags=["apps"])
async def list_apps(call: FromCall, limit: Limit = 50, cursor: Cursor = None) -> Apps:
    """The apps one is a member of."""
    found = await call.services.apps.list_for(call.sub)
    page, following = cut(found, limit, cursor, lambda each: each.id)
    return Apps(items=[view(each) for each in page], next=following)


@post("/api/v1/apps", needs=USER, tags=["apps"])
async def create_app(call: FromCall, data: JSONBody[NewApp]) -> AppView:
    """Make an app. Who makes it owns it."""
    return view(await call.services.apps.create(call.sub, data.name, data.description))


@get("/api/v1/apps/{app_id:str}", needs=MEMBER, tags=["apps"])
async def get_app(call: FromCall, app_id: AppId) -> AppView:
    """One app."""
    return view(await call.services.apps.get(app_id, call.sub))


@patch("/api/v1/apps/{app_id:str}", needs=app(Permission.WRITE_CONFIG), tags=["apps"])
async def change_app(call: FromCall, app_id: AppId, data: JSONBody[AppChange]) -> AppView:
    """Change name, description or settings."""
    given = {
        name: value
        for name in AppChange.__struct_fields__
        if (value := getattr(data, name)) is not UNSET
    }
    await call.services.apps.update(app_id, **given)
    call.tools.starter.forget(app_id)
    return view(await call.services.apps.get(app_id, call.sub))


@delete("/api/v1/apps/{app_id:str}", needs=app(Permission.OWNER, step_up=True), tags=["apps"])
async def delete_app(call: FromCall, app_id: AppId) -> None:
    """Delete an app with all it holds."""
    services = call.services
    await services.apps.delete(app_id)
    # Runs that go on end, and nothing of them is kept.
    going = services.keeper.forget(app_id)
    await services.queue.forget(app_id)
    for run_id in going:
        services.dispatcher.cancel(run_id)
    await services.archive.forget(app_id)


def view(info: AppInfo) -> AppView:
    """An app as it is sent."""
    return AppView(
        id=info.id,
        name=info.name,
        description=info.description,
        updated_at=moment(info.updated_us),
        boards=info.boards,
        events=info.events,
        role=info.role,
        permissions=labels(info.mask),
        settings=info.settings,
    )


ROUTES = (list_apps, create_app, get_app, change_app, delete_app)
