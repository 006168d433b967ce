"""Apps as folders of files: import and export of zips."""

from litestar import Response, get, post

from flowlike.apps.folders import export_folder, import_folder
from flowlike.identity.permissions import Permission
from flowlike.server.bodies import media_type
from flowlike.server.call import FromCall
from flowlike.server.guards import USER, app
from flowlike.server.options import ServerOptions
from flowlike.server.refusal import Kind, Refusal
from flowlike.server.routes.apps import AppView, view
from flowlike.server.wire import AppId

ZIP = "application/zip"


@post(
    "/api/v1/apps/import",
    needs=USER,
    takes=ZIP,
    request_max_body_size=ServerOptions().sizes.package,
    tags=["apps"],
)
async def import_app(call: FromCall) -> AppView:
    """Make an app of a folder that was exported, a zip. Its events arrive switched off."""
    if media_type(call.request.headers.get("content-type", "")) != ZIP:
        raise Refusal(
            Kind.UNSUPPORTED_MEDIA, "The body must be a zip.", remedy=f"Send Content-Type: {ZIP}."
        )
    made = await import_folder(call.services, await call.request.body(), call.sub)
    return view(await call.services.apps.get(made.app, call.sub))


@get(
    "/api/v1/apps/{app_id:str}/export",
    needs=app(Permission.OWNER),
    media_type=ZIP,
    tags=["apps"],
)
async def export_app(call: FromCall, app_id: AppId) -> Response[bytes]:
    """The app as a folder of files, a zip, as it is kept in Git."""
    archive = await export_folder(call.services, app_id)
    disposition = f'attachment; filename="{app_id}.zip"'
    return Response(archive, media_type=ZIP, headers={"Content-Disposition": disposition})


ROUTES = (import_app, export_app)
