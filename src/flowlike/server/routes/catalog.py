"""The node types that are installed, and the description of this API."""

from litestar import Response, get

from flowlike.board.definition import NodeDefinition
from flowlike.server.call import FromCall
from flowlike.server.guards import USER
from flowlike.server.wire import View, etag, matches

JSON = "application/json"


class CatalogView(View, frozen=True, kw_only=True):
    """All node types by key, such as ``log_info@1``. ``hash`` changes when any of them does."""

    hash: str
    nodes: dict[str, NodeDefinition]


@get("/api/v1/catalog", needs=USER, tagged=True, tags=["catalog"])
async def catalog(call: FromCall) -> Response[CatalogView]:
    """The node types that are installed."""
    kept = call.tools.catalog
    headers = {"ETag": etag(kept.hash)}
    if matches(call.request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # 304 has no body
    return Response(kept.body, media_type=JSON, headers=headers)  # type: ignore[arg-type]  # encoded once


@get(
    ["/openapi.json", "/api/v1/openapi.json"],
    needs=USER,
    include_in_schema=False,
    sync_to_thread=False,
)
def openapi(call: FromCall) -> Response[bytes]:
    """This API in the words of OpenAPI 3.1."""
    return Response(call.tools.openapi, media_type=JSON)


ROUTES = (catalog, openapi)
