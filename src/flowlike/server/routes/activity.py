"""How much happens in an app: runs by hour, by day, by whatever step is asked for."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from flowlike.identity.permissions import Permission
from flowlike.server.call import FromCall
from flowlike.server.guards import app
from flowlike.server.wire import AppId, View, microseconds

_SECOND_US = 1_000_000
_DAY_S = 86_400


class HistogramBar(View, frozen=True, kw_only=True):
    """Runs that started in a step. ``failed``: failed, timed out or interrupted."""

    runs: int
    failed: int


class Histogram(View, frozen=True, kw_only=True):
    """Steps of ``step`` seconds, the first one from ``since``."""

    since: datetime
    step: int
    items: list[HistogramBar]


@get(
    "/api/v1/apps/{app_id:str}/activity",
    needs=app(Permission.READ_LOGS),
    tags=["runs"],
)
async def activity(
    call: FromCall,
    app_id: AppId,
    since: Annotated[datetime, QueryParameter(description="A moment, RFC 3339.")],
    step: Annotated[int, QueryParameter(ge=60, le=31 * _DAY_S, description="In seconds.")] = 3_600,
    count: Annotated[int, QueryParameter(ge=1, le=400, description="Of steps.")] = 24,
) -> Histogram:
    """How many runs started in each step from a moment on."""
    bars = await call.services.archive.activity(
        app_id, microseconds(since), step * _SECOND_US, count
    )
    items = [HistogramBar(runs=bar.runs, failed=bar.failed) for bar in bars]
    return Histogram(since=since, step=step, items=items)


ROUTES = (activity,)
