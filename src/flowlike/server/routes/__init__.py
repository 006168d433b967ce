"""The addresses of the API, one file a resource. ``ALL`` lists their handlers."""

from flowlike.server.routes import (
    account,
    activity,
    apps,
    boards,
    catalog,
    events,
    folders,
    health,
    runs,
    starts,
)

ALL = (
    *health.ROUTES,
    *account.ROUTES,
    *apps.ROUTES,
    *folders.ROUTES,
    *boards.ROUTES,
    *starts.ROUTES,
    *events.ROUTES,
    *runs.ROUTES,
    *activity.ROUTES,
    *catalog.ROUTES,
)

__all__ = ["ALL"]
